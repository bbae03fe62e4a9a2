"""Reading comments: lists, one of them, topics with their trend, what can be chosen, what is handed out of a person."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import Count, Func, Q, QuerySet
from django.db.models.functions import TruncMonth

from wafaa.access.business.queries import get_business
from wafaa.kit.clock import end_of_day, start_of_day
from wafaa.learn.feedback.errors import CommentMissing
from wafaa.learn.feedback.models import TOPIC_NAMES, Comment, Correction, Lesson
from wafaa.learn.feedback.rules import CommentFilter, TopicCount, make_query

PLACES = ("store", "agent", "touchpoint")
CHOICES_MAX = 200


def list_comments(asked: CommentFilter) -> QuerySet[Comment]:
    """The latest first. A search finds words as they begin, whatever their vowel marks, letter variants and prefixes."""
    found = Comment.objects.select_related("customer").defer("vector").order_by("-at", "-id")
    equal: dict[str, Any] = {
        "sentiment": asked.sentiment,
        "language": asked.language,
        "survey": asked.survey,
        "product_ref": asked.product,
        "store": asked.store,
        "agent": asked.agent,
        "touchpoint": asked.touchpoint,
    }
    found = found.filter(**{name: value for name, value in equal.items() if value})
    if asked.topic:
        found = found.filter(topics__contains=[asked.topic])
    if asked.is_mismatch:
        found = found.filter(is_mismatch=True)
    if asked.stores is not None:
        found = found.filter(store__in=list(asked.stores))
    zone = get_business().zone
    if asked.since:
        found = found.filter(at__gte=start_of_day(asked.since, zone))
    if asked.until:
        found = found.filter(at__lt=end_of_day(asked.until, zone))
    return _search(found, asked.search)


def _search(found: QuerySet[Comment], search: str) -> QuerySet[Comment]:
    if not search.strip():
        return found
    query = make_query(search)
    if not query:
        return found.none()
    return found.filter(vector=SearchQuery(query, search_type="raw", config="simple"))


def get_comment(comment_uuid: uuid.UUID, stores: Sequence[str] | None = None) -> Comment:
    """Raises CommentMissing, also for a comment about a store that these eyes don't see."""
    found = Comment.objects.select_related("customer").defer("vector").filter(uuid=comment_uuid)
    if stores is not None:
        found = found.filter(store__in=list(stores))
    comment = found.first()
    if comment is None:
        raise CommentMissing
    return comment


def list_corrections(comment: Comment) -> QuerySet[Correction]:
    """Those that stand, the latest first."""
    return comment.corrections.filter(undone_at=None).select_related("by").order_by("-id")


def list_topics_counts(asked: CommentFilter, *, since: date, until: date) -> list[TopicCount]:
    """Every topic over the stretch of days and over as many days before it; the most named first."""
    days = (until - since).days + 1
    now, before = (
        _count_topics(_narrow(asked, *span))
        for span in ((since, until), (since - timedelta(days=days), since - timedelta(days=1)))
    )
    counts = [
        TopicCount(
            topic=topic,
            comments=now[0].get(topic, {}).get("n", 0),
            negative=now[0].get(topic, {}).get("negative", 0),
            positive=now[0].get(topic, {}).get("positive", 0),
            before=before[0].get(topic, {}).get("n", 0),
            share=now[0].get(topic, {}).get("n", 0) / now[1] if now[1] else 0.0,
            share_before=before[0].get(topic, {}).get("n", 0) / before[1] if before[1] else None,
        )
        for topic in TOPIC_NAMES
    ]
    return sorted(counts, key=lambda one: -one.comments)


def _narrow(asked: CommentFilter, since: date, until: date) -> QuerySet[Comment]:
    kept = {name: getattr(asked, name) for name in asked.__slots__ if name not in {"since", "until", "topic"}}
    return list_comments(CommentFilter(**kept, since=since, until=until))


def _count_topics(found: QuerySet[Comment]) -> tuple[dict[str, dict[str, Any]], int]:
    rows = (
        found.order_by()
        .annotate(topic=Func("topics", function="unnest"))
        .values("topic")
        .annotate(
            n=Count("pk"),
            negative=Count("pk", filter=Q(sentiment="negative")),
            positive=Count("pk", filter=Q(sentiment="positive")),
        )
    )
    return {row["topic"]: dict(row) for row in rows}, found.count()


def count_feelings(found: QuerySet[Comment]) -> dict[str, int]:
    """Comments by feeling."""
    rows = found.order_by().values_list("sentiment").annotate(n=Count("pk"))
    return {str(feeling): int(many) for feeling, many in rows}


def count_by_month(asked: CommentFilter) -> list[tuple[datetime, int, int]]:
    """By month of the business, the oldest first: comments, and unhappy ones."""
    found = list_comments(asked).order_by()
    rows = (
        found.annotate(month=TruncMonth("at", tzinfo=get_business().zone))
        .values("month")
        .annotate(n=Count("pk"), negative=Count("pk", filter=Q(sentiment="negative")))
        .order_by("month")
    )
    return [(row["month"], row["n"], row["negative"]) for row in rows]


def list_choices() -> dict[str, list[str]]:
    """By place, what comments name."""
    return {
        name: sorted(
            Comment.objects.exclude(**{name: ""}).values_list(name, flat=True).distinct()[:CHOICES_MAX]
        )
        for name in (*PLACES, "product_ref")
    }


def name_surveys() -> list[tuple[str, str]]:
    """The surveys that comments come from, called as the latest of them calls each."""
    told = Comment.objects.exclude(survey=None).order_by("survey", "-at").distinct("survey")
    named = told.values_list("survey", "survey_name")[:CHOICES_MAX]
    return sorted(((str(key), name or str(key)[:8]) for key, name in named), key=lambda one: one[1])


def find_last_lesson() -> Lesson | None:
    return Lesson.objects.order_by("-id").first()


def export_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """What a person wrote and what was read in it, as plain values."""
    theirs = Comment.objects.filter(Q(customer=customer_id) | Q(distinct_id__in=list(distinct_ids)))
    rows = theirs.order_by("id").values(
        "uuid", "kind", "at", "question", "text", "language", "sentiment", "topics", "score_share", "store", "agent",
        "touchpoint", "product_ref", "order_ref",
    )  # fmt: skip
    return {"comments": [dict(row) for row in rows]}
