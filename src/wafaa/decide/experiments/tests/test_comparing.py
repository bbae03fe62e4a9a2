"""What other divisions brought: without a control group, with several treatments, too small, and of people who were merged."""

import numpy as np
import pytest
from tests.build import NOON, make_business, make_event, refund_event, tell

from wafaa.decide.experiments.queries import assign_rows, foresee_effect
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
from wafaa.decide.experiments.tests.test_reading import (
    HALF,
    MOVERS,
    NUMBERS,
    WEEK,
    groups_of,
    halve_numbers,
    only,
    read,
)
from wafaa.know.customers.actions import merge_customers
from wafaa.stream.models import Event

pytestmark = pytest.mark.django_db


def test_margin_is_what_is_left_of_goods_without_tax_and_cost():
    make_business(prices_include_tax=True, tax_percent=15)
    make_people(2 * HALF)
    experiment = make_experiment(planned_until=NOON + 2 * DAY)
    tell_exposed(experiment, halve_numbers(NUMBERS))
    tell(
        # 230.00 with 30.00 of tax by the rate, cost 80.00: 120.00 are left
        *(buy(number, "230.00", cost="80.00") for number in NUMBERS[:60]),
        # of 20.00 told for goods of 100.00 and shipping of 100.00 half falls to the goods: 100 - 10 - 60
        *(
            buy(number, "100.00", cost="60.00", tax="20.00", shipping="100.00")
            for number in NUMBERS[HALF : HALF + 60]
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


def test_without_a_control_group_nothing_is_claimed():
    make_people(2 * HALF)
    experiment = make_experiment(control_bp=0)
    tell_exposed(experiment, dict.fromkeys(NUMBERS, TREATED))
    tell(*(buy(number, "150.00") for number in NUMBERS))
    reading = read(experiment)

    assert (reading.answer, reading.comparisons, reading.control) == (Answer.NO_CONTROL, (), None)
    assert reading.groups[0].total == 220 * 15_000


def test_no_effect_is_only_said_at_the_planned_end():
    make_people(2 * HALF)
    experiment = make_experiment(planned_until=NOON + 2 * DAY)
    tell_exposed(experiment, halve_numbers(NUMBERS))
    tell(*(buy(number, "100.00") for place, number in enumerate(NUMBERS) if place % HALF < 40))

    early, planned = read(experiment, at=NOON + WEEK), read(experiment)
    assert (early.answer, early.ready_at) == (Answer.TOO_EARLY, NOON + 2 * DAY + WEEK)
    assert early.comparisons != ()
    assert (planned.answer, planned.ready_at) == (Answer.NO_EFFECT_SEEN, None)
    assert only(planned).effect.value == 0
    assert only(planned).detectable == pytest.approx(2.8016 * only(planned).effect.error, rel=1e-4)


def test_too_few_people_are_too_early_whenever_it_is():
    people = make_people(60)
    experiment = make_experiment(planned_until=NOON + DAY)
    tell_exposed(experiment, halve(people))
    tell(*(buy(one.external_id, "100.00") for one in people[:30]))
    reading = read(experiment)

    assert (reading.answer, reading.ready_at, reading.comparisons) == (Answer.TOO_EARLY, None, ())


def test_several_treatments_share_the_five_per_cent():
    make_people(2 * HALF)
    arms = make_arms(control_bp=4_000, treated=[Arm(key="a", share_bp=1), Arm(key="b", share_bp=1)])
    experiment = make_experiment(arms=arms, planned_until=NOON + DAY)
    keys = [CONTROL] * 100 + ["a"] * 100 + ["b"] * 20
    tell_exposed(experiment, dict(zip(NUMBERS, keys, strict=True)))
    reading = read(experiment)

    assert reading.receipt.alpha == 0.025
    assert reading.answer is Answer.SAMPLE_RATIO_BROKEN
    assert [group.people for group in reading.groups] == [100, 100, 20]


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


def test_a_visitor_who_becomes_known_brings_their_orders_along():
    experiment = make_experiment(planned_until=NOON + DAY)
    tell_exposed(experiment, {"browser-7": TREATED})
    make_people(1)
    assert groups_of(read(experiment))[TREATED] == (1, 1, 0, 0)
    tell(make_event("identify", distinct_id="browser-7", at=NOON, properties={"name": "Sara"}))
    tell(buy("browser-7", "30.00"))

    assert groups_of(read(experiment))[TREATED] == (1, 1, 1, 3_000)


def test_what_can_be_seen_is_told_before_anything_is_sent():
    people = make_people(2 * HALF)
    tell(*(buy(number, "100.00", at=NOON - 3 * DAY) for number in NUMBERS[:44]))
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
