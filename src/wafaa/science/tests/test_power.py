"""What an experiment can see, against published calculators and against itself."""

from math import inf, sqrt

import numpy as np
import pytest

from wafaa.science.effects import TUNING, Sums, compare_means
from wafaa.science.power import find_detectable, find_reach
from wafaa.science.sample_ratio import check_ratio


def test_the_usual_reach_is_two_point_eight_errors():
    assert find_reach() == pytest.approx(1.959964 + 0.841621, abs=1e-5)


@pytest.mark.parametrize("tuning", [None, TUNING])
def test_an_effect_of_that_reach_is_seen_in_four_of_five_cases(tuning):
    rng, n, spread = np.random.default_rng(4), 300, 1_000
    error = spread * sqrt(2 / n)
    effect = find_reach(people=2 * n, tuning=tuning) * error

    def reduce(values):
        whole = values.round().astype(np.int64)
        return Sums(n=n, total=int(whole.sum()), squares=int((whole**2).sum()))

    seen = [
        compare_means(
            reduce(rng.normal(effect, spread, n)), reduce(rng.normal(0, spread, n)), tuning=tuning
        ).is_seen
        for _ in range(600)
    ]
    assert np.mean(seen) == pytest.approx(0.8, abs=0.04)  # two and a half standard errors


def test_a_twentieth_of_five_per_cent_is_seen_by_a_hundred_thousand():
    """golden.md 3b: 119,303 in each group."""
    seen = find_detectable(treated=119_303, control=119_303, spread=sqrt(0.05 * 0.95))

    assert seen == pytest.approx(0.0025, rel=1e-5)


def test_a_small_control_group_costs_sight():
    halves = find_detectable(treated=5_000, control=5_000, spread=0.3)
    tenth = find_detectable(treated=9_000, control=1_000, spread=0.3)

    assert tenth / halves == pytest.approx(5 / 3)


def test_without_a_control_group_nothing_can_be_seen():
    assert find_detectable(treated=10_000, control=0, spread=1) == inf


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
