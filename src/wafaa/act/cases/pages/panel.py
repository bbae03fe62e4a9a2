"""The panel of a customer's cases on their page."""

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.act.cases.pages.cases import show_row
from wafaa.act.cases.queries import list_customer_cases
from wafaa.know.customers.queries import say_customer
from wafaa.know.orders.queries import get_store_scope, get_visible_customer

SHOWN = 10


@requires(Capability.HANDLE_CASES)
@require_GET
def panel(request: StaffRequest, customer_uuid: uuid.UUID) -> HttpResponse:
    customer = get_visible_customer(customer_uuid, get_store_scope(request.staff))
    found = list(list_customer_cases(customer)[: SHOWN + 1])
    label = say_customer(customer, sees_personal=True)
    context = {
        "customer": customer,
        "label": label,
        "rows": [show_row(one, {}) for one in found[:SHOWN]],
        "has_more": len(found) > SHOWN,
        "trail": [(label, reverse("customer", args=[customer.uuid]))],
    }
    return render(request, "cases/panel.html" if request.htmx else "cases/panel_page.html", context)
