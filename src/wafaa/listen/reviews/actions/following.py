"""How reviews follow a customer who is merged into another, and how they are erased with one."""

from collections.abc import Sequence

from django.db import transaction

from wafaa.kit.fields import CurrentTransactionId
from wafaa.know.customers.models import Customer
from wafaa.know.customers.rules import Mover
from wafaa.listen.reviews.actions.photos import unlink_photos
from wafaa.listen.reviews.actions.telling import name_nobody
from wafaa.listen.reviews.models import Review, ReviewInvitation, Showing, Skipped
from wafaa.stream.erasing import erase_events, note_gone


def _count(customer_id: int) -> dict[str, int]:
    return {"reviews": Review.objects.filter(customer=customer_id).count()}


def _move(gone: int, kept: int) -> dict[str, list[int]]:
    """What both have of the same product or order stays with the one who is gone: nothing is overwritten."""
    reviewed = Review.objects.filter(customer=kept).values("product")
    asked = ReviewInvitation.objects.filter(customer=kept, is_web=False).values("order_ref")
    skipped = Skipped.objects.filter(customer=kept).values("order_ref")
    moved = {
        "reviews": list(
            Review.objects.filter(customer=gone).exclude(product__in=reviewed).values_list("pk", flat=True)
        ),
        "invitations": list(
            ReviewInvitation.objects.filter(customer=gone)
            .exclude(is_web=False, order_ref__in=asked)
            .values_list("pk", flat=True)
        ),
        "skipped": list(
            Skipped.objects.filter(customer=gone).exclude(order_ref__in=skipped).values_list("pk", flat=True)
        ),
    }
    _hand_on(moved, gone, kept)
    return moved


def _give_back(kept: int, gone: int, moved: dict[str, list[int]]) -> None:
    _hand_on(moved, kept, gone)


def _hand_on(moved: dict[str, list[int]], origin: int, target: int) -> None:
    reviews = Review.objects.filter(pk__in=moved["reviews"], customer=origin)
    reviews.update(customer=target, changed_in=CurrentTransactionId())
    ReviewInvitation.objects.filter(pk__in=moved["invitations"], customer=origin).update(customer=target)
    Skipped.objects.filter(pk__in=moved["skipped"], customer=origin).update(customer=target)


REVIEWS_FOLLOW = Mover(name="reviews", count=_count, move=_move, give_back=_give_back)


@transaction.atomic
def erase_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, int]:
    """Reviews with versions and pictures, invitations, and web reviews of the same mailbox. Returns what -> how many."""
    email = Customer.objects.filter(pk=customer_id).values_list("email", flat=True).first() or ""
    invitations = ReviewInvitation.objects.filter(customer=customer_id)
    if email:
        invitations = invitations | ReviewInvitation.objects.filter(customer=None, email=email)
    gone = set(Review.objects.filter(customer=customer_id).values_list("pk", flat=True))
    gone |= set(Review.objects.filter(invitation__in=invitations).values_list("pk", flat=True))
    uuids = list(Review.objects.filter(pk__in=gone).values_list("uuid", flat=True))
    keys = [str(one) for one in invitations.values_list("uuid", flat=True)]
    counts = {
        "reviews": len(gone),
        "review_photos": unlink_photos(gone),
        "review_invitations": invitations.count(),
        "review_skips": Skipped.objects.filter(customer=customer_id).count(),
    }
    while erase_events(distinct_ids=[name_nobody(one) for one in uuids]):
        pass
    note_gone(table="reviews", keys=sorted(gone))
    Showing.objects.filter(key__in=keys).delete()
    Review.objects.filter(pk__in=gone).delete()
    invitations.delete()
    Skipped.objects.filter(customer=customer_id).delete()
    return counts
