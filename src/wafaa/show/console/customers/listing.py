"""The list of customers: who may see whom, narrowed and sorted by what their orders add up to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, F, FilteredRelation, Max, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from wafaa.access.business.models import Business
from wafaa.kit.pagination import Stretch
from wafaa.know.customers.models import Customer
from wafaa.know.customers.queries import list_customers
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
    annotated: QuerySet[Any] = _annotate(found, asked.stores, business.currency)
    if asked.bought_once:
        annotated = annotated.filter(bought_orders=1)
    return _filter_by_group(annotated, asked, business) if asked.group else annotated


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


def _annotate(found: QuerySet[Customer], stores: Stores, currency: str) -> QuerySet[Any]:
    if stores is None:
        return found.annotate(
            bought_last=F("totals__last_at"),
            bought_orders=F("totals__orders"),
            bought_minor=F("totals__gross_minor"),
        )
    # The totals speak of all stores; whoever sees some gets the sums of those.
    in_scope = Q(orders__store_id__in=stores, orders__counted=True, orders__currency=currency)
    return found.annotate(bought=FilteredRelation("orders", condition=in_scope)).annotate(
        bought_last=Max("bought__ordered_at"),
        bought_orders=Count("bought"),
        bought_minor=Coalesce(Sum("bought__gross_minor"), 0),
    )


def _filter_by_group(
    found: QuerySet[Customer], asked: CustomerFilter, business: Business
) -> QuerySet[Customer]:
    question = replace(get_default_question(business, asked.stores), period=None)
    cuts = get_rfm(question).cuts
    if cuts is None:
        return found.none()
    return filter_by_rfm_group(found, asked.group, cuts, question.as_of)
