"""Differences between groups against published figures, scipy and numpy on the raw values, and plain sense."""

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize, stats

from wafaa.science.effects import (
    Pairs,
    Sums,
    compare_adjusted,
    compare_means,
    compare_rates,
    stretch,
)
from wafaa.science.simulation import reduce_pairs

# GrowthBook's test suite (MIT), reference golden.md 3b: sums 1396.87 and 2422.7 with their squares, here in hundredths
CONTROL = Sums(n=3407, total=139_687, squares=523_779_767)
TREATED = Sums(n=3461, total=242_270, squares=1_346_982_900)
values = st.lists(st.integers(-(10**6), 10**6), min_size=2, max_size=40)


def rounded(*numbers, digits=5):
    return tuple(round(number, digits) for number in numbers)


def reduce_values(sample):
    return Sums(n=len(sample), total=sum(sample), squares=sum(value * value for value in sample))


def test_growthbooks_difference_of_means():
    found = compare_means(TREATED, CONTROL)

    assert rounded(found.value / 100, found.low / 100, found.high / 100) == (0.29, 0.04538, 0.53462)
    assert rounded(found.error / 100, found.p_value) == (0.12478, 0.02016)
    assert rounded(found.relative.value, found.relative.low, found.relative.high) == (
        0.70732,
        -0.03526,
        1.44989,
    )
    assert found.is_seen


def test_growthbooks_sequential_intervals():
    fewer = Sums(n=3000, total=CONTROL.total, squares=CONTROL.squares)
    means = compare_means(TREATED, fewer, tuning=1_000).relative
    shares = compare_rates((2422, 3461), (1396, 3000), tuning=5_000).relative

    assert rounded(means.value, means.low, means.high) == (0.50336, -0.55844, 1.56516)
    assert rounded(shares.value, shares.low, shares.high) == (0.50386, 0.40098, 0.60675)


def test_growthbooks_relative_difference_of_shares():
    found = compare_rates((16, 30), (14, 28)).relative

    assert rounded(found.value, found.low, found.high) == (0.06667, -0.47767, 0.61101)


@pytest.mark.parametrize(
    ("ours", "theirs", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_newcombe_gives_the_published_intervals_of_1998(ours, theirs, low, high):
    """Newcombe, Statistics in Medicine 17 (1998), p. 873, table II, method 10."""
    found = compare_rates(ours, theirs)

    assert rounded(found.low, found.high, digits=4) == (low, high)


def test_the_pooled_test_of_two_shares_is_the_known_one():
    """golden.md 3b: 100 of 10,000 against 120 of 10,000, z 1.3559, p .1751."""
    found = compare_rates((120, 10_000), (100, 10_000))

    assert round(found.p_value, 4) == 0.1751
    assert stats.norm.isf(found.p_value / 2) == pytest.approx(1.3559, abs=5e-5)


@given(values, values)
def test_a_difference_of_means_is_that_of_scipy(ours, theirs):
    found = compare_means(reduce_values(ours), reduce_values(theirs))

    assert found.value == pytest.approx(np.mean(ours) - np.mean(theirs), abs=1e-6)
    if min(np.ptp(ours), np.ptp(theirs)):
        welch = stats.ttest_ind(ours, theirs, equal_var=False)
        interval = welch.confidence_interval(0.95)
        assert found.p_value == pytest.approx(welch.pvalue, rel=1e-6, abs=1e-12)
        assert (found.low, found.high) == pytest.approx((interval.low, interval.high), rel=1e-6, abs=1e-6)


def test_means_far_above_their_spread_keep_their_digits():
    high = 10**12
    ours, theirs = [high + 3, high + 5, high + 7], [high + 1, high + 2, high + 3]
    found = compare_means(reduce_values(ours), reduce_values(theirs))
    near = compare_means(reduce_values([3, 5, 7]), reduce_values([1, 2, 3]))

    assert found.error == near.error
    assert found.value == pytest.approx(near.value, abs=1e-3)


def test_the_adjusted_difference_is_that_of_the_adjusted_values():
    """CUPED by hand: theta from deviations within the groups, then an ordinary Welch test of y - theta (x - mean of x)."""
    rng = np.random.default_rng(7)
    x = rng.integers(0, 1_000, 300)
    y = x + rng.integers(0, 500, 300) + 30 * (np.arange(300) < 100)
    ours, theirs = slice(0, 100), slice(100, 300)
    found = compare_adjusted(*(reduce_pairs(y[part], x[part]) for part in (ours, theirs)))

    inner = [(y[part] - y[part].mean(), x[part] - x[part].mean()) for part in (ours, theirs)]
    theta = sum((a * b).sum() for a, b in inner) / sum((b * b).sum() for _a, b in inner)
    adjusted = y - theta * (x - x.mean())
    welch = stats.ttest_ind(adjusted[ours], adjusted[theirs], equal_var=False)
    interval = welch.confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high), rel=1e-9)
    assert found.p_value == pytest.approx(welch.pvalue, rel=1e-9)
    assert found.gain == pytest.approx(0.8, abs=0.06)


def test_a_covariate_that_says_nothing_leaves_the_plain_difference():
    sums = Pairs(n=50, y=100, x=0, yy=900, xx=0, xy=0)

    assert compare_adjusted(sums, sums) == compare_means(sums.plain, sums.plain)
    assert compare_adjusted(sums, sums).gain is None


def test_an_always_valid_interval_is_nearly_tightest_at_its_tuning():
    widths = {n: stretch(n, tuning=5_000) / sqrt(n) * sqrt(5_000) for n in (50, 5_000, 500_000)}
    best = optimize.minimize_scalar(
        lambda tuning: stretch(5_000, tuning=tuning), bounds=(100, 500_000), method="bounded"
    )

    assert stretch(5_000, tuning=5_000) == pytest.approx(best.fun, rel=0.01)
    assert widths[50] > widths[5_000] > widths[500_000]
    assert stretch(5_000) == pytest.approx(3.035, abs=0.001)  # against 1.96 for one planned look


def test_nobody_one_person_and_nonsense_are_reasons_and_no_exceptions():
    some = Sums(n=10, total=5, squares=5)

    assert compare_means(Sums(n=0, total=0, squares=0), some).reason == "empty"
    assert compare_means(Sums(n=1, total=1, squares=1), some).reason == "too_few"
    assert compare_means(Sums(n=10, total=100, squares=1), some).reason == "invalid"
    assert compare_rates((1, 0), (1, 2)).reason == "invalid"
    assert compare_rates((0, 0), (1, 2)).reason == "empty"


def test_a_lift_over_a_control_that_may_be_nothing_is_not_told():
    found = compare_rates((5, 100), (1, 100))

    assert found.value == pytest.approx(0.04)
    assert (found.relative.value, found.relative.reason) == (None, "too_few")


def test_groups_without_any_spread_differ_for_certain_or_not_at_all():
    same, more = Sums(n=5, total=10, squares=20), Sums(n=5, total=15, squares=45)

    assert compare_means(same, same).p_value == 1.0
    assert (compare_means(more, same).low, compare_means(more, same).p_value) == (1.0, 0.0)
