"""What an experiment can see: the least effect that it would find, before it starts and after."""

from math import inf, sqrt

from wafaa.science.distributions import find_normal_quantile
from wafaa.science.effects import stretch

ALPHA = 0.05
# How often an effect of the size named is found; what is usual (Cohen 1988).
POWER = 0.8


def find_reach(
    *, alpha: float = ALPHA, power: float = POWER, people: int = 0, tuning: int | None = None
) -> float:
    """How many standard errors an effect must measure to be found with probability `power`: z(1 - alpha/2) + z(power).

    With `tuning` the interval is the always-valid one after so many `people`, which reaches further (effects.stretch).
    """
    reach = find_normal_quantile(1 - alpha / 2) if tuning is None else stretch(people, alpha, tuning)
    return reach + find_normal_quantile(power)


def find_detectable(
    *, treated: int, control: int, spread: float, alpha: float = ALPHA, power: float = POWER
) -> float:
    """The least difference of two means that groups of these sizes would show (List, Sadoff and Wagner, Experimental Economics
    14, 2011, equation 3), in the unit of `spread`, the standard deviation of one person's figure. Infinite without a group.
    """
    if treated <= 0 or control <= 0:
        return inf
    return find_reach(alpha=alpha, power=power) * spread * sqrt(1 / treated + 1 / control)
