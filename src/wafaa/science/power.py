"""What an experiment can see before it starts: the least effect that it would find, and how many people one needs."""

from math import inf, sqrt

from wafaa.science.distributions import find_normal_quantile

ALPHA = 0.05
# How often an effect of the size named is found; what is usual (Cohen 1988).
POWER = 0.8


def find_reach(*, alpha: float = ALPHA, power: float = POWER) -> float:
    """How many standard errors an effect must measure to be found with probability `power`: z(1 - alpha/2) + z(power)."""
    return find_normal_quantile(1 - alpha / 2) + find_normal_quantile(power)


def find_detectable(
    *, treated: int, control: int, spread: float, alpha: float = ALPHA, power: float = POWER
) -> float:
    """The least difference of two means that groups of these sizes would show (List, Sadoff and Wagner, Experimental Economics
    14, 2011, equation 3), in the unit of `spread`, the standard deviation of one person's figure. Infinite without a group.
    """
    if treated <= 0 or control <= 0:
        return inf
    return find_reach(alpha=alpha, power=power) * spread * sqrt(1 / treated + 1 / control)


def find_detectable_share(
    *, treated: int, control: int, base: float, alpha: float = ALPHA, power: float = POWER
) -> float:
    """The same for the share of those who do something, where `base` of 1 do without the treatment."""
    return find_detectable(
        treated=treated, control=control, spread=sqrt(base * (1 - base)), alpha=alpha, power=power
    )


def count_needed(
    *, effect: float, spread: float, control_share: float = 0.5, alpha: float = ALPHA, power: float = POWER
) -> float:
    """How many people in all a difference of `effect` needs, where `control_share` of them are kept aside.

    (z + z)^2 spread^2 / effect^2 * (1 / share + 1 / (1 - share)); with halves and the usual 5 and 80 % some 16 spread^2 /
    effect^2 in each group, the rule of thumb of van Belle (Statistical Rules of Thumb, 2008, 2.1).
    """
    if effect == 0 or not 0 < control_share < 1:
        return inf
    reach = find_reach(alpha=alpha, power=power)
    return (reach * spread / effect) ** 2 * (1 / control_share + 1 / (1 - control_share))


def count_needed_per_group(
    *, base: float, effect: float, alpha: float = ALPHA, power: float = POWER
) -> float:
    """People in each of two equal groups for a share that goes from `base` to `base + effect` (Fleiss, Statistical Methods for
    Rates and Proportions, 1981, 3.14, without its correction; what Evan Miller's calculator prints).
    """
    if effect == 0:
        return inf
    after = base + effect
    none = sqrt(2 * base * (1 - base))
    some = sqrt(base * (1 - base) + after * (1 - after))
    reach = find_normal_quantile(1 - alpha / 2) * none + find_normal_quantile(power) * some
    return (reach / effect) ** 2
