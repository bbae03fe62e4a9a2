"""What a comment is about: seed words first, and a small model learnt from labelled comments beside them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np

from wafaa.learn.feedback.reading.features import BITS, Array, hash_words
from wafaa.learn.feedback.reading.letters import normalise, stem_arabic
from wafaa.learn.feedback.reading.lexicon import DATA

TOPICS = ("price", "quality", "staff", "delivery", "waiting", "cleanliness", "website", "returns", "product")
TOPIC_BITS = 13
SEED_FEATURE = "seed:"
# "And", "so"; "with", "for", "like"; "the": one of each, in this order.
CLITICS = "(?:[وف]?[بلك]?(?:ال|ل)?)"
# What is labelled are comments of a sentence. A longer one is read in windows of so many words, each beginning in the middle of
# the one before: a topic that one of them says is said.
WINDOW, STEP = 8, 4


@cache
def load_seeds() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """One pattern a topic, over normalised text between spaces; what clings to the front of an Arabic word may stand there."""
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
    return tuple(
        (topic, re.compile(rf"(?<!\w){CLITICS}(?:{'|'.join(found[topic])})(?!\w)")) for topic in TOPICS
    )


@dataclass(frozen=True, slots=True)
class Features:
    """What stands at each word of a text: slots of words (and stems, in Arabic) and of pairs; seeds as (word, topic)."""

    words: Array  # words x 1 or 2
    pairs: Array
    seeds: list[tuple[int, int]]


def list_features(text: str, language: str) -> Features:
    normal = normalise(text)
    words = normal.split()
    kinds = [words, ["s:" + stem_arabic(word) for word in words]] if language == "ar" else [words]
    hashed = [hash_words(kind) >> (BITS - TOPIC_BITS) for kind in kinds]
    pairs = hash_words([f"{a} {b}" for a, b in pairwise(words)]) >> (BITS - TOPIC_BITS)
    seeds = [
        (normal.count(" ", 0, found.start()), place)
        for place, (_topic, pattern) in enumerate(load_seeds())
        for found in pattern.finditer(normal)
    ]
    return Features(np.stack(hashed, axis=1), pairs, seeds)


@cache
def name_seeds() -> Array:
    """The slot of each topic's seeds."""
    return hash_words([SEED_FEATURE + topic for topic in TOPICS]) >> (BITS - TOPIC_BITS)


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
    """Whether each topic is said."""
    return weigh_topics(text, language, weights, bias) > 0


def weigh_topics(text: str, language: str, weights: Array, bias: Array) -> Array:
    """How clearly each topic is said where it is said most clearly; below nothing it is not. Words count less the more of them
    stand in a window, a seed as much in any company.
    """
    found = list_features(text, language)
    many = len(found.words)
    starts = np.arange(0, max(1, many - STEP), STEP)
    ends = np.minimum(starts + WINDOW, many)
    if not many:
        return np.asarray(bias)
    upto = np.zeros((2, many + 1, len(TOPICS)))  # what words and pairs before each word add
    np.cumsum(weights[found.words].sum(axis=1), axis=0, out=upto[0, 1:])
    np.cumsum(weights[found.pairs], axis=0, out=upto[1, 1:many])
    total = upto[0, ends] - upto[0, starts] + upto[1, ends - 1] - upto[1, starts]
    counts = found.words.shape[1] * (ends - starts) + ends - starts - 1
    margins = total / np.sqrt(counts)[:, None] + bias
    if found.seeds:
        has = np.zeros((len(starts), len(TOPICS)))
        for word, topic in found.seeds:
            has[(starts <= word) & (word < ends), topic] = 1
        margins += has @ weights[name_seeds()]
    return np.asarray(margins.max(axis=0))


@cache
def load_topics() -> tuple[Array, Array]:
    with np.load(DATA / "topics.npz") as kept:
        return kept["weights"].astype(np.float32), kept["bias"].astype(np.float32)
