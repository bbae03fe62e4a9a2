"""An order told over /v1: the ordinary event, once for each key, and what it brings in the same answer."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection
from tests.draining import drain_all

from wafaa.access.keys.rules import Scope
from wafaa.act.points.actions import spend
from wafaa.act.points.checking import check_books
from wafaa.act.points.models import Wallet
from wafaa.decide.loyalty.tests.build import DAY, SPEND, hold, make_live
from wafaa.kit import clock
from wafaa.know.orders.models import Order, Refund
from wafaa.show.api.tests.calls import call, make_key
from wafaa.show.checkout.models import Telling
from wafaa.show.checkout.rules import digest
from wafaa.stream import waiting
from wafaa.stream.models import Event

ORDER = {
    "order_id": "SO-7",
    "user_id": "C-1",
    "traits": {"name": "Noura", "email": "noura@shop.example"},
    "currency": "SAR",
    "products": [{"sku": "TEA", "quantity": 3, "price": "50.00", "discount": 50}],
    "affiliation": "olaya",
}
REFUND = {
    "refund_id": "R-1",
    "currency": "SAR",
    "products": [{"sku": "TEA", "quantity": 1, "price": "30.00"}],
}


def post(path, body, *, key, name="", wait=False):
    headers = {**({"Idempotency-Key": name} if name else {}), **({"Prefer": "wait=20"} if wait else {})}
    return call("POST", path, key=key, body=body, headers=headers)


def close():
    """Of the thread that calls it."""
    connection.close()


@pytest.fixture
def key(db):
    return make_key(Scope.WRITE)


@pytest.fixture
def told(key):
    """Sends and drains, as the drainer does beside the web server."""

    def send(path, body, name=""):
        def work():
            try:
                return post(path, body, key=key, name=name, wait=True)
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as senders:
            answer = senders.submit(work)
            while not answer.done():
                drain_all()
            return answer.result()

    yield send
    waiting._LOOKS.submit(close).result()


def list_events():
    return list(Event.objects.order_by("position").values_list("name", "distinct_id", "properties"))


@pytest.mark.django_db(transaction=True)
def test_the_answer_tells_what_the_order_and_its_refunds_bring(told):
    programme = make_live({**SPEND, "pending": "P14D", "lives": "P12M"}, at=clock.now() - DAY)

    first = told("/v1/orders", ORDER, "checkout-7")
    assert (first.status_code, first["Preference-Applied"]) == (200, "wait")
    body = first.json()
    order = Order.objects.get()
    assert (body["order_id"], body["id"], body["is_replay"], body["is_handled"]) == (
        "SO-7",
        str(order.uuid),
        False,
        True,
    )
    assert (order.gross_minor, order.customer.name, order.store.code) == (10_000, "Noura", "olaya")
    (effect,) = body["loyalty"]
    assert (effect["programme_id"], effect["points"], effect["taken_back"]) == (
        str(programme.uuid),
        {"points": 10},
        {"points": 0},
    )
    (rule,) = effect["rules"]
    assert (rule["points"], rule["refusals"], rule["missing"][-26:]) == (10, [], "more brings more (Points).")
    assert rule["usable_from"] < rule["expires_at"]
    assert effect["balances"] == [
        {"unit": "points", "name": "Points", "available": 0, "pending": 10, "owed": 0}
    ]

    again = told("/v1/orders", ORDER, "checkout-7")
    assert (again["Idempotent-Replayed"], again.json()) == ("true", {**body, "is_replay": True})

    for name in ("refund-1", "refund-1", "other-key"):  # the refund's own id makes it one
        back = told("/v1/orders/SO-7/refunds", REFUND, name).json()["loyalty"][0]
    assert (back["points"], back["taken_back"]) == ({"points": 7}, {"points": 3})
    rest = told(
        f"/v1/orders/{order.uuid}/refunds", {"refund_id": "R-2", "currency": "SAR", "amount": 70}, "refund-2"
    )
    assert rest.json()["loyalty"][0]["balances"][0]["pending"] == 0
    assert (Refund.objects.count(), hold(), check_books()) == (2, {}, [])


@pytest.mark.django_db(transaction=True)
def test_the_answer_to_a_refund_says_what_to_keep_back_for_points_that_were_spent(told):
    worth = {"points": 10, "minor": 25, "currency": "SAR"}
    make_live(SPEND, at=clock.now() - DAY, policy="charge", worth=worth)
    told("/v1/orders", ORDER, "checkout-8")
    spend(key="gift", wallet_id=Wallet.objects.get().pk, amount=9, at=clock.now())

    effect = told("/v1/orders/SO-7/refunds", REFUND, "refund-3").json()["loyalty"][0]

    assert effect["taken_back"] == {"points": 3}
    assert effect["charges"] == {"SAR": 5}


@pytest.mark.django_db
def test_without_waiting_it_is_accepted_and_recorded_as_the_ordinary_events(key):
    done = post("/v1/orders", ORDER, key=key)

    assert (done.status_code, done.json()["is_handled"], done.json()["loyalty"]) == (202, False, [])
    (who, traits), (what, said) = [(name, properties) for name, _who, properties in list_events()]
    assert (who, traits) == ("identify", {"name": "Noura", "email": "noura@shop.example"})
    assert what == "Order Completed"
    assert said["products"] == [{"sku": "TEA", "quantity": "3", "price": "50", "discount": "50"}]
    assert "total" not in said
    assert post("/v1/orders", dict(reversed(ORDER.items())), key=key).json()["is_replay"]
    assert len(list_events()) == 2


@pytest.mark.django_db
def test_a_key_that_told_another_order_is_a_409_for_good_and_tells_nothing(key):
    post("/v1/orders", ORDER, key=key, name="k")
    for path, body in (("/v1/orders", {**ORDER, "order_id": "SO-8"}), ("/v1/orders/SO-7/refunds", REFUND)):
        refused = post(path, body, key=key, name="k")
        assert (refused.status_code, refused.json()["code"]) == (409, "order_key_reused")
    assert [name for name, _who, _said in list_events()] == ["identify", "Order Completed"]
    assert (
        post("/v1/orders", {**ORDER, "order_id": "SO-8"}, key=make_key(Scope.WRITE), name="k").status_code
        == 202
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"user_id": ""}, 422, "buyer_missing"),
        ({"anonymous": True}, 422, "buyer_missing"),
        ({"currency": "riyal"}, 422, "validation_failed"),
        ({"products": [{"sku": "TEA", "price": -1}]}, 422, "validation_failed"),
        ({"unknown": 1}, 422, "validation_failed"),
    ],
)
def test_what_cannot_be_is_refused_whole(key, changes, status, code):
    refused = post("/v1/orders", {**ORDER, **changes}, key=key)

    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert not Event.objects.exists()
    assert not Telling.objects.exists()


@pytest.mark.django_db
def test_one_key_does_not_touch_the_orders_of_another(key):
    post("/v1/orders", ORDER, key=key)
    drain_all()
    order = Order.objects.get()

    refused = post(f"/v1/orders/{order.uuid}/refunds", REFUND, key=make_key(Scope.WRITE))

    assert (refused.status_code, refused.json()["code"]) == (404, "order_missing")


@pytest.mark.django_db(transaction=True)
def test_the_same_at_once_is_told_once(key):
    def work(_number):
        try:
            return post("/v1/orders", ORDER, key=key, name="k").json()["is_replay"]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(work, range(8))) == [False, *[True] * 7]
    assert len(list_events()) == 2


def test_a_body_is_known_by_what_it_says():
    assert digest("/a", {"x": Decimal("1.0"), "y": None}) == digest("/a", {"x": Decimal("1.00")})
    assert digest("/a", {"x": 1}) != digest("/b", {"x": 1})
