"""The past of a Zid store, and the subscription of our address, asked of a stand-in by real HTTP."""

import pytest

from wafaa.listen.connectors.rules import ConnectorError, Why
from wafaa.listen.connectors.tests.stand_in import (
    Answered,
    Asked,
    make_connected,
    name_told,
    open_system,
    read_past,
    send,
)
from wafaa.listen.connectors.zid import CONNECTOR
from wafaa.listen.connectors.zid.past import EVENTS
from wafaa.listen.connectors.zid.tests.samples import CART, CUSTOMER, ORDER

SECRETS = {"authorization": "auth", "token": "manager", "secret": "s3cret"}


class Store:
    """One customer, 130 orders, one cart; refuses the request of number `busy_at` once."""

    def __init__(self, busy_at: int = 0) -> None:
        self.count, self.busy_at = 0, busy_at
        self.webhooks: list[dict] = []

    def answer(self, asked: Asked) -> Answered:
        self.count += 1
        told = (asked.headers.get("authorization"), asked.headers.get("x-manager-token"))
        if told != ("Bearer auth", "manager"):
            return Answered({"detail": "Unauthorized"}, status=401)
        if self.count == self.busy_at:
            return Answered({}, status=429, headers={"Retry-After": "3"})
        return Answered(self.find(asked))

    def find(self, asked: Asked) -> dict:
        page = int(asked.query.get("page", 1))
        match asked.path.removeprefix("/v1/managers/"):
            case "store/customers":
                return {"status": "object", "customers": [CUSTOMER], "total_customers_count": 1}
            case "store/orders":
                assert asked.query["payload_type"] in ("default", "simple")
                size = int(asked.query["per_page"])
                orders = [{**ORDER, "id": number} for number in range(1, 131)]
                return {
                    "status": "object",
                    "orders": orders[(page - 1) * size : page * size],
                    "total_order_count": 130,
                }
            case "store/abandoned-carts":
                return {"status": "object", "abandoned_carts": [CART]}
            case "account/profile":
                return {"user": {"name": "Osama", "store": {"id": 3, "title": "متجر نجوم"}}}
            case "webhooks" if asked.method == "POST":
                self.webhooks.append(asked.content)
                return {"status": "object"}
            case "webhooks" if asked.method == "DELETE":
                self.webhooks = [
                    one for one in self.webhooks if one["subscriber"] != asked.query["subscriber"]
                ]
                return {}
            case "webhooks":
                return {"webhooks": self.webhooks}
        raise AssertionError(asked.path)


def connect(address, secrets=None, **settings):
    return make_connected(
        CONNECTOR,
        secrets=SECRETS if secrets is None else secrets,
        settings={"api_address": address, **settings},
    )


def test_the_past_is_read_whole_page_by_page():
    with open_system(Store().answer) as (address, asked):
        pages = read_past(CONNECTOR, connect(address))

    assert [page.cursor for page in pages] == ["orders:1", "orders:2", "carts:1", None]
    orders = [one.event for page in pages for one in page.reading.told if one.event.name == "Order Completed"]
    assert [one.properties["order_id"] for one in orders] == [str(number) for number in range(1, 131)]
    assert name_told(pages[0].reading.told) == ["identify"]
    assert name_told(pages[3].reading.told)[-1] == "Checkout Abandoned"
    assert pages[1].total == 130
    assert len(asked) == 4


def test_a_refusal_for_the_rate_waits_and_asks_for_the_same_page_again():
    with open_system(Store(busy_at=3).answer) as (address, _asked):
        pages = read_past(CONNECTOR, connect(address))

    assert [(page.cursor, page.wait_s) for page in pages] == [
        ("orders:1", 1.0),
        ("orders:2", 1.0),
        ("orders:2", 3.0),
        ("carts:1", 1.0),
        (None, 1.0),
    ]
    assert sum(name == "Order Completed" for page in pages for name in name_told(page.reading.told)) == 130


def test_our_address_is_registered_for_each_event_once_and_given_back():
    store = Store()
    with open_system(store.answer) as (address, _asked):
        connected = connect(address, app_id="7367")
        CONNECTOR.subscribe(connected, send)
        CONNECTOR.subscribe(connected, send)
        registered = list(store.webhooks)
        CONNECTOR.unsubscribe(connected, send)

    assert [one["event"] for one in registered] == list(EVENTS)
    assert registered[0] == {
        "event": "order.create",
        "target_url": "https://wafaa.example/hooks/00000000-0000-7000-8000-00001a2b3c4d/order.create",
        "original_id": 7367,
        "subscriber": "wafaa-1a2b3c4d",
        "conditions": {},
        "username": "wafaa",
        "password": "s3cret",
    }
    assert store.webhooks == []


def test_the_test_names_the_shop_and_a_wrong_token_is_said():
    with open_system(Store().answer) as (address, _asked):
        assert CONNECTOR.test(connect(address), send) == "متجر نجوم, 130"
        with pytest.raises(ConnectorError) as refusal:
            CONNECTOR.test(connect(address, {"token": "x"}), send)

    assert refusal.value.why == Why.TOKEN_WRONG


@pytest.mark.parametrize("content", [b"<html>", b"[1]", b'{"customers": 5}', b'{"customers": [{"id": {}}]}'])
def test_an_answer_that_cannot_be_read_is_a_refusal(content):
    with open_system(lambda _asked: Answered(content)) as (address, _asked), pytest.raises(ConnectorError):
        CONNECTOR.next_page(connect(address), "customers:1", send)
