"""How often an NPS interval holds the truth: exactly, over every outcome that so many answers can have."""

from collections.abc import Callable
from functools import lru_cache
from math import sqrt
from typing import Final

import numpy as np
import numpy.typing as npt

from wafaa.science.intervals import Z_95
from wafaa.science.scores import score_nps

Floats = npt.NDArray[np.float64]
# Promoters, detractors and n to the interval in points.
Method = Callable[[int, int, int], tuple[float, float]]

# Shares of promoters and detractors: those of reference/surveys.md.
TRUTHS: Final = ((0.50, 0.20), (0.70, 0.05), (0.85, 0.02))


def find_coverage(promoting: float, detracting: float, n: int, method: Method) -> float:
    """The probability that the interval of n answers holds the truth (multinomial, every outcome)."""
    promoters, detractors, low, high = _list_outcomes(n, method)
    logs = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, n + 1)))])
    passives = n - promoters - detractors
    chances = np.exp(
        logs[n]
        - logs[promoters]
        - logs[detractors]
        - logs[passives]
        + promoters * np.log(promoting)
        + detractors * np.log(detracting)
        + passives * np.log(1 - promoting - detracting)
    )
    truth = 100 * (promoting - detracting)
    # a bound that only rounding keeps from the truth holds it
    held = (low <= truth + 1e-9) & (truth <= high + 1e-9)
    return float((chances * held).sum())


def adjusted(promoters: int, detractors: int, n: int) -> tuple[float, float]:
    """What scores.score_nps says: the very function that every page shows."""
    score = score_nps([detractors, *[0] * 6, n - promoters - detractors, 0, promoters, 0])
    return score.low or 0.0, score.high or 0.0


def plain(promoters: int, detractors: int, n: int) -> tuple[float, float]:
    """The usual interval without pseudo-answers, for comparison."""
    up, down = promoters / n, detractors / n
    half = Z_95 * sqrt(max(0.0, up + down - (up - down) ** 2) / n)
    return 100 * (up - down - half), 100 * (up - down + half)


@lru_cache(maxsize=256)
def _list_outcomes(
    n: int, method: Method
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Floats, Floats]:
    """Every outcome's promoters and detractors, and its interval's ends."""
    outcomes = [(up, down) for up in range(n + 1) for down in range(n + 1 - up)]
    ends = np.array([method(up, down, n) for up, down in outcomes])
    pairs = np.array(outcomes, dtype=np.int64)
    return pairs[:, 0], pairs[:, 1], ends[:, 0], ends[:, 1]
