"""What of an event is a comment, when score and text disagree, and what may be asked of comments. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from wafaa.learn.feedback.reading.letters import LONGEST, normalise, stem_arabic

ANSWERED, REVIEWED, MISMATCHED = "Survey Answered", "Review Submitted", "Comment Mismatched"
HEARS = (ANSWERED, REVIEWED)
SOURCE = "feedback"
TEXT_TYPES = {"short_text", "long_text"}
SENTIMENTS = ("negative", "neutral", "positive", "unsure")
# Somebody who gave this share of the scale or more was content by their score, at most the other discontent.
HIGH_SHARE, LOW_SHARE = 0.75, 0.25
# The chance from which words are said to gainsay a score. A case is opened for it, so it is stricter than showing a feeling;
# how many of them are right was not measured.
MISMATCH_FROM = 0.8
FIELD_LETTERS, KEY_LETTERS, COMMENTS_PER_ANSWER = 200, 300, 40
# Kept letters of the words by which a comment is found.
SEARCH_LETTERS = 8_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """A comment before it is read: where it was written, by whom, and beside which score."""

    source_key: str
    kind: str  # answer, review
    distinct_id: str
    at: datetime
    text: str
    score_share: float | None
    fields: dict[str, Any] = field(default_factory=dict)


def list_said(*, name: str, message_id: str, distinct_id: str, at: datetime, properties: str) -> list[Said]:
    """The comments of an event; hostile contents give none."""
    try:
        told = json.loads(properties)
    except (ValueError, RecursionError):
        return []
    if not isinstance(told, dict):
        return []
    if name == REVIEWED:
        return _list_review(message_id, distinct_id, at, told)
    return _list_answers(message_id, distinct_id, at, told) if name == ANSWERED else []


def _list_review(message_id: str, distinct_id: str, at: datetime, told: Mapping[str, Any]) -> list[Said]:
    text = "\n".join(part for part in (clean(told.get("title"), 300), clean(told.get("text"))) if part)
    if not text:
        return []
    key = clean(told.get("review_id"), FIELD_LETTERS) or message_id
    rating = _number(told.get("rating"))
    return [
        Said(
            source_key=f"review:{key}"[:KEY_LETTERS],
            kind="review",
            distinct_id=distinct_id,
            at=at,
            text=text,
            score_share=_share(rating, 1, 5),
            fields={**_read_fields(told), "question": ""},
        )
    ]


def _list_answers(message_id: str, distinct_id: str, at: datetime, told: Mapping[str, Any]) -> list[Said]:
    answers = told.get("answers")
    if not isinstance(answers, list):
        return []
    is_anonymous = told.get("is_anonymous") is True
    response = clean(told.get("response_id"), FIELD_LETTERS) or message_id
    share = find_share(told)
    found = []
    for one in answers[:COMMENTS_PER_ANSWER]:
        if not isinstance(one, dict) or one.get("type") not in TEXT_TYPES:
            continue
        text, question = clean(one.get("text")), clean(one.get("question"), FIELD_LETTERS)
        if text:
            found.append(
                Said(
                    source_key=f"response:{response}:{question}"[:KEY_LETTERS],
                    kind="answer",
                    distinct_id="" if is_anonymous else distinct_id,
                    at=at,
                    text=text,
                    score_share=share,
                    fields={
                        **_read_fields(told),
                        "question": clean(one.get("text_of_question"), 300) or question,
                    },
                )
            )
    return found


def find_share(told: Mapping[str, Any]) -> float | None:
    """How far up its scale the answer's main score lies: NPS, else satisfaction, else effort."""
    csat = told.get("csat")
    parts = csat if isinstance(csat, dict) else {}
    points = _number(parts.get("points")) or 5
    for share in (
        _share(_number(told.get("nps")), 0, 10),
        _share(_number(parts.get("value")), 1, points),
        _share(_number(told.get("ces")), 1, 7),
    ):
        if share is not None:
            return share
    return None


def _share(value: float | None, first: float, last: float) -> float | None:
    if value is None or not first <= value <= last or last <= first:
        return None
    return round((value - first) / (last - first), 4)


def disagrees(score_share: float | None, sentiment: str, confidence: float) -> bool:
    """Whether score and words tell opposite things, the words clearly."""
    if score_share is None or confidence < MISMATCH_FROM:
        return False
    too_good = score_share >= HIGH_SHARE and sentiment == "negative"
    return too_good or (score_share <= LOW_SHARE and sentiment == "positive")


def is_hidden_trouble(score_share: float | None, sentiment: str) -> bool:
    """Of the two ways to disagree the one that somebody has to see to: a good score over unhappy words."""
    return score_share is not None and score_share >= HIGH_SHARE and sentiment == "negative"


def make_words(text: str) -> str:
    """The words by which a comment is found: one form per letter variant, and each Arabic word without what clings to it."""
    words = normalise(text).split()
    stems = [stem for word in words if (stem := stem_arabic(word)) != word]
    return " ".join([*words, *dict.fromkeys(stems)])[:SEARCH_LETTERS]


def make_query(search: str) -> str:
    """What PostgreSQL is asked for: every word, as it begins or by its stem; "" where nothing is left of it."""
    parts = []
    for word in normalise(search[:200]).split()[:10]:
        kept = "".join(char for char in word if char.isalnum())
        if kept:
            stem = stem_arabic(kept)
            parts.append(f"('{kept}':*)" if stem == kept else f"('{kept}':* | '{stem}')")
    return " & ".join(parts)


def _read_fields(told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "survey": _uuid(told.get("survey_id")),
        "response": _uuid(told.get("response_id")),
        "survey_name": clean(told.get("survey"), FIELD_LETTERS),
        "product_ref": clean(told.get("product_id"), FIELD_LETTERS),
        "order_ref": clean(told.get("order_id"), FIELD_LETTERS),
        "store": clean(told.get("store"), FIELD_LETTERS),
        "agent": clean(told.get("agent"), FIELD_LETTERS),
        "touchpoint": clean(told.get("touchpoint"), FIELD_LETTERS),
    }


def clean(given: Any, most: int = LONGEST) -> str:
    """Text without zero bytes and lone surrogates, cut; what is no text is nothing."""
    if isinstance(given, int) and not isinstance(given, bool) and abs(given) < 10**18:
        given = str(given)
    if not isinstance(given, str):
        return ""
    return given[: most * 2].replace("\x00", "").encode("utf-8", "ignore").decode().strip()[:most]


def _number(given: Any) -> float | None:
    is_number = isinstance(given, int | float) and not isinstance(given, bool) and abs(given) < 10**6
    return float(given) if is_number else None


def _uuid(given: Any) -> UUID | None:
    try:
        return UUID(given) if isinstance(given, str) else None
    except ValueError:
        return None


@dataclass(frozen=True, kw_only=True, slots=True)
class CommentFilter:
    """What a list is narrowed to; "" and None narrow nothing. Days are those of the business, both included."""

    search: str = ""
    topic: str = ""
    sentiment: str = ""
    language: str = ""
    survey: UUID | None = None
    product: str = ""
    store: str = ""
    agent: str = ""
    touchpoint: str = ""
    since: date | None = None
    until: date | None = None
    is_mismatch: bool = False
    stores: Sequence[str] | None = None  # codes that these eyes see; None: all


@dataclass(frozen=True, kw_only=True, slots=True)
class TopicCount:
    """How many comments name a topic, how they feel, and how many named it in the stretch of the same length before."""

    topic: str
    comments: int
    negative: int
    positive: int
    before: int
    share: float  # of all comments of the stretch
    share_before: float | None  # None where nothing was said before
