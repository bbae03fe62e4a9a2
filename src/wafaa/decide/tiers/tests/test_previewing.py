"""A refund's preview names tiers that the refund takes, never what time did meanwhile."""

from datetime import timedelta

import pytest
from tests.build import NOON, make_customer, make_order

from wafaa.decide.loyalty.actions import preview_refund
from wafaa.decide.loyalty.tests.build import DAY, SPEND
from wafaa.decide.tiers.models import Reached, Standing
from wafaa.decide.tiers.tests.build import LEVELS, YEARLY, find_tiers, make_live
from wafaa.kit import clock

pytestmark = pytest.mark.django_db
POINTS = {
    "code": "status", "basis": "earned", "unit": "points", "span": "life", "tiers": [{"code": "star", "needs": 15}],
}  # fmt: skip


def preview(order, riyals, at):
    with clock.fixed_at(at):
        return [
            (one.before, one.after) for one in preview_refund(order=order, amount_minor=riyals * 100).tiers
        ]


def test_a_tier_whose_time_is_over_is_not_blamed_on_the_refund():
    make_live(YEARLY)
    make_customer("1")
    make_order("A", lines=[("POT", 1, "600.00")])
    with clock.fixed_at(NOON + 365 * DAY):
        late = make_order("B", lines=[("POT", 1, "150.00")], at=NOON + 365 * DAY)
    before_the_sweep = NOON.replace(year=2028, month=1, day=1, hour=0, minute=10)
    assert find_tiers() == {"1": "gold"}

    assert preview(late, 1, before_the_sweep) == []
    assert find_tiers() == {"1": "gold"}


def test_who_was_never_judged_reaches_nothing_by_a_refund_but_loses_by_it():
    make_live(LEVELS)
    make_customer("1")
    order = make_order("A", lines=[("POT", 1, "150.00")])
    Standing.objects.all().delete()
    Reached.objects.all().delete()

    assert preview(order, 1, NOON + timedelta(hours=1)) == []
    assert preview(order, 60, NOON + timedelta(hours=1)) == [("silver", "")]
    assert not Standing.objects.exists()


def test_sets_of_the_same_code_are_told_apart_by_their_programmes():
    first, second = make_live(LEVELS), make_live(LEVELS)
    make_customer("1")
    order = make_order("A", lines=[("POT", 1, "150.00")])
    with clock.fixed_at(NOON + timedelta(hours=1)):
        told = preview_refund(order=order, amount_minor=60_00).tiers
    assert {(one.programme_id, one.set_code) for one in told} == {
        (first.uuid, "levels"),
        (second.uuid, "levels"),
    }


def test_a_tier_of_points_that_the_refund_takes_is_told_whoever_was_judged_before():
    make_live(POINTS, rules=[SPEND])
    make_customer("1")
    order = make_order("A", lines=[("POT", 1, "160.00")])
    assert find_tiers("status") == {"1": "star"}
    assert preview(order, 50, NOON + timedelta(hours=1)) == [("star", "")]
    Standing.objects.all().delete()
    Reached.objects.all().delete()

    assert preview(order, 50, NOON + timedelta(hours=1)) == [("star", "")]
    assert preview(order, 5, NOON + timedelta(hours=1)) == []
