"""The statistics against published values, numpy, and plain Python."""

import itertools
from fractions import Fraction
from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wafaa.science.histogram import find_cuts, find_quantiles
from wafaa.science.intervals import mean_interval, ratio_interval, wilson_interval
from wafaa.science.pareto import find_concentration
from wafaa.science.rfm import GROUPS, find_group, list_cells, merge_scores, score, score_reversed

samples = st.lists(st.integers(-50, 50), max_size=60)
amounts = st.lists(st.integers(0, 10**6), min_size=1, max_size=60)


def as_histogram(values):
    return np.unique(np.array(values, dtype=np.int64), return_counts=True)


def test_wilson_gives_the_published_interval_of_newcombe_1998():
    # Newcombe, Statistics in Medicine 17 (1998), table I, method 3: 81/263, 15/148, 0/20, 1/29
    for successes, trials, low, high in [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ]:
        interval = wilson_interval(successes, trials)
        assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


@given(st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_wilson_interval_holds_its_rate_and_stays_between_0_and_1(pair):
    interval = wilson_interval(*pair)
    assert 0 <= interval.low <= interval.value <= interval.high <= 1


def test_nothing_to_divide_by_is_a_reason_and_no_exception():
    assert wilson_interval(0, 0).reason == "empty"
    assert wilson_interval(3, 2).reason == "invalid"
    assert mean_interval(0, 0, 0).reason == "empty"
    assert mean_interval(1, 7, 49).reason == "too_few"
    assert ratio_interval(0, part=0, whole=0, part_squares=0, products=0, whole_squares=0).reason == "empty"
    assert find_quantiles([], [], (0.5,)).values == (None,)
    assert find_cuts([], []).bounds is None
    assert find_concentration([], []).reason == "empty"


@given(st.lists(st.integers(-(10**9), 10**9), min_size=2, max_size=40))
def test_a_mean_interval_is_that_of_numpy(values):
    n, total, squares = len(values), sum(values), sum(value * value for value in values)
    interval = mean_interval(n, total, squares)
    error = np.std(values, ddof=1) / sqrt(n)
    assert interval.value == pytest.approx(np.mean(values), abs=1e-6)
    assert interval.high - interval.value == pytest.approx(1.959963984540054 * error, rel=1e-9, abs=1e-6)


def test_a_mean_interval_keeps_its_digits_where_floats_lose_them_all():
    # mean 10^12, deviations +-1: the sum of squares has 25 digits
    values = [10**12 - 1, 10**12 + 1] * 50
    interval = mean_interval(100, sum(values), sum(value * value for value in values))
    assert interval.high - interval.low == pytest.approx(
        2 * 1.959963984540054 * sqrt(100 / 99) / 10, rel=1e-3
    )


@given(st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 10**7)), min_size=2, max_size=30))
def test_a_ratio_interval_is_the_textbook_linearisation(pairs):
    units = [(part, part + rest) for part, rest in pairs]
    part, whole = sum(unit[0] for unit in units), sum(unit[1] for unit in units)
    if whole == 0:
        return
    interval = ratio_interval(
        len(units),
        part=part,
        whole=whole,
        part_squares=sum(p * p for p, _ in units),
        products=sum(p * w for p, w in units),
        whole_squares=sum(w * w for _, w in units),
    )
    ratio = Fraction(part, whole)
    scatter = sum((p - ratio * w) ** 2 for p, w in units)
    variance = Fraction(len(units), len(units) - 1) * scatter / whole**2
    assert interval.value == pytest.approx(part / whole)
    assert interval.high - interval.value == pytest.approx(
        1.959963984540054 * sqrt(variance), rel=1e-9, abs=1e-12
    )


@given(samples, st.floats(0, 1))
def test_quantiles_are_those_of_numpy(values, probability):
    if not values:
        return
    found = find_quantiles(*as_histogram(values), (probability,)).values[0]
    assert found == pytest.approx(float(np.quantile(values, probability)), abs=1e-9)


@given(amounts)
def test_each_cut_is_the_smallest_value_that_reaches_its_share(values):
    bounds = find_cuts(*as_histogram(values)).bounds
    ordered = sorted(values)
    assert list(bounds) == [ordered[-(-k * len(values) // 5) - 1] for k in (1, 2, 3, 4)]


@given(amounts)
def test_equal_values_get_equal_scores_and_larger_ones_never_lower(values):
    bounds = find_cuts(*as_histogram(values)).bounds
    scores = [score(value, bounds) for value in sorted(values)]
    assert scores == sorted(scores)
    assert set(scores) <= {1, 2, 3, 4, 5}
    assert [score_reversed(value, bounds) for value in values] == [
        6 - score(value, bounds) for value in values
    ]


def test_ten_different_values_make_five_classes_of_two():
    bounds = find_cuts(range(1, 11), [1] * 10).bounds
    assert bounds == (2, 4, 6, 8)
    assert [score(value, bounds) for value in range(1, 11)] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


def test_the_groups_cover_the_grid_and_never_overlap():
    grid = list(itertools.product(range(1, 6), range(1, 6)))
    cells = [cell for group in GROUPS for cell in list_cells(group)]
    assert sorted(cells) == grid
    assert len(GROUPS) == len(set(GROUPS)) == 11
    for recency, frequency, monetary in itertools.product(range(1, 6), repeat=3):
        group = find_group(recency, frequency, monetary)
        assert (recency, merge_scores(frequency, monetary)) in list_cells(group)


def test_the_corners_of_the_grid_have_the_names_of_the_field():
    assert find_group(5, 5, 5) == "champions"
    assert find_group(1, 5, 5) == "cannot_lose"
    assert find_group(5, 1, 1) == "new"
    assert find_group(1, 1, 1) == "lost"


@given(amounts)
def test_the_concentration_is_that_of_a_sorted_list(values):
    found = find_concentration(*as_histogram(values))
    ordered = sorted(values, reverse=True)
    total = sum(values)
    assert (found.members, found.total) == (len(values), total)
    if total == 0:
        assert found.shares == ()
        return
    assert list(found.shares) == [sum(ordered[: len(values) * x // 100]) / total for x in range(101)]
    sums = list(itertools.accumulate(ordered))
    assert found.members_for_80 == next(k for k, held in enumerate(sums, start=1) if 5 * held >= 4 * total)
