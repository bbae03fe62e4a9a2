"""Cases follow a customer who is merged into another, and go when a person is erased."""

import uuid
from collections.abc import Collection, Iterable, Sequence

from django.db import transaction

from wafaa.act.cases.models import Case, Signal
from wafaa.know.customers.rules import Mover


def _count(customer_id: int) -> dict[str, int]:
    return {"cases": Case.objects.filter(customer=customer_id, joined_to=None).count()}


def _move(gone: int, kept: int) -> dict[str, list[int]]:
    """Of two open cases one is left, so that one person gets one answer: the kept customer's, with the signals of both and
    the sooner clock.
    """
    cases = {
        one.pk: one
        for one in Case.objects.select_for_update().filter(customer__in=[gone, kept]).order_by("id")
    }
    theirs = [one for one in cases.values() if one.customer_id == gone]
    stays, joins = _find_open(cases.values(), kept), _find_open(theirs, gone)
    signals: list[int] = []
    if stays is not None and joins is not None:
        signals = list(Signal.objects.filter(case=joins).values_list("pk", flat=True))
        Case.objects.filter(pk=joins.pk).update(joined_to=stays)
        Signal.objects.filter(pk__in=signals).update(case=stays)
        Case.objects.filter(pk=stays.pk).update(
            severity=max(stays.severity, joins.severity),
            due_at=min(stays.due_at, joins.due_at),
            owner=stays.owner_id or joins.owner_id,
        )
    Case.objects.filter(pk__in=[one.pk for one in theirs]).update(customer=kept)
    return {
        "cases": [one.pk for one in theirs],
        "signals": signals,
        "joined": [joins.pk] if stays is not None and joins is not None else [],
    }


def _find_open(cases: Iterable[Case], customer_id: int) -> Case | None:
    return next(
        (one for one in cases if one.customer_id == customer_id and one.is_open and not one.joined_to_id),
        None,
    )


def _give_back(kept: int, gone: int, moved: dict[str, list[int]]) -> None:
    """What moved goes back, unless it was moved further. A case that was joined is open again; what came since stays."""
    back = list(Case.objects.filter(pk__in=moved["cases"], customer=kept).order_by("id").select_for_update())
    joined = [one.pk for one in back if one.pk in moved["joined"]]
    Case.objects.filter(pk__in=[one.pk for one in back]).update(customer=gone)
    if joined:
        Case.objects.filter(pk__in=joined).update(joined_to=None)
        Signal.objects.filter(pk__in=moved["signals"]).update(case=joined[0])


# How cases follow a customer who is merged into another.
CASES_FOLLOW = Mover(name="cases", count=_count, move=_move, give_back=_give_back)


@transaction.atomic
def erase_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, int]:
    """What a person was unhappy with and what was written about it, for good. Returns what -> how many."""
    told = Signal.objects.filter(distinct_id__in=list(distinct_ids))
    unknown = set(told.filter(case__customer=None).values_list("case", flat=True))
    count = Case.objects.filter(customer=customer_id, joined_to=None).count() + len(unknown)
    told.delete()
    Case.objects.filter(customer=customer_id).delete()
    Case.objects.filter(pk__in=unknown).delete()
    return {"cases": count}


@transaction.atomic
def forget_surveys(*, surveys: Collection[uuid.UUID]) -> int:
    """Takes out what answers to these surveys opened, as when the demo shop goes. Returns how many cases went."""
    told = Signal.objects.filter(survey__in=surveys)
    touched = set(told.values_list("case", flat=True))
    told.delete()
    return Case.objects.filter(pk__in=touched, signals=None).delete()[1].get("act_cases.Case", 0)
