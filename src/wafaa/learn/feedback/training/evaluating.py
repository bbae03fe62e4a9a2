"""Each figure beside its mark."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from wafaa.learn.feedback.reading.comments import read_comments
from wafaa.learn.feedback.reading.features import Array
from wafaa.learn.feedback.reading.letters import normalise
from wafaa.learn.feedback.reading.lexicon import DATA, weigh_words
from wafaa.learn.feedback.reading.topics import TOPICS, find_topics
from wafaa.learn.feedback.rules import MISMATCH_FROM
from wafaa.learn.feedback.training.fitting import ARABIC, ENGLISH, Recipe, fit_folds, prepare
from wafaa.learn.feedback.training.mismatching import WRONG_SHARE, measure_mismatches
from wafaa.learn.feedback.training.reading_data import (
    Rows,
    find_folder,
    read_clothing,
    read_labelled,
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
        yield from _evaluate_folds("Saudi reviews", ARABIC, saudi, 5, 0.875)
        yield evaluate_cold_start(saudi)
        yield from _evaluate_folds("English clothing", ENGLISH, read_clothing(), 3, 0.67)
        yield evaluate_speed(saudi.texts)
        yield evaluate_real_topics()
    yield evaluate_topics("topics, own comments, 5 folds", joined=1)
    yield evaluate_topics("topics, three own comments in one text, 5 folds", joined=3)
    yield Figure("models, MB", sum(one.stat().st_size for one in DATA.glob("*.npz")) / 1e6, None, "at most 3")


def _evaluate_folds(name: str, recipe: Recipe, rows: Rows, folds: int, mark: float) -> Iterator[Figure]:
    """Feelings, and which scores beside them would be said to disagree."""
    ground = prepare(recipe, rows, read_own_rows(recipe.language))
    folded = fit_folds(recipe, ground, folds)
    macro, each = score_f1(rows.classes, folded.scores.argmax(axis=1))
    named = ", ".join(
        f"{label} {one:.3f}" for label, one in zip(("negative", "neutral", "positive"), each, strict=True)
    )
    chosen = " ".join(one.say() for one in folded.recipes)
    told = f"n = {len(rows.texts):,}; {named}; weight/smooth/balance chosen inside each fold: {chosen}"
    yield Figure(f"{name}, macro-F1, {folds} folds", macro, mark, told)
    for title, score_is in (("score and text disagree", None), ("a high score over unhappy words", 0)):
        found = measure_mismatches(folded.chances, rows.classes, score_is=score_is)
        (now,) = (one for one in found if one.confidence == MISMATCH_FROM)
        curve = " ".join(one.say() for one in found)
        told = f"where 1 score of {1 / WRONG_SHARE:.0f} is wrong; confidence: precision/recall {curve}"
        yield Figure(f"{name}, {title}, precision from {MISMATCH_FROM:g}", now.precision, None, told)


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


def evaluate_topics(name: str, *, joined: int) -> Figure:
    """Those who wrote the seed words wrote these comments."""
    return _say_topics(name, *guess_by_folds(read_own(), joined=joined))


def evaluate_real_topics() -> Figure:
    """Real reviews that were labelled for this and train nothing, by the shipped model; counted over all topics together,
    because some are said twice only.
    """
    rows = read_labelled()
    said = find_topics([one["text"] for one in rows], [one["language"] for one in rows])
    truth = np.array([[topic in one["topics"] for topic in TOPICS] for one in rows])
    return _say_topics(
        "topics, real reviews, all together",
        truth,
        np.array([[topic in one for topic in TOPICS] for one in said]),
    )


def _say_topics(name: str, truth: Array, guess: Array) -> Figure:
    """Precision and recall over all topics together, and F1 of each."""
    both = (truth & guess).sum()
    precision, recall = both / max(1, guess.sum()), both / max(1, truth.sum())
    each = {
        topic: score_f1(truth[:, column], guess[:, column], 2)[1][1] for column, topic in enumerate(TOPICS)
    }
    named = "; ".join(f"{topic} {value:.2f}" for topic, value in each.items())
    macro = float(np.mean(list(each.values())))
    told = f"n = {len(truth)}; precision {precision:.3f}, recall {recall:.3f}; of each: {named}; macro {macro:.3f}"
    return Figure(f"{name}, F1", float(2 * precision * recall / (precision + recall)), None, told)
