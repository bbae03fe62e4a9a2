"""The error of the estimate of a survey's time, on simulated respondents.

The stated model, of which the estimate knows only the form of its prior: an installation's own people read and answer each type
faster or slower than the prior (log-normal, spreads below); a person has one tempo; every answer scatters; long lists are
skimmed (reading grows with words to the power .9) and options are weighed as their logarithm (Hick); now and then somebody is
disturbed for a minute. A survey's truth is the median of all its people's times. What is recorded comes from other surveys of the
same installation than the one that is estimated.
"""

from collections.abc import Sequence
from statistics import median
from typing import Final

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table

from wafaa.run.words import say as _
from wafaa.science.estimates import (
    ANSWER_SECONDS,
    ANSWERED_IF_OPTIONAL,
    ANSWERED_OTHERWISE,
    OTHER_SECONDS,
    PAGE_SECONDS,
    WORDS_A_MINUTE,
    Installation,
    QuestionShape,
    TimeRecord,
    estimate_seconds,
    fit_times,
)

SEED: Final = 7
INSTALLATIONS: Final = 120
RECORDED_SURVEYS: Final = 3
ANSWERS: Final = (0, 50, 200)
PEOPLE_OF_TRUTH: Final = 1500
MARK: Final = 0.20
# Formbricks: so many seconds for every question, whatever it is.
RULE_SECONDS: Final = 15

TYPE_SPREAD, READING_SPREAD, PAGE_SPREAD = 0.35, 0.20, 0.40
PERSON_SPREAD, ANSWER_SPREAD = 0.35, 0.45
DISTURBED, DISTURBANCE_SECONDS = 0.02, 60.0

# How often each type stands in a shop's survey.
_TYPES: Final = {
    "nps": 10,
    "csat": 14,
    "ces": 6,
    "rating": 12,
    "single": 16,
    "multiple": 12,
    "yes_no": 8,
    "short_text": 6,
    "long_text": 8,
    "matrix": 5,
    "ranking": 2,
    "contact": 1,
}


def evaluate_times() -> bool:
    """Print the table; whether the mark is met."""
    chance = np.random.default_rng(SEED)
    errors: dict[int, list[float]] = {n: [] for n in ANSWERS}
    held: dict[int, int] = dict.fromkeys(ANSWERS, 0)
    rule: list[float] = []
    for number in range(INSTALLATIONS):
        language = ("ar", "en")[number % 2]
        people = People(chance, language)
        target = draw_survey(chance)
        truth = median(people.take(target, PEOPLE_OF_TRUTH))
        others = [draw_survey(chance) for _unused in range(RECORDED_SURVEYS)]
        for n in ANSWERS:
            records = [
                TimeRecord(shapes=shapes, language=language, seconds=seconds)
                for place, shapes in enumerate(others)
                for seconds in people.take(shapes, len(range(place, n, RECORDED_SURVEYS)))
            ]
            found = estimate_seconds(target, language, Installation(times=fit_times(records)))
            errors[n].append(abs(found.seconds - truth) / truth)
            held[n] += found.low <= truth <= found.high
        rule.append(abs(RULE_SECONDS * len(target) - truth) / truth)
    return _print(errors, held, rule)


class People:
    """The people of one installation: their own factors of reading, answering and turning a page."""

    def __init__(self, chance: np.random.Generator, language: str) -> None:
        self.chance = chance
        self.speed = WORDS_A_MINUTE[language] / 60 / float(np.exp(chance.normal(0, READING_SPREAD)))
        self.page = PAGE_SECONDS * float(np.exp(chance.normal(0, PAGE_SPREAD)))
        self.types = {name: float(np.exp(chance.normal(0, TYPE_SPREAD))) for name in _TYPES}

    def take(self, shapes: Sequence[QuestionShape], people: int) -> list[float]:
        """How long so many people take over a survey."""
        total = np.zeros(people)
        for shape in shapes:
            total += self._answer(shape, people)
        pages = 1 + max(shape.page for shape in shapes)
        total += self.page * pages
        total *= np.exp(self.chance.normal(0, PERSON_SPREAD, people))
        disturbed = self.chance.random((people, pages)) < DISTURBED
        total += (disturbed * self.chance.exponential(DISTURBANCE_SECONDS, (people, pages))).sum(axis=1)
        return [float(seconds) for seconds in total]

    def _answer(self, shape: QuestionShape, people: int) -> npt.NDArray[np.float64]:
        once, by_option, by_row = ANSWER_SECONDS.get(shape.type, OTHER_SECONDS)
        weighing = by_option * 2 * float(np.log2(1 + shape.options))
        typical = (once + weighing + by_row * shape.rows) * self.types[shape.type]
        answering = typical * np.exp(self.chance.normal(0, ANSWER_SPREAD, people))
        if not shape.required:
            answered = ANSWERED_IF_OPTIONAL.get(shape.type, ANSWERED_OTHERWISE)
            answering = answering * (self.chance.random(people) < answered)
        reading: npt.NDArray[np.float64] = shape.words**0.9 * 1.25 / self.speed + answering
        return reading


def draw_survey(chance: np.random.Generator) -> list[QuestionShape]:
    """Three to fourteen questions as shops ask them, two to a page."""
    names = list(_TYPES)
    weights = np.array([_TYPES[name] for name in names], dtype=np.float64)
    shapes = []
    for place in range(int(chance.integers(3, 15))):
        name = str(chance.choice(names, p=weights / weights.sum()))
        options = int(chance.integers(3, 9)) if name in {"single", "multiple", "ranking"} else 0
        rows = int(chance.integers(3, 7)) if name == "matrix" else 0
        words = int(chance.integers(6, 19)) + int(2.5 * options) + 4 * rows
        shapes.append(
            QuestionShape(
                type=name,
                words=words,
                options=options,
                rows=rows,
                required=name not in {"short_text", "long_text", "contact"},
                page=place // 2,
            )
        )
    return shapes


def _print(errors: dict[int, list[float]], held: dict[int, int], rule: list[float]) -> bool:
    table = Table(title=_("Error of the estimated time, in new surveys of simulated installations"))
    for heading in (
        _("Answers recorded"),
        _("Median error"),
        _("90 of 100 below"),
        _("Truth in the band"),
        _("15 seconds a question"),
        _("Mark"),
        "",
    ):
        table.add_column(heading)
    all_met = True
    for n, found in errors.items():
        met = median(found) <= MARK
        all_met = all_met and met
        table.add_row(
            str(n),
            f"{100 * median(found):.1f} %",
            f"{100 * float(np.quantile(found, 0.9)):.1f} %",
            f"{100 * held[n] / len(found):.0f} %",
            f"{100 * median(rule):.1f} %",
            f"≤ {100 * MARK:.0f} %",
            _("met") if met else _("missed"),
        )
    console = Console()
    console.print(table)
    console.print(_("All marks are met.") if all_met else _("Not all marks are met."), highlight=False)
    return all_met
