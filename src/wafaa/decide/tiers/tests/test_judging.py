"""A tier is reached at once, kept as long as was promised, ends by steps and with grace, and goes back with what it came from."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.build import NOON, make_business, make_customer, make_order, make_refund

from wafaa.decide.loyalty.models import Earning, Member
from wafaa.decide.loyalty.tests.build import DAY, SPEND, hold, list_told
from wafaa.decide.tiers.models import Reached, Standing
from wafaa.decide.tiers.tests.build import (
    GOLD,
    LEVELS,
    SILVER,
    YEARLY,
    find_tiers,
    list_history,
    make_live,
    run_jobs,
)
from wafaa.kit import clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now():
    with clock.fixed_at(NOON + timedelta(hours=1)):
        yield


def spend(number, riyals, at=NOON, customer="1"):
    with clock.fixed_at(at + timedelta(minutes=1)):
        make_order(number, customer=customer, lines=[("TEA", 1, f"{riyals}.00")], at=at)


def refund(number, order, riyals, at):
    with clock.fixed_at(at + timedelta(minutes=1)):
        make_refund(number, order=order, lines=[], amount=f"{riyals}.00", at=at)


def test_an_order_that_reaches_a_tier_lifts_at_once_and_the_next_one_earns_by_it():
    times = {"id": 2, "effect": "times", "points": 20_000, "tiers": ["levels:gold"]}
    make_live(LEVELS, rules=[SPEND, times])
    make_customer("1")
    spend("A", 99)
    assert find_tiers() == {"1": ""}
    spend("B", 401, NOON + DAY)
    assert find_tiers() == {"1": "gold"}
    assert Member.objects.get().tiers == ["levels:gold"]
    assert hold() == {"1": [49, 0, 0]}

    spend("C", 10, NOON + 2 * DAY)

    assert hold() == {"1": [51, 0, 0]}
    (told,) = list_told("Tier Changed")
    assert (told["from"], told["to"], told["direction"], told["set"]) == ("", "gold", "up", "levels")
    assert list_history() == ["->gold reached"]
    assert Earning.objects.count() == 4


def test_a_refund_takes_the_tier_back_to_what_the_rest_is_worth():
    make_live(LEVELS)
    make_customer("1")
    spend("A", 120)
    spend("B", 400, NOON + DAY)
    refund("R1", "B", 20, NOON + 2 * DAY)
    assert find_tiers() == {"1": "gold"}  # 500 are left, which is enough
    refund("R2", "B", 1, NOON + 3 * DAY)

    assert find_tiers() == {"1": "silver"}
    assert list_history() == ["->silver reached", "silver>gold reached", "gold>silver reversed"]
    assert [told["direction"] for told in list_told("Tier Changed")] == ["up", "up", "down"]
    assert Reached.objects.values_list("tier", flat=True).get() == "silver"


def test_a_tier_that_was_reached_before_does_not_fall_with_a_later_refund():
    make_live(YEARLY)
    make_customer("1")
    spend("A", 500)
    spend("B", 50, NOON + 400 * DAY)
    refund("R", "B", 50, NOON + 401 * DAY)

    assert find_tiers() == {"1": "gold"}


def test_through_the_next_year_then_one_step_down_after_grace():
    make_business(time_zone="Asia/Riyadh")
    make_live({**YEARLY, "grace": "P30D"})
    make_customer("1")
    spend("A", 500)  # in 2026
    held = Standing.objects.get()
    assert held.keeps_until == datetime(2027, 12, 31, 21, tzinfo=UTC)  # midnight in Riyadh

    run_jobs(datetime(2027, 12, 31, 20, 59, tzinfo=UTC))
    assert find_tiers() == {"1": "gold"}
    assert [told["missing"] for told in list_told("Tier Ending")] == [500_00]
    run_jobs(datetime(2027, 12, 31, 21, 0, tzinfo=UTC))
    held.refresh_from_db()
    assert (held.tier, held.grace_until) == ("gold", datetime(2028, 1, 30, 21, tzinfo=UTC))
    run_jobs(datetime(2028, 1, 30, 21, 0, tzinfo=UTC))
    assert find_tiers() == {"1": "silver"}
    held.refresh_from_db()
    assert held.keeps_until == datetime(2028, 12, 31, 21, tzinfo=UTC)
    run_jobs(held.keeps_until)
    run_jobs(held.keeps_until + 31 * DAY)
    assert find_tiers() == {"1": ""}
    assert list_history() == ["->gold reached", "gold>silver ended", "silver>- ended"]
    assert [told["is_in_grace"] for told in list_told("Tier Ending")] == [False, True, True]


def test_straight_to_what_is_earned_and_kept_with_less():
    kept = {**YEARLY, "falls": "straight", "tiers": [SILVER, {**GOLD, "keeps": 300_00}]}
    make_live(kept)
    make_customer("1")
    make_customer("2")
    spend("A", 500)
    spend("B", 500, customer="2")
    with clock.fixed_at(NOON + 400 * DAY):  # in 2027
        spend("C", 300, NOON + 400 * DAY)
        spend("D", 299, NOON + 400 * DAY, customer="2")

    run_jobs(datetime(2028, 1, 1, tzinfo=UTC))

    assert find_tiers() == {"1": "gold", "2": "silver"}


def test_a_rolling_window_lets_go_of_a_day_at_its_end():
    make_business(time_zone="Asia/Riyadh")
    make_live({**LEVELS, "stays": "window", "lasts": "P3M", "warns_days": 7})
    make_customer("1")
    spend("A", 80, NOON)
    spend("B", 20, NOON + 10 * DAY)
    ends = datetime(2026, 6, 1, 21, tzinfo=UTC)  # what was bought on 1 March counts through 1 June
    assert Standing.objects.get().keeps_until == ends
    assert Standing.objects.get().due_at == ends - 7 * DAY

    assert run_jobs(ends - 7 * DAY) == 1
    assert [told["tier"] for told in list_told("Tier Ending")] == ["silver"]
    assert run_jobs(ends - timedelta(seconds=1)) == 0
    assert find_tiers() == {"1": "silver"}
    assert run_jobs(ends) == 1
    assert find_tiers() == {"1": ""}
    assert run_jobs(ends + DAY) == 0


def test_in_grace_buying_enough_keeps_it():
    make_live({**LEVELS, "stays": "window", "grace": "P30D"})
    make_customer("1")
    spend("A", 100, NOON)
    gone = NOON + 367 * DAY
    run_jobs(gone)
    assert find_tiers() == {"1": "silver"}
    assert Standing.objects.get().grace_until is not None

    spend("B", 100, gone + DAY)

    held = Standing.objects.get()
    assert (held.tier, held.grace_until) == ("silver", None)
    assert list_history() == ["->silver reached"]


def test_judged_again_nothing_changes(django_assert_num_queries):
    make_live(LEVELS, {**YEARLY, "code": "years"})
    make_customer("1")
    spend("A", 500)
    before = list(Standing.objects.values()), list(Reached.objects.order_by("id").values())

    from wafaa.decide.tiers.actions import judge_members

    judge_members(member_ids=[Member.objects.get().pk])

    assert (list(Standing.objects.values()), list(Reached.objects.order_by("id").values())) == before
    assert sorted(Member.objects.get().tiers) == ["levels:gold", "years:gold"]
    assert len(list_told("Tier Changed")) == 2
