"""Orders by the API."""

from datetime import timedelta

import pytest
from tests.build import NOON, make_customer, make_order, make_refund, make_store
from tests.statements import watch_statements

from wafaa.show.api.tests.calls import get, make_key, walk


@pytest.fixture
def key(db):
    return make_key()


def sar(minor):
    return {"amount_minor": minor, "currency": "SAR"}


def test_an_order_is_read_with_lines_and_refunds(key):
    person = make_customer("17")
    make_store("RUH-1")
    order = make_order(
        "A1",
        customer=person,
        store="RUH-1",
        lines=[("SKU-1", "0.5", "10.01"), ("SKU-2", 2, "3")],
        shipping="15",
    )
    refund = make_refund("R1", order=order, customer=person, lines=[("SKU-2", 1, "3")])
    told = get(f"/v1/orders/{order.uuid}", key=key).json()

    assert told == {
        "id": str(order.uuid),
        "number": "A1",
        "source": "test",
        "customer_id": str(person.uuid),
        "ordered_at": "2026-03-01T12:00:00Z",
        "store": "RUH-1",
        "channel": "",
        "country": "",
        "counted": True,
        "counted_lines": 2,
        "gross": sar(1101),
        "discount": sar(0),
        "tax": sar(0),
        "shipping": sar(1500),
        "cost": None,
        "cancelled_at": None,
        "lines": [
            {
                "ordinal": 1, "sku": "SKU-1", "name": "Product SKU-1", "category": "", "quantity": "0.5",
                "unit_price": "10.01", "amount": sar(501), "counted": True,
            },
            {
                "ordinal": 2, "sku": "SKU-2", "name": "Product SKU-2", "category": "", "quantity": "2",
                "unit_price": "3", "amount": sar(600), "counted": True,
            },
        ],
        "refunds": [
            {
                "id": str(refund.uuid), "number": "R1", "refunded_at": "2026-03-01T12:00:00Z", "amount": sar(300),
                "lines": [
                    {
                        "ordinal": 1, "sku": "SKU-2", "name": "Product SKU-2", "category": "", "quantity": "1",
                        "unit_price": "3", "amount": sar(300),
                    }
                ],
            }
        ],
    }  # fmt: skip


def test_money_has_the_decimals_of_its_currency(key):
    order = make_order("K1", currency="KWD", lines=[("SKU-1", 1, "1.050")])
    assert get(f"/v1/orders/{order.uuid}", key=key).json()["gross"] == {
        "amount_minor": 1050,
        "currency": "KWD",
    }


def test_orders_are_narrowed(key):
    person = make_customer("17")
    make_store("RUH-1")
    make_order("A1", customer=person, at=NOON, store="RUH-1", channel="web")
    make_order("A2", customer=None, at=NOON + timedelta(days=1))
    refunded = make_order("B1", customer="18", at=NOON + timedelta(days=2))
    make_refund("R1", order=refunded, customer="18")

    def find(query):
        return [one["number"] for one in get(f"/v1/orders?{query}", key=key).json()["items"]]

    assert find("") == ["B1", "A2", "A1"]
    assert find("q=a") == ["A2", "A1"]
    assert find(f"customer={person.uuid}") == ["A1"]
    assert find("store=RUH-1") == find("channel=web") == ["A1"]
    assert find("store=unknown") == []
    assert find("counted=false") == ["A2"]
    assert find("refunded=true") == ["B1"]
    assert find("since=2026-03-02T12:00:00Z&until=2026-03-03T15:00:00%2B03:00") == ["A2"]


def test_orders_of_one_moment_are_paged_one_by_one(key):
    for number in range(5):
        make_order(f"A{number}", at=NOON)
    first = get("/v1/orders?limit=2", key=key).json()
    make_order("LATE", at=NOON - timedelta(days=1))
    make_order("NEW", at=NOON + timedelta(days=1))
    second = get(f"/v1/orders?limit=2&cursor={first['next_cursor']}", key=key).json()

    assert [one["number"] for one in first["items"] + second["items"]] == ["A4", "A3", "A2", "A1"]
    assert [one["number"] for one in walk("/v1/orders?limit=2", key=key)] == [
        "NEW", "A4", "A3", "A2", "A1", "A0", "LATE",
    ]  # fmt: skip


def test_unknown_orders_and_customers_are_a_404(key):
    nobody = "00000000-0000-0000-0000-000000000007"
    assert get(f"/v1/orders/{nobody}", key=key).json()["code"] == "order_missing"
    assert get(f"/v1/orders?customer={nobody}", key=key).json()["code"] == "customer_missing"


def test_a_page_of_orders_costs_the_same_number_of_queries_however_long_it_is(key):
    for number in range(6):
        make_order(f"A{number}", customer=f"C{number}", store=f"S{number}")
    get("/v1/orders", key=key)
    for limit in (1, 6):
        with watch_statements() as sent:
            get(f"/v1/orders?limit={limit}", key=key)
        assert len(sent) == 3, sent  # the business, whether products have costs, the orders
