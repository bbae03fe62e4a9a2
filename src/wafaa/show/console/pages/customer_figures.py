"""The figures panel of a customer's page, fetched by URL."""

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from wafaa.access.business.queries import get_business
from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.know.orders.queries import get_store_scope, get_visible_customer
from wafaa.learn.measures.group_definitions import get_group_words
from wafaa.show.console.queries import get_customer_figures


@requires(Capability.SEE_CUSTOMERS)
@require_GET
def customer_figures(request: StaffRequest, customer_uuid: uuid.UUID) -> HttpResponse:
    """A fragment for HTMX, a page of its own for everyone else.

    Whoever sees some stores only gets the figures of those; a customer of other stores does not exist for them.
    """
    stores = get_store_scope(request.staff)
    customer = get_visible_customer(customer_uuid, stores)
    figures = get_customer_figures(customer, stores)
    context = {
        "customer": customer,
        "figures": figures,
        "currency": get_business().currency,
        "group": get_group_words(figures.rfm.group) if figures.rfm else None,
        "is_scoped": stores is not None,
    }
    template = "console/panel_figures.html" if request.htmx else "console/customer_figures.html"
    return render(request, template, context)
