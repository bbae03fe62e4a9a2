"""What the linear models count: words, pairs, stems, negated words and runs of letters, hashed into one table of slots."""

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from wafaa.learn.feedback.reading.letters import (
    ARABIC_NEGATIONS,
    ENGLISH_NEGATIONS,
    normalise,
    split_english,
    stem_arabic,
)
from wafaa.learn.feedback.reading.lexicon import weigh_words

BITS = 20
SLOTS = 1 << BITS
Array = np.ndarray[Any, Any]
_STEP, _MIX = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)
LONGEST_RUN = 6
_ENDS = re.compile(r"[.,;:!?]")


@dataclass(frozen=True, slots=True)
class Counted:
    """Slots with how often they occur, row by row: word slots and letter slots apart, because each kind has a length of its
    own to be divided by. `rows` and `slots` are sorted; `counts` are float32."""

    rows: Array
    slots: Array
    counts: Array
    is_letters: bool
    size: int


def count_features(texts: Sequence[str], language: str) -> list[Counted]:
    """The kinds of features of a language: words, and in Arabic the runs of two to six letters."""
    if language == "ar":
        normal = [normalise(text) for text in texts]
        return [
            _count([hash_words(list_arabic(text.split())) for text in normal], is_letters=False),
            _count([hash_runs(text) for text in normal], is_letters=True),
        ]
    return [_count([hash_words(list_english(split_english(text))) for text in texts], is_letters=False)]


def _count(found: Sequence[Array], *, is_letters: bool) -> Counted:
    lengths = np.fromiter((len(one) for one in found), dtype=np.int64, count=len(found))
    every = np.concatenate(found) if found else np.zeros(0, np.int64)
    keys = np.repeat(np.arange(len(found), dtype=np.int64), lengths) * SLOTS + every
    unique, counts = np.unique(keys, return_counts=True)
    return Counted(
        rows=unique // SLOTS,
        slots=unique % SLOTS,
        counts=(1 + np.log(counts)).astype(np.float32),
        is_letters=is_letters,
        size=len(found),
    )


def list_arabic(words: list[str]) -> list[str]:
    stems = [stem_arabic(word) for word in words]
    out = [*words, *("s:" + stem for stem in stems)]
    out += [f"{a} {b}" for a, b in pairwise(words)]
    out += [f"s:{a} {b}" for a, b in pairwise(stems)]
    for place, word in enumerate(words):
        if word in ARABIC_NEGATIONS:
            out += ["n:" + stem for stem in stems[place + 1 : place + 4]]
    return out + _list_weights(words, "ar")


def list_english(signs: list[str]) -> list[str]:
    words = [sign for sign in signs if sign not in ".,;:"]
    out = [*words, *(f"{a} {b}" for a, b in pairwise(words))]
    out += [f"{a} {b} {c}" for a, b, c in zip(words, words[1:], words[2:], strict=False)]
    negated = 0
    for sign in signs:
        if _ENDS.fullmatch(sign) or sign in {"but", "however"}:
            negated = 0
        elif sign in ENGLISH_NEGATIONS:
            negated = 4
        elif negated:
            out.append("n:" + sign)
            negated -= 1
    if "but" in words:
        last = len(words) - 1 - words[::-1].index("but")
        out += ["b:" + word for word in words[last + 1 : last + 12]]
    out += ["f:" + word for word in words[:6]]  # a title, or how somebody begins
    return out + _list_weights(words, "en")


def _list_weights(words: list[str], language: str) -> list[str]:
    """The lexicon's weights as words: they are the only ones that both languages share."""
    return [f"w:{weight}" for weight in weigh_words(words, language) if weight]


def hash_words(words: Sequence[str]) -> Array:
    codes = np.fromiter((zlib.crc32(word.encode()) for word in words), dtype=np.uint64, count=len(words))
    return ((codes * _STEP) >> np.uint64(64 - BITS)).astype(np.int64)


def hash_runs(text: str) -> Array:
    """Every run of 2 to 6 letters, spaces between words included."""
    letters = np.frombuffer(f" {text} ".encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    code, found = letters * _STEP + _MIX, []
    for size in range(2, LONGEST_RUN + 1):
        if len(letters) < size:
            break
        code = code[: len(letters) - size + 1] * _STEP + letters[size - 1 :]
        mixed = (code ^ (code >> np.uint64(31))) * _MIX
        found.append((((mixed ^ (mixed >> np.uint64(29))) * _STEP) >> np.uint64(64 - BITS)).astype(np.int64))
    return np.concatenate(found) if found else np.zeros(0, np.int64)
