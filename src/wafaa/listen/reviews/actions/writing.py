"""What who was invited writes: reviews of what they bought, changes of them, and taking them back."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from wafaa.kit import clock
from wafaa.kit.fields import CurrentTransactionId
from wafaa.kit.text import fold
from wafaa.know.customers.models import Customer
from wafaa.listen.reviews.actions.photos import set_photos, unlink_photos
from wafaa.listen.reviews.actions.telling import tell_submitted
from wafaa.listen.reviews.errors import EditOver
from wafaa.listen.reviews.models import Review, ReviewInvitation, ReviewVersion
from wafaa.listen.reviews.pictures import Picture
from wafaa.listen.reviews.rules import EDIT_DAYS, Draft, Origin, State, find_language, may_edit

_CONTENT = ("rating", "title", "text", "name")


@transaction.atomic
def submit_reviews(
    *,
    invitation: ReviewInvitation,
    drafts: Mapping[int, Draft],
    pictures: Mapping[int, Sequence[Picture]] | None = None,
    dropped: Collection[UUID] = (),
    quote_words: str = "",
) -> list[Review]:
    """Writes what was said of each product (its id -> the draft); of a product that was reviewed before, a new version.

    The same said twice changes nothing. What is changed waits to be looked at again. `quote_words` is what the box of the consent
    said. Locks the customer, then the invitation, then its reviews. Raises EditOver; then nothing is written.
    """
    if invitation.customer_id:
        Customer.objects.select_for_update(no_key=True).filter(pk=invitation.customer_id).first()
    invitation = ReviewInvitation.objects.select_for_update().get(pk=invitation.pk)
    standing = _find_standing(invitation)
    invited = set(invitation.items.values_list("product_id", flat=True))
    written = []
    for product_id, draft in sorted(drafts.items()):
        if product_id not in invited:
            continue
        shown = (pictures or {}).get(product_id, ())
        review = standing.get(product_id)
        if review is None:
            review = _write(invitation, product_id, draft)
            is_told = True
        else:
            is_told = change(review, draft)
        if set_photos(review, pictures=shown, dropped=dropped) and not is_told:
            _look_again(review)
        set_quote(review, is_given=draft.may_quote, words=quote_words)
        if is_told and review.state != State.UNCONFIRMED:
            written.append(review)
        standing[product_id] = review
    tell_submitted(written)
    return [standing[product] for product in sorted(drafts) if product in standing]


def _find_standing(invitation: ReviewInvitation) -> dict[int, Review]:
    """By product; what a customer wrote by another way counts too."""
    found = Review.objects.select_for_update(of=("self",)).select_related("product", "store")
    whose = {"customer": invitation.customer_id} if invitation.customer_id else {"invitation": invitation}
    found = found.filter(**whose)
    return {one.product_id: one for one in found.order_by("id") if one.product_id}


def _write(invitation: ReviewInvitation, product_id: int, draft: Draft) -> Review:
    """Verified by where it comes from: the invitation was made of an order of this customer."""
    now = clock.now()
    claims = invitation.is_web and bool(invitation.email) and invitation.customer_id is None
    review = Review(
        invitation=invitation,
        state=State.UNCONFIRMED if claims else State.WAITING,
        customer_id=invitation.customer_id,
        product_id=product_id,
        order_id=invitation.order_id,
        order_ref=invitation.order_ref if not invitation.is_web else "",
        store_id=invitation.store_id,
        origin=Origin.WEB if invitation.is_web else Origin.INVITED,
        is_verified=not invitation.is_web and invitation.customer_id is not None,
        submitted_at=now,
    )
    fill(review, draft, now)
    review.save(force_insert=True)
    return review


def fill(review: Review, draft: Draft, now: datetime) -> None:
    """The content of a review that is not saved yet."""
    for name in _CONTENT:
        setattr(review, name, getattr(draft, name))
    review.language = find_language(f"{draft.title} {draft.text}", draft.language)
    review.search_text = fold(f"{draft.title} {draft.text} {draft.name}")
    review.changed_at = now


def change(review: Review, draft: Draft, *, is_bound: bool = True) -> bool:
    """Whether the draft says anything else than the review; then what stood is kept as a version, and it waits again.

    Raises EditOver, unless it is not bound to the time in which people may change what they wrote.
    """
    is_back = review.state == State.WITHDRAWN
    if not is_back and all(getattr(review, name) == getattr(draft, name) for name in _CONTENT):
        return False
    now = clock.now()
    if is_bound and not may_edit(now - review.submitted_at):
        raise EditOver(days=EDIT_DAYS)
    ReviewVersion.objects.create(
        review=review,
        number=review.number,
        written_at=review.changed_at,
        **{name: getattr(review, name) for name in _CONTENT},
    )
    fill(review, draft, now)
    review.number += 1
    if review.state != State.UNCONFIRMED:
        review.state, review.state_before = State.WAITING, ""
    touch(review)
    return True


def _look_again(review: Review) -> None:
    if review.state in {State.PUBLISHED, State.REJECTED}:
        review.state, review.state_before = State.WAITING, ""
    review.changed_at = clock.now()
    touch(review)


def touch(review: Review) -> None:
    """Saves it, so that the facts are brought into step."""
    review.changed_in = CurrentTransactionId()
    review.save()
    review.refresh_from_db(fields=["changed_in"])


def set_quote(review: Review, *, is_given: bool, words: str = "") -> None:
    """Whether the shop may quote it as a testimonial: the last word counts. In the caller's transaction."""
    if review.may_quote == is_given:
        return
    review.may_quote, review.quote_said_at = is_given, clock.now()
    review.quote_words = words[:300] if is_given else ""
    if not is_given:
        review.is_testimonial = False
    touch(review)


@transaction.atomic
def withdraw_quotes(*, invitation: ReviewInvitation) -> int:
    """Takes back the consent to be quoted, at any time; how many reviews it was about."""
    found = [one for one in _find_standing(invitation).values() if one.may_quote]
    for one in found:
        set_quote(one, is_given=False)
    return len(found)


@transaction.atomic
def withdraw_review(*, invitation: ReviewInvitation, product_id: int) -> Review | None:
    """Takes a review off every page, at any time, pictures for good. Twice is once; None where there is none."""
    review = _find_standing(invitation).get(product_id)
    if review is None or review.state == State.WITHDRAWN:
        return review
    review.state, review.state_before = State.WITHDRAWN, ""
    review.may_quote = review.is_testimonial = False
    review.changed_at = clock.now()
    touch(review)
    unlink_photos([review.pk])
    return review
