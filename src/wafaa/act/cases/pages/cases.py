"""The list of cases, its file, and by when cases are to be answered."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.act.cases.actions import change_target
from wafaa.act.cases.errors import CaseMissing
from wafaa.act.cases.forms import CaseFilterForm, TargetForm
from wafaa.act.cases.models import Case
from wafaa.act.cases.queries import count_cases, get_target, list_cases, list_on_duty
from wafaa.act.cases.rules import Which, count_hours
from wafaa.act.cases.story import find_text
from wafaa.act.cases.words import say_clock, say_score, say_target
from wafaa.kit import clock
from wafaa.kit.tables import Cell, answer_table
from wafaa.know.customers.queries import say_customer
from wafaa.know.journey.words import name_touchpoint
from wafaa.know.orders.queries import list_stores

PAGE_ROWS = 50
ORDERS = {"due": "due_at", "opened": "opened_at", "severity": "severity", "closed": "closed_at"}


@requires(Capability.HANDLE_CASES)
@require_GET
def cases(request: StaffRequest) -> HttpResponse:
    which = read_which(request)
    stores = {one.code: str(one) for one in list_stores()}
    form = CaseFilterForm(request.GET, stores=stores)
    order = read_order(request, which)
    column = ("-" if order.startswith("-") else "") + ORDERS[order.removeprefix("-")]
    found = list_cases(form.get_filter(which), request.staff).order_by(column, "pk")
    page = Paginator(found, PAGE_ROWS).get_page(request.GET.get("page"))
    counts = count_cases(request.staff)
    context = {
        "which": which,
        "tabs": [(one, label, counts.get(one)) for one, label in _list_tabs()],
        "form": form,
        "order": order,
        "page": page,
        "rows": [show_row(one, stores) for one in page.object_list],
        "is_narrowed": any(request.GET.get(name) for name in form.fields),
        "target": say_target(get_target()),
        "may_set": request.staff.may(Capability.CHANGE_SETTINGS),
        "may_export": request.staff.may(Capability.EXPORT_FIGURES),
        "may_survey": request.staff.may(Capability.EDIT_SURVEYS),
    }
    return render(request, "cases/cases.html", context)


def _list_tabs() -> list[tuple[Which, str]]:
    return [
        (Which.OPEN, pgettext("case", "Open")),
        (Which.MINE, pgettext("case", "Mine")),
        (Which.OVERDUE, _("Overdue")),
        (Which.DONE, _("Done")),
    ]


def read_which(request: StaffRequest) -> Which:
    told = request.GET.get("which", "")
    return Which(told) if told in set(Which) else Which.OPEN


def read_order(request: StaffRequest, which: Which) -> str:
    order = request.GET.get("order", "")
    if order.removeprefix("-") in ORDERS:
        return order
    return "-closed" if which is Which.DONE else "due"


def show_row(one: Case, stores: dict[str, str]) -> dict[str, Any]:
    """A case with its latest signal, in words."""
    told: list[Any] = getattr(one, "told", [])
    last = told[0] if told else None
    # a comment may name no place, and no score: then those of what was said before it stand
    places = next((found for signal in told if (found := list_places(signal, stores))), [])
    return {
        "case": one,
        "customer": say_customer(one.customer, sees_personal=True) if one.customer else "",
        "last": last,
        "score": next((said for signal in told if (said := say_score(signal.content.get("lowest", {})))), ""),
        "text": next((said for signal in told if (said := find_text(signal.content))), ""),
        "places": places,
        "signals": len(told),
        "clock": say_clock(one, clock.now()),
        "is_over": one.hours_over(clock.now()) > 0,
    }


def list_places(signal: Any, stores: dict[str, str]) -> list[str]:
    """Where it was said, in words."""
    found = [
        signal.content.get("survey"), str(name_touchpoint(signal.touchpoint)), stores.get(signal.store, signal.store),
        signal.agent,
    ]  # fmt: skip
    return [place for place in found if place]


@requires(Capability.EXPORT_FIGURES)
@require_GET
def export(request: StaffRequest) -> HttpResponseBase:
    """The cases that the list shows, for those who may see it."""
    if not request.staff.may(Capability.HANDLE_CASES):
        raise CaseMissing
    which = read_which(request)
    form = CaseFilterForm(request.GET, stores={})
    found = list_cases(form.get_filter(which), request.staff).order_by("opened_at", "pk")
    return answer_table(request, "cases", EXPORT_HEAD, _cells(found))


EXPORT_HEAD = (
    "case_id", "customer", "kind", "severity", "signals", "survey", "touchpoint", "store", "agent", "score", "said",
    "opened_at", "due_at", "owner", "contacted_at", "closed_at", "hours", "outcome", "root_cause",
)  # fmt: skip


def _cells(found: Any) -> Iterator[list[Cell]]:
    for one in found.iterator(chunk_size=500):
        row = show_row(one, {})
        last = row["last"]
        yield [
            str(one.uuid),
            row["customer"],
            one.get_kind_display(),
            one.get_severity_display(),
            row["signals"],
            last.content.get("survey", "") if last else "",
            last.touchpoint if last else "",
            last.store if last else "",
            last.agent if last else "",
            row["score"],
            row["text"],
            one.opened_at,
            one.due_at,
            str(one.owner or ""),
            one.contacted_at,
            one.closed_at,
            count_hours(one.opened_at, one.closed_at) if one.closed_at else None,
            one.outcome,
            one.get_cause_display(),
        ]


@requires(Capability.CHANGE_SETTINGS)
@require_http_methods(["GET", "POST"])
def target(request: StaffRequest) -> HttpResponse:
    """By when cases are to be answered."""
    duty = [one.pk for one in list_on_duty()]
    form = TargetForm(request.POST if request.method == "POST" else None, target=get_target(), duty=duty)
    if request.method == "POST" and form.is_valid():
        change_target(target=form.get_target(), duty=form.cleaned_data["duty"], by=request.staff)
        messages.success(request, _("Saved. It holds for cases that open from now on."))
        return redirect("cases")
    context = {
        "form": form,
        "hours": [form[name] for name in ("high", "normal", "low")],
        "trail": [(_("Cases"), reverse("cases"))],
    }
    return render(request, "cases/settings.html", context, status=422 if form.errors else 200)
