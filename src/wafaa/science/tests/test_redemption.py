"""What will be spent of what is outstanding: by hand on a small run-off, and how often the interval holds the truth."""

import numpy as np
import pytest

from wafaa.science.redemption import Flow, Open, build_triangle, find_chances, forecast

LIFE = 12
# A tenth is spent in each of the first months, more before the end, as people do who are reminded.
CHANCES = np.array([0.03, 0.06, 0.08, 0.07, 0.06, 0.05, 0.05, 0.04, 0.04, 0.05, 0.08, 0.18])


def draw_shop(rng, months=18, spread=0.25):
    """Awards of a month end twelve months later; months differ by chance, and so does each cohort in each."""
    flows, open_, truth = [], [], 0.0
    factors = np.exp(spread * rng.standard_normal(months + LIFE) - spread**2 / 2)
    for cohort in range(months):
        granted = round(100_000 * np.exp(0.2 * rng.standard_normal()))
        flows.append(Flow(cohort=cohort, month=cohort, kind="granted", amount=granted))
        rest = granted
        for age, chance in enumerate(CHANCES):
            own = factors[cohort + age] * np.exp(0.15 * rng.standard_normal() - 0.15**2 / 2)
            spent = min(rest, round(rest * chance * own))
            if cohort + age < months:
                flows.append(Flow(cohort=cohort, month=cohort + age, kind="spent", amount=spent))
            else:
                if cohort + age == months:
                    open_.append(Open(cohort=cohort, ends=cohort + LIFE, amount=rest))
                truth += spent
            rest -= spent
        if cohort + LIFE < months:
            flows.append(Flow(cohort=cohort, month=cohort + LIFE, kind="expired", amount=rest))
    return flows, open_, truth


def test_a_small_run_off_is_what_one_reckons_by_hand():
    """Three cohorts of 100; at age 0 they spend 10, at age 1 20 of what is left; six months of a quiet shop before."""
    flows = [Flow(cohort=c, month=c, kind="granted", amount=100) for c in range(7)]
    flows += [Flow(cohort=c, month=c, kind="spent", amount=10) for c in range(7)]
    flows += [Flow(cohort=c, month=c + 1, kind="spent", amount=18) for c in range(6)]
    flows += [Flow(cohort=c, month=c + 2, kind="expired", amount=72) for c in range(5)]
    lots = [Open(cohort=6, ends=8, amount=90), Open(cohort=5, ends=7, amount=72)]

    found = forecast(flows, lots, now=7, passed=0.0)

    assert found.chances == pytest.approx((0.1, 0.2))
    assert (found.open, found.spent, found.expired, found.beyond) == pytest.approx((162, 18, 144, 0))
    assert (found.low, found.high) == pytest.approx((18, 18))  # every month was like every other
    half = forecast(flows, lots, now=7, passed=0.5)
    assert half.spent == pytest.approx(90 * (1 - 0.8**0.5))


def test_what_is_granted_late_in_a_month_is_at_risk_for_the_rest_of_it():
    flows = [Flow(cohort=0, month=0, kind="granted", amount=100, late=75.0)]
    flows += [Flow(cohort=0, month=0, kind="corrected", amount=20, late=0.0)]
    flows += [Flow(cohort=0, month=1, kind="expired", amount=40, late=10.0)]

    at_risk = build_triangle(flows, now=3).at_risk

    # 80 for a quarter of the month; then 80, of which 40 left when a quarter had passed
    assert at_risk[0].tolist() == pytest.approx([20, 50, 40, 40])


def test_little_history_is_told_as_too_early_and_ages_nobody_reached_are_not_guessed():
    flows, lots, _ = draw_shop(np.random.default_rng(1), months=5)
    assert forecast(flows, lots, now=5, passed=0.0).reason == "too_early"
    assert forecast(flows, [], now=5, passed=0.0).reason == "empty"

    flows, lots, _ = draw_shop(np.random.default_rng(1), months=8)
    found = forecast(flows, lots, now=8, passed=0.0)
    assert len(found.chances) == 6  # three cohorts are six months old
    assert found.beyond > 0
    assert found.spent + found.expired + found.beyond == pytest.approx(found.open)
    forever = forecast(flows, [Open(cohort=7, ends=None, amount=100)], now=8, passed=0.0)
    assert forever.expired == pytest.approx(0)
    assert forever.spent + forever.beyond == pytest.approx(100)


def test_the_interval_holds_what_is_spent_in_the_end_in_95_of_100_shops():
    rng = np.random.default_rng(7)
    held, errors, widths = 0, [], []
    for _ in range(150):
        flows, lots, truth = draw_shop(rng)
        found = forecast(flows, lots, now=18, passed=0.0)
        held += found.low <= truth <= found.high
        errors.append(found.spent / truth - 1)
        widths.append((found.high - found.low) / truth)

    assert 0.92 <= held / 150 <= 0.99, (held, np.mean(widths))
    assert abs(np.mean(errors)) < 0.02
    assert np.mean(widths) < 0.6


def test_chances_of_an_age_are_weighted_by_what_was_at_risk():
    flows = [Flow(cohort=c, month=c, kind="granted", amount=a) for c, a in enumerate((100, 300, 600))]
    flows += [Flow(cohort=c, month=c, kind="spent", amount=s) for c, s in enumerate((10, 60, 30))]

    assert find_chances(build_triangle(flows, now=3)).tolist() == pytest.approx([0.1])
