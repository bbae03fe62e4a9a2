"""Do branches (or agents) really differ, or is it chance? Each one's score drawn towards the mean, with honest margins.

A normal-normal model: branch j scored y_j with standard error s_j; the true scores scatter around a common mean with standard
deviation tau. What is not known about tau is kept in: the results are averaged over all its plausible values (Gelman et al.,
Bayesian Data Analysis, 3rd edition, section 5.4) rather than taken at the best one, whose margins for few branches are too small.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt
from typing import Final

import numpy as np
import numpy.typing as npt

from wafaa.science.scores import Kind, Score, list_values, score_counts

# Values of tau that are tried, from nothing to far beyond the scatter seen.
STEPS: Final = 400
Z_95: Final = 1.959963984540054

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Member:
    """One branch: its own score, and the shrunken one that is fair to compare.

    `is_better` and `is_worse`: its interval lies wholly above or below the mean of all.
    """

    score: Score
    value: float
    low: float
    high: float
    is_better: bool
    is_worse: bool


@dataclass(frozen=True, kw_only=True)
class Spread:
    """All members in the order given (None for one without answers); the mean; how much truly lies between them.

    `between` is the standard deviation of the true scores; `share` is the part of the variance of single answers that lies
    between members, in 0..1. Both are None with fewer than two members.
    """

    members: list[Member | None]
    mean: float | None
    between: float | None
    share: float | None
    share_low: float | None
    share_high: float | None

    @property
    def is_seen(self) -> bool:
        """Whether at least one member differs from the others beyond chance."""
        return any(member and (member.is_better or member.is_worse) for member in self.members)


def spread(groups: Sequence[Sequence[int]], kind: Kind) -> Spread:
    """From the counts per scale point of every group; all groups of one scale."""
    scores = [score_counts(counts, kind) for counts in groups]
    used = [index for index, score in enumerate(scores) if score.n]
    if not used:
        return Spread(
            members=[None] * len(groups), mean=None, between=None, share=None, share_low=None, share_high=None
        )
    counts = np.array([groups[index] for index in used], dtype=np.float64)
    values = np.array(list_values(kind, counts.shape[1]))
    n = counts.sum(axis=1)
    y = counts @ values / n
    within = _find_within(counts, values, y, n)
    errors = within / np.sqrt(n)
    # answers between two ends scatter by half their distance at most
    limit = float(values.max() - values.min()) / 2
    found = shrink(y, errors, limit) if len(used) > 1 else _leave_alone(y, errors)
    low_end, high_end = float(values.min()), float(values.max())
    members: list[Member | None] = [None] * len(groups)
    for place, index in enumerate(used):
        value, error, mean = float(found.values[place]), float(found.errors[place]), found.mean
        low, high = max(low_end, value - Z_95 * error), min(high_end, value + Z_95 * error)
        members[index] = Member(
            score=scores[index],
            value=value,
            low=low,
            high=high,
            is_better=len(used) > 1 and low > mean,
            is_worse=len(used) > 1 and high < mean,
        )
    if len(used) < 2:
        return Spread(
            members=members, mean=found.mean, between=None, share=None, share_low=None, share_high=None
        )
    shares = found.taus**2 / (found.taus**2 + within**2) if within else np.ones_like(found.taus)
    low_share, middle, high_share = _find_quantiles(shares, found.weights)
    return Spread(
        members=members,
        mean=found.mean,
        between=_find_quantiles(found.taus, found.weights)[1],
        share=middle,
        share_low=low_share,
        share_high=high_share,
    )


@dataclass(frozen=True, kw_only=True)
class Shrunken:
    """True scores and their standard errors; the mean; the values of tau that were tried and how plausible each is."""

    values: Floats
    errors: Floats
    mean: float
    taus: Floats
    weights: Floats


def shrink(y: Floats, errors: Floats, limit: float = inf) -> Shrunken:
    """The model's posterior by summing over tau, uniform up to `limit` beforehand (Gelman et al., equations 5.17 to 5.21)."""
    y, errors = np.asarray(y, dtype=np.float64), np.asarray(errors, dtype=np.float64)
    reach = min(limit, 5 * max(float(np.std(y)), float(errors.max())))
    # the middles of equal steps: at the ends themselves an error of nothing would divide by nothing
    taus = (np.arange(STEPS) + 0.5) * (reach or 1.0) / STEPS
    total = errors[None, :] ** 2 + taus[:, None] ** 2
    precision = (1 / total).sum(axis=1)
    means = (y / total).sum(axis=1) / precision
    log_weights = (
        -0.5 * np.log(precision)
        - 0.5 * np.log(total).sum(axis=1)
        - 0.5 * ((y - means[:, None]) ** 2 / total).sum(axis=1)
    )
    weights = np.exp(log_weights - log_weights.max())
    weights /= weights.sum()
    own = taus[:, None] ** 2 / total
    centres = own * y + (1 - own) * means[:, None]
    variances = own * errors**2 + (1 - own) ** 2 / precision[:, None]
    values = weights @ centres
    scatter = weights @ (variances + (centres - values) ** 2)
    return Shrunken(
        values=values, errors=np.sqrt(scatter), mean=float(weights @ means), taus=taus, weights=weights
    )


def _leave_alone(y: Floats, errors: Floats) -> Shrunken:
    """One branch alone has nothing to be drawn to."""
    return Shrunken(values=y, errors=errors, mean=float(y[0]), taus=np.zeros(1), weights=np.ones(1))


def _find_within(counts: Floats, values: Floats, y: Floats, n: Floats) -> float:
    """The standard deviation of single answers inside groups, pooled.

    One more answer at each end of the scale is counted in, so that ten times the same answer is no certainty.
    """
    squares = float((counts * (values[None, :] - y[:, None]) ** 2).sum())
    middle = float((counts @ values).sum() / n.sum())
    squares += float((values.min() - middle) ** 2 + (values.max() - middle) ** 2)
    return sqrt(squares / max(1.0, float(n.sum()) + 2 - len(n)))


def _find_quantiles(values: Floats, weights: Floats) -> tuple[float, float, float]:
    """2.5 %, the middle and 97.5 % of values that come in rising order."""
    below = np.cumsum(weights)
    places = [min(int(np.searchsorted(below, at)), len(values) - 1) for at in (0.025, 0.5, 0.975)]
    return float(values[places[0]]), float(values[places[1]]), float(values[places[2]])
