"""Fitting: squared hinge loss over ratios of naive Bayes (Wang and Manning 2012), one class against the rest."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import minimize

from wafaa.learn.feedback.reading.features import SLOTS, Array, Counted
from wafaa.learn.feedback.reading.model import Linear, soften

Matrix = Any


def count_rare(kinds: Sequence[Counted], rows: Array, fewest: int) -> Array:
    """log((1 + n) / (1 + n with the slot)) + 1 over the rows that train; 0 for slots seen in fewer than `fewest` of them."""
    trains = np.zeros(kinds[0].size, dtype=bool)
    trains[rows] = True
    seen = np.zeros(SLOTS)
    for kind in kinds:
        seen += np.bincount(kind.slots[trains[kind.rows]], minlength=SLOTS)
    rare = np.maximum(np.log((1 + len(rows)) / (1 + seen)) + 1, 0.1)
    return np.where(seen >= fewest, rare, 0).astype(np.float32)


def make_matrix(kinds: Sequence[Counted], rarity: Array) -> Matrix:
    """What Linear.score multiplies: both kinds, each divided by its length, in one row a text."""
    total: Matrix = 0
    for kind in kinds:
        values = kind.counts * rarity[kind.slots]
        length = np.sqrt(np.bincount(kind.rows, values * values, minlength=kind.size))
        length[length == 0] = 1
        shape = (kind.size, SLOTS)
        part = ((values / length[kind.rows]).astype(np.float32), (kind.rows, kind.slots))
        total = sparse.csr_matrix(part, shape=shape) + total
    return total.tocsr()


def fit_hinge(
    matrix: Matrix, is_class: Array, *, weight: float, balance: float, steps: int
) -> tuple[Array, float]:
    """The weights and the bias that separate the rows; the rarer side counts (others / its own) ** balance."""
    signs = np.where(is_class, 1.0, -1.0)
    share = float(((~is_class).sum() / max(1, is_class.sum())) ** balance)
    own = np.where(is_class, share, 1.0)
    size, turned = matrix.shape[1], matrix.T.tocsr()

    def loss(point: Array) -> tuple[float, Array]:
        short = np.maximum(0, 1 - signs * (matrix @ point[:size] + point[size]))
        slope = -2 * signs * short * own
        return (
            float(weight * (own * short * short).sum() + 0.5 * (point[:size] ** 2).sum()),
            np.append(weight * (turned @ slope) + point[:size], weight * slope.sum()),
        )

    found = minimize(
        loss, np.zeros(size + 1), jac=True, method="L-BFGS-B", options={"maxiter": steps, "maxcor": 5}
    ).x
    return found[:size].astype(np.float32), float(found[size])


def fit_linear(
    matrix: Matrix,
    classes: Array,
    rarity: Array,
    *,
    weight: float,
    smooth: float,
    balance: float,
    steps: int = 25,
) -> Linear:
    """One column a class."""
    used = np.flatnonzero(np.bincount(matrix.indices, minlength=SLOTS))
    inner = matrix[:, used]
    weights, bias = np.zeros((SLOTS, 3), dtype=np.float32), np.zeros(3)
    for column in range(3):
        is_class = classes == column
        inside = smooth + np.asarray(inner[is_class].astype(bool).sum(axis=0)).ravel()
        outside = smooth + np.asarray(inner[~is_class].astype(bool).sum(axis=0)).ravel()
        ratio = np.log((inside / inside.sum()) / (outside / outside.sum()))
        scaled = (
            (inner @ sparse.diags(ratio)).tocsr().astype(np.float64)
        )  # in single precision the search for a step fails by chance
        found, bias[column] = fit_hinge(scaled, is_class, weight=weight, balance=balance, steps=steps)
        weights[used, column] = found * ratio
    return Linear(weights=weights, rarity=rarity, bias=bias, sharp=1.0)


def tune_bias(scores: Array, classes: Array) -> Array:
    """What is added to each class so that macro-F1 is best: steps that shrink, the last class stays."""
    added, spread = np.zeros(3), scores.std()
    best = score_f1(classes, scores.argmax(axis=1))[0]
    for step in (0.4, 0.2, 0.1, 0.05) * 2:
        for column in (0, 1):
            for times in (-2, -1, 1, 2):
                tried = added.copy()
                tried[column] += times * step * spread
                reached = score_f1(classes, (scores + tried).argmax(axis=1))[0]
                if reached > best:
                    best, added = reached, tried
    return added


def tune_sharp(scores: Array, classes: Array) -> float:
    """How sharp chances are so that they are likeliest: the one number of a calibration."""
    tried = np.geomspace(0.3, 12, 40)
    losses = [
        -np.log(np.maximum(soften(sharp * scores)[np.arange(len(classes)), classes], 1e-9)).mean()
        for sharp in tried
    ]
    return float(tried[int(np.argmin(losses))])


def score_f1(truth: Array, guess: Array, many: int = 3) -> tuple[float, list[float]]:
    """Macro-F1, and that of each class."""
    each = []
    for column in range(many):
        both = ((truth == column) & (guess == column)).sum()
        either = (truth == column).sum() + (guess == column).sum()
        each.append(float(2 * both / either) if either else 0.0)
    return float(np.mean(each)), each
