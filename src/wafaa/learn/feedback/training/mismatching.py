""" "Score and text disagree": how many of those that are said to do are right, and how many that do are found.

Known mismatches are made of real reviews that the model did not see: each clear one (not neutral) stands once with its own score
and once with the opposite one, weighted as if one score in so many were wrong. People who pressed the wrong stars themselves
count as errors of the model, so the truth is a little better.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from wafaa.learn.feedback.reading.features import Array

# Wrong scores are rare; of a list that is worth reading one in twenty is a cautious guess.
WRONG_SHARE = 0.05
CONFIDENCES = (0.6, 0.7, 0.8, 0.9, 0.95)


@dataclass(frozen=True, slots=True)
class Mismatches:
    """Of those said to disagree from this confidence on the right ones, and of those that do disagree the found ones."""

    confidence: float
    precision: float
    recall: float

    def say(self) -> str:
        return f"{self.confidence:g}: {self.precision:.2f}/{self.recall:.2f}"


def measure_mismatches(
    chances: Array, classes: Array, *, score_is: int | None = None, confidences: Sequence[float] = CONFIDENCES
) -> list[Mismatches]:
    """`chances` of negative, neutral and positive; `score_is` 2 looks at high scores over unhappy words alone."""
    guess, sure = chances.argmax(axis=1), chances.max(axis=1)
    found = []
    for confidence in confidences:
        is_said = (sure >= confidence) & (guess != 1)
        wrong = (
            (classes != 1) if score_is is None else (classes == 2 - score_is)
        )  # the opposite score is shown
        right = (classes != 1) if score_is is None else (classes == score_is)
        recall = float((is_said & (guess == classes))[wrong].mean())
        alarms = float((is_said & (guess == 2 - classes))[right].mean())
        hits, misses = WRONG_SHARE * recall, (1 - WRONG_SHARE) * alarms
        found.append(Mismatches(confidence, hits / (hits + misses) if hits else 0.0, recall))
    return found
