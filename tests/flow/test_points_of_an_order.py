"""An order in, points in the member's wallet; a refund, and exactly they are taken back."""

from datetime import timedelta

import pytest

from tests.build import NOON, make_customer, make_order, make_refund
from wafaa.act.points.checking import check_books
from wafaa.act.points.models import Wallet
from wafaa.decide.loyalty.actions import make_programme, publish, save_draft
from wafaa.decide.loyalty.models import Earning
from wafaa.kit import clock
from wafaa.stream.models import Event

pytestmark = pytest.mark.django_db
SPEND = {"id": 1, "effect": "money", "points": 1, "per": 1000, "currency": "SAR"}  # 1 for each 10 riyals


def make_live(*rules, at=NOON - timedelta(days=1), **told):
    with clock.fixed_at(at):
        programme = make_programme(name={"en": "Club", "ar": "النادي"}, by=None)
        save_draft(programme=programme, content={"rules": list(rules), **told}, by=None)
        publish(programme=programme, by=None)
    programme.refresh_from_db()
    return programme


def list_wallets():
    return list(Wallet.objects.order_by("id").values_list("customer__external_id", "active", "owed"))


def list_told(name):
    return [dict(one.properties) for one in Event.objects.filter(name=name).order_by("position")]


def test_an_order_earns_and_its_refund_takes_exactly_that_back():
    make_live(SPEND)
    make_customer("1")

    make_order("A1", lines=[("COFFEE", 2, "50.00"), ("CUP", 1, "59.90")])
    assert list_wallets() == [("1", 15, 0)]
    (told,) = list_told("Points Awarded")
    assert (told["points"], told["balance"], told["order_id"], told["unit"]) == (15, 15, "A1", "points")

    make_refund("R1", order="A1", lines=[("CUP", 1, "59.90")])
    assert list_wallets() == [("1", 10, 0)]

    make_refund("R2", order="A1", lines=[("COFFEE", 2, "50.00")])
    assert list_wallets() == [("1", 0, 0)]
    assert [told["points"] for told in list_told("Points Reversed")] == [5, 10]
    assert Earning.objects.get().awarded == 0
    assert check_books() == []
