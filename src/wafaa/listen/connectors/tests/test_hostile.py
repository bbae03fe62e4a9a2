"""Bodies that no shop sends: they are read or refused, never an error, and what is read can be stored."""

import json
from datetime import UTC

import msgspec
import pytest

from wafaa.listen.connectors.presence import CONNECTOR as PRESENCE
from wafaa.listen.connectors.rules import ConnectorError, Why
from wafaa.listen.connectors.shopify import CONNECTOR as SHOPIFY
from wafaa.listen.connectors.shopify.tests.bodies import checkout, customer, fulfillment, order, refund
from wafaa.listen.connectors.tests.hostile import NOT_JSON, spoil
from wafaa.listen.connectors.tests.stand_in import make_received
from wafaa.listen.connectors.woocommerce import CONNECTOR as WOO
from wafaa.listen.connectors.woocommerce.tests.test_woocommerce import customer as woo_customer
from wafaa.listen.connectors.woocommerce.tests.test_woocommerce import order as woo_order

# What the framework takes for "unreadable": see actions/receiving.py.
REFUSALS = (
    msgspec.MsgspecError,
    UnicodeDecodeError,
    RecursionError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    OverflowError,
)
ORDER = order(fulfillments=[fulfillment(shipment_status="delivered")], refunds=[refund()])
BODIES = [
    (SHOPIFY, "orders/create", ORDER),
    (SHOPIFY, "customers/update", customer()),
    (SHOPIFY, "refunds/create", refund()),
    (SHOPIFY, "fulfillments/update", fulfillment()),
    (SHOPIFY, "checkouts/update", checkout()),
    (SHOPIFY, "customers/redact", {"customer": {"id": 1}}),
    (WOO, "order.updated", woo_order(refunds=[{"id": 1, "total": "-1.00"}])),
    (WOO, "customer.updated", woo_customer()),
    (WOO, "product.updated", {"id": 1, "sku": "A", "name": "B", "categories": [{"name": "C"}]}),
    (
        PRESENCE,
        "",
        {"sightings": [{"person": "C7", "store": "R1", "what": "enter", "at": "2026-03-01T12:00:00Z"}]},
    ),
]


def read(connector, topic: str, body: bytes) -> bool:
    """Whether it was read."""
    received = make_received(connector, body, topic=topic)
    try:
        reading = connector.read(received)
    except ConnectorError as error:
        if error.why != Why.UNREADABLE:
            raise
        return False
    except REFUSALS:
        return False
    for told in reading.told:
        event = told.event
        assert event.occurred_at.tzinfo is UTC
        assert event.distinct_id
        msgspec.json.encode([event.properties, event.context])
        if event.name == "identify":
            assert all(isinstance(value, str | list) for value in event.properties.values())
        for line in event.properties.get("products", ()):
            assert all(
                len(value) < 40 for key, value in line.items() if key in {"quantity", "price", "discount"}
            )
    return True


@pytest.mark.parametrize(
    ("connector", "topic", "body"), BODIES, ids=[f"{one.key}-{topic}" for one, topic, _ in BODIES]
)
def test_a_body_with_anything_in_any_place_is_read_or_refused(connector, topic, body):
    assert read(connector, topic, json.dumps(body).encode())

    outcomes = {read(connector, topic, raw) for raw in spoil(body)}
    assert True in outcomes

    for raw in NOT_JSON:
        read(connector, topic, raw)
