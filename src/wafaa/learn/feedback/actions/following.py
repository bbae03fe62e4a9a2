"""Comments follow a customer who is merged into another, and go when a person is erased."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q

from wafaa.know.customers.rules import Mover
from wafaa.learn.feedback.models import Comment


def _count(customer_id: int) -> dict[str, int]:
    return {"comments": Comment.objects.filter(customer=customer_id).count()}


def _move(gone: int, kept: int) -> dict[str, list[int]]:
    rows = list(
        Comment.objects.select_for_update()
        .filter(customer=gone)
        .order_by("source_key")
        .values_list("pk", flat=True)
    )
    Comment.objects.filter(pk__in=rows).update(customer_id=kept)
    return {"comments": rows}


def _give_back(kept: int, gone: int, moved: dict[str, list[int]]) -> None:
    """What moved goes back, unless it was moved further."""
    Comment.objects.filter(pk__in=moved.get("comments", ()), customer=kept).update(customer_id=gone)


# How comments follow a customer who is merged into another.
COMMENTS_FOLLOW = Mover(name="comments", count=_count, move=_move, give_back=_give_back)


@transaction.atomic
def erase_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, int]:
    """What a person wrote and what was made of it, for good. Returns what -> how many."""
    theirs = Comment.objects.filter(Q(customer=customer_id) | Q(distinct_id__in=list(distinct_ids)))
    many = theirs.count()
    theirs.delete()
    return {"comments": many}
