"""What Shopify's webhooks say, as events. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from wafaa.listen.connectors.rules import Ask, Reading, Received, Told, Wanted
from wafaa.listen.connectors.shopify.orders import read_checkout, tell_fulfillment, tell_order, tell_refund_of
from wafaa.listen.connectors.shopify.people import tell_customer

Body = Mapping[str, Any]


def read(received: Received) -> Reading:
    """By the topic of the header, else of the address; a topic that we have no use for says nothing."""
    topic = received.headers.get("x-shopify-topic") or received.topic
    reader = _READERS.get(topic)
    return reader(received, msgspec.json.decode(received.body, type=dict[str, Any])) if reader else Reading()


def _read_order(received: Received, body: Body) -> Reading:
    return Reading(told=tell_order(received.place, body, region=received.region))


def _read_customer(received: Received, body: Body) -> Reading:
    return Reading(told=tell_customer(received.place, body))


def _read_refund(received: Received, body: Body) -> Reading:
    refund = tell_refund_of(received.place, body, currency="", person=None)
    return Reading(told=[refund] if refund else [])


def _read_fulfillment(received: Received, body: Body) -> Reading:
    told: list[Told] = tell_fulfillment(received.place, body, person=None)
    return Reading(told=told)


def _read_checkout(received: Received, body: Body) -> Reading:
    return read_checkout(received.place, body, region=received.region)


def _read_deleted(received: Received, body: Body) -> Reading:
    """A customer who was deleted by the shop; whether to forget them here too, people decide."""
    return _ask(received, Wanted.DELETED, str(body["id"]), str(body["id"]))


def _read_data_request(received: Received, body: Body) -> Reading:
    request = body.get("data_request") or {}
    return _ask(received, Wanted.EXPORT, str(request.get("id") or ""), str(body["customer"]["id"]))


def _read_redact(received: Received, body: Body) -> Reading:
    customer = str(body["customer"]["id"])
    return _ask(received, Wanted.ERASE, customer, customer)


def _read_shop_redact(received: Received, body: Body) -> Reading:
    return Reading(asks=[Ask(key=f"{Wanted.ERASE_SHOP}:{body['shop_id']}", what=Wanted.ERASE_SHOP)])


def _ask(received: Received, what: Wanted, key: str, customer_id: str) -> Reading:
    person = received.place.name_person(customer_id)
    return Reading(asks=[Ask(key=f"{what}:{key or person}", what=what, distinct_id=person)])


def _read_uninstalled(_received: Received, _body: Body) -> Reading:
    return Reading(is_over=True)


_READERS: Mapping[str, Callable[[Received, Body], Reading]] = {
    "customers/create": _read_customer,
    "customers/update": _read_customer,
    "customers/delete": _read_deleted,
    "customers/data_request": _read_data_request,
    "customers/redact": _read_redact,
    "shop/redact": _read_shop_redact,
    "orders/create": _read_order,
    "orders/updated": _read_order,
    "orders/paid": _read_order,
    "orders/cancelled": _read_order,
    "orders/fulfilled": _read_order,
    "orders/partially_fulfilled": _read_order,
    "fulfillments/create": _read_fulfillment,
    "fulfillments/update": _read_fulfillment,
    "refunds/create": _read_refund,
    "checkouts/create": _read_checkout,
    "checkouts/update": _read_checkout,
    "app/uninstalled": _read_uninstalled,
}
