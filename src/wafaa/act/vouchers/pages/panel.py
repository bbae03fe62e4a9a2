"""The panel of a customer's own codes, and what they used, on their page."""

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.act.vouchers.queries import list_customer_codes, list_customer_uses
from wafaa.act.vouchers.words import say_short
from wafaa.know.customers.queries import say_customer
from wafaa.know.orders.queries import get_store_scope, get_visible_customer

SHOWN = 8


@requires(Capability.SEE_LOYALTY)
@require_GET
def panel(request: StaffRequest, customer_uuid: uuid.UUID) -> HttpResponse:
    customer = get_visible_customer(customer_uuid, get_store_scope(request.staff))
    label = say_customer(customer, request.staff.may(Capability.SEE_PERSONAL))
    context = {
        "customer": customer,
        "label": label,
        "codes": [
            {"code": one, "short": say_short(one.pool.terms)}
            for one in list_customer_codes(customer.pk)[:SHOWN]
        ],
        "uses": list_customer_uses(customer.pk)[:SHOWN],
        "may_change": request.staff.may(Capability.MANAGE_LOYALTY),
        "trail": [(label, reverse("customer", args=[customer.uuid]))],
    }
    template = "vouchers/panel.html" if request.htmx else "vouchers/panel_page.html"
    return render(request, template, context)
