"""What a shop's programs send stands on the right customer, in the orders and on the timeline."""

import pytest
from django.test import Client

from wafaa.access.keys.actions import create_key
from wafaa.access.keys.rules import Scope
from wafaa.config.flow import CONSUMERS
from wafaa.know.customers.models import Customer
from wafaa.know.customers.queries import get_timeline
from wafaa.know.orders.models import Order
from wafaa.stream.drain import drain_until_quiet

pytestmark = pytest.mark.django_db
ORDER = {
    "order_id": "W-1",
    "currency": "SAR",
    "products": [{"product_id": "p1", "sku": "A1", "name": "قهوة", "price": 12.5, "quantity": 2}],
}


def send(key: str, *messages: dict) -> None:
    response = Client().post(
        "/v1/batch", {"batch": messages}, content_type="application/json", HTTP_AUTHORIZATION=f"Bearer {key}"
    )
    assert (response.status_code, response.json()) == (200, {"success": True})
    drain_until_quiet(CONSUMERS)


def make_key() -> str:
    return create_key(name="Site", scope=Scope.INGEST, by=None).text


def test_a_customer_an_order_and_a_visit_come_by_http():
    key, who = make_key(), {"userId": "C7"}
    traits = {
        "firstName": "نورة",
        "lastName": "السالم",
        "email": "Noura@Example.com",
        "address": {"city": "جدة"},
    }

    send(
        key,
        {"type": "identify", "traits": traits, **who},
        {"type": "track", "event": "Product Viewed", "properties": {"sku": "A1"}, **who},
        {"type": "track", "event": "Order Completed", "properties": ORDER, **who},
    )

    customer = Customer.objects.get(external_id="C7")
    assert (customer.name, customer.email, customer.city) == ("نورة السالم", "noura@example.com", "جدة")
    order = Order.objects.get(external_id="W-1")
    assert (order.customer, order.gross_minor, order.counted) == (customer, 2500, True)
    events, _next = get_timeline(customer, limit=10)
    assert {event.name for event in events} == {"identify", "Product Viewed", "Order Completed"}


def test_one_keys_order_is_not_written_over_by_anothers():
    shop, stranger = make_key(), make_key()
    order = {"type": "track", "event": "Order Completed", "userId": "C7"}
    send(shop, {**order, "properties": ORDER})

    send(stranger, {**order, "properties": {**ORDER, "products": []}})

    assert sorted(Order.objects.values_list("external_id", "gross_minor")) == [("W-1", 0), ("W-1", 2500)]
