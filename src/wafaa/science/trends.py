"""Did a score change over time? Each period beside the one before, and a flag only where chance does not explain it."""

from collections.abc import Sequence
from dataclasses import dataclass

from wafaa.science.differences import ALPHA, Difference, compare_counts, correct_many
from wafaa.science.scores import Kind, Score, score_counts


@dataclass(frozen=True, kw_only=True)
class Point:
    """A period's score, and its difference from the last period before it that had enough answers.

    `p` is corrected for looking at all periods of the series.
    """

    score: Score
    difference: Difference | None = None
    p: float | None = None

    @property
    def is_change(self) -> bool:
        return self.p is not None and self.p < ALPHA

    @property
    def is_better(self) -> bool:
        return self.is_change and self.difference is not None and (self.difference.value or 0.0) > 0


def judge_trend(series: Sequence[Sequence[int]], kind: Kind) -> list[Point]:
    """Points of a series of counts per scale point, oldest first; periods without enough answers are passed over.

    With Holm's correction the chance that a series without any change shows even one flag stays below 5 in 100, however
    many periods are looked at.
    """
    scores = [score_counts(counts, kind) for counts in series]
    differences: list[Difference | None] = []
    before: Sequence[int] | None = None
    for counts, score in zip(series, scores, strict=True):
        differences.append(
            compare_counts(counts, before, kind) if score.is_enough and before is not None else None
        )
        before = counts if score.is_enough else before
    asked = [index for index, found in enumerate(differences) if found is not None and found.p is not None]
    corrected = dict(
        zip(asked, correct_many([differences[index].p or 0.0 for index in asked]), strict=True)  # type: ignore[union-attr]
    )
    return [
        Point(score=score, difference=differences[index], p=corrected.get(index))
        for index, score in enumerate(scores)
    ]
