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


def find_seeds(normal: str) -> list[str]:
    return [topic for topic, pattern in load_seeds() if pattern.search(normal)]


def hash_topics(text: str, language: str) -> tuple[Array, Array]:
    """Slots of words and seeds, each once, and what each counts: words less the more there are, a seed as much in any company."""
    normal = normalise(text)
    words = normal.split() if language == "ar" else split_english(text)
    words += [f"{a} {b}" for a, b in pairwise(words)]
    if language == "ar":
        words += ["s:" + stem_arabic(word) for word in normal.split()]
    plain = np.unique(hash_words(words) >> (BITS - TOPIC_BITS))
    seeds = hash_words([SEED_FEATURE + topic for topic in find_seeds(normal)]) >> (BITS - TOPIC_BITS)
    values = np.full(len(plain) + len(seeds), 1 / np.sqrt(max(1, len(plain))))
    values[len(plain) :] = 1
    return np.concatenate([plain, seeds]), values


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
    """How clearly each topic is said where it is said most clearly; below nothing it is not."""
    found = np.full(len(TOPICS), -np.inf)
    for window in cut_windows(text):
        slots, values = hash_topics(window, language)
        found = np.maximum(found, values @ weights[slots] + bias)
    return found


def cut_windows(text: str) -> list[str]:
    words = text.split()
    return [" ".join(words[start : start + WINDOW]) for start in range(0, max(1, len(words) - STEP), STEP)]


@cache
def load_topics() -> tuple[Array, Array]:
    with np.load(DATA / "topics.npz") as kept:
        return kept["weights"].astype(np.float32), kept["bias"].astype(np.float32)
