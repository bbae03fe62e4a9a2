"""A customer's gifts on their page, and giving one; also for a case that is repaired so."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.act.cases.errors import CaseMissing
from wafaa.act.cases.queries import get_case
from wafaa.decide.gifts.actions import give_gift
from wafaa.decide.gifts.forms import GiveForm
from wafaa.decide.gifts.models import STATES, Gift
from wafaa.decide.gifts.queries import find_own_room, list_customer_gifts, list_offered
from wafaa.decide.gifts.rules import State, find_month
from wafaa.decide.gifts.words import say_cost
from wafaa.kit import clock
from wafaa.kit.errors import WafaaError
from wafaa.know.customers.models import Customer
from wafaa.know.customers.queries import say_customer
from wafaa.know.orders.queries import get_store_scope, get_visible_customer

SHOWN = 10
TONES = {State.GIVEN: "good", State.ASKED: "warn"}


@requires(Capability.GIVE_GIFTS)
@require_GET
def panel(request: StaffRequest, customer_uuid: uuid.UUID) -> HttpResponse:
    customer = get_visible_customer(customer_uuid, get_store_scope(request.staff))
    return _show(request, customer)


@requires(Capability.GIVE_GIFTS)
@require_POST
def give(request: StaffRequest, customer_uuid: uuid.UUID) -> HttpResponse:
    customer = get_visible_customer(customer_uuid, get_store_scope(request.staff))
    form = GiveForm(request.POST, presents=list(list_offered(request.staff)))
    if not form.is_valid():
        return _show(request, customer, form)
    told = form.cleaned_data
    case = _find_case(request, told["case"], customer)
    try:
        gift = give_gift(
            key=f"staff:{told['key']}",
            customer=customer,
            present=form.presents[told["present"]],
            by=request.staff,
            at=clock.now(),
            note=told["note"],
            case=case,
            tells_by_mail=told["tells_by_mail"],
        )
    except WafaaError as error:
        form.add_error(None, str(error))
        return _show(request, customer, form)
    if gift.state == State.ASKED:
        messages.info(request, _("This is above your limit, so it waits until another person decides."))
    else:
        messages.success(request, _("The gift was given."))
    if case is not None:
        return redirect("case", case)
    return redirect("customer", customer.uuid)


def _find_case(request: StaffRequest, told: uuid.UUID | None, customer: Customer) -> uuid.UUID | None:
    """A case of this customer, for who handles cases."""
    if told is None or not request.staff.may(Capability.HANDLE_CASES):
        return None
    try:
        found = get_case(told)
    except CaseMissing:
        return None
    return found.uuid if found.customer_id == customer.pk else None


def _show(request: StaffRequest, customer: Customer, form: GiveForm | None = None) -> HttpResponse:
    presents = list(list_offered(request.staff))
    month = find_month(clock.now(), request.business.zone)
    budgets = {one.budget_id: one.budget for one in presents}
    rooms = [(one, find_own_room(one, request.staff, month)) for one in budgets.values()]
    label = say_customer(customer, request.staff.may(Capability.SEE_PERSONAL))
    context: dict[str, Any] = {
        "customer": customer,
        "label": label,
        "form": form or GiveForm(presents=presents, case=request.GET.get("case", "")),
        "has_presents": bool(presents),
        "rooms": [(one, say_cost(room, one)) for one, room in rooms if room is not None],
        "gifts": [_show_gift(request, one) for one in list_customer_gifts(customer.pk)[:SHOWN]],
        "trail": [(label, reverse("customer", args=[customer.uuid]))],
    }
    template = "gifts/panel.html" if request.htmx and form is None else "gifts/panel_page.html"
    return render(request, template, context, status=422 if form else 200)


def _show_gift(request: StaffRequest, one: Gift) -> dict[str, Any]:
    """Codes are worth money: only who may give them away reads them."""
    state = State(one.state)
    may_read = request.staff.may(Capability.MANAGE_LOYALTY)
    return {
        "gift": one,
        "state": STATES[state],
        "tone": TONES.get(state, ""),
        "sender": str(one.by or ""),
        "code": one.voucher.shown if one.voucher and may_read else "",
    }
