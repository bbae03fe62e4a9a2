"""Redemptions follow a customer who is merged into another; of one who is erased they stay, without a name."""

from collections.abc import Sequence

from django.db import transaction

from wafaa.decide.rewards.models import Redemption
from wafaa.know.customers.rules import Mover


def _count(customer_id: int) -> dict[str, int]:
    return {"redemptions": Redemption.objects.filter(customer=customer_id).count()}


def _move(gone: int, kept: int) -> list[int]:
    """Of two who had a reward once each, one had it twice; the next is refused by its limit."""
    moving = list(Redemption.objects.filter(customer=gone).order_by("id").values_list("pk", flat=True))
    Redemption.objects.filter(pk__in=moving).update(customer_id=kept)
    return moving


def _give_back(kept: int, gone: int, moved: list[int]) -> None:
    Redemption.objects.filter(pk__in=moved, customer=kept).update(customer_id=gone)


REDEMPTIONS_FOLLOW = Mover(name="redemptions", count=_count, move=_move, give_back=_give_back)


@transaction.atomic
def erase_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, int]:
    """What was spent stays in the books without a name. Returns what -> how many."""
    gone = Redemption.objects.filter(customer=customer_id).update(customer=None, order_ref="")
    return {"redemptions": gone}
