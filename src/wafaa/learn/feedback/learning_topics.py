"""What corrections add to the shipped model of topics: taken only if corrected comments kept out of it are then read better."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from wafaa.learn.feedback.learning import FOLDS, OWN_BITS, PENALTY, STEPS, Learnt, make_rows
from wafaa.learn.feedback.reading.features import Array
from wafaa.learn.feedback.reading.letters import detect_language
from wafaa.learn.feedback.reading.topics import TOPICS, load_topics, weigh_topics

# Fewer corrected comments than these teach chance.
FEWEST = 40


@dataclass(frozen=True, slots=True)
class Example:
    """What staff say that a comment is about."""

    text: str
    topics: Sequence[str]


def learn_topics(examples: Sequence[Example]) -> Learnt | None:
    """F1 over all topics together; None where there is too little to learn from."""
    from wafaa.learn.feedback.training.reading_data import draw_folds

    if len(examples) < FEWEST:
        return None
    texts = [one.text for one in examples]
    truth = np.array([[topic in one.topics for topic in TOPICS] for one in examples])
    base, rows = weigh_shipped(texts), make_rows(texts)
    fold_of, margins = draw_folds(len(texts), FOLDS), base.copy()
    for fold in range(FOLDS):
        trains, tests = fold_of != fold, fold_of == fold
        weights, bias = _fit(base[trains], rows[trains], truth[trains])
        margins[tests] = base[tests] + rows[tests] @ weights + bias
    weights, bias = _fit(base, rows, truth)
    used = np.flatnonzero(np.abs(weights).sum(axis=1) > 1e-3)
    own = {
        "slots": used.tolist(),
        "weights": np.round(weights[used], 3).tolist(),
        "bias": np.round(bias, 3).tolist(),
    }
    return Learnt(_score(truth, base > 0), _score(truth, margins > 0), own)


def weigh_shipped(texts: Sequence[str]) -> Array:
    model = load_topics()
    return np.array([weigh_topics(text, detect_language(text), *model) for text in texts])


def adjust_topics(texts: Sequence[str], own: dict[str, Any]) -> list[list[str]]:
    """The topics of each text by the shipped model with what the shop taught."""
    weights = np.zeros((1 << OWN_BITS, len(TOPICS)))
    if own["slots"]:
        weights[own["slots"]] = np.array(own["weights"])
    margins = weigh_shipped(texts) + make_rows(texts) @ weights + np.array(own["bias"])
    return [[topic for topic, margin in zip(TOPICS, row, strict=True) if margin > 0] for row in margins]


def _score(truth: Array, guess: Array) -> float:
    either = truth.sum() + guess.sum()
    return float(2 * (truth & guess).sum() / either) if either else 0.0


def _fit(base: Array, rows: Array, truth: Array) -> tuple[Array, Array]:
    from scipy.optimize import minimize

    used, signs = np.flatnonzero(rows.any(axis=0)), np.where(truth, 1.0, -1.0)
    inner = rows[:, used].astype(np.float64)

    def loss(point: Array) -> tuple[float, Array]:
        parts = point.reshape(-1, len(TOPICS))
        margin = signs * (base + inner @ parts[:-1] + parts[-1])
        slope = -signs / (1 + np.exp(np.minimum(margin, 50)))
        down = np.vstack([inner.T @ slope, slope.sum(axis=0)[None, :]]) + PENALTY / 4 * parts
        return float(np.logaddexp(0, -margin).sum() + PENALTY / 8 * (parts * parts).sum()), down.ravel()

    start = np.zeros((len(used) + 1) * len(TOPICS))
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS}).x
    parts = found.reshape(-1, len(TOPICS))
    weights = np.zeros((rows.shape[1], len(TOPICS)))
    weights[used] = parts[:-1]
    return weights, parts[-1]
