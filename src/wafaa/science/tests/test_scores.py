"""Scores against golden figures (reference/surveys.md and golden.md) and by exact enumeration."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wafaa.science.coverage import TRUTHS, adjusted, find_coverage, plain
from wafaa.science.intervals import Z_95
from wafaa.science.scores import (
    ENOUGH,
    find_satisfied_from,
    list_values,
    score_ces,
    score_counts,
    score_csat,
    score_mean,
    score_nps,
    score_share,
)

nps_counts = st.lists(st.integers(0, 40), min_size=11, max_size=11).filter(any)


def count(promoters, passives, detractors):
    return [detractors, *[0] * 6, passives, 0, promoters, 0]


@pytest.mark.parametrize(
    ("n", "half"), [(30, 27.9), (50, 21.6), (100, 15.3), (200, 10.8), (400, 7.7), (1000, 4.8)]
)
def test_the_plain_half_widths_of_the_survey_reference(n, half):
    # reference/surveys.md, section 2: p = .5, d = .2
    low, high = plain(n * 5 // 10, n * 2 // 10, n)

    assert (high - low) / 2 == pytest.approx(half, abs=0.05)


def test_the_golden_thread_of_324_answers():
    # reference/golden.md 3b: shares 1/2, 1/3, 1/6: score 33.3, standard error 4.141, half-width 8.116
    low, high = plain(162, 54, 324)

    assert score_nps(count(162, 108, 54)).value == pytest.approx(100 / 3)
    assert (high - low) / 2 == pytest.approx(8.116, abs=0.001)
    assert (high - low) / 2 / Z_95 == pytest.approx(4.141, abs=0.001)


def test_thirds_have_a_half_width_of_160_over_the_root():
    # reference/golden.md 3b: p = d = 1/3, half-width 160.03 / sqrt(n)
    low, high = plain(100, 100, 300)

    assert (high - low) / 2 == pytest.approx(160.03 / sqrt(300), abs=0.001)


def test_the_adjusted_interval_is_that_of_three_more_answers():
    # by hand: 15 + .75 promoters, 6 + .75 detractors, 30 + 3 answers
    up, down = 15.75 / 33, 6.75 / 33
    half = Z_95 * sqrt((up + down - (up - down) ** 2) / 33)
    score = score_nps(count(15, 9, 6))

    assert (score.value, score.n) == (30.0, 30)
    assert score.low == pytest.approx(100 * (up - down - half), abs=1e-9)
    assert score.high == pytest.approx(100 * (up - down + half), abs=1e-9)


@pytest.mark.parametrize("truth", TRUTHS)
def test_the_interval_covers_what_it_promises(truth):
    few = [find_coverage(*truth, n, adjusted) for n in range(10, 20)]
    more = [find_coverage(*truth, n, adjusted) for n in (*range(20, 32), 40, 55, 75, 100)]

    assert min(few) >= 0.93
    assert min(more) >= 0.94
    assert max(more) <= 0.97


def test_the_plain_interval_would_not():
    # reference/surveys.md: 80.2 and 82.5 in 4,000 draws
    assert find_coverage(0.85, 0.02, 10, plain) == pytest.approx(0.802, abs=0.02)
    assert find_coverage(0.85, 0.02, 20, plain) == pytest.approx(0.825, abs=0.02)


@given(nps_counts)
def test_an_nps_interval_holds_its_score_and_never_leaves_the_scale(counts):
    score = score_nps(counts)

    assert -100 <= score.low <= score.value <= score.high <= 100


@given(st.lists(st.integers(0, 30), min_size=2, max_size=10).filter(any))
def test_a_mean_stays_on_its_scale(counts):
    score = score_mean(counts)

    assert 1 <= score.low <= score.value <= score.high <= len(counts)


@given(st.sampled_from(["nps", "csat", "share", "mean"]), st.data())
def test_every_score_is_a_mean_of_what_single_answers_add(kind, data):
    points = {"nps": 11, "csat": 5, "share": 2, "mean": 7}[kind]
    counts = data.draw(st.lists(st.integers(0, 30), min_size=points, max_size=points).filter(any))
    values = list_values(kind, points)

    assert score_counts(counts, kind).value == pytest.approx(
        sum(k * value for k, value in zip(counts, values, strict=True)) / sum(counts), abs=1e-9
    )


def test_csat_is_the_upper_two_fifths_with_wilson():
    score = score_csat([1, 1, 2, 3, 3])

    # Wilson for 6 of 10: .3127 to .8318
    assert (score.value, round(score.low, 4), round(score.high, 4)) == (0.6, 0.3127, 0.8318)
    assert (find_satisfied_from(5), find_satisfied_from(10), find_satisfied_from(7)) == (4, 7, 5)
    assert score_csat([0, 0, 0, 0, 0, 4, 1, 2, 2, 1], points=10).value == 0.6


def test_ces_is_said_in_three_ways():
    counts = [1, 1, 0, 2, 2, 3, 1]

    assert score_ces(counts).value == pytest.approx(4.6)
    assert score_ces(counts, "top").value == 0.6
    assert score_ces(counts, "net").value == pytest.approx(20.0)


def test_ten_equal_answers_do_not_prove_the_eleventh():
    score = score_mean([0, 0, 0, 0, 10])

    assert score.value == score.high == 5
    assert 4 < score.low < 5


def test_fewer_answers_than_ten_are_not_enough():
    assert ENOUGH == 10
    assert not score_share(5, 9).is_enough
    assert score_share(5, 10).is_enough
    assert score_nps([0] * 11).value is None


@pytest.mark.parametrize("wrong", [[1, 2, 3], [0] * 10 + [-1]])
def test_wrong_counts_are_refused(wrong):
    with pytest.raises(ValueError, match="11 counts"):
        score_nps(wrong)
