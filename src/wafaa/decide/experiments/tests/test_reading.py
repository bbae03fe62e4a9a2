"""What a treatment brought, against figures reckoned by hand, and what is said when nothing may be."""

from copy import deepcopy
from datetime import timedelta

import pytest
from scipy import stats
from tests.build import NOON, make_event, refund_event, tell
from tests.worlds import world

from wafaa.decide.experiments.actions import finish_experiment
from wafaa.decide.experiments.errors import MetricUnknown
from wafaa.decide.experiments.queries import get_effect
from wafaa.decide.experiments.rules import CONTROL, TREATED, Answer
from wafaa.decide.experiments.tests.build import (
    DAY,
    buy,
    make_experiment,
    make_people,
    tell_exposed,
)
from wafaa.kit import clock
from wafaa.know.customers.actions import merge_customers, undo_merge
from wafaa.know.orders.merging import ORDERS_FOLLOW
from wafaa.science.effects import compare_rates, stretch

pytestmark = pytest.mark.django_db
WEEK = 7 * DAY
HALF = 110
NUMBERS = [f"P{number:04}" for number in range(2 * HALF)]
# This room needs no mover: exposures follow the links.
MOVERS = (ORDERS_FOLLOW,)


def make_shop():
    """220 people in a campaign of a week that ended; 55 of the treated bought for 150.00, 33 of the others for 100.00."""
    make_people(2 * HALF)
    experiment = make_experiment(planned_until=NOON + 2 * DAY)
    tell_exposed(experiment, halve_numbers(NUMBERS))
    tell(
        *(buy(number, "150.00") for number in NUMBERS[:55]),
        *(buy(number, "100.00") for number in NUMBERS[HALF : HALF + 33]),
    )
    return experiment


made = world(make_shop)


@pytest.fixture
def shop(made):
    return deepcopy(made)


def halve_numbers(numbers):
    return {number: TREATED if place < HALF else CONTROL for place, number in enumerate(numbers)}


def read(experiment, metric="", *, at=NOON + 30 * DAY):
    return get_effect(experiment, metric, as_of=at)


def groups_of(reading):
    return {group.key: (group.people, group.n, group.active, group.total) for group in reading.groups}


def only(reading):
    (comparison,) = reading.comparisons
    return comparison


def test_revenue_is_the_difference_that_scipy_finds_in_the_raw_values(shop):
    reading = read(shop)
    found = only(reading).effect

    ours, theirs = [15_000] * 55 + [0] * 55, [10_000] * 33 + [0] * 77
    welch = stats.ttest_ind(ours, theirs, equal_var=False)
    interval = welch.confidence_interval(0.95)
    assert groups_of(reading) == {
        CONTROL: (110, 110, 33, 330_000),
        TREATED: (110, 110, 55, 825_000),
    }
    assert found.value == pytest.approx(7_500 - 3_000)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high))
    assert found.p_value == pytest.approx(welch.pvalue)
    assert reading.answer is Answer.EFFECT
    assert reading.is_planned_look


def test_every_answer_carries_where_it_comes_from(shop):
    receipt = read(shop).receipt

    assert (receipt.experiment, receipt.metric, receipt.currency) == (str(shop.uuid), "revenue", "SAR")
    assert (receipt.window_days, receipt.people, receipt.n, receipt.mixed) == (7, 220, 220, 0)
    assert (receipt.first_at, receipt.last_at, receipt.as_of) == (NOON, NOON, NOON + 30 * DAY)
    assert (receipt.method, receipt.covariate_days, receipt.alpha) == ("welch", 0, 0.05)
    assert receipt.query == "reduce_orders (people_exposed)"


def test_buyers_and_orders_are_counted_per_person(shop):
    tell(buy("P0000", "10.00", at=NOON + 2 * DAY))
    buyers, orders = read(shop, "buyers"), read(shop, "orders")

    assert only(buyers).effect == compare_rates((55, 110), (33, 110))
    assert (buyers.control.mean.value, buyers.metric.shape) == (0.3, "share")
    assert only(orders).effect.value == pytest.approx(56 / 110 - 33 / 110)


def test_what_lies_outside_the_window_does_not_count(shop):
    before = read(shop)
    tell(
        buy("P0100", "999.00", at=NOON + WEEK),
        buy("P0101", "999.00", at=NOON + WEEK - timedelta(microseconds=1)),
        buy("P0102", "999.00", at=NOON - 91 * DAY),
    )
    after = read(shop)

    assert after.groups[1].total - before.groups[1].total == 99_900
    assert after.receipt.covariate_days == 0


def test_what_people_bought_before_narrows_the_interval(shop):
    tell(
        *(
            buy(number, str(100 + place % 7), at=NOON - 10 * DAY)
            for place, number in enumerate(NUMBERS)
            if place % HALF < 40
        )
    )
    found = only(read(shop))

    assert 0 < found.effect.gain < 1
    assert found.effect.error < found.plain.error
    assert found.plain.value == pytest.approx(4_500)
    assert read(shop).receipt.covariate_days == 90


def test_what_people_did_before_stays_on_where_an_earlier_experiment_had_divided_them_alike(shop):
    tell(*(buy(number, "100.00", at=NOON - 10 * DAY) for number in NUMBERS[:HALF:2]))
    assert only(read(shop)).effect.gain is not None
    again = make_experiment(salt=shop.salt, planned_until=NOON + 2 * DAY)
    tell_exposed(again, halve_numbers(NUMBERS))

    found = read(again)
    assert only(found).effect == only(found).plain
    assert only(found).effect.value == pytest.approx(4_500)
    assert found.receipt.covariate_days == 0
    assert only(read(shop)).effect.gain is not None  # of the first one nothing had gone before


def test_refunds_come_off_and_money_of_other_currencies_is_counted_apart(shop):
    tell(
        refund_event("R1", customer="P0000", at=NOON + 3 * DAY, lines=[("OUD", 1, "50.00")]),
        refund_event("R2", customer="P0000", at=NOON + 8 * DAY, lines=[("OUD", 1, "50.00")]),
        buy("P0001", "70.00", at=NOON + 2 * DAY, currency="USD"),
    )
    reading = read(shop)

    assert reading.groups[1].total == 825_000 - 5_000
    assert reading.receipt.other_currency == 1
    assert read(shop, "orders").groups[1].total == 56


def test_no_margin_is_told_where_more_than_one_cost_in_twenty_is_unknown(shop):
    reading = read(shop, "margin")

    assert reading.answer is Answer.COSTS_UNKNOWN
    assert reading.comparisons == ()
    assert reading.receipt.without_cost == 88


def test_unsubscribes_are_withdrawn_consents_to_marketing(shop):
    def say_no(number, *, at=NOON + DAY, **told):
        properties = {"channel": "email", "purpose": "marketing", **told}
        return make_event("Consent Withdrawn", distinct_id=number, at=at, properties=properties)

    tell(
        *(say_no(number) for number in NUMBERS[:6]),
        say_no(NUMBERS[0], channel="sms"),
        say_no(NUMBERS[7], purpose="surveys"),
        say_no(NUMBERS[8], at=NOON - DAY),
        say_no(NUMBERS[9], at=NOON + WEEK),
        say_no(NUMBERS[HALF]),
    )
    reading = read(shop, "unsubscribes")

    assert [group.active for group in reading.groups] == [1, 6]
    assert only(reading).effect == compare_rates((6, 110), (1, 110))


def test_any_event_can_be_what_is_looked_for(shop):
    tell(
        *(make_event("Product Reviewed", distinct_id=number, at=NOON + DAY) for number in NUMBERS[:30]),
        make_event("Product Reviewed", distinct_id=NUMBERS[0], at=NOON + 2 * DAY),
        make_event("Product Reviewed", distinct_id=NUMBERS[HALF], at=NOON + DAY),
        make_event("Product Shared", distinct_id=NUMBERS[HALF + 1], at=NOON + DAY),
    )
    reading = read(shop, "event:Product Reviewed")

    assert [group.active for group in reading.groups] == [1, 30]
    assert reading.answer is Answer.EFFECT
    with pytest.raises(MetricUnknown):
        read(shop, "profit")


def test_a_division_that_chance_does_not_make_stops_everything(shop):
    tell_exposed(shop, {f"visitor-{number}": TREATED for number in range(120)})
    reading = read(shop)

    assert (reading.answer, reading.comparisons) == (Answer.SAMPLE_RATIO_BROKEN, ())
    assert reading.ratio.p_value < 0.001
    assert reading.ratio.expected == (170, 170)


def test_before_the_windows_have_passed_it_is_too_early_and_says_when_not(shop):
    reading = read(shop, at=NOON + 3 * DAY)

    assert (reading.answer, reading.ready_at) == (Answer.TOO_EARLY, NOON + 2 * DAY + WEEK)
    assert groups_of(reading) == {CONTROL: (110, 0, 0, 0), TREATED: (110, 0, 0, 0)}
    assert reading.comparisons == ()


def test_whoever_looks_before_the_planned_end_gets_the_wider_interval(shop):
    early, planned = read(shop, at=NOON + WEEK), read(shop, at=NOON + 2 * DAY + WEEK)

    assert (early.is_planned_look, early.receipt.method) == (False, "always_valid")
    assert (planned.is_planned_look, planned.receipt.method) == (True, "welch")
    ours, theirs = only(early).effect, only(planned).effect
    assert ours.value == theirs.value
    assert ours.high - ours.low > 1.5 * (theirs.high - theirs.low)


def test_what_was_ended_early_is_never_read_as_if_it_had_been_planned(shop):
    with clock.fixed_at(NOON + DAY):
        over = finish_experiment(experiment=shop, by=None)

    reading = read(over)
    assert (reading.is_planned_look, reading.receipt.method) == (False, "always_valid")
    reach = stretch(2 * HALF) + stats.norm.ppf(0.8)
    assert only(reading).detectable == pytest.approx(reach * only(reading).effect.error)


def test_who_came_in_after_the_planned_end_is_not_counted(shop):
    tell_exposed(shop, {f"late-{number}": TREATED for number in range(500)}, at=NOON + 2 * DAY)

    assert read(shop).receipt.people == 220


def test_who_turns_out_to_have_met_both_is_left_out_and_comes_back_when_they_are_parted(shop, owner):
    people = {one.external_id: one for one in make_people(2 * HALF)}
    kept, gone = people["P0000"], people["P0219"]
    merge = merge_customers(kept=kept, gone=gone, choices={}, movers=MOVERS, by=owner)

    merged = read(shop)
    assert (merged.receipt.mixed, merged.receipt.people) == (1, 218)
    assert groups_of(merged)[TREATED] == (109, 109, 54, 54 * 15_000)
    undo_merge(merge=merge, movers=MOVERS, by=owner)
    assert groups_of(read(shop)) == {CONTROL: (110, 110, 33, 330_000), TREATED: (110, 110, 55, 825_000)}


def test_who_met_the_same_twice_is_one_person_from_the_first_time(shop, owner):
    people = {one.external_id: one for one in make_people(2 * HALF)}
    merge_customers(kept=people["P0001"], gone=people["P0000"], choices={}, movers=MOVERS, by=owner)
    reading = read(shop)

    assert (reading.receipt.mixed, reading.receipt.people) == (0, 219)
    assert groups_of(reading)[TREATED] == (109, 109, 54, 825_000)
