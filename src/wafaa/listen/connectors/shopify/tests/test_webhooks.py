"""What Shopify sends, sent to the real address and handed on to the end."""

import pytest
from tests.build import make_business
from tests.draining import drain_all

from wafaa.know.customers.models import Customer
from wafaa.know.customers.queries import get_timeline
from wafaa.know.orders.models import Order, Refund
from wafaa.listen.connectors.models import Connection, Delivery, OpenCheckout, Wish
from wafaa.listen.connectors.shopify.tests.bodies import checkout, customer, fulfillment, order, refund
from wafaa.listen.connectors.tests.sending import make_connection, send_shopify
from wafaa.stream.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(db) -> Connection:
    make_business()
    return make_connection()


def names() -> list[str]:
    return list(Event.objects.order_by("position").values_list("name", flat=True))


def test_an_order_stands_on_its_customer(shop):
    assert send_shopify(shop, "orders/create", order()) == 200
    drain_all()

    found = Order.objects.get()
    assert (found.external_id, found.source, found.currency, found.channel) == (
        "5001",
        shop.source,
        "SAR",
        "web",
    )
    assert (found.gross_minor, found.shipping_minor, found.counted) == (9500, 2000, True)
    person = found.customer
    assert isinstance(person, Customer)
    assert (person.name, person.email, person.phone) == ("نورة السالم", "noura@example.com", "+966501234567")
    assert (person.city, person.country, person.language) == ("الرياض", "SA", "ar")
    events, _next = get_timeline(person, limit=10)
    assert {event.name for event in events} == {"identify", "Consent Given", "Order Completed"}


def test_topics_of_one_version_are_one_event_and_later_versions_update_it(shop):
    for topic in ("orders/create", "orders/paid", "orders/updated"):
        send_shopify(shop, topic, order(financial_status="paid"))
    changed = order(updated_at="2026-03-01T16:00:00+03:00", financial_status="paid", line_items=[])
    send_shopify(shop, "orders/updated", changed)

    assert names() == ["identify", "Consent Given", "Order Completed", "Order Paid", "Order Updated"]


def test_an_older_version_that_comes_late_does_not_win(shop):
    newer = order(updated_at="2026-03-01T16:00:00+03:00", total_discounts="7.00")
    send_shopify(shop, "orders/updated", newer)
    send_shopify(shop, "orders/create", order())

    assert names().count("Order Completed") == 1
    assert "Order Updated" not in names()
    assert Event.objects.get(name="Order Completed").properties["discount"] == "7.00"


def test_two_changes_within_one_second_both_count(shop):
    send_shopify(shop, "orders/create", order())
    send_shopify(shop, "orders/updated", order(total_discounts="6.00"))

    assert names()[-1] == "Order Updated"


def test_a_delivery_that_comes_twice_is_answered_and_not_read(shop):
    assert send_shopify(shop, "orders/create", order(), delivery="d1") == 200
    assert send_shopify(shop, "orders/create", order(), delivery="d1") == 200

    shop.refresh_from_db()
    assert (shop.received, shop.repeated, Delivery.objects.count()) == (2, 1, 1)


def test_a_refund_of_an_order_that_is_known_belongs_to_its_customer(shop):
    send_shopify(shop, "orders/create", order())
    send_shopify(shop, "refunds/create", refund())
    send_shopify(shop, "orders/updated", order(updated_at="2026-03-05T12:00:01+03:00", refunds=[refund()]))
    drain_all()

    found = Refund.objects.get()
    assert (found.external_id, found.amount_minor, found.currency) == ("601", 4750, "SAR")
    assert found.customer == Order.objects.get().customer
    assert Event.objects.get(name="Order Refunded").distinct_id == shop.place.name_person(998877)


def test_a_refund_that_pays_nothing_back_is_none(shop):
    send_shopify(shop, "refunds/create", refund(transactions=[]))

    assert names() == []


def test_shipping_and_delivery_are_told_once_each(shop):
    send_shopify(shop, "orders/create", order())
    send_shopify(shop, "fulfillments/create", fulfillment())
    delivered = fulfillment(shipment_status="delivered", updated_at="2026-03-04T09:00:00+03:00")
    send_shopify(shop, "fulfillments/update", delivered)
    send_shopify(shop, "fulfillments/update", {**delivered, "updated_at": "2026-03-04T11:00:00+03:00"})

    assert names()[-2:] == ["Order Shipped", "Order Delivered"]
    assert Event.objects.get(name="Order Delivered").distinct_id == shop.place.name_person(998877)


def test_an_order_without_anybody_is_nobodys(shop):
    send_shopify(shop, "orders/create", order(customer=None, email="", phone=None))
    drain_all()

    found = Order.objects.get()
    assert (found.customer, found.counted) == (None, False)


def test_orders_of_the_test_gateway_are_left_out(shop):
    assert send_shopify(shop, "orders/create", order(test=True)) == 200
    assert names() == []


def test_a_guest_is_known_by_e_mail(shop):
    send_shopify(shop, "orders/create", order(customer=None, email=" Guest@Example.com "))

    assert Event.objects.get(name="Order Completed").distinct_id == "email:guest@example.com"


def test_a_checkout_is_kept_until_an_order_ends_it(shop):
    send_shopify(shop, "checkouts/create", checkout())
    send_shopify(
        shop, "checkouts/update", checkout(updated_at="2026-03-01T14:57:00+03:00", total_price="65.00")
    )
    assert names() == ["Checkout Started"]
    assert OpenCheckout.objects.get().content["value"] == "65.00"

    send_shopify(shop, "orders/create", order())
    assert OpenCheckout.objects.get().ended_at is not None

    send_shopify(shop, "checkouts/update", checkout(updated_at="2026-03-01T14:59:00+03:00"))
    assert OpenCheckout.objects.get().ended_at is not None


def test_who_withdraws_their_consent_has_withdrawn_it(shop):
    send_shopify(shop, "customers/create", customer())
    gone = {"state": "unsubscribed", "consent_updated_at": "2026-04-01T08:00:00+03:00"}
    later = customer(updated_at="2026-04-01T08:00:00+03:00", email_marketing_consent=gone)
    send_shopify(shop, "customers/update", later)

    assert names() == ["identify", "Consent Given", "identify", "Consent Withdrawn"]


@pytest.mark.parametrize(
    ("topic", "body", "what"),
    [
        ("customers/redact", {"shop_id": 1, "customer": {"id": 998877}}, "erase"),
        ("customers/data_request", {"customer": {"id": 998877}, "data_request": {"id": 5}}, "export"),
        ("shop/redact", {"shop_id": 1}, "erase_shop"),
        ("customers/delete", {"id": 998877}, "deleted"),
    ],
)
def test_what_only_people_may_do_becomes_a_wish_once(shop, topic, body, what):
    assert [send_shopify(shop, topic, body) for _ in range(2)] == [200, 200]

    assert Wish.objects.get().what == what


def test_an_app_that_was_uninstalled_ends_the_connection(shop):
    send_shopify(shop, "app/uninstalled", {"id": 1})

    shop.refresh_from_db()
    assert shop.state == Connection.State.DISCONNECTED
    assert send_shopify(shop, "orders/create", order()) == 410


def test_a_topic_that_we_do_not_know_is_taken_and_says_nothing(shop):
    assert send_shopify(shop, "themes/publish", {"id": 1}) == 200
    assert names() == []
