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
    """The latest one that counts: a lesson that was no better takes the one before it out of use."""
    last = Lesson.objects.order_by("-id").first()
    return last if last is not None and last.is_used else None


def judge_texts(texts: Sequence[str]) -> list[Judged]:
    """In the order given. Models are loaded at the first call, in a tenth of a second."""
    if not texts:
        return []
    from wafaa.learn.feedback.learning import adjust
    from wafaa.learn.feedback.reading.comments import UNSURE, UNSURE_BELOW, find_spans, read_comments
    from wafaa.learn.feedback.reading.model import SENTIMENTS

    read, lesson = read_comments(texts), find_lesson()
    own = adjust([one.chances for one in read], texts, lesson.weights) if lesson is not None else None
    judged = []
    for place, one in enumerate(read):
        sentiment, confidence, spans = one.sentiment, one.confidence, one.spans
        if own is not None and one.language != "other":
            confidence = round(float(own[place].max()), 4)
            sentiment = SENTIMENTS[int(own[place].argmax())] if confidence >= UNSURE_BELOW else UNSURE
            spans = find_spans(texts[place], one.language, sentiment)
        marked = [[span.start, span.end, span.sentiment] for span in spans]
        judged.append(Judged(one.language, sentiment, confidence, list(one.topics), marked))
    return judged
