"""What members hold of a programme's units: by age, by end, in money, and what will probably be spent of it."""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.act.points.models import Unit
from wafaa.act.points.words import say_amount
from wafaa.decide.loyalty.counting import find_outstanding
from wafaa.decide.loyalty.pages.measures import frame
from wafaa.decide.loyalty.queries.outstanding import Lots, Outstanding
from wafaa.decide.loyalty.rules.measuring import find_worth
from wafaa.design.formats import format_percent
from wafaa.kit.money import format_money, from_minor
from wafaa.kit.tables import Cell, answer_table
from wafaa.kit.text import isolate

# As science.redemption has it, which is loaded only where it reckons.
MONTHS_MIN: Final = 6


@requires(Capability.SEE_LOYALTY)
@require_GET
def outstanding(request: StaffRequest, programme_uuid: uuid.UUID) -> HttpResponse:
    context = frame(request, programme_uuid)
    unit = context["unit"]
    found = find_outstanding(context["programme"], unit, anew="anew" in request.GET)
    context |= {"out": found, "kept": urlencode({"unit": unit.code})}
    if found:
        context |= {
            "cards": _make_cards(found, unit),
            "expected": _say_expected(found, unit),
            "months_min": MONTHS_MIN,
            "tables": [
                _make_table(found, unit, lambda one: one.cohort)
                | {"key": "age", "title": _("By age"), "column": _("Awarded in")},
                _make_table(found, unit, lambda one: one.ends)
                | {"key": "end", "title": _("By end"), "column": _("Ends in")},
            ],
            "may_export": request.staff.may(Capability.EXPORT_FIGURES),
        }
    return render(request, "loyalty/outstanding.html", context)


@requires(Capability.EXPORT_FIGURES)
@require_GET
def export(request: StaffRequest, programme_uuid: uuid.UUID) -> HttpResponseBase:
    """A row for each month of award and of end."""
    context = frame(request, programme_uuid)
    unit: Unit = context["unit"]
    found = find_outstanding(context["programme"], unit)
    if found is None:
        return redirect("loyalty-outstanding", programme_uuid)
    head = [
        _("Unit"),
        _("Awarded in"),
        _("Ends in"),
        _("Open"),
        _("of that pending"),
        _("Worth"),
        _("Currency"),
    ]
    return answer_table(request, "outstanding", head, _list_rows(found, unit))


def _list_rows(found: Outstanding, unit: Unit) -> Iterator[list[Cell]]:
    for one in found.lots:
        worth = find_worth(one.amount, found.worth)
        yield [
            unit.code,
            one.cohort,
            one.ends,
            one.amount / 10**unit.scale if unit.scale else one.amount,
            one.pending / 10**unit.scale if unit.scale else one.pending,
            from_minor(worth, found.worth.currency) if worth is not None and found.worth else None,
            found.worth.currency if found.worth else "",
        ]


CARDS: Final[Mapping[str, tuple[Promise, Promise]]] = {
    "open": (
        gettext_lazy("Outstanding"),
        gettext_lazy("What can be spent now or later: all that has not ended."),
    ),
    "worth": (
        pgettext_lazy("loyalty", "Worth"),
        gettext_lazy("By what the programme says that a point is worth, as if all of it were spent."),
    ),
    "pending": (
        gettext_lazy("of that pending"),
        gettext_lazy("It becomes usable when the time for returns is over."),
    ),
    "held": (
        pgettext_lazy("loyalty", "Held"),
        gettext_lazy("Set aside for redemptions that are under way; it is not in what is outstanding."),
    ),
    "owed": (
        pgettext_lazy("loyalty", "Owed"),
        gettext_lazy("What members had spent before it was taken back; later awards pay it first."),
    ),
}


def _make_cards(found: Outstanding, unit: Unit) -> list[dict[str, Any]]:
    """What wallets hold by state, and what it is worth."""
    values = {
        "open": say_amount(found.total, unit),
        "worth": _say_money(find_worth(found.total, found.worth), found),
        "pending": say_amount(found.pending, unit),
        "held": say_amount(found.sums["held"], unit),
        "owed": say_amount(found.sums["owed"], unit),
    }
    return [
        {
            "key": f"out-{key}",
            "label": CARDS[key][0],
            "definition": CARDS[key][1],
            "value": value,
            "is_long": True,
        }
        for key, value in values.items()
        if value
    ]


def _say_expected(found: Outstanding, unit: Unit) -> dict[str, Any] | None:
    told = found.forecast
    if told.spent is None or told.low is None or told.high is None:
        return None
    worth = find_worth(round(told.spent), found.worth)
    return {
        "spent": say_amount(round(told.spent), unit),
        "share": isolate(format_percent(told.share)),
        "low": say_amount(round(told.low), unit),
        "high": say_amount(round(told.high), unit),
        "expired": say_amount(round(told.expired or 0), unit),
        "beyond": say_amount(round(told.beyond), unit) if round(told.beyond or 0) and told.beyond else "",
        "ages": len(told.chances),
        "worth": _say_money(worth, found) if worth is not None else "",
    }


def _make_table(found: Outstanding, unit: Unit, read: Callable[[Lots], date | None]) -> dict[str, Any]:
    sums: dict[date | None, list[int]] = defaultdict(lambda: [0, 0])
    for one in found.lots:
        sums[read(one)][0] += one.amount
        sums[read(one)][1] += one.pending
    ordered = sorted(sums.items(), key=lambda told: told[0] or date.max)
    rows = [
        {
            "month": month,
            "amount": say_amount(amount, unit),
            "pending": say_amount(pending, unit),
            "worth": _say_money(find_worth(amount, found.worth), found),
        }
        for month, (amount, pending) in ordered
    ]
    return {"rows": rows}


def _say_money(minor: int | None, found: Outstanding) -> str:
    if minor is None or found.worth is None:
        return ""
    return isolate(format_money(minor, found.worth.currency, get_language() or ""))
