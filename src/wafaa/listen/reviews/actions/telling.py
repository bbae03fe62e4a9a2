"""What the stream hears of reviews, in the transaction that writes them."""

from collections.abc import Sequence
from uuid import UUID

from wafaa.kit import clock
from wafaa.know.customers.queries import list_distinct_ids
from wafaa.listen.reviews.models import Review
from wafaa.listen.reviews.rules import PUBLISHED, SOURCE, SUBMITTED, is_low
from wafaa.stream.actions import record_events
from wafaa.stream.rules import NewEvent


def tell_submitted(reviews: Sequence[Review]) -> None:
    """Each version once: an edit has a number behind its id."""
    now, ids = clock.now(), _name_people(reviews)
    record_events(
        events=[
            NewEvent(
                message_id=f"review-submitted:{one.uuid}" + (f":edit-{one.number}" if one.number > 1 else ""),
                type="track",
                name=SUBMITTED,
                distinct_id=ids[one.pk],
                occurred_at=now,
                properties={
                    "review_id": str(one.uuid),
                    "product_id": one.product.sku if one.product else "",
                    "order_id": one.order_ref,
                    "store": one.store.code if one.store else "",
                    "rating": one.rating,
                    "title": one.title,
                    "text": one.text,
                    "language": one.language,
                    "is_verified": one.is_verified,
                    "is_low": is_low(one.rating),
                    "is_edit": one.number > 1,
                },
                source=SOURCE,
            )
            for one in reviews
        ]
    )


def tell_published(reviews: Sequence[Review]) -> None:
    """For the first time; coming back after an edit is no news."""
    now, ids = clock.now(), _name_people(reviews)
    record_events(
        events=[
            NewEvent(
                message_id=f"review-published:{one.uuid}",
                type="track",
                name=PUBLISHED,
                distinct_id=ids[one.pk],
                occurred_at=now,
                properties={
                    "review_id": str(one.uuid),
                    "product_id": one.product.sku if one.product else "",
                    "rating": one.rating,
                    "is_verified": one.is_verified,
                },
                source=SOURCE,
            )
            for one in reviews
        ]
    )


def _name_people(reviews: Sequence[Review]) -> dict[int, str]:
    """By review the id by which the stream knows who wrote it; a passer-by is somebody of this review alone."""
    known = list_distinct_ids({one.customer_id for one in reviews if one.customer_id})
    return {one.pk: next(iter(known.get(one.customer_id or 0, ())), name_nobody(one.uuid)) for one in reviews}


def name_nobody(review: UUID) -> str:
    """The distinct id of who wrote a review without being known."""
    return f"anonymous:review-{review}"
