"""The way of a shop's program: what a member may have, a reward redeemed, used, given up and taken back, each once."""

import pytest
from tests.build import NOON, make_order

from wafaa.decide.rewards.rules import Kind, Returning
from wafaa.decide.rewards.tests.build import count, make_club, make_member, make_offer
from wafaa.kit import clock
from wafaa.know.customers.models import Customer
from wafaa.know.orders.models import Order
from wafaa.show.api.tests.calls import call, make_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask():
    key = make_key("write")
    with clock.fixed_at(NOON):
        yield lambda path, body=None: call(
            "POST" if body is not None else "GET", f"/v1/{path}", body=body, key=key
        )


@pytest.fixture
def club():
    with clock.fixed_at(NOON):
        return make_club()


def test_a_program_asks_redeems_captures_and_takes_back(ask, club):
    member = make_member(club)
    who = str(Customer.objects.get(pk=member).uuid)
    mug, grand = make_offer(club, stock=1), make_offer(club, points=900)
    can, cannot = ask("rewards/offers", {"customer_id": who}).json()
    assert (can["reward_id"], can["can"], can["available"], can["reasons"]) == (str(mug.uuid), True, 100, [])
    (reason,) = cannot["reasons"]
    assert (reason["reason"], reason["missing"], cannot["reward_id"]) == ("points", 800, str(grand.uuid))
    assert set(reason["help"]) == {"ar", "en"}

    body = {"key": "cart-1", "customer_id": who, "reward_id": str(mug.uuid), "seconds": 600}
    held = ask("redemptions", body).json()
    assert (held["state"], held["ends_at"]) == ("placed", "2026-03-01T12:10:00Z")
    assert ask("redemptions", body).json() == held
    reused = ask("redemptions", {**body, "reward_id": str(grand.uuid)})
    assert (reused.status_code, reused.json()["code"]) == (409, "reward_key_reused")
    refused = ask("redemptions", {**body, "key": "cart-2"})
    assert (refused.status_code, refused.json()["code"]) == (422, "reward_sold_out")

    path = f"redemptions/{held['id']}"
    assert ask(f"{path}/capture", {"key": "order-1"}).json()["state"] == "confirmed"
    assert ask("redemptions/find", {"code": held["code"].lower()}).json()["state"] == "confirmed"
    late = ask(f"{path}/void", {"key": "void-1"})
    assert (late.status_code, late.json()["code"]) == (409, "redemption_over")
    part = ask(f"{path}/take-back", {"key": "refund-1", "points": 10}).json()
    assert (part["state"], part["returned"], count(member)) == ("confirmed", 10, (70, 0))
    assert ask(f"{path}/take-back", {"key": "refund-2"}).json()["state"] == "returned"
    assert count(member) == (100, 0)
    assert [one["id"] for one in ask(f"customers/{who}/redemptions").json()["items"]] == [held["id"]]


def test_a_refund_preview_tells_which_rewards_come_back(ask, club):
    member = make_member(club, points=400)
    who = str(Customer.objects.get(pk=member).uuid)
    payment = make_offer(club, kind=Kind.PAYMENT, sku="", points=20, returning=Returning.SHARE)
    body = {"key": "p", "customer_id": who, "reward_id": str(payment.uuid), "points": 400}
    held = ask("redemptions", body).json()
    assert held["value"] == {"amount_minor": 2_000, "currency": "SAR"}
    told = {"key": "c", "order": {"source": "test", "number": "A"}}
    ask(f"redemptions/{held['id']}/capture", told)
    make_order("A", lines=[("TEA", 10, "10.00")])
    order = Order.objects.get()

    preview = ask(f"orders/{order.uuid}/refund-preview", {"amount_minor": 4_000}).json()
    assert preview["points"] == 4
    assert [(one["redemption_id"], one["points"]) for one in preview["rewards"]] == [(held["id"], 200)]
    assert count(member) == (8, 0)


def test_rewards_are_told_with_their_sentences(ask, club):
    mug = make_offer(club, stock=7)
    (told,) = ask("rewards").json()
    assert (told["id"], told["stock"], told["is_stamp_card"]) == (str(mug.uuid), 7, False)
    assert told["sentences"]["en"][0].endswith("40\u2069 points.")
    assert ask(f"rewards/{mug.uuid}").json() == told
