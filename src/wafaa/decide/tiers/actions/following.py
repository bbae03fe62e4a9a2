"""How standings follow a customer who is merged, and come back."""

from typing import Any

from wafaa.decide.loyalty.models import Member
from wafaa.decide.tiers.models import Reached, Standing
from wafaa.kit import clock
from wafaa.know.customers.rules import Mover


def _count(customer_id: int) -> dict[str, int]:
    return {}  # memberships are counted


def _move(gone: int, kept: int) -> dict[str, Any]:
    """What the other one reached counts for the kept one, as long as its orders do; whoever is concerned is judged soon."""
    members = {one.programme_id: one.pk for one in Member.objects.filter(customer=kept)}
    for one in Reached.objects.filter(member__customer=gone).select_related("member"):
        if home := members.get(one.member.programme_id):
            _give(one, home)
    _call([gone, kept])
    return {}


def _give(one: Reached, member_id: int) -> None:
    mine, is_new = Reached.objects.get_or_create(
        member_id=member_id,
        set_code=one.set_code,
        tier=one.tier,
        defaults={
            "basis": one.basis,
            "needs": one.needs,
            "start": one.start,
            "end": one.end,
            "until": one.until,
        },
    )
    if not is_new and mine.until is not None and (one.until is None or one.until > mine.until):
        Reached.objects.filter(pk=mine.pk).update(
            basis=one.basis, needs=one.needs, start=one.start, end=one.end, until=one.until
        )


def _give_back(kept: int, gone: int, moved: Any) -> None:
    """Orders go back, so what came with them counts for the kept one no more: judging finds that."""
    _call([gone, kept])


def _call(customers: list[int]) -> None:
    Standing.objects.filter(member__customer__in=customers).update(due_at=clock.now())


STANDINGS_FOLLOW = Mover(name="tiers", count=_count, move=_move, give_back=_give_back)
