"""Do two groups differ? The difference of two scores with its 95 % interval and the p value that belongs to that interval."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot, sqrt
from typing import Final

from wafaa.science.distributions import find_normal_tail
from wafaa.science.effects import Sums
from wafaa.science.effects import compare_means as compare_sums
from wafaa.science.intervals import Z_95, wilson_interval
from wafaa.science.scores import ENOUGH, PSEUDO_ANSWERS, Kind, adjust_nps, count_satisfied, split_nps

ALPHA: Final = 0.05
# Beyond it p is below 1e-15, which is nothing to a reader.
Z_MAX: Final = 8.0


@dataclass(frozen=True, kw_only=True)
class Difference:
    """The first group less the second; None where a group has no answer."""

    value: float | None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    is_enough: bool = False

    @property
    def is_significant(self) -> bool:
        """At 5 % for this one comparison: whoever makes many corrects p (trends, crosstabs)."""
        return self.is_enough and self.p is not None and self.p < ALPHA


def compare_nps(a_counts: Sequence[int], b_counts: Sequence[int]) -> Difference:
    """The difference of two NPS in points, from counts of 0..10.

    Each group gets half of the adjusted interval's pseudo-answers, as Agresti and Caffo (The American Statistician 54, 2000)
    share theirs between two proportions: a whole set for each would pull a difference too near to nothing.
    """
    a, b = split_nps(a_counts), split_nps(b_counts)
    if not sum(a) or not sum(b):
        return Difference(value=None)
    first = adjust_nps(a[0], a[2], sum(a), PSEUDO_ANSWERS / 2)
    second = adjust_nps(b[0], b[2], sum(b), PSEUDO_ANSWERS / 2)
    centre, error = first[0] - second[0], sqrt(first[1] + second[1])
    value = 100 * ((a[0] - a[2]) / sum(a) - (b[0] - b[2]) / sum(b))
    return Difference(
        value=value,
        low=min(value, max(-200.0, 100 * (centre - Z_95 * error))),
        high=max(value, min(200.0, 100 * (centre + Z_95 * error))),
        p=2 * find_normal_tail(-abs(centre) / error),
        is_enough=min(sum(a), sum(b)) >= ENOUGH,
    )


def compare_shares(a: tuple[int, int], b: tuple[int, int]) -> Difference:
    """The difference of two shares, each (k, n): Newcombe's hybrid score interval (Statistics in Medicine 17, 1998, method 10).

    p is the level at which that interval just touches nothing, so that both always say the same.
    """
    if not (0 <= a[0] <= a[1] and 0 <= b[0] <= b[1]):
        raise ValueError("a share needs 0 <= k <= n")
    if not a[1] or not b[1]:
        return Difference(value=None)
    low, high = _reach_out(a, b, Z_95)
    return Difference(
        value=a[0] / a[1] - b[0] / b[1],
        low=low,
        high=high,
        p=_find_touching(a, b),
        is_enough=min(a[1], b[1]) >= ENOUGH,
    )


def compare_means(a_counts: Sequence[int], b_counts: Sequence[int], first: int = 1) -> Difference:
    """The difference of two means of a scale whose lowest point is `first`, without assuming equal spread (Welch 1947)."""
    a, b = _sum_up(a_counts, first), _sum_up(b_counts, first)
    if not a.n or not b.n:
        return Difference(value=None)
    found = compare_sums(a, b)
    if found.reason:
        return Difference(value=a.total / a.n - b.total / b.n)
    return Difference(
        value=found.value,
        low=found.low,
        high=found.high,
        p=found.p_value,
        is_enough=min(a.n, b.n) >= ENOUGH,
    )


def compare_counts(a_counts: Sequence[int], b_counts: Sequence[int], kind: Kind) -> Difference:
    """The difference of two scores of the same kind; "share" reads two counts, those who did not and those who did."""
    if kind == "nps":
        return compare_nps(a_counts, b_counts)
    if kind == "csat":
        points = len(a_counts)
        return compare_shares(
            (count_satisfied(a_counts, points), sum(a_counts)),
            (count_satisfied(b_counts, points), sum(b_counts)),
        )
    if kind == "share":
        return compare_shares((a_counts[1], sum(a_counts)), (b_counts[1], sum(b_counts)))
    return compare_means(a_counts, b_counts)


def correct_many(p_values: Sequence[float]) -> list[float]:
    """Holm's correction (Scandinavian Journal of Statistics 6, 1979): the chance of any false find stays below 5 in 100."""
    order = sorted(range(len(p_values)), key=lambda index: p_values[index])
    corrected, worst = [1.0] * len(p_values), 0.0
    for rank, index in enumerate(order):
        worst = max(worst, min(1.0, (len(p_values) - rank) * p_values[index]))
        corrected[index] = worst
    return corrected


def _reach_out(a: tuple[int, int], b: tuple[int, int], z: float) -> tuple[float, float]:
    first, second = wilson_interval(*a, z=z), wilson_interval(*b, z=z)
    p, q = a[0] / a[1], b[0] / b[1]
    return (
        p - q - hypot(p - (first.low or 0.0), (second.high or 0.0) - q),
        p - q + hypot((first.high or 0.0) - p, q - (second.low or 0.0)),
    )


def _find_touching(a: tuple[int, int], b: tuple[int, int]) -> float:
    """Halving until the z is found at which the interval's nearer end lies on nothing."""
    value = a[0] / a[1] - b[0] / b[1]
    if value == 0:
        return 1.0
    below, above = 0.0, Z_MAX
    for _ in range(40):
        z = (below + above) / 2
        low, high = _reach_out(a, b, z)
        if (low if value > 0 else -high) > 0:
            below = z
        else:
            above = z
    return 2 * find_normal_tail(-below)


def _sum_up(counts: Sequence[int], first: int) -> Sums:
    pairs = list(enumerate(counts, start=first))
    return Sums(
        n=sum(counts),
        total=sum(k * point for point, k in pairs),
        squares=sum(k * point * point for point, k in pairs),
    )
