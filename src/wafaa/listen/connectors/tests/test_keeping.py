"""What follows from time passing, and what is forgotten of one person."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.build import make_business
from tests.draining import drain_all

from wafaa.kit import clock
from wafaa.know.customers.models import Customer
from wafaa.know.customers.queries import list_distinct_ids
from wafaa.listen.connectors.actions import (
    abandon_checkouts,
    erase_customer,
    pause_connection,
    prune_deliveries,
)
from wafaa.listen.connectors.models import Connection, Delivery, ObjectVersion, OpenCheckout, Wish
from wafaa.listen.connectors.queries import export_customer
from wafaa.listen.connectors.shopify.tests.bodies import checkout, customer, order
from wafaa.listen.connectors.tests.sending import make_connection, send_shopify
from wafaa.stream.models import Event

pytestmark = pytest.mark.django_db
BEGUN = datetime(2026, 3, 1, 11, 55, tzinfo=UTC)  # the checkout's last change


@pytest.fixture
def shop(db) -> Connection:
    make_business()
    return make_connection()


def abandon(minutes: int) -> int:
    with clock.fixed_at(BEGUN + timedelta(minutes=minutes)):
        return abandon_checkouts()


def test_a_checkout_without_an_order_is_abandoned_once(shop):
    send_shopify(shop, "checkouts/create", checkout())
    assert [abandon(minutes) for minutes in (59, 61, 62, 500)] == [0, 1, 0, 0]

    event = Event.objects.get(name="Checkout Abandoned")
    assert event.distinct_id == shop.place.name_person(998877)
    assert event.properties["url"] == "https://nujum.example/recover/1"
    assert (event.properties["checkout_id"], event.properties["products"][0]["price"]) == ("chk1", "50.00")


def test_the_hours_are_the_connections(shop):
    Connection.objects.update(settings={**shop.settings, "abandoned_after_hours": "3"})
    send_shopify(shop, "checkouts/create", checkout())
    assert [abandon(minutes) for minutes in (170, 181)] == [0, 1]


def test_who_ordered_by_another_checkout_has_abandoned_none(shop):
    send_shopify(shop, "checkouts/create", checkout())
    send_shopify(shop, "orders/create", order(checkout_token="chk2"))
    assert abandon(61) == 0


def test_an_earlier_order_is_no_answer_to_a_checkout(shop):
    send_shopify(
        shop, "orders/create", order(checkout_token="chk0", processed_at="2026-02-01T10:00:00+03:00")
    )
    send_shopify(shop, "checkouts/create", checkout())
    assert abandon(61) == 1


def test_a_paused_connection_tells_nothing(shop):
    send_shopify(shop, "checkouts/create", checkout())
    pause_connection(connection=shop, staff=None)
    assert abandon(61) == 0


def test_deliveries_go_after_two_weeks_but_not_those_that_wait(shop):
    send_shopify(shop, "orders/create", order(), delivery="d1")
    send_shopify(shop, "orders/create", b"{", delivery="d2")
    pause_connection(connection=shop, staff=None)
    send_shopify(shop, "orders/updated", order(), delivery="d3")

    with clock.fixed_at(clock.now() + timedelta(days=13)):
        assert prune_deliveries() == 0
    with clock.fixed_at(clock.now() + timedelta(days=15)):
        assert prune_deliveries() == 2
    assert Delivery.objects.get().delivery_id == "d3"


def test_one_person_is_forgotten_and_the_others_stay(shop):
    other = customer(112233, email="other@example.com", phone="+966500000001")
    send_shopify(shop, "customers/create", customer())
    send_shopify(shop, "customers/create", other)
    send_shopify(shop, "checkouts/create", checkout())
    send_shopify(shop, "customers/redact", {"customer": {"id": 998877}})
    send_shopify(shop, "orders/create", b'{"email": "Noura@example.com"')
    send_shopify(shop, "orders/create", b'{"customer": 112233')
    drain_all()
    person = Customer.objects.get(email="noura@example.com")
    ids = list_distinct_ids([person.pk])[person.pk]
    told = export_customer(customer_id=person.pk, distinct_ids=ids)
    assert {what: len(rows) for what, rows in told.items()} == {
        "deliveries": 1, "checkouts": 1, "stays": 0, "versions": 1, "wishes": 1
    }  # fmt: skip

    gone = erase_customer(customer_id=person.pk, distinct_ids=ids)

    assert gone == {"deliveries": 1, "object_versions": 1, "checkouts": 1, "stays": 0, "wishes": 1}
    assert Delivery.objects.exclude(body="").get().body == '{"customer": 112233'
    assert ObjectVersion.objects.get().distinct_id == shop.place.name_person(112233)
    assert not OpenCheckout.objects.exists()
    assert not Wish.objects.exists()
