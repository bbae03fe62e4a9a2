"""Gifts follow a customer who is merged into another, and lose name and note when a person is erased."""

from collections.abc import Sequence

from django.db import transaction

from wafaa.decide.gifts.models import Gift
from wafaa.know.customers.rules import Mover


def _count(customer_id: int) -> dict[str, int]:
    return {"gifts": Gift.objects.filter(customer=customer_id).count()}


def _move(gone: int, kept: int) -> dict[str, list[int]]:
    moving = list(
        Gift.objects.select_for_update().filter(customer=gone).order_by("id").values_list("pk", flat=True)
    )
    Gift.objects.filter(pk__in=moving).update(customer_id=kept)
    return {"gifts": moving}


def _give_back(kept: int, gone: int, moved: dict[str, list[int]]) -> None:
    """What moved goes back, unless it was moved further."""
    Gift.objects.filter(pk__in=moved.get("gifts", ()), customer=kept).update(customer_id=gone)


# How gifts follow a customer who is merged into another.
GIFTS_FOLLOW = Mover(name="gifts", count=_count, move=_move, give_back=_give_back)


@transaction.atomic
def erase_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, int]:
    """What was given still counts in its budget, without a name."""
    return {"gifts": Gift.objects.filter(customer=customer_id).update(customer=None, note="")}
