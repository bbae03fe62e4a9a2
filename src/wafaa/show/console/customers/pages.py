"""The list of customers, its export, the page of one customer and further pages of the timeline."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.models import Staff
from wafaa.access.staff.rules import Capability
from wafaa.kit.money import from_minor
from wafaa.kit.pagination import COUNT_MAX, count_up_to, read_page
from wafaa.kit.tables import Cell, answer_table
from wafaa.know.customers.models import Customer, OwnField, Tag
from wafaa.know.customers.queries import RARE_MAX, list_fields, list_merges, list_tags_of
from wafaa.know.journey.queries import count_visits
from wafaa.know.orders.queries import (
    Stores,
    get_store_scope,
    get_visible_customer,
    list_customer_orders,
    list_customer_refunds,
)
from wafaa.learn.measures.group_definitions import get_group_words
from wafaa.show.console.counted import waits_for_figures
from wafaa.show.console.customers.listing import DEFAULT_ORDER, ORDERS, make_stretches
from wafaa.show.console.customers.looking import Looked, look
from wafaa.show.console.customers.rows import (
    export_own_value,
    show_own_values,
    show_person,
    show_rows,
)
from wafaa.show.console.customers.timeline import Timeline, read_timeline
from wafaa.show.console.customers.views import choose_columns, list_columns

PAGE_ROWS = 50
# On the customer's page; the rest is one press away in the list of orders.
ORDERS_SHOWN = 10


@requires(Capability.SEE_CUSTOMERS)
@require_GET
@waits_for_figures
def customers(request: StaffRequest) -> HttpResponse:
    looked = look(request)
    order = looked.asked.params.get("order", "")
    order = order if order.removeprefix("-") in ORDERS else DEFAULT_ORDER
    page = read_page(make_stretches(looked.found, order), cursor=request.GET.get("at", ""), size=PAGE_ROWS)
    columns = choose_columns(looked.asked, looked.own_fields)
    count_max = RARE_MAX if looked.form.cleaned_data.get("q") else COUNT_MAX
    group = looked.form.cleaned_data.get("group")
    staff = request.staff
    context = {
        "form": looked.form,
        "asked": looked.asked,
        "asked_query": urlencode(looked.asked.get_kept(), doseq=True),
        "page": page,
        "order": order,
        "columns": columns,
        "all_columns": list_columns(looked.own_fields),
        "column_keys": [column.key for column in columns],
        "rows": show_rows(page.rows, staff, columns),
        "count": count_up_to(looked.found, count_max),
        "count_max": count_max,
        "group": get_group_words(group) if group else None,
        "currency": request.business.currency,
        "is_narrowed": looked.asked.is_narrowed,
        "may_export": staff.may(Capability.EXPORT_FIGURES),
        "may_change": staff.may(Capability.CHANGE_CUSTOMERS),
    }
    return render(request, "console/customers/customers.html", context)


@requires(Capability.EXPORT_FIGURES)
@require_GET
@waits_for_figures
def export_customers(request: StaffRequest) -> StreamingHttpResponse:
    """The customers that the list shows; names, mails and phones masked for whoever may not see them."""
    looked = look(request)
    rows = _cells(looked, request.staff, request.business.currency)
    head = [*EXPORT_HEAD, *(own.key for own in looked.own_fields)]
    return answer_table(request, "customers", head, rows)


@requires(Capability.SEE_CUSTOMERS)
@require_GET
def customer(request: StaffRequest, customer_uuid: uuid.UUID) -> HttpResponse:
    stores = get_store_scope(request.staff)
    shown = get_visible_customer(customer_uuid, stores)
    if shown.uuid != customer_uuid:  # was merged into this one
        return redirect("customer", shown.uuid)
    own_fields = list_fields()
    orders = list(list_customer_orders(shown, stores=stores)[: ORDERS_SHOWN + 1])
    context = {
        "customer": shown,
        "person": show_person(shown, request.staff),
        "own_values": show_own_values(shown, own_fields, request.staff),
        "tags": list_tags_of([shown.pk])[shown.pk],
        "merges": list_merges(shown),
        "may_change": request.staff.may(Capability.CHANGE_CUSTOMERS),
        "known_since": _known_since(shown),
        "visits": count_visits(shown),
        "orders": orders[:ORDERS_SHOWN],
        "has_more_orders": len(orders) > ORDERS_SHOWN,
        "refunds": list_customer_refunds(shown, stores=stores)[:ORDERS_SHOWN],
        "timeline": _read_timeline(request, shown, stores),
        "is_continued": bool(request.GET.get("before")),
        "trail": [(_("Customers"), reverse("customers"))],
    }
    return render(request, "console/customers/customer.html", context)


@requires(Capability.SEE_CUSTOMERS)
@require_GET
def customer_timeline(request: StaffRequest, customer_uuid: uuid.UUID) -> HttpResponse:
    """The next entries of the timeline, fetched by its link."""
    stores = get_store_scope(request.staff)
    shown = get_visible_customer(customer_uuid, stores)
    timeline = _read_timeline(request, shown, stores)
    return render(request, "console/customers/timeline.html", {"customer": shown, "timeline": timeline})


def _read_timeline(request: StaffRequest, shown: Customer, stores: Stores) -> Timeline:
    sees_personal = request.staff.may(Capability.SEE_PERSONAL)
    return read_timeline(
        shown, stores=stores, sees_personal=sees_personal, cursor=request.GET.get("before", "")
    )


def _known_since(shown: Customer) -> datetime:
    """The first order where it is older than the day on which we were told of it."""
    totals = getattr(shown, "totals", None)
    first_order = totals.first_at if totals else None
    return min(first_order, shown.created_at) if first_order else shown.created_at


EXPORT_HEAD = (
    "customer_id", "customer_number", "name", "email", "phone", "language", "country", "city", "orders", "gross",
    "currency", "last_order_at", "responsible", "tags",
)  # fmt: skip
# So many customers are fetched at once, with their tags.
EXPORT_ROWS = 2_000


def _cells(looked: Looked, staff: Staff, currency: str) -> Iterator[list[Cell]]:
    found = looked.found.select_related("owner").order_by("pk").iterator(chunk_size=EXPORT_ROWS)
    while some := list(islice(found, EXPORT_ROWS)):
        tags = list_tags_of([one.pk for one in some])
        for one in some:
            yield _export_row(one, tags[one.pk], looked.own_fields, staff, currency)


def _export_row(
    one: Customer, tags: Sequence[Tag], own_fields: Sequence[OwnField], staff: Staff, currency: str
) -> list[Cell]:
    person = show_person(one, staff)
    bought: Any = one
    return [
        str(one.uuid),
        one.external_id,
        person["name"],
        person["email"],
        person["phone"],
        one.language,
        one.country,
        one.city,
        bought.bought_orders or 0,
        from_minor(bought.bought_minor or 0, currency),
        currency,
        bought.bought_last,
        str(one.owner) if one.owner else "",
        ", ".join(tag.name for tag in tags),
        *(export_own_value(one, own, staff) for own in own_fields),
    ]
