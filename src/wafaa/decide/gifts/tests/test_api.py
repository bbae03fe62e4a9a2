"""Gifts over /v1: what can be given, and what a customer was given."""

from datetime import timedelta

import pytest
from tests.build import make_customer

from wafaa.decide.gifts.tests.build import NOON, give, make_amount, make_budget, make_points
from wafaa.kit import clock
from wafaa.show.api.tests.calls import get, make_key

pytestmark = pytest.mark.django_db


def test_budgets_tell_what_can_be_given_and_a_customers_gifts_stand_there(owner, agent):
    key = make_key()
    with clock.fixed_at(NOON):
        customer = make_customer("1", at=NOON - timedelta(days=9))
        points = make_points(make_budget(owner), owner, lives_days=30)
        off = make_amount(make_budget(owner, in_money=True, per_month=50_000), owner)
        give(points, customer, agent, note="Thank you for waiting")
        given = give(off, customer, agent)
        budgets = get("/v1/gift-budgets", key=key).json()
        gifts = get(f"/v1/customers/{customer.uuid}/gifts", key=key).json()

    told = [(one["unit"], one["currency"], one["per_month"], one["spent"]) for one in budgets]
    assert told == [("points", "", 1_000, 100), ("", "SAR", 50_000, 2_000)]
    assert [present["id"] for one in budgets for present in one["presents"]] == [
        str(points.uuid),
        str(off.uuid),
    ]
    code, first = gifts
    assert (code["kind"], code["state"], code["code"]) == ("amount", "given", given.voucher.shown)
    assert (first["points"], first["note"], first["ends_at"]) == (
        100,
        "Thank you for waiting",
        "2026-04-09T09:00:00Z",
    )
