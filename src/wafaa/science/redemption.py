"""How much of what is outstanding will be spent before it ends, from how older months of awards were spent as they aged.

Of each monthly cohort it is known what was open when each month of its age began (at risk), and what of that was spent then.
Their ratio over all cohorts is the chance of being spent at that age: the life-table estimate (Kaplan and Meier, Journal of the
American Statistical Association 53, 1958), in which an exposure that ends within a month counts by its part (Cutler and Ederer,
Journal of Chronic Diseases 8, 1958). What is open today is led through these chances up to its own end, which is known. The
run-off triangle and the spread of its factors between cohorts are those of the chain ladder (Mack, ASTIN Bulletin 23, 1993).

The margin takes months of the calendar as what chance draws, because a sale or a holiday moves all ages at once: the chances anew
without each month in turn (the jackknife; Efron and Stein, Annals of Statistics 9, 1981), and how far whole months lay from
what the chances made of them. Ages that no cohort has reached are not guessed: what lies beyond is told apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from wafaa.science.distributions import find_t_quantile

Floats = NDArray[np.float64]
Kind = Literal["granted", "corrected", "spent", "expired"]

# An age is known once so many cohorts have lived through it.
COHORTS_MIN: Final = 3
# Fewer whole months say nothing about how months differ.
MONTHS_MIN: Final = 6
CONFIDENCE: Final = 0.95


@dataclass(frozen=True, kw_only=True)
class Flow:
    """What happened to the awards of a month (`cohort`) in a month; months are counted through, year * 12 + month - 1.

    `late` is the amount times the part of the month that had passed, summed: an award at a month's middle counts half. What was
    `corrected` (taken back, put right) is taken off as if it had never been granted.
    """

    cohort: int
    month: int
    kind: Kind
    amount: int
    late: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Open:
    """What is still open of a cohort and ends in a month (None: never), after the part `late` of that month on the average."""

    cohort: int
    ends: int | None
    amount: int
    late: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """Of `open`: expected to be spent, with its interval, expected to expire unused, and what lies beyond every known age.

    `chances` are those of being spent in the month of age 0, 1, 2 …; None with a reason where it is too early to say.
    """

    open: int
    spent: float | None = None
    low: float | None = None
    high: float | None = None
    expired: float | None = None
    beyond: float | None = None
    months: int = 0
    chances: tuple[float, ...] = ()
    reason: Literal["", "empty", "too_early"] = ""

    @property
    def share(self) -> float | None:
        return None if self.spent is None or not self.open else self.spent / self.open


@dataclass(frozen=True, kw_only=True)
class Triangle:
    """Cohorts by age: what was at risk and what was spent, for the months that are over; `calendar` numbers each cell's month."""

    at_risk: Floats
    spent: Floats
    calendar: NDArray[np.int64]
    counts: NDArray[np.bool_] = field(repr=False)

    @property
    def months(self) -> list[int]:
        return sorted({int(one) for one in self.calendar[self.counts]})


def forecast(flows: Sequence[Flow], lots: Sequence[Open], *, now: int, passed: float) -> Forecast:
    """`now` is the running month, of which the part `passed` is over: it is not counted, as it is not over."""
    total = sum(one.amount for one in lots)
    if not total:
        return Forecast(open=0, reason="empty")
    triangle = build_triangle(flows, now=now)
    months = triangle.months
    chances = find_chances(triangle)
    if len(months) < MONTHS_MIN or not len(chances):
        return Forecast(open=total, months=len(months), reason="too_early")
    runs = [lead(lots, find_chances(triangle, without=month, ages=chances), now, passed) for month in months]
    by_month, expired, beyond = lead(lots, chances, now, passed)
    spent = float(by_month.sum())
    error = sqrt(_scatter([float(one[0].sum()) for one in runs]) + _draw(triangle, chances, by_month))
    reach = find_t_quantile(len(months) - 1, (1 + CONFIDENCE) / 2) * error
    return Forecast(
        open=total,
        spent=spent,
        low=max(0.0, spent - reach),
        high=min(float(total), spent + reach),
        expired=expired,
        beyond=beyond,
        months=len(months),
        chances=tuple(float(one) for one in chances),
    )


def build_triangle(flows: Sequence[Flow], *, now: int) -> Triangle:
    """At risk at an age is what was granted less what was corrected, spent and expired before, for the part of the month that it
    was there.
    """
    first = min((one.cohort for one in flows), default=now)
    size = max(0, now - first)
    sums: dict[str, Floats] = {
        name: np.zeros((size, size + 1)) for name in ("granted", "corrected", "spent", "expired")
    }
    lates = {name: array.copy() for name, array in sums.items()}
    for one in flows:
        age = one.month - one.cohort
        if 0 <= one.cohort - first < size and 0 <= age <= size:
            sums[one.kind][one.cohort - first, age] += one.amount
            lates[one.kind][one.cohort - first, age] += one.late
    net = sums["granted"].sum(axis=1) - sums["corrected"].sum(axis=1)
    gone = np.cumsum(sums["spent"] + sums["expired"], axis=1)
    at_risk = np.maximum(net[:, None] - np.hstack([np.zeros((size, 1)), gone[:, :-1]]), 0.0)
    granted = np.maximum(sums["granted"].sum(axis=1), 1.0)
    at_risk[:, 0] *= 1 - lates["granted"].sum(axis=1) / granted
    at_risk = np.maximum(at_risk - (sums["expired"] - lates["expired"]), 0.0)
    calendar = first + np.add.outer(np.arange(size), np.arange(size + 1))
    return Triangle(
        at_risk=at_risk, spent=sums["spent"], calendar=calendar, counts=(calendar < now) & (at_risk > 0)
    )


def find_chances(triangle: Triangle, *, without: int | None = None, ages: Floats | None = None) -> Floats:
    """Of each age that enough cohorts have lived through. Without a month, an age that only this month knows keeps its chance."""
    counts = triangle.counts if without is None else triangle.counts & (triangle.calendar != without)
    at_risk = np.where(counts, triangle.at_risk, 0.0).sum(axis=0)
    spent = np.where(counts, triangle.spent, 0.0).sum(axis=0)
    if ages is None:
        lived = triangle.counts.sum(axis=0) >= COHORTS_MIN
        known = int(np.argmin(lived)) if not lived.all() else len(lived)
        return _cap(spent[:known] / at_risk[:known])
    at_risk, spent = at_risk[: len(ages)], spent[: len(ages)]
    return _cap(np.divide(spent, at_risk, out=ages.copy(), where=at_risk > 0))


def _cap(chances: Floats) -> Floats:
    """What a refund put back may have left more spent than was at risk."""
    capped: Floats = np.minimum(chances, 1.0)
    return capped


def lead(lots: Sequence[Open], chances: Floats, now: int, passed: float) -> tuple[Floats, float, float]:
    """What is open, led month by month to its end or to the last known age: spent in each month, expired, and left beyond."""
    rest = np.array([one.amount for one in lots], dtype=np.float64)
    age = np.array([now - one.cohort for one in lots])
    last = np.array([np.inf if one.ends is None else one.ends for one in lots])
    late = np.array([one.late for one in lots], dtype=np.float64)
    spent, expired, beyond = [], 0.0, 0.0
    for month in range(len(chances) + 1):
        begins = passed if month == 0 else 0.0
        ended = (last < now + month) | ((last == now + month) & (late <= begins))
        unknown = age + month >= len(chances)
        expired += float(rest[ended].sum())
        rest = np.where(ended, 0.0, rest)
        beyond += float(rest[unknown].sum())
        rest = np.where(unknown, 0.0, rest)
        part = np.clip(np.where(last == now + month, late, 1.0) - begins, 0.0, 1.0)
        chance = chances[np.minimum(age + month, len(chances) - 1)]
        stays = rest * (1 - chance) ** part
        spent.append(float((rest - stays).sum()))
        rest = stays
    return np.array(spent), expired + float(rest.sum()), beyond


def _scatter(values: Sequence[float]) -> float:
    """The jackknife's variance."""
    n = len(values)
    told: Any = np.var(np.array(values))
    return float((n - 1) * told)


def _draw(triangle: Triangle, chances: Floats, coming: Floats) -> float:
    """The variance of what coming months spend: as far from what is expected as past months were, by share or by size, whichever
    says more.
    """
    known = triangle.counts[:, : len(chances)]
    expected = np.where(known, triangle.at_risk[:, : len(chances)] * chances, 0.0)
    months = triangle.calendar[:, : len(chances)]
    squares, expected_sum, expected_squares, count = 0.0, 0.0, 0.0, 0
    for month in triangle.months:
        cells = known & (months == month)
        meant = float(expected[cells].sum())
        if meant > 0:
            squares += (float(triangle.spent[:, : len(chances)][cells].sum()) - meant) ** 2
            expected_sum, expected_squares, count = (
                expected_sum + meant,
                expected_squares + meant**2,
                count + 1,
            )
    if count < 2:
        return 0.0
    squares *= count / (count - 1)
    by_share = squares / expected_squares * float((coming**2).sum())
    by_size = squares / expected_sum * float(coming.sum())
    return max(by_share, by_size)
