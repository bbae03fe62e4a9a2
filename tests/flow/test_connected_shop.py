"""An order that a shop sends stands on its customer's page, among the orders and in the measures, until it is cancelled."""

from datetime import UTC, date, datetime

import pytest

from tests.build import make_business
from wafaa.config.facts import FACT_TABLES
from wafaa.config.flow import CONSUMERS
from wafaa.kit import clock
from wafaa.know.customers.models import Customer
from wafaa.know.orders.models import Order
from wafaa.learn.facts.actions import sync_facts
from wafaa.learn.facts.queries import close_facts
from wafaa.learn.measures.queries import get_summary
from wafaa.learn.measures.rules import Question
from wafaa.listen.connectors.models import Connection
from wafaa.listen.connectors.shopify.tests.bodies import order, refund
from wafaa.listen.connectors.tests.sending import make_connection, send_shopify
from wafaa.stream.drain import drain_until_quiet

NOW = datetime(2026, 3, 8, 9, tzinfo=UTC)


@pytest.fixture
def shop(db, settings):
    make_business(currency="SAR")
    with clock.fixed_at(NOW):
        yield make_connection()
    close_facts(settings.FACTS_ROOT)


def hear(shop: Connection, topic: str, body: dict) -> None:
    assert send_shopify(shop, topic, body) == 200
    drain_until_quiet(CONSUMERS)
    sync_facts(FACT_TABLES)


def measure() -> dict:
    summary = get_summary(Question(as_of=date(2026, 3, 9), lapse_window_days=90, currency="SAR"))
    return {key: summary.total.figures[key].value for key in ("orders", "gross", "refunds")}


@pytest.mark.django_db(transaction=True)
def test_a_shops_order_is_seen_everywhere_until_it_is_cancelled(shop, client_as, cast):
    client = client_as(cast["owner"])
    client.cookies["wafaa_language"] = "en"

    hear(shop, "orders/create", order())

    person = Customer.objects.get(email="noura@example.com")
    page = client.get(f"/customers/{person.uuid}/").content.decode()
    assert "#1001" in page
    assert "#1001" in client.get("/orders/").content.decode()
    assert measure() == {"orders": 1, "gross": 9500, "refunds": 0}

    hear(shop, "refunds/create", refund())
    assert measure() == {"orders": 1, "gross": 9500, "refunds": 4750}

    gone = {"cancelled_at": "2026-03-06T10:00:00+03:00", "updated_at": "2026-03-06T10:00:00+03:00"}
    hear(shop, "orders/cancelled", order(**gone))

    found = Order.objects.get()
    assert (found.counted, found.ordered_at.day) == (False, 1)
    assert "cancelled" in client.get(found.get_absolute_url()).content.decode()
    assert measure()["orders"] == 0
