"""The panel of a customer's segments: which, since when, and why."""

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.know.customers.queries import say_customer
from wafaa.know.orders.queries import get_store_scope, get_visible_customer
from wafaa.learn.segments.offers import name_segment
from wafaa.learn.segments.queries import list_segments_of


@requires(Capability.SEE_SEGMENTS)
@require_GET
def panel(request: StaffRequest, customer_uuid: uuid.UUID) -> HttpResponse:
    customer = get_visible_customer(customer_uuid, get_store_scope(request.staff))
    label = say_customer(customer, request.staff.may(Capability.SEE_PERSONAL))
    context = {
        "customer": customer,
        "label": label,
        "standings": [(one, name_segment(one.segment)) for one in list_segments_of(customer.pk)],
        "trail": [(label, reverse("customer", args=[customer.uuid]))],
    }
    template = "segments/panel.html" if request.htmx else "segments/panel_page.html"
    return render(request, template, context)
