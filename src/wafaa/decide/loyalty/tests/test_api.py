"""Loyalty over /v1: programmes, joining, what a cart would earn and why, what an order earned, what a refund would undo."""

import pytest
from tests.build import make_customer, make_order
from tests.flow.test_points_of_an_order import SPEND, make_live

from wafaa.act.points.models import Wallet
from wafaa.decide.loyalty.actions import change_programme
from wafaa.decide.loyalty.actions.making import Plan
from wafaa.know.orders.models import Order
from wafaa.show.api.tests.calls import call, get, make_key, walk

pytestmark = pytest.mark.django_db
CART = {"currency": "SAR", "lines": [{"sku": "CUP", "amount_minor": 2550}]}


@pytest.fixture
def key():
    return make_key("write")


def post(path, body, key):
    return call("POST", path, key=key, body=body)


def test_a_cart_is_told_what_it_would_earn_and_what_brings_more(key):
    programme = make_live(SPEND, {**SPEND, "id": 2, "points": 5, "minimum": 5000})
    (told,) = post("/v1/quotes", CART, key).json()
    assert (told["programme_id"], told["is_member"], told["totals"]) == (
        str(programme.uuid),
        False,
        {"points": 2},
    )
    spend, large = told["rules"]
    assert (spend["points"], spend["refusals"]) == (2, [])
    assert spend["missing"].replace("\xa0", " ") == "SAR 4.50 more brings more (Points)."
    assert (large["points"], large["refusals"]) == (0, ["The amount is below the minimum."])
    assert large["missing"].replace("\xa0", " ") == "SAR 24.50 more and the rule holds."
    assert Wallet.objects.count() == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"lines": []},
        {"currency": "riyal"},
        {"lines": [{"amount_minor": -1}]},
        {"lines": [{"amount_minor": 1, "x": 1}]},
    ],
)
def test_a_cart_that_cannot_be_is_refused(key, wrong):
    make_live(SPEND)
    assert post("/v1/quotes", {**CART, **wrong}, key).status_code == 422


def test_an_order_says_what_it_earned_and_a_preview_what_a_refund_undoes(key):
    gold = {"code": "levels", "currency": "SAR", "span": "life", "tiers": [{"code": "gold", "needs": 150_00}]}
    programme = make_live(SPEND, tier_sets=[gold])
    make_customer("1")
    make_order("A1", lines=[("COFFEE", 2, "50.00"), ("CUP", 1, "59.90")])
    order = Order.objects.get()
    (earned,) = get(f"/v1/orders/{order.uuid}/earnings", key=key).json()
    assert [(one["rule"], one["points"], one["awarded"]) for one in earned["rules"]] == [(1, 15, 15)]

    refund = {"amount_minor": 5990, "lines": [{"sku": "CUP", "quantity": 1, "amount_minor": 5990}]}
    preview = post(f"/v1/orders/{order.uuid}/refund-preview", refund, key).json()
    assert preview == {
        "points": 5, "from_awards": 5, "from_balance": 0, "owed": 0, "charged": 0, "forgiven": 0, "charges": {}, "rewards": [],
        "tiers": [{"programme_id": str(programme.uuid), "set": "levels", "before": "gold", "after": ""}],
    }  # fmt: skip
    assert Wallet.objects.get().active == 15  # nothing was written


def test_a_customer_joins_once_and_is_a_member_from_then_on(key):
    programme = make_live(SPEND)
    change_programme(programme=programme, plan=Plan(is_automatic=False), by=None)
    customer = make_customer("1")
    address = f"/v1/programmes/{programme.uuid}/members"
    first = post(address, {"customer_id": str(customer.uuid)}, key).json()
    again = post(address, {"customer_id": str(customer.uuid)}, key).json()
    assert first == again
    (membership,) = get(f"/v1/customers/{customer.uuid}/memberships", key=key).json()
    assert membership["programme_id"] == str(programme.uuid)
    (told,) = get("/v1/programmes", key=key).json()
    assert (told["state"], told["unit"], told["is_automatic"]) == ("live", "points", False)


def test_a_programme_tells_its_rules_and_members_and_a_member_leaves(key):
    programme = make_live(SPEND, worth={"points": 100, "minor": 500, "currency": "SAR"})
    for number in "12":
        make_customer(number)
        make_order(f"A{number}", customer=number, lines=[("CUP", 1, "20.00")])
    told = get(f"/v1/programmes/{programme.uuid}", key=key).json()
    assert (told["state"], told["members"], told["version"]) == ("live", 2, 1)
    assert told["worth"] == {"points": 100, "money": {"amount_minor": 500, "currency": "SAR"}}
    (rule,) = told["rules"]
    assert (rule["rule"], rule["unit"], rule["sentence"][:20]) == (1, "points", "Points: 1 for every ")

    address = f"/v1/programmes/{programme.uuid}/members"
    second, first = walk(f"{address}?limit=1", key=key)
    assert {first["tiers"] == [], first["left_at"] is None} == {True}
    for _again in range(2):
        gone = call("DELETE", f"{address}/{first['customer_id']}", key=key).json()
    assert (gone["customer_id"], gone["left_at"] is None) == (first["customer_id"], False)
    assert walk(address, key=key) == [second]
    nobody = call("DELETE", f"{address}/{make_customer('3').uuid}", key=key)
    assert (nobody.status_code, nobody.json()["code"]) == (404, "member_missing")
