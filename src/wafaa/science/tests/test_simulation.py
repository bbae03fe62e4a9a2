"""Two thousand campaigns drawn by chance: how often something is called an effect, and how often the interval holds it."""

from math import sqrt

import pytest

from wafaa.science.simulation import Draw, run_campaigns, run_looks

RUNS = 2_000
SEED = 2026


def margin(rate):
    """What chance alone does to so many campaigns: 2.58 standard errors, 99 %."""
    return 2.58 * sqrt(rate * (1 - rate) / RUNS)


@pytest.mark.parametrize("figure", ["revenue", "adjusted", "buyers"])
def test_of_campaigns_without_effect_five_per_cent_are_called_one(figure, without_effect):
    called = without_effect[figure].called.value

    assert abs(called - 0.05) < margin(0.05)


@pytest.mark.parametrize("figure", ["revenue", "adjusted"])
def test_the_interval_holds_a_known_effect_in_95_of_100(figure, with_effect):
    assert 0.94 <= with_effect[figure].held.value <= 0.96


def test_what_people_spent_before_narrows_the_interval(with_effect):
    assert 0.15 < with_effect["adjusted"].gain < 0.3
    assert with_effect["adjusted"].called.value > with_effect["revenue"].called.value


def test_whoever_looks_daily_is_wrong_often_unless_the_interval_is_made_for_it():
    called = run_looks(300, seed=SEED)

    assert called["welch"].value > 0.2
    assert called["always_valid"].value <= 0.05


@pytest.fixture(scope="module")
def without_effect():
    return run_campaigns(RUNS, seed=SEED)


@pytest.fixture(scope="module")
def with_effect():
    return run_campaigns(RUNS, draw=Draw(lift=0.1), seed=SEED + 1)
