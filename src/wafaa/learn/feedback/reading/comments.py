"""One reading of a comment out of language, feeling, topics and spans."""

from collections.abc import Sequence
from dataclasses import dataclass

from wafaa.learn.feedback.reading.letters import LONGEST, detect_language
from wafaa.learn.feedback.reading.model import SENTIMENTS, load_linear
from wafaa.learn.feedback.reading.spans import Span, find_spans
from wafaa.learn.feedback.reading.topics import find_topics

# Below this chance the most likely feeling is as often wrong as not; see docs/models/comments.md for what is gained.
UNSURE_BELOW = 0.5
UNSURE = "unsure"


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
