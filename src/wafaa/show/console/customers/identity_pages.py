"""Who is one customer with whom: what staff must decide, what was joined, and taking it back."""

import uuid
from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.know.customers.errors import CustomerMissing, MergeRefused
from wafaa.know.customers.models import Customer
from wafaa.know.customers.queries import list_distinct_ids, say_customer
from wafaa.know.identity.actions import join_customers, tell_apart, withdraw
from wafaa.know.identity.queries import get_decision, list_members
from wafaa.know.orders.queries import get_store_scope, get_visible_customer
from wafaa.show.console.customers.identifying import (
    explain_customer,
    list_asked,
    list_history,
    list_parted,
    list_shared_addresses,
    list_visible,
)
from wafaa.show.console.customers.merging import MOVERS


@requires(Capability.CHANGE_CUSTOMERS)
@require_GET
def review(request: StaffRequest) -> HttpResponse:
    """Doubts first; then what joins nobody, what was joined and what staff told apart."""
    stores = get_store_scope(request.staff)
    try:
        asked, next_place = list_asked(request.GET.get("after", ""), stores)
    except ValueError as error:
        raise Http404 from error
    context = {
        "asked": asked,
        "next_place": next_place,
        # an address is nobody's customer, so whose stores it belongs to can't be told
        "shared": list_shared_addresses() if stores is None else [],
        "history": list_history(stores),
        "parted": list_parted(stores),
        "trail": [(_("Customers"), reverse("customers")), (_("Duplicates"), reverse("duplicates"))],
    }
    return render(request, "console/customers/identity.html", context)


@requires(Capability.CHANGE_CUSTOMERS)
@require_POST
def answer(request: StaffRequest) -> HttpResponse:
    """One doubt is decided: the same person, or different people."""
    one, other = (_find(request, name) for name in ("first", "second"))
    if one.pk == other.pk:
        messages.info(request, _("These are one customer already."))
    elif request.POST.get("answer") == "same":
        kept, gone = sorted((one, other), key=lambda customer: customer.pk)
        try:
            join_customers(kept=kept, gone=gone, choices={}, movers=MOVERS, by=request.staff)
            messages.success(request, _("The two are one customer now. It can be undone below."))
        except MergeRefused as error:
            messages.error(request, str(error))
    else:
        ids = list_distinct_ids([one.pk])[one.pk]
        tell_apart(ids=ids, customer=other, movers=MOVERS, by=request.staff)
        messages.success(request, _("They stay two customers, and nobody is asked again."))
    return redirect("customer-identity")


@requires(Capability.CHANGE_CUSTOMERS)
@require_POST
def take_back(request: StaffRequest, decision_uuid: uuid.UUID) -> HttpResponse:
    """The rules alone say again what becomes of the two."""
    decision = get_decision(decision_uuid)
    left, right = list_members([decision])[decision.pk]
    seen = list_visible([*left, *right], get_store_scope(request.staff))
    if not all(one in seen for one in (left[0], right[0])):
        raise CustomerMissing
    withdraw(decision=decision, movers=MOVERS, by=request.staff)
    messages.success(request, _("The decision was taken back."))
    return redirect("customer-identity")


@requires(Capability.SEE_PERSONAL)
@require_GET
def panel(request: StaffRequest, customer_uuid: uuid.UUID) -> HttpResponse:
    """How we know that a customer's ids are one person's."""
    shown = get_visible_customer(customer_uuid, get_store_scope(request.staff))
    rows, others = explain_customer(shown)
    context = {
        "customer": shown,
        "rows": rows,
        "others": others,
        "may_change": request.staff.may(Capability.CHANGE_CUSTOMERS) and len(rows) > 1,
    }
    if request.htmx:
        return render(request, "console/customers/identity_panel.html", context)
    label = say_customer(shown, sees_personal=True)
    context |= {
        "label": label,
        "trail": [
            (_("Customers"), reverse("customers")),
            (label, reverse("customer", args=[shown.uuid])),
        ],
    }
    return render(request, "console/customers/identity_panel_page.html", context)


@requires(Capability.CHANGE_CUSTOMERS)
@require_POST
def take_off(request: StaffRequest, customer_uuid: uuid.UUID) -> HttpResponse:
    """An id is not this customer's."""
    shown = get_visible_customer(customer_uuid, get_store_scope(request.staff))
    ids: Sequence[str] = list_distinct_ids([shown.pk])[shown.pk]
    given = request.POST.get("id", "")
    if given not in ids or len(ids) < 2:
        messages.error(request, _("This id is not this customer's any more."))
    else:
        tell_apart(ids=[given], customer=shown, movers=MOVERS, by=request.staff)
        messages.success(request, _("The id stands for itself now, with what was told by it."))
    return redirect("customer", shown.uuid)


def _find(request: StaffRequest, name: str) -> Customer:
    try:
        return get_visible_customer(uuid.UUID(request.POST.get(name, "")), get_store_scope(request.staff))
    except ValueError as error:
        raise CustomerMissing from error
