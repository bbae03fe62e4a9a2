"""The list of orders and the page of one."""

import uuid
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.kit.money import from_minor
from wafaa.kit.pagination import COUNT_MAX, Stretch, count_up_to, read_page
from wafaa.kit.tables import Cell, answer_table
from wafaa.know.customers.queries import say_customer
from wafaa.know.orders.forms import OrderFilterForm
from wafaa.know.orders.models import Order
from wafaa.know.orders.queries import (
    add_costs,
    get_order,
    get_store_scope,
    list_lines,
    list_orders,
    list_refund_lines,
    list_refunds,
)

PAGE_ROWS = 50
# What one may sort by; each stands on an index or sorts what is left after filtering.
ORDERS = {"time": "ordered_at", "number": "external_id", "gross": "gross_minor"}
DEFAULT_ORDER = "-time"


@requires(Capability.SEE_CUSTOMERS)
@require_GET
def orders(request: StaffRequest) -> HttpResponse:
    form, found = _find(request)
    order = request.GET.get("order", "")
    order = order if order.removeprefix("-") in ORDERS else DEFAULT_ORDER
    stretch = Stretch(rows=found, key=ORDERS[order.removeprefix("-")], is_descending=order.startswith("-"))
    page = read_page([stretch], cursor=request.GET.get("at", ""), size=PAGE_ROWS)
    sees_personal = request.staff.may(Capability.SEE_PERSONAL)
    context = {
        "form": form,
        "page": page,
        "order": order,
        "rows": [{"order": one, "customer": say_customer(one.customer, sees_personal)} for one in page.rows],
        "count": count_up_to(found),
        "count_max": COUNT_MAX,
        "is_narrowed": any(value for key, value in request.GET.items() if key not in {"order", "at"}),
        "may_export": request.staff.may(Capability.EXPORT_FIGURES),
    }
    return render(request, "orders/orders.html", context)


@requires(Capability.EXPORT_FIGURES)
@require_GET
def export_orders(request: StaffRequest) -> StreamingHttpResponse:
    """The orders that the list shows, newest first."""
    _form, found = _find(request)
    found = add_costs(found.order_by("-ordered_at", "-pk"), request.business.zone)
    rows = _cells(found, request.staff.may(Capability.SEE_PERSONAL))
    return answer_table(request, "orders", EXPORT_HEAD, rows)


@requires(Capability.SEE_CUSTOMERS)
@require_GET
def order(request: StaffRequest, order_uuid: uuid.UUID) -> HttpResponse:
    shown = get_order(order_uuid, request.business.zone, stores=get_store_scope(request.staff))
    lines = list_lines(shown)
    refunds = list(list_refunds(shown))
    refund_lines = list_refund_lines(refunds)
    context = {
        "order": shown,
        "customer": say_customer(shown.customer, request.staff.may(Capability.SEE_PERSONAL)),
        "lines": lines,
        "refunds": [
            {
                "refund": refund,
                "lines": [(line, product) for line, product in refund_lines if line.refund_id == refund.id],
            }
            for refund in refunds
        ],
        "refunded_minor": sum(refund.amount_minor for refund in refunds),
        "margin_minor": None
        if shown.known_cost_minor is None
        else shown.gross_minor - shown.known_cost_minor,
        "panels": _draw_panels(shown),
        "may_refund": request.staff.may(Capability.TELL_REFUNDS),
        "trail": [(_("Orders"), reverse("orders"))],
    }
    return render(request, "orders/order.html", context)


def _draw_panels(shown: Order) -> list[str]:
    """What other rooms say of it; what has nothing to say is not there."""
    told = (import_string(name)(shown) for name in settings.ORDER_PANELS)
    return [render_to_string(*one) for one in told if one is not None]


def _find(request: StaffRequest) -> tuple[OrderFilterForm, QuerySet[Order]]:
    stores = get_store_scope(request.staff)
    form = OrderFilterForm(request.GET, stores=stores)
    found = list_orders(form.get_filter(request.business.zone), stores=stores)
    with suppress(ValueError):  # no customer's id: all customers
        found = found.filter(customer__uuid=uuid.UUID(request.GET.get("customer", "")))
    return form, found


EXPORT_HEAD = (
    "order_id", "source", "ordered_at", "customer", "store", "channel", "country", "currency", "counted",
    "counted_lines", "gross", "discount", "tax", "shipping", "cost",
)  # fmt: skip


def _cells(found: QuerySet[Any], sees_personal: bool) -> Iterator[list[Cell]]:
    for one in found.iterator(chunk_size=2_000):
        money = (one.gross_minor, one.discount_minor, one.tax_minor, one.shipping_minor, one.known_cost_minor)
        yield [
            one.external_id,
            one.source,
            one.ordered_at,
            say_customer(one.customer, sees_personal),
            str(one.store or ""),
            one.channel,
            one.country,
            one.currency,
            int(one.counted),
            one.counted_lines,
            *(None if minor is None else from_minor(minor, one.currency) for minor in money),
        ]
