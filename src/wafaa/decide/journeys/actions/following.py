"""Runs follow a customer who is merged into another, and go when a person is erased."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef

from wafaa.decide.journeys.models import Run
from wafaa.decide.journeys.rules import RunState, Why
from wafaa.kit import clock
from wafaa.know.customers.rules import Mover


def _count(customer_id: int) -> dict[str, int]:
    return {"runs": Run.objects.filter(customer=customer_id).count()}


def _move(gone: int, kept: int) -> dict[str, list[int]]:
    """What both have stays where it is, for it counts once; of two that wait only the kept one's goes on."""
    same = Run.objects.filter(customer=kept, automation=OuterRef("automation"), what=OuterRef("what"))
    double = list(
        Run.objects.filter(customer=gone, state=RunState.WAITING)
        .filter(Exists(same))
        .values_list("pk", flat=True)
    )
    Run.objects.filter(pk__in=double).update(state=RunState.ENDED, why=Why.MERGED, ended_at=clock.now())
    moving = list(Run.objects.filter(customer=gone).exclude(Exists(same)).values_list("pk", flat=True))
    Run.objects.filter(pk__in=moving).update(customer_id=kept)
    return {"runs": moving, "ended_runs": double}


def _give_back(kept: int, gone: int, moved: dict[str, list[int]]) -> None:
    """What moved goes back, unless it was moved further. What ended stays so: its moment may be over."""
    Run.objects.filter(pk__in=moved["runs"], customer=kept).update(customer_id=gone)


RUNS_FOLLOW = Mover(name="runs", count=_count, move=_move, give_back=_give_back)


@transaction.atomic
def erase_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, int]:
    """On which occasions a person was, for good. Returns how many rows went."""
    return {"runs": Run.objects.filter(customer=customer_id).delete()[0]}
