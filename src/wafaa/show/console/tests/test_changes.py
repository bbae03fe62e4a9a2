"""Which moves are told, and which are chance."""

import pytest

from wafaa.science.intervals import wilson_interval
from wafaa.show.console.changes import compare, find_difference, is_notable, order_of_telling
from wafaa.show.console.tests.figures import make_count, make_money, make_rate


def make_wilson(kept: int, of: int):
    interval = wilson_interval(kept, of)
    return make_rate("retention_rate", kept, of, interval.low, interval.high)


@pytest.mark.parametrize(
    ("now", "before", "low", "high", "is_significant"),
    [  # Newcombe 1998, Statistics in Medicine 17, 873-890, table II, method 10
        ((56, 70), (48, 80), 0.0524, 0.3339, True),
        ((9, 10), (3, 10), 0.1705, 0.8090, True),
        ((6, 7), (2, 7), 0.0582, 0.8062, True),
        ((5, 56), (0, 29), -0.0381, 0.1926, False),
    ],
)
def test_the_difference_of_two_rates_has_newcombes_interval(now, before, low, high, is_significant):
    now, before = make_wilson(*now), make_wilson(*before)

    assert find_difference(now, before) == pytest.approx((low, high), abs=5e-5)
    assert compare(now, before, "up").is_significant is is_significant


def test_more_is_good_or_bad_as_the_measure_says():
    up, down = make_rate("x", 60, 100), make_rate("x", 50, 100)

    assert compare(up, down, "up").verdict == "good"
    assert compare(down, up, "up").verdict == "bad"
    assert compare(up, down, "down").verdict == "bad"
    assert compare(up, up, "up").verdict == ""


def test_a_rate_moves_by_points_and_a_sum_by_its_share():
    change = compare(make_rate("x", 60, 100), make_rate("x", 50, 100), "up")
    money = compare(make_money("gross", 1100), make_money("gross", 1000), "up")

    assert change.difference == pytest.approx(0.1)
    assert money.share == pytest.approx(0.1)
    assert money.is_significant is None


def test_what_has_no_value_cannot_be_compared():
    assert compare(make_rate("x", 0, 0), make_rate("x", 1, 2), "up") is None
    assert compare(make_rate("x", 1, 2), None, "up") is None


def test_a_sum_is_worth_telling_from_five_per_cent_on():
    assert is_notable(compare(make_money("gross", 1050), make_money("gross", 1000), "up")) is True
    assert is_notable(compare(make_money("gross", 1049), make_money("gross", 1000), "up")) is False


def test_certain_moves_are_told_before_larger_sums():
    certain = compare(make_wilson(80, 100), make_wilson(50, 100), "up")
    counted = compare(make_money("gross", 3000), make_money("gross", 1000), "up")

    assert sorted([counted, certain], key=order_of_telling) == [certain, counted]


def test_people_who_come_one_by_one_scatter_by_the_root_of_their_number():
    # 114 to 103 new customers is 11 less; chance alone moves the difference by 1.96 * sqrt(217) = 28.9
    assert (
        compare(make_count("new_customers", 103), make_count("new_customers", 114), "up").is_significant
        is False
    )
    assert (
        compare(make_count("new_customers", 80), make_count("new_customers", 114), "up").is_significant
        is True
    )


def test_live_customers_are_counted_in_full_so_nothing_is_said_of_chance():
    assert (
        compare(make_count("live_customers", 103), make_count("live_customers", 114), "up").is_significant
        is None
    )
