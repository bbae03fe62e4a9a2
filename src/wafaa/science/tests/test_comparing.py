"""Differences, trends, crosstabs, spread and the grid of satisfaction against loyalty."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wafaa.science.crosstabs import cross
from wafaa.science.differences import (
    compare_counts,
    compare_means,
    compare_nps,
    compare_shares,
    correct_many,
)
from wafaa.science.satisfaction_grid import make_grid
from wafaa.science.scores import score_nps
from wafaa.science.spread import shrink, spread
from wafaa.science.trends import judge_trend


def count(promoters, passives, detractors):
    return [detractors, *[0] * 6, passives, 0, promoters, 0]


def test_newcombe_gives_his_published_interval():
    # Newcombe, Statistics in Medicine 17 (1998) 873, table II (a), method 10: 56/70 and 48/80 gives .0524 to .3339
    found = compare_shares((56, 70), (48, 80))

    assert (round(found.low, 4), round(found.high, 4)) == (0.0524, 0.3339)


@given(
    st.tuples(st.integers(0, 60), st.integers(0, 60)),
    st.tuples(st.integers(0, 60), st.integers(0, 60)),
)
def test_the_p_of_two_shares_says_what_their_interval_says(a, b):
    first, second = (a[0], sum(a)), (b[0], sum(b))
    found = compare_shares(first, second)
    if found.value is None:
        assert 0 in {sum(a), sum(b)}
        return

    assert found.low <= found.value <= found.high
    if abs(found.p - 0.05) > 1e-6:
        assert (found.p < 0.05) == (found.low > 0 or found.high < 0)


@given(st.lists(st.integers(0, 40), min_size=11, max_size=11).filter(any))
def test_a_group_does_not_differ_from_itself(counts):
    found = compare_nps(counts, counts)

    assert (found.value, round(found.p, 12)) == (0.0, 1.0)
    assert not found.is_significant


def test_two_groups_of_nps_differ_by_less_than_their_own_margins_say():
    # golden rule of two periods: the half-widths add as squares
    a, b = count(50, 30, 20), count(40, 30, 30)
    found = compare_nps(a, b)
    halves = [(score_nps(c).high - score_nps(c).low) / 2 for c in (a, b)]

    assert found.value == pytest.approx(20)
    assert (found.high - found.low) / 2 == pytest.approx(float(np.hypot(*halves)), rel=0.02)
    assert not found.is_significant


@pytest.mark.parametrize(("up", "down"), [(0.5, 0.2), (0.85, 0.02)])
def test_two_samples_of_one_truth_rarely_seem_to_differ(up, down):
    draws = np.random.default_rng(7).multinomial(30, [up, 1 - up - down, down], size=(2000, 2))
    false = sum(compare_nps(count(*a), count(*b)).is_significant for a, b in draws.tolist())

    assert 0.02 < false / 2000 < 0.06


def test_means_differ_by_welch():
    found = compare_means([0, 2, 3, 10, 5], [3, 6, 6, 4, 1])

    # scipy.stats.ttest_ind(equal_var=False) on the same answers
    assert found.value == pytest.approx(1.2)
    assert found.p == pytest.approx(0.000720, abs=1e-4)


def test_holm_corrects_from_the_smallest_up():
    assert correct_many([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert correct_many([]) == []


def test_a_trend_flags_what_chance_does_not_explain_and_passes_over_thin_periods():
    series = [count(50, 30, 20), count(52, 28, 20), count(2, 1, 0), count(20, 30, 50), count(21, 30, 49)]
    points = judge_trend(series, "nps")

    assert [point.is_change for point in points] == [False, False, False, True, False]
    assert points[2].difference is None
    assert points[3].difference.value == pytest.approx(-62.0)
    assert not points[3].is_better


def test_a_calm_year_of_weeks_shows_a_flag_in_at_most_one_shop_of_twenty():
    draws = np.random.default_rng(7).multinomial(40, [0.5, 0.3, 0.2], size=(300, 52)).tolist()
    flagged = sum(
        any(point.is_change for point in judge_trend([count(*c) for c in year], "nps")) for year in draws
    )

    assert flagged / 300 < 0.08


def test_adjusted_residuals_of_a_table_worked_by_hand():
    table = cross([[20, 5], [10, 30]])

    # 65 answers: expected 30 * 25 / 65; residual (20 - e) / sqrt(e (1 - 25/65) (1 - 30/65)); chi-square is its square in a 2 by 2
    assert table.cells[0][0].expected == pytest.approx(11.5385, abs=1e-4)
    assert table.cells[0][0].residual == pytest.approx(4.3274, abs=1e-4)
    assert table.chi_square == pytest.approx(4.3274**2, abs=1e-3)
    assert table.freedom == 1
    assert all(cell.is_significant for row in table.cells for cell in row)
    assert not table.is_small


def test_a_table_with_few_answers_says_so_and_an_empty_one_says_nothing():
    assert cross([[3, 1], [1, 2]]).is_small
    assert cross([[0, 0], [0, 0]]).p is None
    assert cross([[4, 5]]).p is None


def test_the_eight_schools():
    # Gelman et al., Bayesian Data Analysis, 3rd edition, table 5.2 and figure 5.6: true effects near 11, 8, 6, 8, 5, 6, 11, 8
    found = shrink(np.array([28.0, 8, -3, 7, -1, 1, 18, 12]), np.array([15.0, 10, 16, 11, 9, 11, 10, 18]))

    assert found.values.round(0).tolist() == [11, 8, 6, 8, 5, 6, 11, 8]
    assert found.errors[0] == pytest.approx(8.3, abs=0.2)


def test_branches_that_differ_by_chance_only_are_drawn_together():
    draws = np.random.default_rng(7).multinomial(25, [0.05, 0.1, 0.15, 0.4, 0.3], size=12).tolist()
    found = spread(draws, "csat")

    assert not found.is_seen
    values = [member.value for member in found.members]
    plain = [member.score.value for member in found.members]
    assert np.ptp(values) < np.ptp(plain) / 2
    assert found.share < 0.05


def test_a_branch_that_is_truly_worse_is_named():
    good, bad = [2, 3, 5, 60, 30], [30, 30, 20, 10, 10]
    found = spread([good, good, bad, good, [0] * 5], "csat")

    assert [bool(member and member.is_worse) for member in found.members] == [
        False,
        False,
        True,
        False,
        False,
    ]
    assert found.members[4] is None
    assert found.share > 0.1


@given(st.lists(st.lists(st.integers(0, 20), min_size=5, max_size=5), max_size=6))
def test_spread_takes_any_groups(groups):
    found = spread(groups, "mean")

    for counts, member in zip(groups, found.members, strict=True):
        assert (member is None) == (sum(counts) == 0)
        assert member is None or 1 <= member.low <= member.value <= member.high <= 5


def test_the_satisfied_who_leave_and_the_unhappy_who_stay_have_names():
    grid = make_grid(
        {
            ("satisfied", "returned"): 60,
            ("satisfied", "left"): 20,
            ("neutral", "returned"): 5,
            ("neutral", "left"): 5,
            ("unhappy", "returned"): 12,
            ("unhappy", "left"): 8,
        },
        waiting=7,
    )

    assert grid.cells["satisfied_who_leave"].of_row.value == 0.25
    assert grid.cells["unhappy_who_stay"].of_row.value == 0.6
    assert grid.cells["unhappy_who_stay"].of_all.value == 0.12
    assert grid.neutral_who_return.value == 0.5
    assert grid.difference.value == pytest.approx(0.15)
    assert (grid.n, grid.waiting) == (100, 7)


def test_kinds_are_compared_each_in_its_way():
    assert compare_counts([5, 15], [10, 10], "share").value == pytest.approx(0.25)
    assert compare_counts([0, 0, 5, 5, 10], [5, 5, 5, 5, 0], "csat").value == pytest.approx(0.5)
    assert compare_counts([0] * 5, [1] * 5, "mean").value is None
