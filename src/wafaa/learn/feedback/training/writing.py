"""The models that are shipped: trained on every row."""

import numpy as np

from wafaa.learn.feedback.reading.lexicon import DATA
from wafaa.learn.feedback.reading.model import load_linear, pack
from wafaa.learn.feedback.reading.topics import load_topics
from wafaa.learn.feedback.training.fitting import ARABIC, ENGLISH, fit, prepare
from wafaa.learn.feedback.training.reading_data import read_clothing, read_own, read_own_rows, read_saudi
from wafaa.learn.feedback.training.topic_fitting import fit_topics


def write_models() -> None:
    """Writes data/*.npz; needs the real reviews."""
    for recipe, rows in ((ARABIC, read_saudi()), (ENGLISH, read_clothing())):
        ground = prepare(recipe, rows, read_own_rows(recipe.language))
        linear = fit(recipe, ground, np.arange(len(ground.classes))).linear
        np.savez_compressed(DATA / f"sentiment_{recipe.language}.npz", **pack(linear))
    write_topics()
    load_linear.cache_clear()


def write_topics() -> None:
    weights, bias = fit_topics(read_own())
    np.savez_compressed(DATA / "topics.npz", weights=weights.astype(np.float16), bias=bias)
    load_topics.cache_clear()
