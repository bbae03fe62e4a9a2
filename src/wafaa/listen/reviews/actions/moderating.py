"""What staff decide of reviews. Each decision leaves a line in the audit trail and can be undone."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.models import Staff
from wafaa.kit import clock
from wafaa.know.notes.rules import read_text
from wafaa.listen.reviews.actions.telling import tell_published
from wafaa.listen.reviews.actions.writing import touch
from wafaa.listen.reviews.errors import (
    NothingToUndo,
    NotQuotable,
    ReasonUnknown,
    ReplyTooLong,
    ReviewMissing,
    ReviewNotThere,
)
from wafaa.listen.reviews.models import Review
from wafaa.listen.reviews.rules import REPLY_MAX, SUBMITTED_STATES, Reason, State


def _lock(uuids: Collection[UUID]) -> list[Review]:
    """In the order of their ids. Raises ReviewMissing, ReviewNotThere."""
    found = Review.objects.select_for_update(of=("self",)).select_related("product", "store")
    reviews = list(found.filter(uuid__in=uuids).order_by("id"))
    if len(reviews) != len(set(uuids)):
        raise ReviewMissing
    if any(one.state not in SUBMITTED_STATES for one in reviews):
        raise ReviewNotThere
    return reviews


@transaction.atomic
def publish_reviews(*, reviews: Collection[UUID], staff: Staff | None, via: str = "") -> list[Review]:
    """Those that were not; the rest stay as they are. Raises ReviewMissing, ReviewNotThere, and then changes none."""
    decided = [one for one in _lock(reviews) if one.state != State.PUBLISHED]
    fresh = [one for one in decided if one.published_at is None]
    for one in decided:
        _decide(one, State.PUBLISHED, staff)
        one.published_at = one.published_at or clock.now()
        touch(one)
        _note(one, "publish_review", staff, via)
    tell_published(fresh)
    return decided


@transaction.atomic
def reject_reviews(
    *, reviews: Collection[UUID], reason: str, staff: Staff | None, via: str = ""
) -> list[Review]:
    """Kept off every page for one of rules.Reason. Raises ReasonUnknown and as publish_reviews does."""
    if reason not in set(Reason):
        raise ReasonUnknown
    decided = [one for one in _lock(reviews) if one.state != State.REJECTED or one.reject_reason != reason]
    for one in decided:
        _decide(one, State.REJECTED, staff)
        one.reject_reason = reason
        touch(one)
        _note(one, "reject_review", staff, via, reason=reason)
    return decided


def _decide(one: Review, state: State, staff: Staff | None) -> None:
    one.state_before, one.state = one.state, state
    one.moderated_at, one.moderated_by = clock.now(), staff


@transaction.atomic
def undo_decisions(*, reviews: Collection[UUID], staff: Staff | None) -> list[Review]:
    """As they stood before the last decision. Raises NothingToUndo."""
    found = _lock(reviews)
    if any(not one.state_before for one in found):
        raise NothingToUndo
    for one in found:
        one.state, one.state_before = one.state_before, ""
        one.moderated_at, one.moderated_by = clock.now(), staff
        touch(one)
        _note(one, "undo_review_decision", staff, "")
    return found


@transaction.atomic
def set_reply(*, review: Review, text: str, staff: Staff | None, via: str = "") -> Review:
    """What the shop answers in public; nothing takes it away. Raises ReplyTooLong, ReviewMissing, ReviewNotThere."""
    said = read_text(text[: REPLY_MAX * 4])
    if len(said) > REPLY_MAX:
        raise ReplyTooLong(limit=REPLY_MAX)
    one = _lock([review.uuid])[0]
    if one.reply == said:
        return one
    one.reply = said
    one.replied_at, one.replied_by = (clock.now(), staff) if said else (None, None)
    touch(one)
    _note(one, "reply_to_review", staff, via, letters=len(said))
    return one


@transaction.atomic
def choose_testimonial(*, review: Review, is_chosen: bool, staff: Staff | None) -> Review:
    """Shown among the testimonials, as long as who wrote it agrees. Raises NotQuotable, ReviewMissing, ReviewNotThere."""
    one = _lock([review.uuid])[0]
    if is_chosen and not one.may_quote:
        raise NotQuotable
    if one.is_testimonial != is_chosen:
        one.is_testimonial = is_chosen
        touch(one)
        _note(one, "choose_testimonial", staff, "", chosen=is_chosen)
    return one


def _note(one: Review, deed: str, staff: Staff | None, via: str, **after: object) -> None:
    """The trail names the review, not the person, and holds none of its words."""
    record_change(
        staff=staff, deed=deed, subject=str(one.uuid), after={"rating": one.rating, **after}, via=via
    )
