"""Topics: one logistic separation a topic, over words and seeds of the comments labelled here."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.optimize import minimize

from wafaa.learn.feedback.reading.features import BITS, Array, hash_words
from wafaa.learn.feedback.reading.topics import SEED_FEATURE, TOPIC_BITS, TOPICS, hash_topics, judge
from wafaa.learn.feedback.training.reading_data import draw_folds

# A seed is trusted before anything was learnt: the penalty pulls to these weights instead of to zero.
SEED_WEIGHT, START_BIAS, PENALTY = 10.0, -1.2, 0.03


def fit_topics(own: Sequence[dict[str, Any]]) -> tuple[Array, Array]:
    """Weights (slots x topics) and biases."""
    size, prior = 1 << TOPIC_BITS, np.zeros((1 << TOPIC_BITS, len(TOPICS)))
    for column, topic in enumerate(TOPICS):
        prior[hash_words([SEED_FEATURE + topic]) >> (BITS - TOPIC_BITS), column] = SEED_WEIGHT
    rows = np.zeros((len(own), size), dtype=np.float32)
    for place, one in enumerate(own):
        slots = hash_topics(one["text"], one["language"])
        rows[place, slots] = 1 / np.sqrt(max(1, len(slots)))
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


def guess_by_folds(own: Sequence[dict[str, Any]], folds: int = 5) -> tuple[Array, Array]:
    """Truth and guess (comments x topics), each guess by a model that did not see the comment."""
    fold_of, guess = draw_folds(len(own), folds), np.zeros((len(own), len(TOPICS)), dtype=bool)
    for fold in range(folds):
        model = fit_topics([one for one, other in zip(own, fold_of, strict=True) if other != fold])
        for place in np.flatnonzero(fold_of == fold).tolist():
            guess[place] = judge(own[place]["text"], own[place]["language"], *model)
    return np.array([[topic in one["topics"] for topic in TOPICS] for one in own]), guess
