"""Answers as charts: which mark shows which figure. Drawing is design's business."""

from collections.abc import Sequence
from datetime import date

from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from wafaa.design import charts
from wafaa.design.formats import format_days, format_month, format_number, format_percent
from wafaa.kit.text import isolate
from wafaa.learn.measures.definitions import MEASURES
from wafaa.learn.measures.group_definitions import get_group_words
from wafaa.learn.measures.rules import Cohorts, Figure, Gaps, Pareto, Rfm, Series, SeriesPoint, StageRow
from wafaa.science.rfm import find_group, merge_scores
from wafaa.show.console.words.journey import STAGES

# A histogram's long tail says nothing: what lies beyond this share of all gaps is gathered in the last bar.
TAIL_SHARE = 0.98
HISTOGRAM_BARS = 30


def _reading(unit: charts.Unit = "count", currency: str = "") -> charts.Reading:
    return charts.Reading(language=get_language() or "", unit=unit, currency=currency)


def _render(chart: charts.Chart) -> SafeString:
    return charts.render_chart(chart, get_language() or "")


def draw_customers(series: Series) -> SafeString:
    """New and returning customers month by month."""
    return _render(chart_customers(series))


def chart_customers(series: Series) -> charts.Chart:
    """The same, not drawn yet."""
    stacks = [
        charts.Stack(label=str(MEASURES[key].label), values=[_value(point, key) for point in series.points])
        for key in ("returning_customers", "new_customers")
    ]
    title = _("New and returning customers each month")
    return charts.stacked_columns(
        stacks, _starts(series), reading=_reading(), title=title, grain=series.grain
    )


def draw_run(key: str, series: Series, currency: str, year_before: Series | None = None) -> SafeString:
    """One figure over time with its margin as a band, and the year before as a dashed line."""
    return _render(chart_run(key, series, currency, year_before))


def chart_run(key: str, series: Series, currency: str, year_before: Series | None = None) -> charts.Chart:
    """The same, not drawn yet."""
    measure = MEASURES[key]
    lines = [_line(key, str(measure.label), series.points)]
    if year_before and any(_value(point, key) is not None for point in year_before.points):
        lines.append(_overlay(key, series.points, year_before.points))
    title = _("%(figure)s over time") % {"figure": measure.label}
    return charts.line_chart(
        lines,
        reading=_reading(measure.unit, currency),
        title=title,
        grain=series.grain,
        is_area=measure.unit in {"count", "money"},
        starts_at_zero=measure.unit in {"count", "money"},
    )


def _line(key: str, label: str, points: Sequence[SeriesPoint]) -> charts.Line:
    bounds = [_bounds(point.figures.get(key)) for point in points]
    return charts.Line(
        label=label,
        points=[(point.period.start, _value(point, key)) for point in points],
        bounds=bounds if any(bounds) else (),
    )


def _overlay(key: str, now: Sequence[SeriesPoint], before: Sequence[SeriesPoint]) -> charts.Line:
    """The points of a year before at the places of this year's."""
    places = zip(now[-len(before) :], before[-len(now) :], strict=True)
    return charts.Line(
        label=_("The year before"),
        points=[(place.period.start, _value(point, key)) for place, point in places],
        dashed=True,
    )


def _bounds(figure: Figure | None) -> tuple[float, float] | None:
    if figure is None or figure.low is None or figure.high is None:
        return None
    return figure.low, figure.high


def draw_groups(title: str, bars: Sequence[tuple[str, Figure]], currency: str) -> SafeString:
    """A figure by group, in the order given."""
    unit = bars[0][1].unit if bars else "count"
    return _render(
        charts.horizontal_bars(
            [charts.Bar(label=label, value=figure.value) for label, figure in bars],
            reading=_reading(unit, currency),
            title=title,
        )
    )


def draw_funnel(rows: Sequence[StageRow]) -> SafeString:
    """How many people came from stage to stage: all at the first one, then those who were at the one before too."""
    return _render(
        charts.horizontal_bars(
            [
                charts.Bar(
                    label=str(STAGES[row.stage].label), value=row.rate.numerator if row.base else row.people
                )
                for row in rows
            ],
            reading=_reading(),
            title=_("People by the stage that they reached"),
        )
    )


def draw_pareto(pareto: Pareto) -> SafeString:
    """The curve with its two named points: the top 20 %, and who brings 80 %."""
    marks = []
    if pareto.top_20_share is not None:
        words = _("Top %(top)s bring %(share)s") % {
            "top": isolate(format_percent(0.2, 0)),
            "share": isolate(format_percent(pareto.top_20_share, 2)),
        }
        marks.append(charts.Mark(x=0.2, y=pareto.top_20_share, label=words))
    return _render(
        charts.pareto_curve(
            pareto.curve,
            language=get_language() or "",
            title=_("Share of gross by share of customers"),
            marks=marks,
            point_note=_("The top %(x)s of customers bring %(y)s of gross"),
        )
    )


def draw_gaps(gaps: Gaps, lapse_window_days: int) -> SafeString:
    """How many days pass until the next order, with the median and the lapse window."""
    bins = bin_days(gaps.histogram)
    rules: list[tuple[float, str]] = []
    if gaps.median is not None:
        rules.append((gaps.median, _("Median: %(days)s") % {"days": format_days(gaps.median)}))
    if bins and lapse_window_days <= bins[-1][1]:
        rules.append(
            (lapse_window_days, _("Lapse window: %(days)s") % {"days": format_days(lapse_window_days)})
        )
    return _render(
        charts.histogram(
            bins,
            reading=_reading("days"),
            title=_("Days until the next order"),
            rules=rules,
        )
    )


def bin_days(histogram: Sequence[tuple[int, int]]) -> list[tuple[float, float, int]]:
    """Days gathered into some thirty bars of whole days; the thin tail goes into the last one."""
    total = sum(count for _days, count in histogram)
    if not total:
        return []
    seen, top = 0, 0
    for days, count in sorted(histogram):
        seen, top = seen + count, days
        if seen >= TAIL_SHARE * total:
            break
    width = max(1, -(-(top + 1) // HISTOGRAM_BARS))
    last = top // width
    counts = [0] * (last + 1)
    for days, count in histogram:
        counts[min(days // width, last)] += count
    return [(index * width, (index + 1) * width, count) for index, count in enumerate(counts)]


def draw_cohorts(cohorts: Cohorts, show: str, currency: str) -> SafeString:
    """A row per month of first orders, a column per month since."""
    width = max((len(cohort.active) for cohort in cohorts.cohorts), default=0)
    language = get_language() or ""
    rows = []
    for cohort in cohorts.cohorts:
        values: Sequence[float] = cohort.active
        if show == "money":
            values = cohort.gross_minor
        elif show == "share":
            values = [count / cohort.customers for count in cohort.active] if cohort.customers else []
        rows.append(charts.GridRow(label=format_month(cohort.month, language), values=values))
    units: dict[str, charts.Unit] = {"money": "money", "share": "rate"}
    return _render(
        charts.heat_map(
            rows,
            [format_number(month) for month in range(width)],
            reading=_reading(units.get(show, "count"), currency),
            title=_("Customers by the month of their first order and the months since"),
        )
    )


def draw_rfm(rfm: Rfm) -> SafeString:
    """Recency against frequency and money: how many customers stand in each cell, and which group it is."""
    sizes: dict[tuple[int, int], int] = {}
    groups: dict[tuple[int, int], str] = {}
    for cell in rfm.cells:
        place = (cell.recency, merge_scores(cell.frequency, cell.monetary))
        sizes[place] = sizes.get(place, 0) + cell.customers
        groups[place] = find_group(cell.recency, cell.frequency, cell.monetary)
    cells = {
        place: charts.GridCell(
            weight=size,
            text=format_number(size),
            note=ngettext(
                "%(group)s: %(count)s customer (recency %(recency)s, frequency and money %(value)s)",
                "%(group)s: %(count)s customers (recency %(recency)s, frequency and money %(value)s)",
                size,
            )
            % {
                "group": get_group_words(groups[place]).label,
                "count": format_number(size),
                "recency": place[0],
                "value": place[1],
            },
        )
        for place, size in sizes.items()
    }
    return _render(
        charts.rfm_grid(
            cells,
            language=get_language() or "",
            title=_("Customers by recency, and by frequency and money"),
            recency_labels=[_("long ago"), "2", "3", "4", _("lately")],
            frequency_labels=[_("little"), "2", "3", "4", _("much")],
            width=charts.theme.WIDE,
        )
    )


def _value(point: SeriesPoint, key: str) -> float | None:
    return point.figures[key].value if key in point.figures else None


def _starts(series: Series) -> list[date]:
    return [point.period.start for point in series.points]
