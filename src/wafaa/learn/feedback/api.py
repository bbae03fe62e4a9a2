"""Comments for programs: what a text says, and the comments that were read."""

import uuid
from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Body, Field, Query, Router, Schema

from wafaa.access.keys.api import ReadKey
from wafaa.kit.api import PAGE_ITEMS, CleanText, Closed, Cursor, Limit, Page, ShortText, cut_page
from wafaa.kit.pagination import Stretch
from wafaa.learn.feedback.judging import judge_texts
from wafaa.learn.feedback.models import TOPIC_NAMES, Comment
from wafaa.learn.feedback.queries import list_comments
from wafaa.learn.feedback.rules import SENTIMENTS, CommentFilter

router = Router(auth=ReadKey(), tags=["comments"])

TEXT_LETTERS = 4_000


class TextToRead(Closed):
    text: Annotated[CleanText, Field(min_length=1, max_length=TEXT_LETTERS)] = Field(
        description=gettext_noop("What somebody wrote. It is read and kept nowhere."),
        examples=["The food was great but we waited an hour."],
    )


class LeaningItem(Schema):
    start: int = Field(description=gettext_noop("Where it begins, in characters."))
    end: int = Field(description=gettext_noop("Where it ends; that character is not in it any more."))
    sentiment: str = Field(description=gettext_noop("Which way the word leans."))


class ReadText(Schema):
    language: str = Field(description=gettext_noop("ar, en or other."))
    sentiment: str = Field(description=gettext_noop("negative, neutral, positive or unsure."))
    confidence: float = Field(description=gettext_noop("The chance of the likeliest feeling, 0 to 1."))
    topics: list[str] = Field(description=gettext_noop("What it is about."))
    spans: list[LeaningItem] = Field(description=gettext_noop("The words from which the feeling was read."))


class CommentItem(ReadText):
    id: uuid.UUID = Field(description=gettext_noop("Ours; it never changes."))
    at: datetime = Field(description=gettext_noop("When it was written."))
    text: str = Field(description=gettext_noop("What was written."))
    kind: str = Field(description=gettext_noop("answer or review."))
    customer_id: uuid.UUID | None = Field(description=gettext_noop("Null where nobody knows who wrote it."))
    survey_id: uuid.UUID | None = Field(description=gettext_noop("The survey in which it was written."))
    product_id: str = Field(description=gettext_noop("The product's number."))
    store: str = Field(description=gettext_noop("The store's code."))
    agent: str = Field(description=gettext_noop("Who served."))
    touchpoint: str = Field(description=gettext_noop("Where it was asked."))
    score_share: float | None = Field(
        description=gettext_noop("The score beside it: 0 is the lowest of its scale, 1 the highest.")
    )
    is_mismatch: bool = Field(description=gettext_noop("Whether score and words disagree."))
    is_corrected: bool = Field(description=gettext_noop("Whether staff said what it means."))


class CommentQuestion(Closed):
    q: ShortText = Field("", description=gettext_noop("Words of the comment."))
    sentiment: Literal[("", *SENTIMENTS)] = Field(  # type: ignore[valid-type]  # the list of rules.py
        "", description=gettext_noop("Only those with this feeling.")
    )
    topic: Literal[("", *TOPIC_NAMES)] = Field(  # type: ignore[valid-type]  # the list of models.py
        "", description=gettext_noop("Only those about this.")
    )
    language: Literal["", "ar", "en", "other"] = Field(
        "", description=gettext_noop("Only those in this language.")
    )
    survey: uuid.UUID | None = Field(None, description=gettext_noop("Only those of this survey."))
    product: ShortText = Field("", description=gettext_noop("Only those about the product with this number."))
    store: ShortText = Field("", description=gettext_noop("Only those about the store with this code."))
    mismatch: bool = Field(
        default=False, description=gettext_noop("Only those whose score and words disagree.")
    )
    since: date | None = Field(None, description=gettext_noop("From this day of the business on."))
    until: date | None = Field(None, description=gettext_noop("Up to this day, with it."))
    cursor: Cursor = ""
    limit: Limit = PAGE_ITEMS


@router.post(
    "/comments/read",
    response=ReadText,
    summary=gettext_noop("Read what a text says"),
    description=gettext_noop("Language, feeling and topics, in Arabic and English. Nothing is kept."),
    operation_id="read_comment",
)
def read(request: HttpRequest, told: Annotated[TextToRead, Body()]) -> Any:
    (judged,) = judge_texts([told.text])
    return {**judged.as_fields(), "spans": _list_spans(judged.spans)}


@router.get(
    "/comments",
    response=Page[CommentItem],
    summary=gettext_noop("List comments"),
    description=gettext_noop("Newest first."),
    operation_id="list_comments",
)
def comments(request: HttpRequest, asked: Annotated[CommentQuestion, Query()]) -> Any:
    found = list_comments(
        CommentFilter(
            search=asked.q,
            sentiment=asked.sentiment,
            topic=asked.topic,
            language=asked.language,
            survey=asked.survey,
            product=asked.product,
            store=asked.store,
            is_mismatch=asked.mismatch,
            since=asked.since,
            until=asked.until,
        )
    )
    return cut_page(
        [Stretch(rows=found, key="at", is_descending=True)],
        cursor=asked.cursor,
        limit=asked.limit,
        question=asked.dict(exclude={"cursor", "limit"}),
        say=_say,
    )


def _say(one: Comment) -> dict[str, Any]:
    return {
        "id": one.uuid,
        "at": one.at,
        "text": one.text,
        "kind": one.kind,
        "customer_id": one.customer.uuid if one.customer else None,
        "survey_id": one.survey,
        "product_id": one.product_ref,
        "store": one.store,
        "agent": one.agent,
        "touchpoint": one.touchpoint,
        "score_share": one.score_share,
        "is_mismatch": one.is_mismatch,
        "is_corrected": one.corrected_at is not None,
        "language": one.language,
        "sentiment": one.sentiment,
        "confidence": one.confidence,
        "topics": one.topics,
        "spans": _list_spans(one.spans),
    }


def _list_spans(spans: list[list[Any]]) -> list[dict[str, Any]]:
    return [{"start": start, "end": end, "sentiment": leans} for start, end, leans in spans]
