"""From answers and reviews to comments that were read."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from wafaa.know.customers.actions.identifying import hold_still
from wafaa.know.customers.models import DistinctId
from wafaa.learn.feedback.judging import judge_texts
from wafaa.learn.feedback.models import Comment
from wafaa.learn.feedback.rules import (
    MISMATCHED,
    SOURCE,
    Said,
    disagrees,
    is_hidden_trouble,
    list_said,
    make_words,
)
from wafaa.stream.actions import record_events
from wafaa.stream.queries import read_events
from wafaa.stream.rules import EventHead, NewEvent

# What a later event of the same answer or review may say otherwise. A correction by staff stays while the words do.
_TOLD = (
    "kind", "customer_id", "distinct_id", "survey", "survey_name", "response", "question", "product_ref", "order_ref",
    "store", "agent", "touchpoint", "at", "language", "text", "words", "score_share", "sentiment", "confidence", "topics",
    "spans", "is_mismatch", "corrected_at",
)  # fmt: skip


@transaction.atomic
def hear_comments(heads: Sequence[EventHead]) -> int:
    """How many comments are new or say something else; heard again nothing changes. Rows are locked in the order of keys."""
    said: dict[str, Said] = {}
    for event in read_events(heads):
        for one in list_said(
            name=event.name,
            message_id=event.message_id,
            distinct_id=event.distinct_id,
            at=event.occurred_at,
            properties=event.properties,
        ):
            before = said.get(one.source_key)
            said[one.source_key] = one if before is None or one.at >= before.at else before
    if not said:
        return 0
    hold_still()
    known = {
        one.source_key: one
        for one in Comment.objects.select_for_update().filter(source_key__in=said).order_by("source_key")
    }
    fresh = [one for key, one in sorted(said.items()) if key not in known or _is_news(known[key], one)]
    written = _make(fresh, known)
    Comment.objects.bulk_create(
        written,
        update_conflicts=True,
        unique_fields=["source_key"],
        update_fields=[_column(name) for name in _TOLD],
    )
    _tell([one for one in written if one.is_mismatch and is_hidden_trouble(one.score_share, one.sentiment)])
    return len(written)


def _column(name: str) -> str:
    return name.removesuffix("_id") if name == "customer_id" else name


def _is_news(known: Comment, said: Said) -> bool:
    return said.at >= known.at and (said.text, said.score_share) != (known.text, known.score_share)


def _make(fresh: Sequence[Said], known: dict[str, Comment]) -> list[Comment]:
    ids = {one.distinct_id for one in fresh}
    customers = dict(DistinctId.objects.filter(distinct_id__in=ids).values_list("distinct_id", "customer_id"))
    made = []
    for one, judged in zip(fresh, judge_texts([one.text for one in fresh]), strict=True):
        before = known.get(one.source_key)
        comment = Comment(
            source_key=one.source_key,
            kind=one.kind,
            customer_id=customers.get(one.distinct_id),
            distinct_id=one.distinct_id[:200],
            at=one.at,
            text=one.text,
            words=make_words(one.text),
            score_share=one.score_share,
            **one.fields,
        )
        read: dict[str, Any] = judged.as_fields()
        if before is not None and before.corrected_at and before.text == one.text:
            kept = ("sentiment", "confidence", "topics", "spans", "corrected_at")
            read |= {name: getattr(before, name) for name in kept}
        for name, value in read.items():
            setattr(comment, name, value)
        comment.is_mismatch = disagrees(comment.score_share, comment.sentiment, comment.confidence)
        made.append(comment)
    return made


def _tell(found: Sequence[Comment]) -> None:
    """Once for each comment, however often it is read."""
    record_events(
        events=[
            NewEvent(
                message_id=f"comment-mismatched:{one.source_key}",
                type="track",
                name=MISMATCHED,
                distinct_id=one.distinct_id or f"anonymous:{one.source_key}"[:200],
                occurred_at=one.at,
                properties={
                    "source_key": one.source_key,
                    "survey_id": str(one.survey or ""),
                    "survey": one.survey_name,
                    "response_id": str(one.response or ""),
                    "product_id": one.product_ref,
                    "order_id": one.order_ref,
                    "store": one.store,
                    "agent": one.agent,
                    "touchpoint": one.touchpoint,
                    "score_share": one.score_share,
                    "sentiment": one.sentiment,
                    "confidence": one.confidence,
                    "topics": list(one.topics),
                    "text": one.text,
                },
                source=SOURCE,
            )
            for one in found
        ]
    )
