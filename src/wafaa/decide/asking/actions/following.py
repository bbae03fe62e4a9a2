"""Asks follow a customer who is merged into another, and go when a person is erased."""

from collections.abc import Sequence

from django.db import transaction

from wafaa.decide.asking.models import Ask
from wafaa.know.customers.rules import Mover


def _count(customer_id: int) -> dict[str, int]:
    return {"asks": Ask.objects.filter(customer=customer_id).count()}


def _move(gone: int, kept: int) -> dict[str, list[int]]:
    moving = list(Ask.objects.filter(customer=gone).values_list("pk", flat=True))
    Ask.objects.filter(pk__in=moving).update(customer_id=kept)
    return {"asks": moving}


def _give_back(kept: int, gone: int, moved: dict[str, list[int]]) -> None:
    """What moved goes back, unless it was moved further."""
    Ask.objects.filter(pk__in=moved["asks"], customer=kept).update(customer_id=gone)


ASKS_FOLLOW = Mover(name="asks", count=_count, move=_move, give_back=_give_back)


@transaction.atomic
def erase_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, int]:
    """On which occasions a person was asked, or not. Returns how many rows went."""
    return {"asks": Ask.objects.filter(customer=customer_id).delete()[0]}
