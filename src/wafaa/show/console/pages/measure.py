"""One measure: definition, figure, run over time, breakdown, receipt, export."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import get_args

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.design.cards import Change
from wafaa.kit.tables import answer_table
from wafaa.learn.measures.definitions import MEASURES
from wafaa.learn.measures.queries import get_series, get_summary
from wafaa.learn.measures.rules import Breakdown, Grain, Period, Series
from wafaa.show.console import pictures
from wafaa.show.console.asking import Asked, ask
from wafaa.show.console.counted import waits_for_figures
from wafaa.show.console.exports import EXPORT_HEAD, list_cells
from wafaa.show.console.pages.parts import frame_context, render_empty
from wafaa.show.console.queries import STAYING, find_breakdown, get_months, leave_out_early
from wafaa.show.console.tables import TableRow, has_several, list_groups, list_times, sort_rows
from wafaa.show.console.words.figures import show_change, show_figure, show_margin
from wafaa.show.console.words.labels import label_group, label_start
from wafaa.show.console.words.measures import BREAKDOWNS, GRAINS, WHY
from wafaa.show.words import quantity

# How far back the run of days and weeks reaches, in days: about as many points as the eye can follow.
RUN_DAYS = {"day": 60, "week": 7 * 52}
# A chart of more bars is a wall; the table holds them all.
BARS_MAX = 15


@dataclass(frozen=True, kw_only=True)
class RowShown:
    label: str
    value: str
    margin: str
    n: int
    previous: str
    year_before: str
    change: Change | None


@requires(Capability.SEE_FIGURES)
@require_GET
@waits_for_figures
def measure(request: StaffRequest, key: str) -> HttpResponse:
    asked = ask(request)
    if key not in MEASURES:
        raise Http404
    if asked is None:
        return render_empty(request)
    by, grain = read_choices(request, asked)
    summary = get_summary(asked.broken_down(by))
    series = get_run(asked, grain)
    currency, words = asked.business.currency, MEASURES[key]
    groups = name_groups(list_groups(summary, key, words.direction), by)
    rows = sort_rows(groups, request.GET.get("order", ""))
    context = {
        **frame_context(request, asked),
        "key": key,
        "measure": words,
        "why": WHY.get(key, ""),
        "figure": show_figure(key, summary.total, currency),
        "run_chart": pictures.draw_run(key, series, currency, get_year_before(asked, grain, series)),
        "groups_chart": draw_groups(groups, currency, str(words.label)) if has_several(groups) else "",
        "rows": [show_row(row, currency) for row in rows],
        "total": show_row(
            TableRow(
                group="",
                label=_("All"),
                figure=summary.total.figures[key],
                previous=summary.total.previous.get(key),
                year_before=summary.total.year_before.get(key),
            ),
            currency,
        ),
        "times": [
            show_row(row, currency) for row in name_times(list_times(series, key, words.direction), grain)
        ],
        "by": by,
        "by_label": BREAKDOWNS[by],
        "breakdowns": BREAKDOWNS.items(),
        "grain": grain,
        "grains": GRAINS.items(),
        "is_too_early": key in STAYING and asked.is_too_early(asked.chosen.period),
        "has_margin": summary.total.figures[key].low is not None,
    }
    return render(request, "console/measure.html", context)


@requires(Capability.EXPORT_FIGURES)
@require_GET
@waits_for_figures
def export(request: StaffRequest, key: str) -> HttpResponseBase:
    """The table of the measure's page: `table=time` for the run, else the breakdown."""
    asked = ask(request)
    if key not in MEASURES or asked is None:
        raise Http404
    by, grain = read_choices(request, asked)
    direction = MEASURES[key].direction
    name: str
    if request.GET.get("table") == "time":
        rows, name = list_times(get_run(asked, grain), key, direction), grain
    else:
        rows, name = name_groups(list_groups(get_summary(asked.broken_down(by)), key, direction), by), by
    rows = sort_rows(rows, request.GET.get("order", ""))
    days = f"{asked.chosen.period.start:%Y%m%d}-{asked.last_day:%Y%m%d}"
    cells = (list_cells(row, asked.business.currency) for row in rows)
    return answer_table(request, f"{slugify(key)}-{slugify(name)}-{days}", EXPORT_HEAD, cells)


def read_choices(request: StaffRequest, asked: Asked) -> tuple[Breakdown, Grain]:
    """What `?by=` and `?grain=` ask for; nonsense means the default."""
    breakdowns: tuple[Breakdown, ...] = get_args(Breakdown)
    grains: tuple[Grain, ...] = get_args(Grain)
    by = next((one for one in breakdowns if one == request.GET.get("by")), None)
    grain: Grain = next((one for one in grains if one == request.GET.get("grain")), "month")
    return by or find_breakdown(asked.stores), grain


def get_run(asked: Asked, grain: Grain) -> Series:
    """The measure's run: two years of months, else up to the end of the chosen period, so far back that one sees a trend."""
    if grain == "month":
        return get_months(asked)
    assert asked.standing.first_day is not None
    end = asked.chosen.period.end
    start = max(end - timedelta(days=RUN_DAYS[grain]), asked.standing.first_day)
    series = get_series(replace(asked.question, period=Period(start=start, end=end)), grain)
    return leave_out_early(series, asked)


def get_year_before(asked: Asked, grain: Grain, series: Series) -> Series | None:
    """The same run a year earlier; not for months, whose chart holds two years already."""
    first = asked.standing.first_day
    if grain == "month" or not series.points or first is None:
        return None
    # 52 whole weeks, so that Fridays are compared with Fridays
    back = timedelta(weeks=52)
    period = Period(start=series.points[0].period.start - back, end=series.points[-1].period.end - back)
    if period.start < first:
        return None
    return get_series(replace(asked.question, period=period), grain)


def name_groups(rows: list[TableRow], by: Breakdown) -> list[TableRow]:
    return [replace(row, label=label_group(by, row.group, row.label)) for row in rows]


def name_times(rows: list[TableRow], grain: Grain) -> list[TableRow]:
    return [replace(row, label=label_start(row.start, grain)) for row in rows if row.start]


def draw_groups(rows: list[TableRow], currency: str, label: str) -> str:
    bars = [(row.label, row.figure) for row in rows if row.figure.value is not None]
    return pictures.draw_groups(label, bars[:BARS_MAX], currency)


def show_row(row: TableRow, currency: str) -> RowShown:
    unit = row.figure.unit
    return RowShown(
        label=row.label,
        value=quantity(row.figure.value, unit, currency),
        margin=show_margin(row.figure, currency),
        n=row.figure.n,
        previous=quantity(row.previous.value, unit, currency) if row.previous else "",
        year_before=quantity(row.year_before.value, unit, currency) if row.year_before else "",
        change=show_change(row.change, unit, currency) if row.change else None,
    )
