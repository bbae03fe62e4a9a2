"""The list of customers, its export, the page of one customer and further pages of the timeline."""

import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.models import Staff
from wafaa.access.staff.rules import Capability, mask
from wafaa.kit.money import from_minor
from wafaa.kit.pagination import COUNT_MAX, count_up_to, read_page
from wafaa.kit.tables import Cell, stream_csv
from wafaa.know.customers.errors import CustomerMissing
from wafaa.know.customers.models import Customer
from wafaa.know.customers.queries import get_customer, list_customers, say_customer
from wafaa.know.orders.queries import (
    Stores,
    filter_by_stores,
    get_store_scope,
    list_customer_orders,
    list_customer_refunds,
)
from wafaa.show.console.counted import waits_for_figures
from wafaa.show.console.customers.forms import CustomerFilterForm
from wafaa.show.console.customers.listing import DEFAULT_ORDER, ORDERS, find_customers, make_stretches
from wafaa.show.console.customers.timeline import read_timeline
from wafaa.show.console.words.groups import get_group_words

PAGE_ROWS = 50
# On the customer's page; the rest is one press away in the list of orders.
ORDERS_SHOWN = 10


@requires(Capability.SEE_CUSTOMERS)
@require_GET
@waits_for_figures
def customers(request: StaffRequest) -> HttpResponse:
    form, found = _find(request)
    order = request.GET.get("order", "")
    order = order if order.removeprefix("-") in ORDERS else DEFAULT_ORDER
    page = read_page(make_stretches(found, order), cursor=request.GET.get("at", ""), size=PAGE_ROWS)
    group = form.cleaned_data.get("group")
    context = {
        "form": form,
        "page": page,
        "order": order,
        "rows": [_row(one, request.staff) for one in page.rows],
        "count": count_up_to(found),
        "count_max": COUNT_MAX,
        "group": get_group_words(group) if group else None,
        "bought_once": request.GET.get("bought") == "once",
        "currency": request.business.currency,
        "is_narrowed": any(value for key, value in request.GET.items() if key not in {"order", "at"}),
        "may_export": request.staff.may(Capability.EXPORT_FIGURES),
    }
    return render(request, "console/customers/customers.html", context)


@requires(Capability.EXPORT_FIGURES)
@require_GET
@waits_for_figures
def export_customers(request: StaffRequest) -> StreamingHttpResponse:
    """The customers that the list shows, as CSV; names, mails and phones masked for whoever may not see them."""
    _form, found = _find(request)
    rows = _cells(found.order_by("pk"), request.staff, request.business.currency)
    response = StreamingHttpResponse(stream_csv(EXPORT_HEAD, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="wafaa-customers.csv"'
    return response


@requires(Capability.SEE_CUSTOMERS)
@require_GET
def customer(request: StaffRequest, customer_uuid: uuid.UUID) -> HttpResponse:
    stores = get_store_scope(request.staff)
    shown = _get_visible(customer_uuid, stores)
    orders = list(list_customer_orders(shown, stores=stores)[: ORDERS_SHOWN + 1])
    context = {
        "customer": shown,
        "person": _row(shown, request.staff),
        "known_since": _known_since(shown),
        "orders": orders[:ORDERS_SHOWN],
        "has_more_orders": len(orders) > ORDERS_SHOWN,
        "refunds": list_customer_refunds(shown, stores=stores)[:ORDERS_SHOWN],
        "timeline": read_timeline(shown, stores=stores, cursor=request.GET.get("before", "")),
        "is_continued": bool(request.GET.get("before")),
        "trail": [(_("Customers"), reverse("customers"))],
    }
    return render(request, "console/customers/customer.html", context)


@requires(Capability.SEE_CUSTOMERS)
@require_GET
def customer_timeline(request: StaffRequest, customer_uuid: uuid.UUID) -> HttpResponse:
    """The next entries of the timeline, fetched by its link."""
    stores = get_store_scope(request.staff)
    shown = _get_visible(customer_uuid, stores)
    timeline = read_timeline(shown, stores=stores, cursor=request.GET.get("before", ""))
    return render(request, "console/customers/timeline.html", {"customer": shown, "timeline": timeline})


def _known_since(shown: Customer) -> datetime:
    """The first order where it is older than the day on which we were told of it."""
    totals = getattr(shown, "totals", None)
    first_order = totals.first_at if totals else None
    return min(first_order, shown.created_at) if first_order else shown.created_at


def _get_visible(customer_uuid: uuid.UUID, stores: Stores) -> Customer:
    """A customer without an order at the reader's stores does not exist for them."""
    shown = get_customer(customer_uuid)
    if stores is not None and not filter_by_stores(list_customers(), stores).filter(pk=shown.pk).exists():
        raise CustomerMissing
    return shown


def _find(request: StaffRequest) -> tuple[CustomerFilterForm, QuerySet[Customer]]:
    form = CustomerFilterForm(
        request.GET,
        stores=get_store_scope(request.staff),
        sees_personal=request.staff.may(Capability.SEE_PERSONAL),
        sees_figures=request.staff.may(Capability.SEE_FIGURES),
    )
    return form, find_customers(form.get_filter(), request.business)


def _row(one: Customer, staff: Staff) -> dict[str, Any]:
    """A customer as this person may see them."""
    sees_personal = staff.may(Capability.SEE_PERSONAL)
    return {
        "customer": one,
        "label": say_customer(one, sees_personal),
        "name": one.name if sees_personal else mask(one.name),
        "email": one.email if sees_personal else mask(one.email),
        "phone": one.phone if sees_personal else mask(one.phone),
        "birth_date": one.birth_date if sees_personal else None,
        "attributes": one.attributes if sees_personal else {},
    }


EXPORT_HEAD = (
    "customer_id", "customer_number", "name", "email", "phone", "language", "country", "city", "orders", "gross",
    "currency", "last_order_at",
)  # fmt: skip


def _cells(found: QuerySet[Customer], staff: Staff, currency: str) -> Iterator[list[Cell]]:
    for one in found.iterator(chunk_size=2_000):
        row = _row(one, staff)
        bought: Any = one
        yield [
            str(one.uuid),
            one.external_id,
            row["name"],
            row["email"],
            row["phone"],
            one.language,
            one.country,
            one.city,
            bought.bought_orders or 0,
            from_minor(bought.bought_minor or 0, currency),
            currency,
            bought.bought_last,
        ]
