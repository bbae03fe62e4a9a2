"""Finding orders and refunds, what customers' orders add up to, and who may see which stores."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import BigIntegerField, Exists, F, Func, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, TruncDate, Upper

from wafaa.access.business.queries import get_business
from wafaa.access.staff.models import Staff
from wafaa.access.staff.rules import Capability
from wafaa.kit.sql import load_sql
from wafaa.kit.text import latin_digits, without_marks
from wafaa.know.customers.errors import CustomerMissing
from wafaa.know.customers.models import Customer
from wafaa.know.customers.queries import get_customer, list_customers
from wafaa.know.orders.errors import OrderMissing
from wafaa.know.orders.models import (
    CustomerTotals,
    Order,
    OrderLine,
    Product,
    ProductCost,
    Refund,
    RefundLine,
    Store,
)

Stores = tuple[int, ...] | None  # ids of the stores that somebody may see; None is all


@dataclass(frozen=True, kw_only=True)
class OrderFilter:
    """What to look for among orders; what is left out doesn't narrow.

    Times: from `start` up to, not including, `end`.
    """

    search: str = ""
    store_id: int | None = None
    channel: str = ""
    is_counted: bool | None = None
    is_refunded: bool | None = None
    has_customer: bool | None = None
    start: datetime | None = None
    end: datetime | None = None


def add_costs(found: QuerySet[Order], zone: ZoneInfo) -> QuerySet[Any]:
    """The orders with `known_cost_minor`: what their counted lines cost, by their own costs or by those of their products
    on that day there; None where the cost of a counted line is not known.
    """
    if not ProductCost.objects.exists():  # spares a look into the lines of every order
        return found.annotate(known_cost_minor=F("cost_minor"))
    day = TruncDate("ordered_at", tzinfo=zone)
    by_products = Func(
        "pk", "currency", day, function="know_orders_order_cost", output_field=BigIntegerField()
    )
    return found.annotate(known_cost_minor=Coalesce("cost_minor", by_products))


def get_store_scope(staff: Staff) -> Stores:
    """The stores whose orders this person may see, sorted; None for all.

    Somebody without a store sees nothing.
    """
    if staff.may(Capability.SEE_ALL_STORES):
        return None
    return tuple(Store.objects.filter(staff=staff).order_by("id").values_list("id", flat=True))


def list_stores(stores: Stores = None) -> QuerySet[Store]:
    """The stores, or those of a scope, by name."""
    found = Store.objects.order_by("name", "code")
    return found if stores is None else found.filter(id__in=stores)


def list_channels() -> list[str]:
    """Every channel that orders came by, sorted; steps from one to the next, so it costs as many look-ups as
    there are channels.
    """
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.know.orders", "list_channels"))
        return [channel for (channel,) in cursor.fetchall() if channel]


def list_orders(asked: OrderFilter | None = None, *, stores: Stores = None) -> QuerySet[Order]:
    """Orders within a scope of stores, with customers and stores; numbers are found by their beginning."""
    asked = asked or OrderFilter()
    found = Order.objects.select_related("customer", "store")
    if stores is not None:
        found = found.filter(store_id__in=stores)
    if asked.search:
        number = latin_digits(without_marks(asked.search)).upper()
        found = found.annotate(told_number=Upper("external_id"), shown_number=Upper("number")).filter(
            Q(told_number__startswith=number) | (~Q(number="") & Q(shown_number__startswith=number))
        )
    if asked.is_refunded is not None:
        refunded = Exists(Refund.objects.filter(order=OuterRef("pk")))
        found = found.filter(refunded if asked.is_refunded else ~refunded)
    if asked.has_customer is not None:
        found = found.filter(customer__isnull=not asked.has_customer)
    return found.filter(_narrow(asked))


def _narrow(asked: OrderFilter) -> Q:
    conditions: dict[str, Any] = {
        "store_id": asked.store_id,
        "channel": asked.channel or None,
        "counted": asked.is_counted,
        "ordered_at__gte": asked.start,
        "ordered_at__lt": asked.end,
    }
    return Q(**{name: value for name, value in conditions.items() if value is not None})


def get_order(order_uuid: uuid.UUID, zone: ZoneInfo, *, stores: Stores = None) -> Any:
    """The order with its cost, as add_costs has it. Raises OrderMissing, also for one outside the scope of stores."""
    order = add_costs(list_orders(stores=stores).filter(uuid=order_uuid), zone).first()
    if order is None:
        raise OrderMissing
    return order


def list_lines(order: Order) -> list[tuple[OrderLine, Product | None]]:
    """The order's lines in their order, each with its product."""
    return _with_products(OrderLine.objects.filter(order=order).order_by("ordinal"))


def list_refund_lines(refunds: Collection[Refund]) -> list[tuple[RefundLine, Product | None]]:
    """The lines of some refunds, in order, each with its product."""
    lines = RefundLine.objects.filter(refund__in=refunds).order_by("refund_id", "ordinal")
    return _with_products(lines)


def _with_products(lines: Any) -> list[tuple[Any, Product | None]]:
    lines = list(lines)
    products = Product.objects.in_bulk({line.product_id for line in lines if line.product_id})
    return [(line, products.get(line.product_id)) for line in lines]


def list_refunds(order: Order) -> QuerySet[Refund]:
    """What was given back of an order, oldest first."""
    return Refund.objects.filter(order=order).order_by("refunded_at", "id")


def list_customer_orders(customer: Customer, *, stores: Stores = None) -> QuerySet[Order]:
    """The customer's orders within a scope of stores, newest first."""
    return list_orders(stores=stores).filter(customer=customer).order_by("-ordered_at", "-id")


def list_customer_refunds(customer: Customer, *, stores: Stores = None) -> QuerySet[Refund]:
    """The customer's refunds within a scope of stores, newest first, with the orders that they belong to."""
    found = Refund.objects.filter(customer=customer).select_related("order", "store")
    return (found if stores is None else found.filter(store_id__in=stores)).order_by("-refunded_at", "-id")


def find_orders(
    numbers: Collection[tuple[str, str]], *, stores: Stores = None
) -> dict[tuple[str, str], Order]:
    """The orders of these (source, number), within a scope of stores."""
    return {
        (order.source, order.external_id): order
        for order in _by_numbers(Order.objects.all(), numbers, stores)
    }


def find_refunds(
    numbers: Collection[tuple[str, str]], *, stores: Stores = None
) -> dict[tuple[str, str], Refund]:
    """The refunds of these (source, number) with their orders, within a scope of stores."""
    refunds = _by_numbers(Refund.objects.select_related("order"), numbers, stores)
    return {(refund.source, refund.external_id): refund for refund in refunds}


def _by_numbers(found: Any, numbers: Collection[tuple[str, str]], stores: Stores) -> Any:
    if not numbers:
        return found.none()
    by_source: dict[str, list[str]] = defaultdict(list)
    for source, number in numbers:
        by_source[source].append(number)
    wanted = reduce(or_, (Q(source=source, external_id__in=some) for source, some in by_source.items()))
    found = found.filter(wanted)
    return found if stores is None else found.filter(store_id__in=stores)


def filter_by_stores(customers: QuerySet[Customer], stores: Collection[int]) -> QuerySet[Customer]:
    """Those of the customers who have an order in one of the stores."""
    return customers.filter(Exists(Order.objects.filter(customer=OuterRef("pk"), store_id__in=list(stores))))


def get_visible_customer(customer_uuid: uuid.UUID, stores: Stores) -> Customer:
    """A customer without an order at the reader's stores does not exist for them. Raises CustomerMissing."""
    customer = get_customer(customer_uuid)
    if not is_visible(customer, stores):
        raise CustomerMissing
    return customer


def is_visible(customer: Customer, stores: Stores) -> bool:
    """Whether somebody who sees these stores sees the customer."""
    return stores is None or filter_by_stores(list_customers(), stores).filter(pk=customer.pk).exists()


def get_totals(customer: Customer) -> CustomerTotals:
    """What the customer's counted orders add up to; zeros where there is none."""
    totals = CustomerTotals.objects.filter(customer=customer).first()
    return totals or CustomerTotals(
        customer=customer, currency=get_business().currency, orders=0, gross_minor=0, refunded_minor=0
    )


def totals_are_stale() -> bool:
    """Whether totals stand in another currency than the reporting one, as they do after the setting was
    changed.
    """
    return CustomerTotals.objects.exclude(currency=Value(get_business().currency)).exists()


def list_fingerprints(source: str) -> Iterator[tuple[str, str, uuid.UUID | None]]:
    """("order" | "refund", its number, its fingerprint) of all that a source told, by kind and number."""
    for kind, model in (("order", Order), ("refund", Refund)):
        told = model.objects.filter(source=source).order_by("external_id")
        for number, fingerprint in told.values_list("external_id", "fingerprint").iterator(chunk_size=10_000):
            yield kind, number, fingerprint


def copy_fingerprints(source: str) -> Iterator[bytes]:
    """The same as CSV (kind, number, fingerprint) without a header, in blocks, straight from the database."""
    with connection.cursor() as cursor:
        statement = load_sql("wafaa.know.orders", "copy_fingerprints")
        with cursor.copy(statement, {"source": source}) as copy:
            for block in copy:
                yield bytes(block)
