"""The list of customers: who may see whom, narrowed and sorted by what their orders add up to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, F, Max, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from wafaa.access.business.models import Business
from wafaa.kit.pagination import Stretch
from wafaa.know.customers.models import Customer
from wafaa.know.customers.queries import list_customers
from wafaa.know.orders.models import Order
from wafaa.know.orders.queries import Stores, filter_by_stores
from wafaa.learn.measures.queries import filter_by_rfm_group, get_default_question, get_rfm

# What one may sort by. Customers without a counted order have no last one and stand at the end.
ORDERS = {"name": "name", "last": "bought_last", "orders": "bought_orders", "spend": "bought_minor"}
DEFAULT_ORDER = "-last"


@dataclass(frozen=True, kw_only=True)
class CustomerFilter:
    """`stores` is what the reader may see, `store_id` what they chose of it."""

    search: str = ""
    store_id: int | None = None
    country: str = ""
    group: str = ""
    bought_once: bool = False
    stores: Stores = None
    sees_personal: bool = True


def find_customers(asked: CustomerFilter, business: Business) -> QuerySet[Customer]:
    """The customers that fit, annotated with bought_last, bought_orders and bought_minor as far as the reader
    may see.
    """
    found = list_customers(
        search=asked.search, country=asked.country, searches_numbers_only=not asked.sees_personal
    )
    if asked.store_id is not None:
        chosen = [asked.store_id] if asked.stores is None or asked.store_id in asked.stores else []
        found = filter_by_stores(found, chosen)
    elif asked.stores is not None:
        found = filter_by_stores(found, asked.stores)
    found = _annotate(found, asked.stores, business.currency)
    if asked.bought_once:
        found = found.filter(**{"bought_orders": 1})
    return _filter_by_group(found, asked, business) if asked.group else found


def make_stretches(found: QuerySet[Customer], order: str) -> Sequence[Stretch[Customer]]:
    """The list in the chosen order: first who has a value, then who has none."""
    key, is_descending = ORDERS[order.removeprefix("-")], order.startswith("-")
    if key == "name":
        return (
            Stretch(rows=found.exclude(name=""), key="name", is_descending=is_descending),
            Stretch(rows=found.filter(name=""), key="id", is_descending=False),
        )
    return (
        Stretch(rows=found.filter(**{f"{key}__isnull": False}), key=key, is_descending=is_descending),
        Stretch(rows=found.filter(**{f"{key}__isnull": True}), key="id", is_descending=True),
    )


def _annotate(found: QuerySet[Customer], stores: Stores, currency: str) -> QuerySet[Customer]:
    if stores is None:
        return found.annotate(
            bought_last=F("totals__last_at"),
            bought_orders=F("totals__orders"),
            bought_minor=F("totals__gross_minor"),
        )
    # The totals speak of all stores; whoever sees some gets the sums of those.
    bought = Order.objects.filter(
        customer=OuterRef("pk"), store_id__in=stores, counted=True, currency=currency
    ).order_by()
    return found.annotate(
        bought_last=_reduce(bought, Max("ordered_at")),
        bought_orders=Coalesce(_reduce(bought, Count("*")), 0),
        bought_minor=Coalesce(_reduce(bought, Sum("gross_minor")), 0),
    )


def _reduce(bought: QuerySet[Order], reduction: Any) -> Subquery:
    return Subquery(bought.values("customer").annotate(reduced=reduction).values("reduced"))


def _filter_by_group(
    found: QuerySet[Customer], asked: CustomerFilter, business: Business
) -> QuerySet[Customer]:
    question = replace(get_default_question(business, asked.stores), period=None)
    cuts = get_rfm(question).cuts
    if cuts is None:
        return found.none()
    return filter_by_rfm_group(found, asked.group, cuts, question.as_of)
