"""Month by month: new and returning customers, and what they brought."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from wafaa.design import charts
from wafaa.learn.measures.rules import SeriesPoint
from wafaa.show import words
from wafaa.show.report.rules import Figures, Picture, Section, Table

_COLUMNS = ("new_customers", "returning_customers", "customers", "orders", "gross", "average_order_value")


def build_months(figures: Figures) -> Iterator[Section]:
    points, currency = figures.series.points, figures.question.currency
    if not points:
        return
    language = words.language()
    starts = [point.period.start for point in points]
    customers = charts.stacked_columns(
        [
            charts.Stack(
                label=_("Returning customers"),
                values=[_value(point, "returning_customers") for point in points],
            ),
            charts.Stack(
                label=_("New customers"), values=[_value(point, "new_customers") for point in points]
            ),
        ],
        starts,
        reading=charts.Reading(language=language),
        title=_("New and returning customers by month"),
    )
    gross = charts.line_chart(
        [
            charts.Line(
                label=_("Gross sales"),
                points=[(point.period.start, _value(point, "gross")) for point in points],
            )
        ],
        reading=charts.Reading(language=language, unit="money", currency=currency),
        grain="month",
        title=_("Gross sales by month"),
    )
    yield Section(
        key="months",
        title=_("Month by month"),
        lead=_lead(figures),
        pictures=[
            Picture(drawn=charts.render_chart(chart, language), caption=chart.title)
            for chart in (customers, gross)
        ],
        tables=[_table(points, currency)],
        receipt=figures.series.receipt,
    )


def _value(point: SeriesPoint, key: str) -> float | int | None:
    found = point.figures.get(key)
    return found.value if found else None


def _lead(figures: Figures) -> SafeString:
    points = figures.series.points
    best = max(points, key=lambda point: _value(point, "gross") or 0)
    told = words.say(
        _("A lower part that grows means that customers stay. The best month was {month} with {gross}."),
        month=words.month(best.period.start),
        gross=words.money(_value(best, "gross"), figures.question.currency),
    )
    last = points[-1].period
    if last.end.day == 1:
        return told
    cut = words.say(_("The last month runs to {day} only."), day=words.day(last.end - timedelta(days=1)))
    return words.join(told, cut)


def _table(points: list[SeriesPoint], currency: str) -> Table:
    return Table(
        head=[
            _("Month"),
            _("New customers"),
            _("Returning customers"),
            _("Customers"),
            _("Orders"),
            _("Gross sales"),
            _("Average order value"),
        ],
        rows=[
            [
                words.month(point.period.start),
                *(words.figure(point.figures.get(key), currency) for key in _COLUMNS),
            ]
            for point in points
        ],
    )
