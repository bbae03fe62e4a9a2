"""The panel of a customer's messages: what was sent, what was not, what waits, and why."""

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.act.messages.providing_queries import list_marks
from wafaa.act.messages.queries import list_messages, name_templates
from wafaa.act.messages.words import say_trace, say_way, say_why
from wafaa.know.customers.queries import say_customer
from wafaa.know.orders.queries import get_store_scope, get_visible_customer

SHOWN = 20


@requires(Capability.SEE_PERSONAL)
@require_GET
def messages(request: StaffRequest, customer_uuid: uuid.UUID) -> HttpResponse:
    customer = get_visible_customer(customer_uuid, get_store_scope(request.staff))
    rows = list(list_messages(customer)[: SHOWN + 1])
    names = name_templates({row.template for row in rows})
    marks = list_marks([row.pk for row in rows])
    label = say_customer(customer, sees_personal=True)
    context = {
        "customer": customer,
        "label": label,
        "lines": [  # `messages` are Django's own on every page
            {
                "row": row,
                "name": names.get(row.template, ""),
                "why": say_why(row.why),
                "steps": say_trace(row.trace, request.business.zone),
                "way": say_way(row.channel),
                "marks": marks.get(row.pk, []),
            }
            for row in rows[:SHOWN]
        ],
        "has_more": len(rows) > SHOWN,
        "trail": [(label, reverse("customer", args=[customer.uuid]))],
    }
    template = "messages/panel.html" if request.htmx else "messages/panel_page.html"
    return render(request, template, context)
