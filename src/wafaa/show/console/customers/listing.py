"""The list of customers: who may see whom, narrowed and sorted by what their orders add up to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Literal

from django.db.models import Count, F, FilteredRelation, Max, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from wafaa.access.business.models import Business
from wafaa.kit import clock
from wafaa.kit.pagination import Stretch
from wafaa.know.customers.models import Customer
from wafaa.know.customers.queries import list_customers
from wafaa.know.customers.rules import OwnValue
from wafaa.know.orders.queries import Stores, filter_by_stores
from wafaa.learn.measures.queries import filter_by_rfm_group, get_default_question, get_rfm

# What one may sort by. Customers without a counted order have no last one and stand at the end.
ORDERS = {"name": "name", "last": "bought_last", "orders": "bought_orders", "spend": "bought_minor"}
DEFAULT_ORDER = "-last"


@dataclass(frozen=True, kw_only=True)
class CustomerFilter:
    """`stores` is what the reader may see, `store_id` what they chose of it.

    `live` is by the lapse window; `since` and `until` are days of the last counted order, both inclusive. `own_values`
    holds by key the spellings that fit, `own_ranges` what rules.make_range makes.
    """

    search: str = ""
    store_id: int | None = None
    country: str = ""
    group: str = ""
    live: Literal["", "live", "lapsed"] = ""
    tags: tuple[int, ...] = ()
    owner: int | None = None
    has_owner: bool | None = None
    since: date | None = None
    until: date | None = None
    orders_min: int | None = None
    orders_max: int | None = None
    own_values: Mapping[str, Sequence[OwnValue]] = field(default_factory=dict)
    own_ranges: tuple[str, ...] = ()
    stores: Stores = None
    sees_personal: bool = True


def find_customers(asked: CustomerFilter, business: Business) -> QuerySet[Customer]:
    """The customers that fit, annotated with bought_last, bought_orders and bought_minor as far as the reader
    may see.
    """
    found = list_customers(
        search=asked.search,
        country=asked.country,
        searches_numbers_only=not asked.sees_personal,
        tags=asked.tags,
        owner=asked.owner,
        has_owner=asked.has_owner,
        own_values=asked.own_values,
        own_ranges=asked.own_ranges,
    )
    if asked.store_id is not None:
        chosen = [asked.store_id] if asked.stores is None or asked.store_id in asked.stores else []
        found = filter_by_stores(found, chosen)
    elif asked.stores is not None:
        found = filter_by_stores(found, asked.stores)
    annotated = _filter_by_orders(_annotate(found, asked.stores, business.currency), asked, business)
    return _filter_by_group(annotated, asked, business) if asked.group else annotated


def _filter_by_orders(found: QuerySet[Any], asked: CustomerFilter, business: Business) -> QuerySet[Any]:
    first_live = None
    if asked.live:
        question = get_default_question(business, asked.stores)
        first_live = clock.start_of_day(
            question.as_of - timedelta(days=question.lapse_window_days), business.zone
        )
    conditions: dict[str, Any] = {
        "bought_last__gte": first_live if asked.live == "live" else None,
        "bought_last__lt": first_live if asked.live == "lapsed" else None,
        "bought_orders__gte": asked.orders_min,
        "bought_orders__lte": asked.orders_max,
    }
    found = found.filter(**{name: value for name, value in conditions.items() if value is not None})
    if asked.since:
        found = found.filter(bought_last__gte=clock.start_of_day(asked.since, business.zone))
    if asked.until:
        found = found.filter(bought_last__lt=clock.end_of_day(asked.until, business.zone))
    return found


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
