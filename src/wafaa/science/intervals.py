"""How sure a rate, a mean or a ratio is: Wilson intervals and standard errors from exact integer sums."""

from dataclasses import dataclass
from math import isqrt, sqrt
from typing import Literal

# The 97.5 % point of the normal distribution: two-sided 95 %.
Z_95 = 1.959963984540054

Reason = Literal["", "empty", "too_few", "invalid"]


@dataclass(frozen=True, kw_only=True)
class Interval:
    """An estimate with its 95 % interval; None and a reason where the data do not allow one."""

    value: float | None
    low: float | None = None
    high: float | None = None
    reason: Reason = ""


def wilson_interval(successes: int, trials: int, *, z: float = Z_95) -> Interval:
    """A proportion and its score interval (Wilson 1927), which stays inside 0..1 and works for few trials."""
    if trials == 0:
        return Interval(value=None, reason="empty")
    if not 0 <= successes <= trials:
        return Interval(value=None, reason="invalid")
    share = successes / trials
    spread = z * z / trials
    centre = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / trials + spread / (4 * trials)) / (1 + spread)
    # at the ends the formula is exact only up to rounding
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == trials else min(1.0, centre + half)
    return Interval(value=share, low=low, high=high)


def mean_interval(n: int, total: int, total_of_squares: int, *, z: float = Z_95) -> Interval:
    """A mean with +- z standard errors, from the count, the sum and the sum of squares of integers.

    The sample variance is (n Q - S^2) / (n (n - 1)) in exact integers: in floats the difference loses all its digits where
    the mean is much larger than the spread.
    """
    if n == 0:
        return Interval(value=None, reason="empty")
    mean = total / n
    if n == 1:
        return Interval(value=mean, reason="too_few")
    scatter = n * total_of_squares - total * total
    if scatter < 0:
        return Interval(value=mean, reason="invalid")
    half = z * _root_of_ratio(scatter, n * n * (n - 1))
    return Interval(value=mean, low=mean - half, high=mean + half)


def ratio_interval(
    n: int, *, part: int, whole: int, part_squares: int, products: int, whole_squares: int, z: float = Z_95
) -> Interval:
    """The ratio of two sums over the same n units, by linearisation (the delta method; Cochran 1977, section 2.11).

    `part` and `whole` are the sums, the others the sums of part^2, part * whole and whole^2 over the units. Scattered are
    part_i - R whole_i, which is computed without rounding as whole^2 P - 2 part whole X + part^2 W.
    """
    if whole == 0:
        return Interval(value=None, reason="empty")
    ratio = part / whole
    if n < 2:
        return Interval(value=ratio, reason="too_few")
    scatter = whole * whole * part_squares - 2 * part * whole * products + part * part * whole_squares
    if scatter < 0:
        return Interval(value=ratio, reason="invalid")
    half = z * _root_of_ratio(n * scatter, (n - 1) * whole**4)
    return Interval(value=ratio, low=ratio - half, high=ratio + half)


def _root_of_ratio(numerator: int, denominator: int) -> float:
    """The square root of a ratio of integers that may be too large for floats."""
    if numerator == 0:
        return 0.0
    # 128 more bits than the denominator keep every digit that a float can hold
    shift = max(0, denominator.bit_length() - numerator.bit_length() + 128)
    shift += shift % 2
    return isqrt((numerator << shift) // denominator) / (1 << (shift // 2))
