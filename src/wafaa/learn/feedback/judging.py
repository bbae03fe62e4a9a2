"""What a text says by the shipped models and by what this shop taught."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wafaa.learn.feedback.models import Lesson


@dataclass(frozen=True, slots=True)
class Judged:
    """As a comment keeps it; spans are [start, end, sentiment]."""

    language: str
    sentiment: str
    confidence: float
    topics: list[str]
    spans: list[list[Any]]

    def as_fields(self) -> dict[str, Any]:
        return {
            "language": self.language,
            "sentiment": self.sentiment,
            "confidence": self.confidence,
            "topics": self.topics,
            "spans": self.spans,
        }


def find_lesson() -> Lesson | None:
    """The latest one, where it counts: a lesson that was no better takes the one before it out of use."""
    last = Lesson.objects.order_by("-id").first()
    return last if last is not None and last.weights else None


def judge_texts(texts: Sequence[str]) -> list[Judged]:
    """In the order given. Models are loaded at the first call, in a tenth of a second."""
    if not texts:
        return []
    from wafaa.learn.feedback.learning import adjust
    from wafaa.learn.feedback.learning_topics import adjust_topics
    from wafaa.learn.feedback.reading.comments import UNSURE, UNSURE_BELOW, read_comments
    from wafaa.learn.feedback.reading.model import SENTIMENTS
    from wafaa.learn.feedback.reading.spans import find_spans

    read, lesson = read_comments(texts), find_lesson()
    weights = lesson.weights if lesson is not None else {}
    own = adjust([one.chances for one in read], texts, weights) if "slots" in weights else None
    topics = adjust_topics(texts, weights["topics"]) if "topics" in weights else None
    judged = []
    for place, one in enumerate(read):
        sentiment, confidence, spans = one.sentiment, one.confidence, one.spans
        if own is not None and one.language != "other":
            confidence = round(float(own[place].max()), 4)
            sentiment = SENTIMENTS[int(own[place].argmax())] if confidence >= UNSURE_BELOW else UNSURE
            spans = find_spans(texts[place], one.language, sentiment)
        marked = [[span.start, span.end, span.sentiment] for span in spans]
        about = topics[place] if topics is not None else list(one.topics)
        judged.append(Judged(one.language, sentiment, confidence, about, marked))
    return judged
