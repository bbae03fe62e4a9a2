"""The past of a Salla store, asked of a stand-in by real HTTP."""

import pytest

from wafaa.listen.connectors.rules import ConnectorError, Why
from wafaa.listen.connectors.salla import CONNECTOR
from wafaa.listen.connectors.salla.tests.samples import CART, ORDER, make_order
from wafaa.listen.connectors.tests.stand_in import (
    NOW,
    Answered,
    Asked,
    make_connected,
    name_told,
    open_system,
    read_past,
    send,
)

TOKEN = "ory_at_x"
# What the list gives of an order since August 2024; its lines are asked for by themselves.
LISTED = {key: ORDER[key] for key in ("id", "reference_id", "date", "status", "payment_method")} | {
    "items": [{"name": "قهوة عربية", "quantity": 2}]
}


class Store:
    """customers: one page; orders: 17 on two pages; carts: one. Refuses the request of number `busy_at` once."""

    def __init__(self, busy_at: int = 0) -> None:
        self.count, self.busy_at = 0, busy_at

    def answer(self, asked: Asked) -> Answered:
        self.count += 1
        if asked.headers.get("authorization") != f"Bearer {TOKEN}":
            return Answered({"status": 401, "success": False, "error": {"code": "Unauthorized"}}, status=401)
        if self.count == self.busy_at:
            return Answered({"status": 429}, status=429, headers={"Retry-After": "7"})
        return Answered(
            {"status": 200, "success": True, **self.find(asked)}, headers={"X-RateLimit-Remaining": "9"}
        )

    def find(self, asked: Asked) -> dict:
        page, per_page = int(asked.query.get("page", 1)), int(asked.query.get("per_page", 15))
        match asked.path.split("/")[1:]:
            case ["customers"]:
                return self.cut([ORDER["customer"]], page, per_page)
            case ["carts", "abandoned"]:
                return self.cut([CART], page, per_page)
            case ["orders"]:
                return self.cut([{**LISTED, "id": 100 + number} for number in range(17)], page, per_page)
            case ["orders", "items"]:
                return {"data": ORDER["items"]}
            case ["orders", number]:
                return {"data": make_order(id=int(number), items=[])}
            case ["store", "info"]:
                return {"data": {"id": 1, "name": "متجر نجوم"}}
        raise AssertionError(asked.path)

    def cut(self, rows: list, page: int, per_page: int) -> dict:
        pages = -(-len(rows) // per_page)
        part = rows[(page - 1) * per_page : page * per_page]
        return {
            "data": part,
            "pagination": {
                "count": len(part),
                "total": len(rows),
                "perPage": per_page,
                "currentPage": page,
                "totalPages": pages,
                "links": [],
            },
        }


def connect(address: str, token: str = TOKEN):
    return make_connected(CONNECTOR, secrets={"token": token}, settings={"api_address": address})


def test_the_past_is_read_whole_page_by_page():
    with open_system(Store().answer) as (address, asked):
        pages = read_past(CONNECTOR, connect(address))

    assert [page.cursor for page in pages] == ["orders:1:0", "orders:2:0", "carts:1:0", None]
    orders = [
        told for page in pages[1:3] for told in page.reading.told if told.event.name == "Order Completed"
    ]
    assert [told.event.properties["order_id"] for told in orders] == [
        str(100 + number) for number in range(17)
    ]
    assert orders[0].event.properties["products"][0]["sku"] == "ACS-1"
    assert name_told(pages[3].reading.told) == ["identify", "Checkout Abandoned"]
    assert pages[1].total == 17
    assert len(asked) == 1 + 2 + 17 * 2 + 1


def test_a_page_that_is_read_twice_gives_the_same_message_ids():
    def read():
        with open_system(Store().answer) as (address, _asked):
            return [
                told.event.message_id
                for page in read_past(CONNECTOR, connect(address))
                for told in page.reading.told
            ]

    assert read() == read()


def test_a_refusal_for_the_rate_is_obeyed_and_nothing_is_lost_or_asked_again():
    # 1: customers, 2: orders, 3 and 4: the first order and its lines, 5: the second order
    with open_system(Store(busy_at=5).answer) as (address, _asked):
        pages = read_past(CONNECTOR, connect(address))

    assert (pages[1].cursor, pages[1].wait_s) == ("orders:1:1", 60.0)
    orders = [
        told.event.properties["order_id"]
        for page in pages
        for told in page.reading.told
        if told.event.name == "Order Completed"
    ]
    assert orders == [str(100 + number) for number in range(17)]


def test_a_list_that_is_refused_waits_as_long_as_it_says():
    with open_system(Store(busy_at=1).answer) as (address, _asked):
        first = CONNECTOR.next_page(connect(address), "customers:1:0", send)

    assert (first.cursor, first.wait_s, list(first.reading.told)) == ("customers:1:0", 7.0, [])


def test_an_empty_bucket_is_waited_for_before_the_next_page():
    def answer(_asked: Asked) -> Answered:
        reset = str(int(NOW.timestamp()) + 12)
        headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}
        return Answered({"data": [], "pagination": {"totalPages": 2}}, headers=headers)

    with open_system(answer) as (address, _asked):
        page = CONNECTOR.next_page(connect(address), "customers:1:0", send)

    assert (page.cursor, page.wait_s) == ("customers:2:0", 12.0)


def test_the_test_names_the_shop_and_a_wrong_token_is_said():
    with open_system(Store().answer) as (address, _asked):
        assert CONNECTOR.test(connect(address), send) == "متجر نجوم, 17"
        with pytest.raises(ConnectorError) as refusal:
            CONNECTOR.test(connect(address, token="old"), send)

    assert refusal.value.why == Why.TOKEN_WRONG


@pytest.mark.parametrize("content", [b"<html>", b"[1]", b'{"data": 5}', b'{"data": [{"id": {}}]}'])
def test_an_answer_that_cannot_be_read_is_a_refusal(content):
    with open_system(lambda _asked: Answered(content)) as (address, _asked), pytest.raises(ConnectorError):
        CONNECTOR.next_page(connect(address), "customers:1:0", send)


def test_a_token_that_runs_out_is_renewed_in_time():
    def answer(asked: Asked) -> Answered:
        assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
        assert asked.body == b"grant_type=refresh_token&refresh_token=r1&client_id=i&client_secret=s"
        return Answered({"access_token": "t2", "refresh_token": "r2", "expires_in": 1209600})

    secrets = {"token": "t1", "refresh_token": "r1", "client_id": "i", "client_secret": "s"}
    with open_system(answer) as (address, _asked):
        settings = {"accounts_address": f"{address}/oauth2/token"}
        soon = make_connected(
            CONNECTOR, secrets={**secrets, "token_expires": str(NOW.timestamp() + 60)}, settings=settings
        )
        later = make_connected(
            CONNECTOR, secrets={**secrets, "token_expires": str(NOW.timestamp() + 1e6)}, settings=settings
        )
        renewed, kept = CONNECTOR.refresh(soon, send), CONNECTOR.refresh(later, send)

    assert renewed == {
        "token": "t2",
        "refresh_token": "r2",
        "token_expires": str(int(NOW.timestamp()) + 1209600),
    }
    assert kept == {}
