"""Reviews for programs: the list, one of them, what is decided of it, and the answer in public."""

import uuid
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Body, Field, Query, Router, Schema
from pydantic import Field as Checked

from wafaa.access.keys.api import ReadKey, WriteKey, identify_key
from wafaa.kit.api import PAGE_ITEMS, CleanText, Closed, Cursor, Limit, Page, ShortText, cut_page
from wafaa.kit.pagination import Stretch
from wafaa.listen.reviews.actions import publish_reviews, reject_reviews, set_reply
from wafaa.listen.reviews.models import Review
from wafaa.listen.reviews.queries import ReviewFilter, get_review, list_reviews
from wafaa.listen.reviews.rules import REPLY_MAX, Reason, State

router = Router(auth=ReadKey(), tags=["reviews"])


class ReviewItem(Schema):
    id: uuid.UUID = Field(description=gettext_noop("Ours; it never changes."))
    product_id: str | None = Field(description=gettext_noop("The product's number."))
    customer_id: uuid.UUID | None = Field(description=gettext_noop("Null where nobody knows who wrote it."))
    order_id: str = Field(
        description=gettext_noop("The number of the order that it belongs to; empty without one.")
    )
    rating: int = Field(description=gettext_noop("One to five stars."))
    title: str = Field(description=gettext_noop("In a few words."))
    text: str = Field(description=gettext_noop("What was written."))
    name: str = Field(description=gettext_noop("The name that is shown."))
    language: str = Field(description=gettext_noop("Of the words: ar or en."))
    state: str = Field(description=gettext_noop("waiting, published or rejected."))
    reason: str = Field(description=gettext_noop("Why it was rejected; empty otherwise."))
    is_verified: bool = Field(description=gettext_noop("Whether an order of the writer holds the product."))
    may_quote: bool = Field(
        description=gettext_noop("Whether the writer agrees to be quoted at this moment.")
    )
    reply: str = Field(description=gettext_noop("What the shop answers in public."))
    submitted_at: datetime = Field(description=gettext_noop("When it was written first."))
    changed_at: datetime = Field(description=gettext_noop("When the writer changed it last."))


class ReviewQuestion(Closed):
    q: ShortText = Field("", description=gettext_noop("Words of the review, or of the product's name."))
    state: Literal["", "waiting", "published", "rejected"] = Field(
        "", description=gettext_noop("Only those in this state.")
    )
    rating: int | None = Field(None, ge=1, le=5, description=gettext_noop("Only those of so many stars."))
    product: ShortText = Field("", description=gettext_noop("Reviews of the product with this number."))
    verified: bool | None = Field(None, description=gettext_noop("Only those of buyers, or of others."))
    answered: bool | None = Field(
        None, description=gettext_noop("Only those that the shop answered, or did not.")
    )


class ReviewListQuestion(ReviewQuestion):
    cursor: Cursor = ""
    limit: Limit = PAGE_ITEMS


class ReviewDecision(Closed):
    state: Literal["published", "rejected"] = Field(description=gettext_noop("What is decided of it."))
    reason: Literal[tuple(str(one) for one in Reason)] | None = Field(  # type: ignore[valid-type]  # the list of rules.py
        None, description=gettext_noop("Why it is rejected. That it is negative is no reason.")
    )


class ReviewReply(Closed):
    text: Annotated[CleanText, Checked(max_length=REPLY_MAX)] = Field(
        description=gettext_noop("It stands below the review; an empty one takes the answer away.")
    )


@router.get(
    "/reviews",
    response=Page[ReviewItem],
    summary=gettext_noop("List reviews"),
    description=gettext_noop(
        "Newest first. Published ones are open to everybody at /v1/public/reviews/{product}."
    ),
    operation_id="list_reviews",
)
def reviews(request: HttpRequest, asked: Annotated[ReviewListQuestion, Query()]) -> Any:
    found = list_reviews(
        ReviewFilter(
            state=asked.state,
            search=asked.q,
            rating=asked.rating,
            product=asked.product,
            is_verified=asked.verified,
            is_answered=asked.answered,
        )
    )
    return cut_page(
        [Stretch(rows=found, key="submitted_at", is_descending=True)],
        cursor=asked.cursor,
        limit=asked.limit,
        question=asked.dict(exclude={"cursor", "limit"}),
        say=_say,
    )


@router.get(
    "/reviews/{uuid:review_id}",
    response=ReviewItem,
    summary=gettext_noop("One review"),
    operation_id="get_review",
)
def review(request: HttpRequest, review_id: uuid.UUID) -> Any:
    return _say(get_review(review_id))


@router.post(
    "/reviews/{uuid:review_id}/decision",
    response=ReviewItem,
    auth=WriteKey(),
    summary=gettext_noop("Publish or reject a review"),
    description=gettext_noop("Rejecting needs one of the reasons. The audit trail names the key."),
    operation_id="decide_review",
)
def decide(request: HttpRequest, review_id: uuid.UUID, told: Annotated[ReviewDecision, Body()]) -> Any:
    via = str(identify_key(request))
    if told.state == "published":
        publish_reviews(reviews=[review_id], staff=None, via=via)
    else:
        reject_reviews(reviews=[review_id], reason=told.reason or "", staff=None, via=via)
    return _say(get_review(review_id))


@router.put(
    "/reviews/{uuid:review_id}/reply",
    response=ReviewItem,
    auth=WriteKey(),
    summary=gettext_noop("Answer a review in public"),
    operation_id="reply_to_review",
)
def reply(request: HttpRequest, review_id: uuid.UUID, told: Annotated[ReviewReply, Body()]) -> Any:
    set_reply(review=get_review(review_id), text=told.text, staff=None, via=str(identify_key(request)))
    return _say(get_review(review_id))


def _say(one: Review) -> dict[str, Any]:
    return {
        "id": one.uuid,
        "product_id": one.product.sku if one.product else None,
        "customer_id": one.customer.uuid if one.customer else None,
        "order_id": one.order_ref,
        "rating": one.rating,
        "title": one.title,
        "text": one.text,
        "name": one.name,
        "language": one.language,
        "state": one.state,
        "reason": one.reject_reason if one.state == State.REJECTED else "",
        "is_verified": one.is_verified,
        "may_quote": one.may_quote,
        "reply": one.reply,
        "submitted_at": one.submitted_at,
        "changed_at": one.changed_at,
    }
