"""What each language is fitted with, over folds and as a whole. Own comments always train: they are in no fold."""

from dataclasses import dataclass

import numpy as np

from wafaa.learn.feedback.reading.features import Array, Counted, count_features
from wafaa.learn.feedback.reading.model import Linear
from wafaa.learn.feedback.training.reading_data import Rows, draw_folds
from wafaa.learn.feedback.training.solving import count_rare, fit_linear, make_matrix, tune_bias, tune_sharp


@dataclass(frozen=True, slots=True)
class Recipe:
    """`fewest`: rows in which a slot must be seen; `is_tuned`: biases are tuned in folds inside what trains."""

    language: str
    weight: float
    smooth: float
    balance: float
    fewest: int
    is_tuned: bool


# Tried on the folds: weights .03 to .3, smoothing .1 to 1, balance 0 to 1; these were best or next to it.
ARABIC = Recipe("ar", weight=0.1, smooth=0.3, balance=0.0, fewest=1, is_tuned=False)
ENGLISH = Recipe("en", weight=0.03, smooth=0.3, balance=0.5, fewest=3, is_tuned=True)
INNER_FOLDS = 3


@dataclass(frozen=True, slots=True)
class Ground:
    """Rows of others first, own ones after them, counted once for all folds."""

    kinds: list[Counted]
    classes: Array
    others: int

    @property
    def own(self) -> Array:
        return np.arange(self.others, len(self.classes))


def prepare(recipe: Recipe, rows: Rows, own: Rows) -> Ground:
    kinds = count_features([*rows.texts, *own.texts], recipe.language)
    return Ground(kinds, np.concatenate([rows.classes, own.classes]), len(rows.texts))


def fit(recipe: Recipe, ground: Ground, training: Array) -> tuple[Linear, Array]:
    """The model of these rows, and the scores that it gives to all."""
    rarity = count_rare(ground.kinds, training, recipe.fewest)
    matrix = make_matrix(ground.kinds, rarity)
    linear = fit_linear(
        matrix[training],
        ground.classes[training],
        rarity,
        weight=recipe.weight,
        smooth=recipe.smooth,
        balance=recipe.balance,
    )
    return linear, np.asarray(matrix @ linear.weights + linear.bias)


def score_inside(recipe: Recipe, ground: Ground, training: Array) -> Array:
    """Scores of the training rows by models that did not see them."""
    fold_of, scores = draw_folds(len(training), INNER_FOLDS, seed=11), np.zeros((len(training), 3))
    for fold in range(INNER_FOLDS):
        _linear, every = fit(recipe, ground, training[fold_of != fold])
        scores[fold_of == fold] = every[training[fold_of == fold]]
    return scores


def fit_tuned(recipe: Recipe, ground: Ground, training: Array) -> tuple[Linear, Array]:
    """The same, its biases and sharpness tuned in folds inside the training rows."""
    inside, classes = score_inside(recipe, ground, training), ground.classes[training]
    added = tune_bias(inside, classes) if recipe.is_tuned else np.zeros(3)
    linear, scores = fit(recipe, ground, training)
    sharp = tune_sharp(inside + added, classes)
    tuned = Linear(weights=linear.weights, rarity=linear.rarity, bias=linear.bias + added, sharp=sharp)
    return tuned, scores + added


def score_folds(recipe: Recipe, ground: Ground, folds: int) -> Array:
    """Scores of the others' rows, each by a model that saw neither it nor its fold; biases from inside only."""
    fold_of, scores = draw_folds(ground.others, folds), np.zeros((ground.others, 3))
    for fold in range(folds):
        training = np.concatenate([np.flatnonzero(fold_of != fold), ground.own])
        fitted = fit_tuned if recipe.is_tuned else fit
        _linear, every = fitted(recipe, ground, training)
        scores[fold_of == fold] = every[: ground.others][fold_of == fold]
    return scores
