"""From counts of answers to figures with their margins. Pure: the formulas are those of wafaa.science."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from wafaa.learn.scores.rules import Choice, DifferenceFigure, Kind, ScoreFigure, TrendPoint
from wafaa.science.differences import Difference, compare_counts
from wafaa.science.scores import (
    CES_POINTS,
    NPS_POINTS,
    Score,
    find_satisfied_from,
    score_counts,
    score_mean,
    score_share,
)
from wafaa.science.trends import judge_trend

KIND_OF_TYPE: Mapping[str, Kind] = {
    "nps": "nps",
    "csat": "csat",
    "ces": "ces",
    "rating": "mean",
    "yes_no": "share",
}
# Where the facts do not tell how long a scale was.
USUAL_POINTS: Mapping[str, int] = {"nps": NPS_POINTS, "csat": 5, "ces": CES_POINTS, "rating": 5, "yes_no": 2}
# What was said of coming back or of preferring us, as a part of the way from the scale's lowest point to its highest.
SAYS_YES_FROM, SAYS_NO_UP_TO = 0.75, 0.4


def write_score(found: Score, kind: Kind, points: int = 0) -> ScoreFigure:
    return ScoreFigure(
        kind=kind,
        value=found.value,
        low=found.low,
        high=found.high,
        n=found.n,
        is_enough=found.is_enough,
        points=points,
    )


def make_score(counts: Sequence[int], kind: Kind) -> ScoreFigure:
    """`counts` per point of the scale, lowest first; of a share those who did not and those who did."""
    return write_score(score_counts(counts, kind), kind, 0 if kind == "nps" else len(counts))


def make_share(k: int, n: int) -> ScoreFigure:
    return write_score(score_share(k, n), "share")


def write_difference(found: Difference, kind: Kind) -> DifferenceFigure:
    return DifferenceFigure(
        kind=kind,
        value=found.value,
        low=found.low,
        high=found.high,
        is_enough=found.is_enough,
        is_significant=found.is_significant,
    )


def make_difference(first: Sequence[int], second: Sequence[int], kind: Kind) -> DifferenceFigure:
    """The first less the second."""
    return write_difference(compare_counts(first, second, kind), kind)


def lay_out(said: Mapping[int, int], kind: Kind, points: int) -> list[int]:
    """How often each point of the scale was said, from how often each value was; what lies outside it was never offered."""
    first = 0 if kind in {"nps", "share"} else 1
    length = NPS_POINTS if kind == "nps" else 2 if kind == "share" else points
    return [said.get(first + place, 0) for place in range(length)]


def count_satisfied(said: Iterable[tuple[int, int, int]]) -> list[int]:
    """(value, points of the scale, how often) of CSAT on any scales, as those who were not satisfied and those who were."""
    counts = [0, 0]
    for value, points, n in said:
        counts[value >= find_satisfied_from(points)] += n
    return counts


def make_trend(pieces: Mapping[date, Sequence[int]], kind: Kind) -> list[TrendPoint]:
    """The scores of weeks or months by their first day, oldest first, those between without answers too."""
    starts = sorted(pieces)
    points = judge_trend([pieces[start] for start in starts], kind)
    return [
        TrendPoint(
            start=start,
            score=write_score(point.score, kind, 0 if kind == "nps" else len(pieces[start])),
            is_change=point.is_change,
            is_better=point.is_better,
        )
        for start, point in zip(starts, points, strict=True)
    ]


def make_choices(said: Mapping[tuple[str, int | None], int], n: int, scale: Sequence[int]) -> list[Choice]:
    """Every point of the scale, else every option that was chosen, most often first. Its share is of the `n` who answered."""
    if scale:
        by_value: Counter[int] = Counter()
        for (_key, value), count in said.items():
            by_value[value if value is not None else -1] += count
        return [
            Choice(key="", value=value, n=by_value[value], share=_share(by_value[value], n))
            for value in scale
        ]
    found = [
        Choice(key=key, value=value, n=count, share=_share(count, n)) for (key, value), count in said.items()
    ]
    return sorted(found, key=lambda one: (-one.n, one.key, one.value or 0))


def _share(count: int, n: int) -> ScoreFigure:
    return make_share(min(count, n), n)


def make_rank(places: Mapping[int, int]) -> ScoreFigure:
    """The mean place of an option in a ranking, 1 the best."""
    longest = max(places, default=1)
    counts = [places.get(place, 0) for place in range(1, max(longest, 2) + 1)]
    return write_score(score_mean(counts), "mean", longest)


def place_on_scale(value: int, points: int, *, starts_at_zero: bool) -> float:
    """0 at the scale's lowest point, 1 at its highest."""
    lowest, highest = (0, points - 1) if starts_at_zero else (1, points)
    return (value - lowest) / max(1, highest - lowest)
