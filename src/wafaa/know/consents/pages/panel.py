"""The panel of a customer's consents: how they stand, what was said when, and what staff note."""

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.know.consents.actions import set_consent
from wafaa.know.consents.forms import GIVEN, ConsentForm
from wafaa.know.consents.queries import get_history, list_standings
from wafaa.know.customers.models import Customer
from wafaa.know.customers.queries import say_customer
from wafaa.know.orders.queries import get_store_scope, get_visible_customer

HISTORY_SHOWN = 50


@requires(Capability.SEE_PERSONAL)
@require_GET
def consents(request: StaffRequest, customer_uuid: uuid.UUID) -> HttpResponse:
    return _show(request, get_visible_customer(customer_uuid, get_store_scope(request.staff)))


@requires(Capability.CHANGE_CUSTOMERS)
@require_POST
def change(request: StaffRequest, customer_uuid: uuid.UUID) -> HttpResponse:
    """What the customer said; it holds at once."""
    customer = get_visible_customer(customer_uuid, get_store_scope(request.staff))
    form = ConsentForm(request.POST, auto_id="id_consent_%s")
    if not form.is_valid():
        return _show(request, customer, form)
    given = form.cleaned_data
    set_consent(
        customer=customer,
        channel=given["channel"],
        purpose=given["purpose"],
        is_given=given["state"] == GIVEN,
        reason=given["reason"],
        text_version=given.get("text_version") or "",
        by=request.staff,
    )
    if request.htmx:
        return _show(request, customer)
    return redirect("customer-panel-consents", customer.uuid)


def _show(request: StaffRequest, customer: Customer, form: ConsentForm | None = None) -> HttpResponse:
    history = list(get_history(customer)[: HISTORY_SHOWN + 1])
    label = say_customer(customer, sees_personal=True)
    context = {
        "customer": customer,
        "label": label,
        "standings": list_standings([customer.pk])[customer.pk],
        "history": history[:HISTORY_SHOWN],
        "has_more": len(history) > HISTORY_SHOWN,
        "form": form or ConsentForm(auto_id="id_consent_%s"),
        "is_open": form is not None,
        "may_change": request.staff.may(Capability.CHANGE_CUSTOMERS),
        "trail": [
            (_("Customers"), reverse("customers")),
            (label, reverse("customer", args=[customer.uuid])),
        ],
    }
    template = "consents/panel.html" if request.htmx else "consents/panel_page.html"
    return render(request, template, context, status=422 if form is not None else 200)
