"""A linear model in small integers: loading it, and scoring many texts at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np

from wafaa.learn.feedback.reading.features import SLOTS, Array, Counted, count_features, hash_runs, hash_words
from wafaa.learn.feedback.reading.letters import normalise, stem_arabic
from wafaa.learn.feedback.reading.lexicon import DATA

SENTIMENTS = ("negative", "neutral", "positive")


@dataclass(frozen=True, slots=True)
class Linear:
    """score = x . weights + bias, where x are counts times rarity, divided by their length; chance = softmax(sharp * score)."""

    weights: Array  # SLOTS x 3, float32
    rarity: Array  # SLOTS, float32
    bias: Array
    sharp: float

    def score(self, kinds: Sequence[Counted]) -> Array:
        """A row of three scores for each text."""
        total: Array = np.tile(self.bias, (kinds[0].size, 1))
        for kind in kinds:
            values = kind.counts * self.rarity[kind.slots]
            length = np.sqrt(np.bincount(kind.rows, values * values, minlength=kind.size))
            length[length == 0] = 1
            values = values / length[kind.rows]
            for column in range(3):
                total[:, column] += np.bincount(
                    kind.rows, values * self.weights[kind.slots, column], minlength=kind.size
                )
        return total

    def judge(self, texts: Sequence[str], language: str) -> Array:
        """The chances of negative, neutral and positive for each text."""
        return soften(self.sharp * self.score(count_features(texts, language)))

    def weigh(self, word: str, language: str) -> Array:
        """What one word adds to each of the three, by itself."""
        slots = hash_words([word, "s:" + stem_arabic(word)] if language == "ar" else [word])
        total = (self.weights[slots] * self.rarity[slots][:, None]).sum(axis=0)
        if language == "ar":
            runs = hash_runs(normalise(word))
            total = total + (self.weights[runs] * self.rarity[runs][:, None]).sum(axis=0) / 4
        return np.asarray(total - total.mean())


@lru_cache(maxsize=50_000)  # words repeat; some 10 MB when full
def weigh_word(word: str, language: str) -> tuple[float, float, float]:
    """Linear.weigh of the shipped model."""
    row = load_linear(language).weigh(word, language)
    return float(row[0]), float(row[1]), float(row[2])


def soften(scores: Array) -> Array:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


@cache
def load_linear(language: str) -> Linear:
    """Weights lie as eighths of bytes: an integer of -127 to 127 times one step a column."""
    with np.load(DATA / f"sentiment_{language}.npz") as kept:
        return Linear(
            weights=kept["weights"].astype(np.float32) * kept["step"].astype(np.float32),
            rarity=kept["rarity"].astype(np.float32) * np.float32(kept["rarity_step"]),
            bias=kept["bias"].astype(np.float64),
            sharp=float(kept["sharp"]),
        )


def pack(linear: Linear) -> dict[str, Any]:
    """How a model is written: see load_linear."""
    assert linear.weights.shape == (SLOTS, 3)
    step = np.abs(linear.weights).max(axis=0) / 127
    rarity_step = float(linear.rarity.max()) / 255
    return {
        "weights": np.rint(linear.weights / step).astype(np.int8),
        "step": step.astype(np.float32),
        "rarity": np.rint(linear.rarity / rarity_step).astype(np.uint8),
        "rarity_step": np.float32(rarity_step),
        "bias": linear.bias.astype(np.float32),
        "sharp": np.float32(linear.sharp),
    }
