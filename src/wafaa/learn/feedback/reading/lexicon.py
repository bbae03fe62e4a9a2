"""Words that tell how somebody feels, written by hand (data/words_ar.txt, data/words_en.txt), and where they stand in a text."""

from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from wafaa.learn.feedback.reading.letters import (
    ARABIC_NEGATIONS,
    ENGLISH_NEGATIONS,
    normalise,
    split_english,
    stem_arabic,
)

DATA = Path(__file__).parents[1] / "data"
PHRASE_MAX = 4
# Clitics that are taken off before a word is looked up: "and the", "with the".
_CLITICS = ("وال", "بال", "فال", "لل", "ال", "و", "ف", "ب", "ل")
# What a negation makes of a word: "not good" is bad, "not bad" hardly praise.
_NEGATED = {-3: 1, -2: 1, -1: 0, 1: -1, 2: -2, 3: -2}


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Weights from -3 to 3 by words, and the same by stems of at least four letters."""

    weights: dict[tuple[str, ...], int]
    stems: dict[str, int]
    openings: frozenset[str]  # with which phrases begin


@cache
def load_lexicon(language: str) -> Lexicon:
    weights: dict[tuple[str, ...], int] = {}
    weight = 0
    for line in (DATA / f"words_{language}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        if line.startswith("["):
            name = line.strip("[]")
            weight = {"emoji+": 2, "emoji-": -2}.get(name) or int(name)
            continue
        for phrase in line.split(","):
            words = tuple(
                normalise(phrase).split()
                if language == "ar" or not phrase.isascii()
                else split_english(phrase)
            )
            # a word that stands in two blocks counts as the stronger
            if words and abs(weight) > abs(weights.get(words, 0)):
                weights[words] = weight
    stems: dict[str, int] = {}
    if language == "ar":
        for words, value in weights.items():
            if len(words) == 1 and len(stem := stem_arabic(words[0])) >= 4:
                stems.setdefault(stem, value)
    return Lexicon(weights, stems, frozenset(words[0] for words in weights if len(words) > 1))


@dataclass(frozen=True, slots=True)
class Told:
    """What tells a feeling: from the word at `start` to before that at `end`, a negation in front included."""

    start: int
    end: int
    at: int  # where the word or the phrase itself begins
    weight: int


def find_told(words: list[str], language: str) -> list[Told]:
    """Words and phrases of the lexicon, negations applied."""
    lexicon, found = load_lexicon(language), []
    negations = ARABIC_NEGATIONS if language == "ar" else ENGLISH_NEGATIONS
    negated, negation, place = 0, 0, 0
    while place < len(words):
        longest = min(PHRASE_MAX, len(words) - place) if words[place] in lexicon.openings else 1
        for size in range(longest, 1, -1):
            weight = lexicon.weights.get(tuple(words[place : place + size]), 0)
            if weight:
                break
        else:
            size = 1
            weight = _weigh_word(words[place], language)
        if words[place] in negations and size == 1:
            negated, negation = 3, place
        elif weight:
            start, turned = (negation, _NEGATED[weight]) if negated else (place, weight)
            found.append(Told(start, place + size, place, turned))
            negated = 0
        else:
            negated = max(0, negated - size)
        place += size
    return found


def weigh_words(words: list[str], language: str) -> list[int]:
    """A weight for each word, negations applied; the words of a phrase share it on its first."""
    weights = [0] * len(words)
    for told in find_told(words, language):
        weights[told.at] = told.weight
    return weights


@lru_cache(maxsize=50_000)  # words repeat
def _weigh_word(word: str, language: str) -> int:
    lexicon = load_lexicon(language)
    weight = lexicon.weights.get((word,), 0)
    if weight or language != "ar":
        return weight
    for clitic in _CLITICS:
        if word.startswith(clitic) and len(word) - len(clitic) >= 2:
            weight = lexicon.weights.get((word[len(clitic) :],), 0)
            if weight:
                return weight
    stem = stem_arabic(word)
    return lexicon.stems.get(stem, 0) if len(stem) >= 4 else 0
