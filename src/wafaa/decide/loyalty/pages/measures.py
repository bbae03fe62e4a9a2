"""How a programme does: who takes part, what is earned and spent, what became of it and what it costs."""

import uuid
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.act.points.models import Unit
from wafaa.act.points.words import name_unit
from wafaa.decide.loyalty.counting import DEFAULT_PERIOD, ROWS_AT_ONCE, find_measures, read_days
from wafaa.decide.loyalty.errors import ProgrammeMissing
from wafaa.decide.loyalty.measure_words import show_figures
from wafaa.decide.loyalty.models import Programme
from wafaa.decide.loyalty.queries import get_programme
from wafaa.decide.loyalty.queries.measuring import list_measured_units
from wafaa.decide.loyalty.rules import State
from wafaa.decide.loyalty.rules.measuring import Sums, count_burned, count_earned, count_expired, make_figures
from wafaa.design import charts
from wafaa.design.formats import format_days
from wafaa.kit.remote import AnalystUnavailable
from wafaa.kit.text import choose_words
from wafaa.learn.measures.periods import ONE_DAY, add_months

ROLLING: Final = {"30d": 30, "90d": 90, "365d": 365}
WHOLE: Final = "all"
MONTH: Final = "month"


@requires(Capability.SEE_LOYALTY)
@require_GET
def measures(request: StaffRequest, programme_uuid: uuid.UUID) -> HttpResponse:
    """The last 90 days unless others are asked for; what cannot be read means those."""
    context = frame(request, programme_uuid)
    programme, unit = context["programme"], context["unit"]
    asked = request.GET.get("period", "")
    told = request.GET.get("month", "") if asked == MONTH else asked
    try:
        period = read_days(told or DEFAULT_PERIOD, programme)
    except (ValueError, OverflowError):
        told, period = DEFAULT_PERIOD, read_days(DEFAULT_PERIOD, programme)
    sums = find_measures(programme, unit, period, anew="anew" in request.GET)
    context |= {
        "period": told or DEFAULT_PERIOD,
        "periods": [
            *((key, format_days(days)) for key, days in ROLLING.items()),
            (WHOLE, _("Whole history")),
        ],
        "months": _list_months(programme, period.end),
        "chosen_month": period.start if asked == MONTH else None,
        "kept": urlencode({"period": told, "unit": unit.code}),
        "sums": sums,
        "last_day": period.end - ONE_DAY,
    }
    if sums:
        context |= {
            "groups": show_figures(make_figures(sums), sums, unit),
            "chart": draw_months(sums, unit),
            "shares_unit": Programme.objects.filter(unit=unit).exclude(state=State.DRAFT).count() > 1,
            "is_kept": sums.ledger_rows > ROWS_AT_ONCE,
        }
    return render(request, "loyalty/measures.html", context)


def frame(request: StaffRequest, programme_uuid: uuid.UUID) -> dict[str, Any]:
    """What the pages of a programme's figures share. The unit is the main one unless `?unit=` names another of its rules."""
    try:
        programme = get_programme(programme_uuid)
    except ProgrammeMissing:
        raise Http404 from None
    units = list_measured_units(programme)
    unit = next((one for one in units if one.code == request.GET.get("unit")), units[0])
    name = choose_words(programme.name)
    return {
        "programme": programme,
        "name": name,
        "unit": unit,
        "units": [{"code": one.code, "name": name_unit(one)} for one in units],
        "unit_name": name_unit(unit),
        "trail": [
            (_("Loyalty"), reverse("loyalty")),
            (name, reverse("loyalty-programme", args=[programme.uuid])),
        ],
    }


def _list_months(programme: Programme, end: date) -> list[date]:
    """First days of the months since the programme began, the latest first."""
    month = (end - ONE_DAY).replace(day=1)
    began = programme.started_at.date().replace(day=1) if programme.started_at else month
    months = [month]
    while months[-1] > began and len(months) < 120:
        months.append(add_months(months[-1], -1))
    return months


def draw_months(sums: Sums, unit: Unit) -> SafeString | str:
    """Earned beside spent and expired, month by month; nothing where the analyst does not answer."""
    language = get_language() or ""
    first = add_months((sums.end - timedelta(days=1)).replace(day=1), -11)
    months = [
        month
        for month in (add_months(min([first, *sums.months]), one) for one in range(120))
        if month < sums.end
    ]

    def read(kinds: Any) -> list[tuple[date, float]]:
        return [(month, kinds(sums.months.get(month, {})) / 10**unit.scale) for month in months]

    lines = [
        charts.Line(
            label=pgettext("measure", "Earned, less taken back"),
            points=read(count_earned),
        ),
        charts.Line(label=pgettext("measure", "Spent"), points=read(count_burned)),
        charts.Line(
            label=pgettext("measure", "Expired"),
            points=read(count_expired),
        ),
    ]
    chart = charts.line_chart(
        lines,
        reading=charts.Reading(language=language),
        title=_("%(unit)s by month") % {"unit": name_unit(unit)},
        grain="month",
        height=240,
    )
    try:
        return charts.render_chart(chart, language)
    except AnalystUnavailable:
        return ""
