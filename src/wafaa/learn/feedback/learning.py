"""What a shop's own comments add to the shipped model: a few words' weights, learnt from corrections and from comments beside a
clear score, and taken only if comments kept out of it are then read better. Pure numpy and scipy.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from wafaa.learn.feedback.reading.features import BITS, Array, hash_words
from wafaa.learn.feedback.reading.letters import detect_language, normalise, split_english, stem_arabic
from wafaa.learn.feedback.reading.model import SENTIMENTS, load_linear, soften

# Fewer own comments than these teach chance.
FEWEST, MOST, FOLDS = 60, 5_000, 5
OWN_BITS, PENALTY, STEPS = 12, 2.0, 60
# So much better must kept-out comments be read: less may be luck of the draw.
BETTER_BY = 0.01


@dataclass(frozen=True, slots=True)
class Example:
    """`counts` is higher for what a person said."""

    text: str
    sentiment: str
    counts: float = 1.0


@dataclass(frozen=True, slots=True)
class Learnt:
    """Macro-F1 over kept-out comments without and with the correction; `own` is what load_own reads."""

    before: float
    after: float
    own: dict[str, Any]

    @property
    def is_better(self) -> bool:
        return self.after >= self.before + BETTER_BY


def learn(examples: Sequence[Example]) -> Learnt | None:
    """None where there is too little to learn from."""
    from wafaa.learn.feedback.training.reading_data import draw_folds
    from wafaa.learn.feedback.training.solving import score_f1

    kept = [one for one in examples if detect_language(one.text) != "other"][:MOST]
    truth = np.array([SENTIMENTS.index(one.sentiment) for one in kept], dtype=np.int64)
    if len(kept) < FEWEST or len(set(truth.tolist())) < 2:
        return None
    base, rows = score_base([one.text for one in kept]), make_rows([one.text for one in kept])
    counts = np.array([one.counts for one in kept])
    fold_of, scores = draw_folds(len(kept), FOLDS), base.copy()
    for fold in range(FOLDS):
        trains, tests = fold_of != fold, fold_of == fold
        weights, bias = _fit(base[trains], rows[trains], truth[trains], counts[trains])
        scores[tests] = base[tests] + rows[tests] @ weights + bias
    weights, bias = _fit(base, rows, truth, counts)
    used = np.flatnonzero(np.abs(weights).sum(axis=1) > 1e-3)
    own = {
        "slots": used.tolist(),
        "weights": np.round(weights[used], 3).tolist(),
        "bias": np.round(bias, 3).tolist(),
    }
    return Learnt(score_f1(truth, base.argmax(axis=1))[0], score_f1(truth, scores.argmax(axis=1))[0], own)


def score_base(texts: Sequence[str]) -> Array:
    """The shipped model's scores, as sharp as its chances."""
    scores = np.zeros((len(texts), 3))
    languages = [detect_language(text) for text in texts]
    for language in ("ar", "en"):
        places = [place for place, one in enumerate(languages) if one == language]
        if places:
            chances = load_linear(language).judge([texts[place] for place in places], language)
            scores[places] = np.log(np.maximum(chances, 1e-6))
    return scores


def make_rows(texts: Sequence[str]) -> Array:
    rows = np.zeros((len(texts), 1 << OWN_BITS), dtype=np.float32)
    for place, text in enumerate(texts):
        if detect_language(text) == "ar":
            words = normalise(text).split()
            words = [*words, *("s:" + stem_arabic(word) for word in words)]
        else:
            words = split_english(text)
        slots = np.unique(hash_words(words) >> (BITS - OWN_BITS))
        rows[place, slots] = 1 / np.sqrt(max(1, len(slots)))
    return rows


def adjust(chances: Sequence[tuple[float, float, float]], texts: Sequence[str], own: dict[str, Any]) -> Array:
    """The shipped model's chances with what the shop taught."""
    weights = np.zeros((1 << OWN_BITS, 3))
    if own["slots"]:
        weights[own["slots"]] = np.array(own["weights"])
    scores = np.log(np.maximum(np.array(chances), 1e-6)) + np.array(own["bias"])
    return soften(scores + make_rows(texts) @ weights)


def _fit(base: Array, rows: Array, truth: Array, counts: Array) -> tuple[Array, Array]:
    from scipy.optimize import minimize

    used, wanted = np.flatnonzero(rows.any(axis=0)), np.eye(3)[truth]
    inner = rows[:, used].astype(np.float64)

    def loss(point: Array) -> tuple[float, Array]:
        parts = point.reshape(-1, 3)
        chances = soften(base + inner @ parts[:-1] + parts[-1])
        slope = (chances - wanted) * counts[:, None]
        cost = -(counts * np.log(np.maximum((chances * wanted).sum(axis=1), 1e-12))).sum()
        down = np.vstack([inner.T @ slope, slope.sum(axis=0)[None, :]]) + PENALTY * parts
        return float(cost + 0.5 * PENALTY * (parts * parts).sum()), down.ravel()

    start = np.zeros((len(used) + 1) * 3)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS}).x.reshape(-1, 3)
    weights = np.zeros((rows.shape[1], 3))
    weights[used] = found[:-1]
    return weights, found[-1]
