"""Each figure beside its mark."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from wafaa.learn.feedback.reading.comments import read_comments
from wafaa.learn.feedback.reading.features import Array
from wafaa.learn.feedback.reading.letters import normalise
from wafaa.learn.feedback.reading.lexicon import DATA, weigh_words
from wafaa.learn.feedback.reading.topics import TOPICS
from wafaa.learn.feedback.training.fitting import ARABIC, ENGLISH, Recipe, prepare, score_folds
from wafaa.learn.feedback.training.reading_data import (
    Rows,
    find_folder,
    read_clothing,
    read_own,
    read_own_rows,
    read_saudi,
)
from wafaa.learn.feedback.training.solving import score_f1
from wafaa.learn.feedback.training.topic_fitting import guess_by_folds

PRECISION_WANTED = 0.75


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value, the least that it has to be (None: none was set) and what else there is to say."""

    name: str
    value: float
    mark: float | None
    detail: str = ""

    @property
    def is_reached(self) -> bool:
        return self.mark is None or self.value >= self.mark

    def say(self) -> str:
        mark = (
            ""
            if self.mark is None
            else f"  (mark {self.mark:g}: {'reached' if self.is_reached else 'MISSED'})"
        )
        return f"{self.name}: {self.value:,.3f}{mark}  {self.detail}".rstrip()


def evaluate_comments() -> Iterator[Figure]:
    """One by one, because folds take a while. Where the real reviews are absent only what lies here is measured."""
    if (find_folder() / "reviews_ar_saudi.csv").exists():
        saudi = read_saudi()
        yield _evaluate_folds("Saudi reviews, macro-F1, 5 folds", ARABIC, saudi, 5, 0.875)
        yield evaluate_cold_start(saudi)
        yield _evaluate_folds("English clothing, macro-F1, 3 folds", ENGLISH, read_clothing(), 3, 0.67)
        yield evaluate_speed(saudi.texts)
    yield evaluate_topics()
    yield Figure("models, MB", sum(one.stat().st_size for one in DATA.glob("*.npz")) / 1e6, None, "at most 3")


def _evaluate_folds(name: str, recipe: Recipe, rows: Rows, folds: int, mark: float) -> Figure:
    ground = prepare(recipe, rows, read_own_rows(recipe.language))
    scores = score_folds(recipe, ground, folds)
    macro, each = score_f1(rows.classes, scores.argmax(axis=1))
    named = ", ".join(
        f"{label} {one:.3f}" for label, one in zip(("negative", "neutral", "positive"), each, strict=True)
    )
    return Figure(name, macro, mark, f"n = {len(rows.texts):,}; {named}")


def score_cold(texts: list[str]) -> Array:
    """How unhappy a text is by the hand-written lexicon alone, divided by the root of its length."""
    scores = []
    for text in texts:
        words = normalise(text).split()
        scores.append(-sum(weigh_words(words, "ar")) / np.sqrt(max(1, len(words))))
    return np.array(scores)


def evaluate_cold_start(saudi: Rows) -> Figure:
    """Recall of negatives among all three classes, where precision first reaches what is wanted from the far end."""
    points = draw_curve(score_cold(saudi.texts), saudi.classes == 0)
    reached = max((recall for recall, precision in points if precision >= PRECISION_WANTED), default=0.0)
    shown = [next(p for p in points if p[0] >= least) for least in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)]
    curve = " ".join(f"{recall:.2f}/{precision:.2f}" for recall, precision in shown)
    return Figure(
        "Saudi negatives without any Saudi row, recall at precision .75", reached, 0.70, f"curve {curve}"
    )


def draw_curve(scores: Array, truth: Array) -> list[tuple[float, float]]:
    """Recall and precision at each threshold; rows with one score come together."""
    points = []
    for threshold in np.unique(scores)[::-1]:
        found = scores >= threshold
        right = int((found & truth).sum())
        points.append((right / int(truth.sum()), right / int(found.sum())))
    return points


def evaluate_speed(texts: list[str]) -> Figure:
    """Comments a second with everything: language, feeling, topics, spans; the first call, which loads, apart."""
    began = time.perf_counter()
    read_comments(texts[:1])
    loading = time.perf_counter() - began
    seconds = []
    for _pass in range(3):  # the best of them: of one core, and whoever else is at work slows it down
        began = time.process_time()
        for start in range(0, len(texts), 500):
            read_comments(texts[start : start + 500])
        seconds.append(time.process_time() - began)
    rate = len(texts) / min(seconds)
    return Figure("comments a second of a core", rate, 2_000, f"loaded in {loading:.2f} s")


def evaluate_topics() -> Figure:
    truth, guess = guess_by_folds(read_own())
    each = {
        topic: score_f1(truth[:, column], guess[:, column], 2)[1][1] for column, topic in enumerate(TOPICS)
    }
    detail = "; ".join(f"{topic} {value:.2f}" for topic, value in each.items())
    return Figure(
        "topics, macro-F1, 5 folds of own comments", float(np.mean(list(each.values()))), None, detail
    )
