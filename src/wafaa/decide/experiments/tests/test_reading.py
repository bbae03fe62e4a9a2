"""What a treatment brought, against figures reckoned by hand, and what is said when nothing may be."""

from datetime import timedelta

import numpy as np
import pytest
from scipy import stats
from tests.build import NOON, make_business, make_event, refund_event, tell

from wafaa.decide.experiments.actions import finish_experiment
from wafaa.decide.experiments.errors import MetricUnknown
from wafaa.decide.experiments.queries import assign_rows, foresee_effect, get_effect
from wafaa.decide.experiments.rules import CONTROL, EXPOSED, TREATED, Answer, Arm, make_arms
from wafaa.decide.experiments.tests.build import (
    DAY,
    buy,
    expose,
    halve,
    make_experiment,
    make_people,
    tell_exposed,
)
from wafaa.kit import clock
from wafaa.know.customers.actions import merge_customers, undo_merge
from wafaa.know.orders.merging import ORDERS_FOLLOW
from wafaa.science.effects import compare_rates, stretch
from wafaa.stream.models import Event

pytestmark = pytest.mark.django_db
WEEK = 7 * DAY
HALF = 110
# This room needs no mover: exposures follow the links.
MOVERS = (ORDERS_FOLLOW,)


@pytest.fixture(scope="module")
def numbers():
    return [f"P{number:04}" for number in range(2 * HALF)]


@pytest.fixture
def shop(numbers):
    """220 people in a campaign of a week that ended; 55 of the treated bought for 150.00, 33 of the others for 100.00."""
    make_people(2 * HALF)
    experiment = make_experiment(planned_until=NOON + 2 * DAY)
    tell_exposed(experiment, halve_numbers(numbers))
    tell(
        *(buy(number, "150.00") for number in numbers[:55]),
        *(buy(number, "100.00") for number in numbers[HALF : HALF + 33]),
    )
    return experiment


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


def test_what_people_bought_before_narrows_the_interval(shop, numbers):
    tell(
        *(
            buy(number, str(100 + place % 7), at=NOON - 10 * DAY)
            for place, number in enumerate(numbers)
            if place % HALF < 40
        )
    )
    found = only(read(shop))

    assert 0 < found.effect.gain < 1
    assert found.effect.error < found.plain.error
    assert found.plain.value == pytest.approx(4_500)
    assert read(shop).receipt.covariate_days == 90


def test_what_people_did_before_stays_on_where_an_earlier_experiment_had_divided_them_alike(shop, numbers):
    tell(*(buy(number, "100.00", at=NOON - 10 * DAY) for number in numbers[:HALF:2]))
    assert only(read(shop)).effect.gain is not None
    again = make_experiment(salt=shop.salt, planned_until=NOON + 2 * DAY)
    tell_exposed(again, halve_numbers(numbers))

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


def test_margin_is_what_is_left_of_goods_without_tax_and_cost(numbers):
    make_business(prices_include_tax=True, tax_percent=15)
    make_people(2 * HALF)
    experiment = make_experiment(planned_until=NOON + 2 * DAY)
    tell_exposed(experiment, halve_numbers(numbers))
    tell(
        # 230.00 with 30.00 of tax by the rate, cost 80.00: 120.00 are left
        *(buy(number, "230.00", cost="80.00") for number in numbers[:60]),
        # of 20.00 told for goods of 100.00 and shipping of 100.00 half falls to the goods: 100 - 10 - 60
        *(
            buy(number, "100.00", cost="60.00", tax="20.00", shipping="100.00")
            for number in numbers[HALF : HALF + 60]
        ),
        refund_event("R1", customer="P0000", at=NOON + 3 * DAY, lines=[("OUD", 1, "23.00")]),
    )
    reading = read(experiment, "margin")

    assert groups_of(reading) == {
        CONTROL: (110, 110, 60, 60 * 3_000),
        TREATED: (110, 110, 60, 60 * 12_000 - 2_000),
    }
    make_business(prices_include_tax=False)
    assert read(experiment, "margin").groups[1].total == 60 * 15_000 - 2_300


def test_no_margin_is_told_where_more_than_one_cost_in_twenty_is_unknown(shop):
    reading = read(shop, "margin")

    assert reading.answer is Answer.COSTS_UNKNOWN
    assert reading.comparisons == ()
    assert reading.receipt.without_cost == 88


def test_unsubscribes_are_withdrawn_consents_to_marketing(shop, numbers):
    def say_no(number, *, at=NOON + DAY, **told):
        properties = {"channel": "email", "purpose": "marketing", **told}
        return make_event("Consent Withdrawn", distinct_id=number, at=at, properties=properties)

    tell(
        *(say_no(number) for number in numbers[:6]),
        say_no(numbers[0], channel="sms"),
        say_no(numbers[7], purpose="surveys"),
        say_no(numbers[8], at=NOON - DAY),
        say_no(numbers[9], at=NOON + WEEK),
        say_no(numbers[HALF]),
    )
    reading = read(shop, "unsubscribes")

    assert [group.active for group in reading.groups] == [1, 6]
    assert only(reading).effect == compare_rates((6, 110), (1, 110))


def test_any_event_can_be_what_is_looked_for(shop, numbers):
    tell(
        *(make_event("Product Reviewed", distinct_id=number, at=NOON + DAY) for number in numbers[:30]),
        make_event("Product Reviewed", distinct_id=numbers[0], at=NOON + 2 * DAY),
        make_event("Product Reviewed", distinct_id=numbers[HALF], at=NOON + DAY),
        make_event("Product Shared", distinct_id=numbers[HALF + 1], at=NOON + DAY),
    )
    reading = read(shop, "event:Product Reviewed")

    assert [group.active for group in reading.groups] == [1, 30]
    assert reading.answer is Answer.EFFECT
    with pytest.raises(MetricUnknown):
        read(shop, "profit")


def test_without_a_control_group_nothing_is_claimed(numbers):
    make_people(2 * HALF)
    experiment = make_experiment(control_bp=0)
    tell_exposed(experiment, dict.fromkeys(numbers, TREATED))
    tell(*(buy(number, "150.00") for number in numbers))
    reading = read(experiment)

    assert (reading.answer, reading.comparisons, reading.control) == (Answer.NO_CONTROL, (), None)
    assert reading.groups[0].total == 220 * 15_000


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


def test_no_effect_is_only_said_at_the_planned_end(numbers):
    make_people(2 * HALF)
    experiment = make_experiment(planned_until=NOON + 2 * DAY)
    tell_exposed(experiment, halve_numbers(numbers))
    tell(*(buy(number, "100.00") for place, number in enumerate(numbers) if place % HALF < 40))

    early, planned = read(experiment, at=NOON + WEEK), read(experiment)
    assert (early.answer, early.ready_at) == (Answer.TOO_EARLY, NOON + 2 * DAY + WEEK)
    assert early.comparisons != ()
    assert (planned.answer, planned.ready_at) == (Answer.NO_EFFECT_SEEN, None)
    assert only(planned).effect.value == 0
    assert only(planned).detectable == pytest.approx(2.8016 * only(planned).effect.error, rel=1e-4)


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


def test_too_few_people_are_too_early_whenever_it_is():
    people = make_people(60)
    experiment = make_experiment(planned_until=NOON + DAY)
    tell_exposed(experiment, halve(people))
    tell(*(buy(one.external_id, "100.00") for one in people[:30]))
    reading = read(experiment)

    assert (reading.answer, reading.ready_at, reading.comparisons) == (Answer.TOO_EARLY, None, ())


def test_several_treatments_share_the_five_per_cent(numbers):
    make_people(2 * HALF)
    arms = make_arms(control_bp=4_000, treated=[Arm(key="a", share_bp=1), Arm(key="b", share_bp=1)])
    experiment = make_experiment(arms=arms, planned_until=NOON + DAY)
    keys = [CONTROL] * 100 + ["a"] * 100 + ["b"] * 20
    tell_exposed(experiment, dict(zip(numbers, keys, strict=True)))
    reading = read(experiment)

    assert reading.receipt.alpha == 0.025
    assert reading.answer is Answer.SAMPLE_RATIO_BROKEN
    assert [group.people for group in reading.groups] == [100, 100, 20]


def test_who_turns_out_to_have_met_both_is_left_out_and_comes_back_when_they_are_parted(shop, owner):
    people = {one.external_id: one for one in make_people(2 * HALF)}
    kept, gone = people["P0000"], people["P0219"]
    merge = merge_customers(kept=kept, gone=gone, choices={}, movers=MOVERS, by=owner)

    merged = read(shop)
    assert (merged.receipt.mixed, merged.receipt.people) == (1, 218)
    assert groups_of(merged)[TREATED] == (109, 109, 54, 54 * 15_000)
    undo_merge(merge=merge, movers=MOVERS, by=owner)
    assert groups_of(read(shop)) == {CONTROL: (110, 110, 33, 330_000), TREATED: (110, 110, 55, 825_000)}


def test_a_merged_customer_gets_the_kept_ones_variant_and_is_left_out_if_the_gone_one_met_another(owner):
    people = make_people(40)
    experiment = make_experiment()
    rows = assign_rows(experiment, [one.pk for one in people])
    variants = {next(one for one in people if one.pk == row.customer_id): row.variant for row in rows}
    kept = next(one for one in people if variants[one] == TREATED)
    gone = next(one for one in people if variants[one] == CONTROL)
    expose(experiment, [gone])
    merge_customers(kept=kept, gone=gone, choices={}, movers=MOVERS, by=owner)

    assert groups_of(read(experiment)) == {CONTROL: (1, 1, 0, 0), TREATED: (0, 0, 0, 0)}
    assert expose(experiment, [kept], at=NOON + DAY) == {kept: TREATED}
    assert read(experiment).receipt.mixed == 1
    assert expose(experiment, [kept], at=NOON + 2 * DAY) == {kept: TREATED}
    assert Event.objects.filter(name=EXPOSED).count() == 2


def test_who_met_the_same_twice_is_one_person_from_the_first_time(shop, owner):
    people = {one.external_id: one for one in make_people(2 * HALF)}
    merge_customers(kept=people["P0001"], gone=people["P0000"], choices={}, movers=MOVERS, by=owner)
    reading = read(shop)

    assert (reading.receipt.mixed, reading.receipt.people) == (0, 219)
    assert groups_of(reading)[TREATED] == (109, 109, 54, 825_000)


def test_a_visitor_who_becomes_known_brings_their_orders_along(numbers):
    experiment = make_experiment(planned_until=NOON + DAY)
    tell_exposed(experiment, {"browser-7": TREATED})
    make_people(1)
    assert groups_of(read(experiment))[TREATED] == (1, 1, 0, 0)
    tell(make_event("identify", distinct_id="browser-7", at=NOON, properties={"name": "Sara"}))
    tell(buy("browser-7", "30.00"))

    assert groups_of(read(experiment))[TREATED] == (1, 1, 1, 3_000)


def test_what_can_be_seen_is_told_before_anything_is_sent(numbers):
    people = make_people(2 * HALF)
    tell(*(buy(number, "100.00", at=NOON - 3 * DAY) for number in numbers[:44]))
    found = foresee_effect(control_bp=1_000, metric="revenue", as_of=NOON)
    shares = foresee_effect(
        control_bp=1_000, metric="buyers", as_of=NOON, customer_ids=[one.pk for one in people]
    )

    spread = np.std([10_000] * 44 + [0] * 176, ddof=1)
    assert (found.treated, found.control, found.base.value) == (198, 22, 2_000)
    assert found.spread == pytest.approx(spread)
    assert found.detectable == pytest.approx(2.80158 * spread * (1 / 198 + 1 / 22) ** 0.5, rel=1e-5)
    assert found.relative == pytest.approx(found.detectable / 2_000)
    assert (shares.base.value, shares.treated) == (0.2, 198)
    assert shares.detectable == pytest.approx(2.80158 * 0.4 * (1 / 198 + 1 / 22) ** 0.5, rel=1e-5)


def test_without_a_control_group_or_a_past_nothing_can_be_foreseen():
    make_people(20)

    assert foresee_effect(control_bp=0, as_of=NOON).detectable is None
    assert foresee_effect(control_bp=1_000, as_of=NOON).detectable is None
    assert foresee_effect(control_bp=1_000, as_of=NOON, customer_ids=[]).treated == 0
