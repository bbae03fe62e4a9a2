"""Builders: `make_<noun>` brings one thing about as the shop would, by events through the stream, with full
defaults.
"""

import itertools
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from tests.draining import drain_all
from wafaa.access.business.models import Business
from wafaa.know.customers.models import Customer, DistinctId
from wafaa.know.orders.models import Order, Refund, Store
from wafaa.stream.actions import record_events
from wafaa.stream.rules import NewEvent

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
# (sku, quantity, unit price) or a whole product as in the event
Line = tuple[str, str | int, str] | dict[str, Any]

_numbers = itertools.count(1)


def make_business(**changes: Any) -> Business:
    """The one business, with Riyadh's defaults unless told otherwise."""
    return Business.objects.update_or_create(id=1, defaults=changes)[0]


def make_event(
    name: str = "Page Viewed",
    *,
    distinct_id: str = "1",
    at: datetime = NOON,
    properties: dict[str, Any] | None = None,
    message_id: str = "",
    source: str = "test",
) -> NewEvent:
    return NewEvent(
        message_id=message_id or uuid.uuid4(),
        type="identify" if name == "identify" else "track",
        name=name,
        distinct_id=distinct_id,
        occurred_at=at,
        properties=properties or {},
        source=source,
    )


def tell(*events: NewEvent) -> None:
    """Records the events and lets every consumer hear them."""
    record_events(events=events)
    drain_all()


def make_customer(number: str = "1", *, at: datetime = NOON, source: str = "test", **traits: Any) -> Customer:
    """A customer known by a number; traits as in an identify event (name, email, phone, country, city ...)."""
    known = {"customer_number": number, **traits}
    tell(make_event("identify", distinct_id=number, at=at, properties=known, source=source))
    return Customer.objects.get(distinct_ids__distinct_id=number)


def order_event(
    number: str,
    *,
    customer: str | None = "1",
    at: datetime = NOON,
    lines: Sequence[Line] = (("SKU-1", 1, "10.00"),),
    currency: str = "SAR",
    store: str = "",
    source: str = "test",
    **properties: Any,
) -> NewEvent:
    """An "Order Completed"; without a customer it is anonymous."""
    told = {
        "order_id": number,
        "currency": currency,
        "affiliation": store,
        "products": _products(lines),
        **properties,
    }
    if customer is None:
        told["anonymous"] = True
    distinct_id = customer or f"order:{source}:{number}"
    return make_event("Order Completed", distinct_id=distinct_id, at=at, properties=told, source=source)


def make_order(
    number: str = "", *, customer: Customer | str | None = "1", source: str = "test", **told: Any
) -> Order:
    """An order that stands on its customer's page; see order_event for what may be told."""
    number = number or f"O{next(_numbers)}"
    tell(order_event(number, customer=_distinct_id(customer), source=source, **told))
    return Order.objects.get(source=source, external_id=number)


def make_orders(*events: NewEvent) -> None:
    """Many orders at once, for tests that count: make_orders(order_event("1"), order_event("2"))."""
    tell(*events)


def refund_event(
    number: str,
    *,
    order: str = "",
    customer: str | None = "1",
    at: datetime = NOON,
    lines: Sequence[Line] = (("SKU-1", 1, "10.00"),),
    currency: str = "SAR",
    store: str = "",
    source: str = "test",
    **properties: Any,
) -> NewEvent:
    """An "Order Refunded"; quantities are positive."""
    told = {
        "refund_id": number,
        "order_id": order,
        "currency": currency,
        "affiliation": store,
        "products": _products(lines),
        **properties,
    }
    if customer is None:
        told["anonymous"] = True
    distinct_id = customer or f"order:{source}:{order or number}"
    return make_event("Order Refunded", distinct_id=distinct_id, at=at, properties=told, source=source)


def make_refund(
    number: str = "",
    *,
    order: Order | str = "",
    customer: Customer | str | None = "1",
    source: str = "test",
    **told: Any,
) -> Refund:
    number = number or f"R{next(_numbers)}"
    order_number = order.external_id if isinstance(order, Order) else order
    tell(refund_event(number, order=order_number, customer=_distinct_id(customer), source=source, **told))
    return Refund.objects.get(source=source, external_id=number)


def make_store(code: str = "R1", name: str = "", *, staff: Sequence[Any] = ()) -> Store:
    """A branch, where these people work."""
    store = Store.objects.get_or_create(code=code, defaults={"name": name})[0]
    store.staff.add(*staff)
    return store


def _distinct_id(customer: Customer | str | None) -> str | None:
    if not isinstance(customer, Customer):
        return customer
    first = DistinctId.objects.filter(customer=customer).order_by("distinct_id").first()
    assert first is not None, "a customer has a distinct id"
    return first.distinct_id


def _products(lines: Sequence[Line]) -> list[dict[str, Any]]:
    return [
        line
        if isinstance(line, dict)
        else {"sku": line[0], "name": f"Product {line[0]}", "quantity": str(line[1]), "price": line[2]}
        for line in lines
    ]
