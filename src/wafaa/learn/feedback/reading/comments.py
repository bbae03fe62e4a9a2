"""One reading of a comment out of language, feeling, topics and spans."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from wafaa.learn.feedback.reading.letters import LONGEST, detect_language, normalise, split_english
from wafaa.learn.feedback.reading.lexicon import weigh_words
from wafaa.learn.feedback.reading.model import SENTIMENTS, load_linear, weigh_word
from wafaa.learn.feedback.reading.topics import find_topics

# Below this chance the most likely feeling is as often wrong as not; see docs/models/comments.md for what is gained.
UNSURE_BELOW = 0.5
UNSURE = "unsure"
SPANS_MAX = 6
# A word is marked where its own weight leans to the feeling by this part of the strongest one's.
MARKED_FROM = 0.35
_WORDS = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")


@dataclass(frozen=True, slots=True)
class Span:
    """A word that leans to a feeling: from start to before end, in characters of the text."""

    start: int
    end: int
    sentiment: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a comment says; `confidence` is the chance of the likeliest feeling, 0 where the language is unknown."""

    language: str
    sentiment: str
    confidence: float
    chances: tuple[float, float, float]
    topics: tuple[str, ...]
    spans: tuple[Span, ...]


def read_comments(texts: Sequence[str]) -> list[Reading]:
    """In the order given. Text beyond the first 4,000 letters is not looked at."""
    cut = [text[:LONGEST] for text in texts]
    languages = [detect_language(text) for text in cut]
    chances: list[tuple[float, float, float]] = [(0.0, 0.0, 0.0)] * len(cut)
    for language in ("ar", "en"):
        places = [place for place, one in enumerate(languages) if one == language]
        if places:
            judged = load_linear(language).judge([cut[place] for place in places], language)
            for place, row in zip(places, judged, strict=True):
                chances[place] = (float(row[0]), float(row[1]), float(row[2]))
    topics = find_topics(cut, languages)
    return [
        _make(text, language, chance, found)
        for text, language, chance, found in zip(cut, languages, chances, topics, strict=True)
    ]


def _make(text: str, language: str, chances: tuple[float, float, float], topics: tuple[str, ...]) -> Reading:
    confidence = max(chances)
    sentiment = SENTIMENTS[chances.index(confidence)] if confidence >= UNSURE_BELOW else UNSURE
    spans = find_spans(text, language, sentiment)
    return Reading(language, sentiment, round(confidence, 4), chances, topics, spans)


def find_spans(text: str, language: str, sentiment: str) -> tuple[Span, ...]:
    """The words whose own weights lean to the feeling; of a neutral or unsure one, those that a lexicon knows, of both kinds."""
    if language == "other":
        return ()
    # words of two or three letters join others, and lean by whom they stand beside
    words = [
        word
        for word in _WORDS.finditer(text)
        if len(word[0]) > 3 or weigh_words([_bare(word[0], language)], language)[0]
    ]
    words = words[:400]
    if sentiment in {"negative", "positive"}:
        column = SENTIMENTS.index(sentiment)
        against = 2 - column
        weights = [
            row[column] - row[against]
            for row in (weigh_word(_bare(word[0], language), language) for word in words)
        ]
        strongest = max(weights, default=0)
        marked = sorted(
            (
                place
                for place, weight in enumerate(weights)
                if weight > 0 and weight >= strongest * MARKED_FROM
            ),
            key=lambda place: -weights[place],
        )[:SPANS_MAX]
        return tuple(Span(words[place].start(), words[place].end(), sentiment) for place in sorted(marked))
    known = weigh_words([_bare(word[0], language) for word in words], language)
    return tuple(
        Span(word.start(), word.end(), "negative" if weight < 0 else "positive")
        for word, weight in zip(words, known, strict=True)
        if abs(weight) > 1
    )[:SPANS_MAX]


@lru_cache(maxsize=50_000)
def _bare(word: str, language: str) -> str:
    if language == "ar":
        return normalise(word)
    return next(iter(split_english(word)), "")
