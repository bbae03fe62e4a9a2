"""Reviews of people whom nobody invited: shown without the badge, unless their mailbox confirms an order."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from wafaa.kit import clock
from wafaa.know.customers.models import Customer
from wafaa.know.orders.models import Order, OrderLine, Product
from wafaa.listen.reviews.actions.telling import tell_submitted
from wafaa.listen.reviews.actions.writing import change, submit_reviews, touch
from wafaa.listen.reviews.errors import ConfirmingImpossible
from wafaa.listen.reviews.mails import ask_to_confirm, can_confirm
from wafaa.listen.reviews.models import InvitedProduct, Review, ReviewInvitation
from wafaa.listen.reviews.pictures import Picture
from wafaa.listen.reviews.queries import is_code
from wafaa.listen.reviews.rules import CONFIRM_DAYS, INVITATION_DAYS, Draft, State


@transaction.atomic
def write_web_review(
    *,
    token: str,
    product: Product,
    draft: Draft,
    pictures: Sequence[Picture] = (),
    email: str = "",
    order_ref: str = "",
    base_url: str = "",
    quote_words: str = "",
) -> ReviewInvitation:
    """`token` comes with the form, so that a form that is sent twice is one review. With an e-mail it claims an order and waits
    for the mailbox's word. Raises ConfirmingImpossible where no mail can be sent.
    """
    if email and not can_confirm():
        raise ConfirmingImpossible
    now = clock.now()
    days = CONFIRM_DAYS if email else INVITATION_DAYS
    invitation, is_new = ReviewInvitation.objects.get_or_create(
        token=token,
        defaults={
            "is_web": True,
            "email": email,
            "order_ref": order_ref,
            "language": draft.language,
            "created_at": now,
            "expires_at": now + timedelta(days=days),
        },
    )
    if not is_new:
        return invitation
    InvitedProduct.objects.create(invitation=invitation, product=product, position=0)
    submit_reviews(
        invitation=invitation,
        drafts={product.pk: draft},
        pictures={product.pk: pictures},
        quote_words=quote_words,
    )
    if email:
        ask_to_confirm(token=token, base_url=base_url)
    return invitation


@transaction.atomic
def confirm_order(*, invitation: ReviewInvitation, code: str) -> Review | None:
    """The mailbox says that it is theirs: with an order of that product the review is verified, else it goes on without.

    Where this customer has reviewed the product before, it becomes a new version of that review. Confirming twice is confirming
    once; None for a wrong code. Locks the customer, then the invitation, then the reviews.
    """
    if not is_code(invitation, code):
        return None
    review = Review.objects.filter(invitation=invitation).select_related("product").first()
    if review is None or review.state != State.UNCONFIRMED:
        return review
    order = _find_order(invitation, review)
    if order and order.customer_id:
        Customer.objects.select_for_update(no_key=True).filter(pk=order.customer_id).first()
    ReviewInvitation.objects.select_for_update().get(pk=invitation.pk)
    review = (
        Review.objects.select_for_update(of=("self",)).select_related("product", "store").get(pk=review.pk)
    )
    if review.state != State.UNCONFIRMED:
        return review
    invitation.expires_at = clock.now() + timedelta(days=INVITATION_DAYS)
    invitation.save(update_fields=["expires_at"])
    if order is None:
        review.state = State.WAITING
        touch(review)
        tell_submitted([review])
        return review
    return _join(invitation, review, order)


def _find_order(invitation: ReviewInvitation, review: Review) -> Order | None:
    """The newest that this address bought the product by; of a number, where one was given."""
    line = OrderLine.objects.filter(order=OuterRef("pk"), product=review.product_id, counted=True)
    found = Order.objects.filter(Exists(line), customer__email=invitation.email, cancelled_at=None)
    if invitation.order_ref:
        found = found.filter(external_id=invitation.order_ref)
    return found.order_by("-ordered_at", "-id").first()


def _join(invitation: ReviewInvitation, review: Review, order: Order) -> Review:
    """The review becomes the customer's; with one that they have, it becomes that one's newest version."""
    former = Review.objects.filter(customer=order.customer_id, product=review.product_id)
    former_review = former.select_for_update(of=("self",)).select_related("product", "store").first()
    invitation.customer_id, invitation.order, invitation.store_id = order.customer_id, order, order.store_id
    invitation.save(update_fields=["customer", "order", "store"])
    if former_review is not None:
        draft = Draft(
            rating=review.rating,
            title=review.title,
            text=review.text,
            name=review.name,
            language=review.language,
        )
        if not former_review.photos.exists():
            review.photos.update(review=former_review)
        review.delete()
        if change(former_review, draft):
            tell_submitted([former_review])
        return former_review
    review.customer_id, review.order, review.store_id = order.customer_id, order, order.store_id
    review.order_ref, review.is_verified, review.state = order.external_id, True, State.WAITING
    touch(review)
    tell_submitted([review])
    return review
