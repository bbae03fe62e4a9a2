"""Borders between those who make the first shares of a total and the rest."""

from wafaa.science.pareto import find_borders


def test_borders_are_the_least_holdings_of_those_who_make_the_shares():
    # 50 + 30 = 80 of 100; the two who hold 10 and 5 make 95
    assert find_borders([50, 30, 10, 5, 1], [1, 1, 1, 1, 5], shares=(0.8, 0.95)) == (30, 5)
    # who holds the same is never parted
    assert find_borders([10], [10], shares=(0.8, 0.95)) == (10, 10)
    # nobody makes anything
    assert find_borders([], [], shares=(0.8,)) == (1,)
    assert find_borders([0], [4], shares=(0.8,)) == (1,)
