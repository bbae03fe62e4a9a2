"""What an experiment can see, against published calculators and against itself."""

from math import inf, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wafaa.science.power import (
    count_needed,
    count_needed_per_group,
    find_detectable,
    find_detectable_share,
    find_reach,
)
from wafaa.science.sample_ratio import check_ratio


def test_the_usual_reach_is_two_point_eight_errors():
    assert find_reach() == pytest.approx(1.959964 + 0.841621, abs=1e-5)


def test_evan_millers_calculator_is_met():
    """golden.md 3b: 20 % and 5 points more need 1,030 in each group."""
    assert count_needed_per_group(base=0.2, effect=0.05) == pytest.approx(1_030.2, abs=0.05)


def test_a_twentieth_of_five_per_cent_needs_a_hundred_thousand():
    """golden.md 3b: 119,303 in each group by the normal distribution, 121,600 by the rule of thumb 16 s^2 / d^2."""
    needed = count_needed(effect=0.0025, spread=sqrt(0.05 * 0.95)) / 2

    assert needed == pytest.approx(119_303, abs=0.5)
    assert needed == pytest.approx(121_600, rel=0.02)


@given(
    st.floats(0.01, 0.99),
    st.integers(100, 10**7),
    st.floats(0.1, 10**6),
)
def test_what_can_be_seen_and_what_is_needed_are_one_question(share, people, spread):
    seen = find_detectable(treated=people * (1 - share), control=people * share, spread=spread)

    assert count_needed(effect=seen, spread=spread, control_share=share) == pytest.approx(people, rel=1e-9)


def test_a_small_control_group_costs_sight():
    halves = find_detectable_share(treated=5_000, control=5_000, base=0.1)
    tenth = find_detectable_share(treated=9_000, control=1_000, base=0.1)

    assert tenth / halves == pytest.approx(5 / 3)


def test_without_a_control_group_nothing_can_be_seen():
    assert find_detectable(treated=10_000, control=0, spread=1) == inf
    assert count_needed(effect=1, spread=1, control_share=0) == inf
    assert count_needed(effect=0, spread=1) == inf
    assert count_needed_per_group(base=0.1, effect=0) == inf


@pytest.mark.parametrize(
    ("counts", "p_value"),
    [
        ((44_000, 45_000), 0.000802),  # srm.osc.garden
        ((600, 400), 2.54e-10),
        ((821_588, 815_482), 1.82e-6),  # Kohavi
        ((44_700, 45_489), 0.00861),  # Cookie Cats
    ],
)
def test_divisions_of_the_literature_have_their_p_values(counts, p_value):
    """golden.md 3b."""
    found = check_ratio(counts, (1, 1))

    assert found.p_value == pytest.approx(p_value, rel=2e-3)
    assert found.is_broken == (p_value < 0.001)


def test_a_division_by_unequal_shares_is_measured_by_them():
    fair = check_ratio((9_480, 520), (9_500, 500))

    assert not fair.is_broken
    assert fair.expected == (9_500, 500)
    assert fair.statistic == pytest.approx(20**2 / 9_500 + 20**2 / 500)
    assert check_ratio((9_400, 600), (9_500, 500)).is_broken


def test_somebody_in_a_group_without_a_share_is_broken_and_nobody_is_no_test():
    assert check_ratio((100, 1), (10_000, 0)).is_broken
    assert check_ratio((1,), (1, 1)).is_broken
    assert check_ratio((0, 0), (1, 1)).reason == "empty"
    assert check_ratio((7, 0), (1, 0)).reason == "empty"
