"""What customers say, as figures with their margins: NPS, CSAT, CES, means and shares from counts of answers per scale point.

Counts are given per point of the scale, lowest first. NPS lies in -100..100, shares in 0..1, means in the scale's own points.
Every interval is a 95 % one. Below ENOUGH answers a score exists, but `is_enough` is false: it is not to be shown as a figure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final, Literal

from wafaa.science.distributions import find_t_quantile
from wafaa.science.intervals import Z_95, wilson_interval

# The one place that says how many answers a score needs. With fewer, an interval of NPS spans half the scale.
ENOUGH: Final = 10
# The NPS scale 0..10: detractors up to 6, passives 7 and 8, promoters 9 and 10 (Reichheld, HBR 81, 2003).
NPS_POINTS: Final = 11
PASSIVE_FROM: Final = 7
PROMOTER_FROM: Final = 9
CES_POINTS: Final = 7
# Answers that the adjusted interval adds: a quarter of them promoters, a quarter detractors, half passives.
PSEUDO_ANSWERS: Final = 3.0

CesMethod = Literal["mean", "top", "net"]
Kind = Literal["nps", "csat", "ces", "mean", "share"]


@dataclass(frozen=True, kw_only=True)
class Score:
    """A score with its 95 % interval over `n` answers; value and interval are None without any answer."""

    value: float | None
    low: float | None = None
    high: float | None = None
    n: int = 0

    @property
    def is_enough(self) -> bool:
        return self.n >= ENOUGH


def score_nps(counts: Sequence[int]) -> Score:
    """Promoters less detractors in points, from the counts of 0..10, with the adjusted Wald interval.

    The value is the plain score. The interval is centred where three more answers (3/4 promoter, 3/4 detractor, 3/2 passive)
    would put it, and its width is theirs (Rocks, "Interval estimation for the Net Promoter Score", The American Statistician
    70, 2016): the plain one covers the truth in only 80 to 87 of 100 cases at high scores with 30 answers or fewer.
    It is cut at -100 and 100. Exact coverage: `wafaa evaluate scores`.
    """
    promoters, passives, detractors = split_nps(counts)
    n = promoters + passives + detractors
    if n == 0:
        return Score(value=None)
    centre, variance = adjust_nps(promoters, detractors, n)
    half = Z_95 * sqrt(variance)
    value = 100 * (promoters - detractors) / n
    return Score(
        value=value,
        low=min(value, max(-100.0, 100 * (centre - half))),
        high=max(value, min(100.0, 100 * (centre + half))),
        n=n,
    )


def split_nps(counts: Sequence[int]) -> tuple[int, int, int]:
    """How many promoters, passives and detractors, from the counts of 0..10."""
    _check(counts, NPS_POINTS)
    return sum(counts[PROMOTER_FROM:]), sum(counts[PASSIVE_FROM:PROMOTER_FROM]), sum(counts[:PASSIVE_FROM])


def adjust_nps(
    promoters: float, detractors: float, n: float, pseudo: float = PSEUDO_ANSWERS
) -> tuple[float, float]:
    """The adjusted score as a share in -1..1, and the variance of that estimate."""
    total = n + pseudo
    up, down = (promoters + pseudo / 4) / total, (detractors + pseudo / 4) / total
    return up - down, (up + down - (up - down) ** 2) / total


def score_csat(counts: Sequence[int], points: int = 5) -> Score:
    """The share of satisfied answers: 4 and 5 of 5, with Wilson's interval.

    On other scales it is the same upper two fifths, so that a 10-point scale (7 to 10) and a 5-point one can stand side by side.
    """
    _check(counts, points)
    return score_share(count_satisfied(counts, points), sum(counts))


def count_satisfied(counts: Sequence[int], points: int = 5) -> int:
    """How many answers lie in the upper two fifths of a scale of so many points (1..points)."""
    return sum(counts[find_satisfied_from(points) - 1 :])


def find_satisfied_from(points: int) -> int:
    """The lowest point that counts as satisfied: 4 of 5, 7 of 10."""
    return points - max(1, round(points * 2 / 5)) + 1


def score_ces(counts: Sequence[int], method: CesMethod = "mean") -> Score:
    """Ease from the counts of 1..7, agreement with "they made it easy" (CES 2.0).

    "mean" is the mean point, "top" the share of 5 to 7, "net" the share of 6 and 7 less the share of 1 to 3, in points of
    -100..100. All three are in use, so a figure is never shown without the name of its method.
    """
    _check(counts, CES_POINTS)
    if method == "mean":
        return score_mean(counts)
    if method == "top":
        return score_share(sum(counts[4:]), sum(counts))
    passives = counts[3] + counts[4]
    return score_nps([sum(counts[:3]), *[0] * 6, passives, 0, sum(counts[5:]), 0])


def score_mean(counts: Sequence[int], first: int = 1) -> Score:
    """The mean of a scale whose lowest point is `first`, with Student's interval, cut at the scale's ends.

    The variance counts two more answers, one at each end of the scale: ten equal answers do not prove the eleventh.
    """
    _check(counts, len(counts))
    n = sum(counts)
    if n == 0:
        return Score(value=None)
    last = first + len(counts) - 1
    value = sum(k * point for point, k in enumerate(counts, start=first)) / n
    padded = [counts[0] + 1, *counts[1:-1], counts[-1] + 1] if len(counts) > 1 else list(counts)
    variance = _find_variance(padded, first)
    half = find_t_quantile(n + 1, 0.975) * sqrt(variance / (n + 2))
    return Score(value=value, low=max(float(first), value - half), high=min(float(last), value + half), n=n)


def score_share(k: int, n: int) -> Score:
    """The share k of n with Wilson's interval (1927)."""
    if not 0 <= k <= n:
        raise ValueError("a share needs 0 <= k <= n")
    found = wilson_interval(k, n)
    return Score(value=found.value, low=found.low, high=found.high, n=n)


def score_counts(counts: Sequence[int], kind: Kind) -> Score:
    """The score of any kind: "share" reads two counts, those who did not and those who did."""
    if kind == "nps":
        return score_nps(counts)
    if kind == "csat":
        return score_csat(counts, len(counts))
    if kind == "ces":
        return score_ces(counts)
    if kind == "share":
        _check(counts, 2)
        return score_share(counts[1], counts[0] + counts[1])
    return score_mean(counts)


def list_values(kind: Kind, points: int) -> tuple[float, ...]:
    """What one answer on each point of the scale adds to the score, so that every score is a mean of these."""
    if kind == "nps":
        return (-100.0,) * PASSIVE_FROM + (0.0,) * 2 + (100.0,) * 2
    if kind == "csat":
        satisfied_from = find_satisfied_from(points)
        return tuple(float(point >= satisfied_from) for point in range(1, points + 1))
    if kind == "share":
        return (0.0, 1.0)
    return tuple(float(point) for point in range(1, points + 1))


def _find_variance(counts: Sequence[int], first: int) -> float:
    """The sample variance of a scale's answers."""
    n = sum(counts)
    total = sum(k * point for point, k in enumerate(counts, start=first))
    squares = sum(k * point * point for point, k in enumerate(counts, start=first))
    return (n * squares - total * total) / (n * max(1, n - 1))


def _check(counts: Sequence[int], points: int) -> None:
    if len(counts) != points or any(k < 0 for k in counts):
        raise ValueError(f"a scale of {points} points needs {points} counts, none below nothing")
