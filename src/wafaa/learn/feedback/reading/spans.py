"""The words from which a feeling is read: what the lexica know first, then words that the model leans on by themselves."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from wafaa.learn.feedback.reading.letters import normalise, split_english
from wafaa.learn.feedback.reading.lexicon import DATA, Told, find_told
from wafaa.learn.feedback.reading.model import SENTIMENTS, weigh_word

SPANS_MAX, WORDS_MAX = 6, 400
# A word that no lexicon knows is marked where it leans to the feeling by this part of the strongest one's weight: by more
# where the lexicon has found strong words already.
MARKED_FROM, MARKED_BESIDE = 0.5, 0.8
# With vowel marks inside, which belong to their word.
_WORDS = re.compile(r"[^\W_][\w\u064b-\u065f\u0670]*(?:['’][^\W_]+)?")


@dataclass(frozen=True, slots=True)
class Span:
    """Words that lean to a feeling: from start to before end, in characters of the text."""

    start: int
    end: int
    sentiment: str


def find_spans(text: str, language: str, sentiment: str) -> tuple[Span, ...]:
    """Of a negative or positive text what leans that way; of a neutral or unsure one what a lexicon knows, of both kinds."""
    if language == "other":
        return ()
    words = list(_WORDS.finditer(text))[:WORDS_MAX]
    bare = [_bare(word[0], language) for word in words]
    told, joining = find_told(bare, language), load_joining()
    if sentiment in {"negative", "positive"}:
        sign = -1 if sentiment == "negative" else 1
        chosen = [
            (one.start, one.end, float(abs(one.weight)))
            for one in told
            # a lone "but" or "only" is weighed, and says nothing to who reads
            if one.weight * sign > 0
            and (abs(one.weight) > 1 or one.end - one.at > 1 or bare[one.at] not in joining)
        ]
        chosen += _find_leaning(bare, told, language, sign)
    else:
        chosen = [(one.start, one.end, float(one.weight)) for one in told if abs(one.weight) > 1]
    chosen = sorted(chosen, key=lambda one: (-abs(one[2]), one[0]))[:SPANS_MAX]
    return tuple(
        Span(
            words[start].start(),
            words[end - 1].end(),
            sentiment if sentiment in {"negative", "positive"} else "negative" if weight < 0 else "positive",
        )
        for start, end, weight in sorted(chosen)
    )


def _find_leaning(
    bare: Sequence[str], told: Sequence[Told], language: str, sign: int
) -> list[tuple[int, int, float]]:
    """Words outside the lexicon with their part of the strongest one's weight, which is less than any of the lexicon's."""
    column = SENTIMENTS.index("negative" if sign < 0 else "positive")
    known, joining = {place for one in told for place in range(one.start, one.end)}, load_joining()
    weights = {
        place: row[column] - row[2 - column]
        for place, word in enumerate(bare)
        if word not in joining and (place in known or len(word) > 3)
        for row in (weigh_word(word, language),)
    }
    strongest = max(weights.values(), default=0.0)
    is_told = any(abs(one.weight) > 1 and one.weight * sign > 0 for one in told)
    least = strongest * (MARKED_BESIDE if is_told else MARKED_FROM)
    return [
        (place, place + 1, weight / strongest * 0.99)
        for place, weight in weights.items()
        if place not in known and weight > 0 and weight >= least
    ]


@cache
def load_joining() -> frozenset[str]:
    """Words that people feel nothing at: they join others, and models weigh them by whom they stand beside."""
    lines = (DATA / "words_joining.txt").read_text(encoding="utf-8").splitlines()
    words = {word for line in lines if not line.startswith("#") for word in line.split()}
    bare = {word if word.isascii() else normalise(word) for word in words}
    return frozenset(bare | {f"و{word}" for word in bare if not word.isascii()})


@lru_cache(maxsize=50_000)  # words repeat
def _bare(word: str, language: str) -> str:
    if language == "ar":
        return normalise(word)
    return next(iter(split_english(word)), "")
