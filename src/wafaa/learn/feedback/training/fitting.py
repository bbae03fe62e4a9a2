"""What each language is fitted with, over folds and as a whole. Own comments always train: they are in no fold.

How strong the penalty is and the like is chosen among RANGES in folds inside the rows that train, so that a reported fold is seen
by nothing before it is measured.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from wafaa.learn.feedback.reading.features import Array, Counted, count_features
from wafaa.learn.feedback.reading.model import Linear, soften
from wafaa.learn.feedback.training.reading_data import Rows, draw_folds
from wafaa.learn.feedback.training.solving import (
    count_rare,
    fit_linear,
    make_matrix,
    score_f1,
    tune_bias,
    tune_sharp,
)


@dataclass(frozen=True, slots=True)
class Recipe:
    """`fewest`: rows in which a slot must be seen; `is_tuned`: biases are tuned in folds inside what trains."""

    language: str
    weight: float
    smooth: float
    balance: float
    fewest: int
    is_tuned: bool

    def say(self) -> str:
        return f"{self.weight:g}/{self.smooth:g}/{self.balance:g}"


# Where the search begins: the middle of each range. One is moved after the other, each to its best.
RANGES: dict[str, tuple[float, ...]] = {
    "weight": (0.03, 0.1, 0.3),
    "balance": (0.0, 0.5, 1.0),
    "smooth": (0.1, 0.3, 1.0),
}
ARABIC = Recipe("ar", weight=0.1, smooth=0.3, balance=0.5, fewest=1, is_tuned=False)
ENGLISH = Recipe("en", weight=0.1, smooth=0.3, balance=0.5, fewest=3, is_tuned=True)
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


@dataclass(frozen=True, slots=True)
class Fitted:
    """A model with the recipe that was chosen for it, and the scores that it gives to all rows."""

    linear: Linear
    recipe: Recipe
    scores: Array

    @property
    def chances(self) -> Array:
        return soften(self.linear.sharp * self.scores)


def prepare(recipe: Recipe, rows: Rows, own: Rows) -> Ground:
    kinds = count_features([*rows.texts, *own.texts], recipe.language)
    return Ground(kinds, np.concatenate([rows.classes, own.classes]), len(rows.texts))


class Inside:
    """Folds inside the rows that train; what does not hang on the recipe's penalty is made once."""

    def __init__(self, ground: Ground, training: Array, fewest: int) -> None:
        self.ground, self.training = ground, training
        fold_of = draw_folds(len(training), INNER_FOLDS, seed=11)
        self.parts: list[tuple[Array, Array, Array, Any]] = []
        for fold in range(INNER_FOLDS):
            trains = training[fold_of != fold]
            rarity = count_rare(ground.kinds, trains, fewest)
            self.parts.append((fold_of == fold, trains, rarity, make_matrix(ground.kinds, rarity)))

    def score(self, recipe: Recipe) -> Array:
        """Scores of the training rows by models that did not see them."""
        scores = np.zeros((len(self.training), 3))
        for is_held, trains, rarity, matrix in self.parts:
            linear = _fit(recipe, self.ground, trains, rarity, matrix)
            held = self.training[is_held]
            scores[is_held] = matrix[held] @ linear.weights + linear.bias
        return scores


def choose(start: Recipe, ground: Ground, training: Array) -> tuple[Recipe, Array]:
    """The recipe whose inner folds are read best, by macro-F1 of the others' rows, and those folds' scores."""
    inside, classes = Inside(ground, training, start.fewest), ground.classes[training]
    is_other = training < ground.others

    def measure(recipe: Recipe) -> tuple[float, Recipe, Array]:
        scores = inside.score(recipe)
        added = tune_bias(scores[is_other], classes[is_other]) if recipe.is_tuned else np.zeros(3)
        return score_f1(classes[is_other], (scores + added)[is_other].argmax(axis=1))[0], recipe, scores

    best = measure(start)
    for name, values in RANGES.items():
        others: list[dict[str, Any]] = [{name: value} for value in values if value != getattr(start, name)]
        tried = [measure(replace(best[1], **one)) for one in others]
        best = max([best, *tried], key=lambda one: one[0])
    return best[1], best[2]


def _fit(recipe: Recipe, ground: Ground, training: Array, rarity: Array, matrix: Any) -> Linear:
    return fit_linear(
        matrix[training],
        ground.classes[training],
        rarity,
        weight=recipe.weight,
        smooth=recipe.smooth,
        balance=recipe.balance,
    )


def fit(start: Recipe, ground: Ground, training: Array) -> Fitted:
    """The model of these rows; recipe, biases and sharpness are chosen in folds inside them."""
    recipe, inside = choose(start, ground, training)
    classes = ground.classes[training]
    added = tune_bias(inside, classes) if recipe.is_tuned else np.zeros(3)
    rarity = count_rare(ground.kinds, training, recipe.fewest)
    matrix = make_matrix(ground.kinds, rarity)
    linear = _fit(recipe, ground, training, rarity, matrix)
    bias, sharp = linear.bias + added, tune_sharp(inside + added, classes)
    tuned = Linear(weights=linear.weights, rarity=rarity, bias=bias, sharp=sharp)
    return Fitted(tuned, recipe, np.asarray(matrix @ linear.weights + bias))


@dataclass(frozen=True, slots=True)
class Folded:
    """Of the others' rows, each by a model that saw neither it nor its fold; what was chosen fold by fold."""

    scores: Array
    chances: Array
    recipes: list[Recipe]


def fit_folds(start: Recipe, ground: Ground, folds: int) -> Folded:
    fold_of = draw_folds(ground.others, folds)
    scores, chances = np.zeros((ground.others, 3)), np.zeros((ground.others, 3))
    recipes = []
    for fold in range(folds):
        fitted = fit(start, ground, np.concatenate([np.flatnonzero(fold_of != fold), ground.own]))
        held = np.flatnonzero(fold_of == fold)
        scores[held], chances[held] = fitted.scores[held], fitted.chances[held]
        recipes.append(fitted.recipe)
    return Folded(scores, chances, recipes)
