"""Topics: one logistic separation a topic, over words and seeds of the comments labelled here."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.optimize import minimize

from wafaa.learn.feedback.reading.features import Array
from wafaa.learn.feedback.reading.topics import TOPIC_BITS, TOPICS, judge, list_features, name_seeds
from wafaa.learn.feedback.training.reading_data import draw_folds

# A seed is trusted before anything was learnt: the penalty pulls to these weights instead of to zero.
SEED_WEIGHT, START_BIAS, PENALTY = 2.4, -1.2, 0.1


def fit_topics(own: Sequence[dict[str, Any]]) -> tuple[Array, Array]:
    """Weights (slots x topics) and biases."""
    size, prior = 1 << TOPIC_BITS, np.zeros((1 << TOPIC_BITS, len(TOPICS)))
    for column in range(len(TOPICS)):
        prior[name_seeds()[column], column] = SEED_WEIGHT
    rows = np.zeros((len(own), size), dtype=np.float32)
    for place, one in enumerate(own):
        features = list_features(one["text"], one["language"])
        slots = np.concatenate([features.words.ravel(), features.pairs])
        np.add.at(rows[place], slots, 1 / np.sqrt(max(1, len(slots))))
        rows[place, name_seeds()[[topic for _word, topic in features.seeds]]] += 1
    weights, bias = np.zeros((size, len(TOPICS)), dtype=np.float32), np.zeros(len(TOPICS), dtype=np.float32)
    used = np.flatnonzero(rows.any(axis=0))
    for column, topic in enumerate(TOPICS):
        said = np.array([topic in one["topics"] for one in own])
        found = _fit(rows[:, used], said, prior[used, column])
        weights[:, column] = prior[:, column]
        weights[used, column] = found[:-1]
        bias[column] = found[-1]
    return weights, bias


def _fit(rows: Array, said: Array, prior: Array) -> Array:
    signs = np.where(said, 1.0, -1.0)

    def loss(point: Array) -> tuple[float, Array]:
        margin, away = signs * (rows @ point[:-1] + point[-1]), point[:-1] - prior
        slope = -signs / (1 + np.exp(margin))
        return (
            float(np.logaddexp(0, -margin).sum() + 0.5 * PENALTY * (away @ away)),
            np.append(rows.T @ slope + PENALTY * away, slope.sum()),
        )

    start = np.append(prior, START_BIAS)
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 60}).x)


def guess_by_folds(own: Sequence[dict[str, Any]], folds: int = 5, joined: int = 1) -> tuple[Array, Array]:
    """Truth and guess (texts x topics), each guess by a model that did not see the text. `joined`: so many comments of one fold
    and language make one text, as people write who say several things.
    """
    fold_of, texts, guesses = draw_folds(len(own), folds), [], []
    for fold in range(folds):
        model = fit_topics([one for one, other in zip(own, fold_of, strict=True) if other != fold])
        held = [one for one, other in zip(own, fold_of, strict=True) if other == fold]
        for text in _join(held, joined):
            texts.append(text)
            guesses.append(judge(text["text"], text["language"], *model))
    return np.array([[topic in one["topics"] for topic in TOPICS] for one in texts]), np.array(guesses)


def _join(held: Sequence[dict[str, Any]], many: int) -> list[dict[str, Any]]:
    found = []
    for language in ("ar", "en"):
        same = [one for one in held if one["language"] == language]
        for start in range(0, len(same) - many + 1, many):
            some = same[start : start + many]
            text = " ".join(one["text"] for one in some)
            found.append(
                {"language": language, "text": text, "topics": {t for one in some for t in one["topics"]}}
            )
    return found
