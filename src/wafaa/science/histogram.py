"""Quantiles and cut points from a histogram: values with how often each occurs."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wafaa.science.intervals import Z_95, Interval, Reason

Integers = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Quantiles:
    """One value per asked probability; None each, with a reason, where the histogram is empty."""

    values: tuple[float | None, ...]
    reason: Reason = ""


@dataclass(frozen=True, kw_only=True)
class Cuts:
    """Upper bounds of all classes but the last, ascending; None where the histogram is empty."""

    bounds: tuple[int, ...] | None
    reason: Reason = ""


def sort_histogram(values: ArrayLike, counts: ArrayLike) -> tuple[Integers, Integers]:
    """Values ascending, each once, with their counts above 0."""
    keys, where = np.unique(np.asarray(values, dtype=np.int64), return_inverse=True)
    totals = np.zeros(len(keys), dtype=np.int64)
    np.add.at(totals, where, np.asarray(counts, dtype=np.int64))
    return keys[totals > 0], totals[totals > 0]


def find_quantiles(values: ArrayLike, counts: ArrayLike, probabilities: tuple[float, ...]) -> Quantiles:
    """Quantiles by linear interpolation between neighbours: definition 7 of Hyndman and Fan (1996), numpy's default.

    The n values in order are x_0 .. x_(n-1); the p quantile lies at position (n - 1) p.
    """
    keys, totals = sort_histogram(values, counts)
    if len(keys) == 0:
        return Quantiles(values=tuple(None for _ in probabilities), reason="empty")
    ends = np.cumsum(totals)
    return Quantiles(values=tuple(_value_at(keys, ends, (int(ends[-1]) - 1) * p) for p in probabilities))


def find_median(values: ArrayLike, counts: ArrayLike, *, z: float = Z_95) -> Interval:
    """The median with the interval that two order statistics make, whatever the distribution.

    Conover, Practical Nonparametric Statistics (1999), section 3.2: of n values in order those at n/2 -+ z sqrt(n)/2, rounded
    outwards. Where these ranks do not exist (fewer than six values) there is no interval.
    """
    keys, totals = sort_histogram(values, counts)
    if len(keys) == 0:
        return Interval(value=None, reason="empty")
    ends = np.cumsum(totals)
    n = int(ends[-1])
    median = _value_at(keys, ends, (n - 1) * 0.5)
    lower = int(np.floor((n - z * np.sqrt(n)) / 2))
    upper = int(np.ceil(1 + (n + z * np.sqrt(n)) / 2))
    if lower < 1 or upper > n:
        return Interval(value=median, reason="too_few")
    return Interval(value=median, low=_value_at(keys, ends, lower - 1), high=_value_at(keys, ends, upper - 1))


def find_cuts(values: ArrayLike, counts: ArrayLike, classes: int = 5) -> Cuts:
    """Bounds that cut the population into classes of nearly equal size without ever splitting equal values.

    Bound k is the smallest value up to which at least k / classes of the population lie. Where one value fills more
    than a class, bounds coincide and the class between them stays empty.
    """
    keys, totals = sort_histogram(values, counts)
    if len(keys) == 0:
        return Cuts(bounds=None, reason="empty")
    ends = np.cumsum(totals)
    population = int(ends[-1])
    # ends >= k * population / classes in integers
    needed = [-(-k * population // classes) for k in range(1, classes)]
    where = np.searchsorted(ends, needed, side="left")
    return Cuts(bounds=tuple(int(keys[index]) for index in where))


def _value_at(keys: Integers, ends: NDArray[Any], position: float) -> float:
    below = int(position)
    lower = float(keys[np.searchsorted(ends, below, side="right")])
    if position == below:
        return lower
    upper = float(keys[np.searchsorted(ends, below + 1, side="right")])
    return lower + (upper - lower) * (position - below)
