"""What a comment is about: seed words first, and a small model learnt from labelled comments beside them."""

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import numpy as np

from wafaa.learn.feedback.reading.features import BITS, Array, hash_words
from wafaa.learn.feedback.reading.letters import normalise, split_english, stem_arabic
from wafaa.learn.feedback.reading.lexicon import DATA

TOPICS = ("price", "quality", "staff", "delivery", "waiting", "cleanliness", "website", "returns", "product")
TOPIC_BITS = 13
# A topic is said where its score passes this; a seed word weighs SEED, the bias of the model is below zero.
SEED_FEATURE = "seed:"


@cache
def load_seeds() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """One pattern a topic, over normalised text between spaces."""
    found: dict[str, list[str]] = {topic: [] for topic in TOPICS}
    topic = ""
    for line in (DATA / "topics.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            topic = line.strip("[]")
        elif line.strip() and not line.startswith("#"):
            for phrase in line.split(","):
                words = re.escape(normalise(phrase.rstrip("*")))
                if words:
                    found[topic].append(words + (r"\w*" if phrase.endswith("*") else ""))
    return tuple((topic, re.compile(rf"(?<!\w)(?:{'|'.join(found[topic])})(?!\w)")) for topic in TOPICS)


def find_seeds(normal: str) -> list[str]:
    return [topic for topic, pattern in load_seeds() if pattern.search(normal)]


def hash_topics(text: str, language: str) -> Array:
    """Slots of words and seeds, each once."""
    normal = normalise(text)
    words = normal.split() if language == "ar" else split_english(text)
    words += [f"{a} {b}" for a, b in pairwise(words)]
    if language == "ar":
        words += ["s:" + stem_arabic(word) for word in normal.split()]
    words += [SEED_FEATURE + topic for topic in find_seeds(normal)]
    return np.unique(hash_words(words) >> (BITS - TOPIC_BITS))


def find_topics(texts: Sequence[str], languages: Sequence[str]) -> list[tuple[str, ...]]:
    with_weights = load_topics()
    return [
        tuple(
            topic
            for topic, is_said in zip(TOPICS, judge(text, language, *with_weights), strict=True)
            if is_said
        )
        for text, language in zip(texts, languages, strict=True)
    ]


def judge(text: str, language: str, weights: Array, bias: Array) -> Array:
    slots = hash_topics(text, language)
    return np.asarray(weights[slots].sum(axis=0) / np.sqrt(max(1, len(slots))) + bias > 0)


@cache
def load_topics() -> tuple[Array, Array]:
    with np.load(DATA / "topics.npz") as kept:
        return kept["weights"].astype(np.float32), kept["bias"].astype(np.float32)
