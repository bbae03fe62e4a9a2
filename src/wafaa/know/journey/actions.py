"""Writing ways: touches become visits, steps become milestones; goals; erasing."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.models import Staff
from wafaa.kit import clock
from wafaa.kit.sql import load_sql
from wafaa.know.journey.models import Goal, Milestone, Touch, Traveller, Visit
from wafaa.know.journey.rules import BITS, MILESTONES, SILENCE, TOUCHES
from wafaa.stream.rules import EventHead, get_places

ROOM = "wafaa.know.journey"


@transaction.atomic
def apply_touches(heads: Sequence[EventHead]) -> None:
    """What people did on a site or in an app joins the visits around it; what was applied already changes nothing."""
    _make_travellers(heads, devices_only=True)
    values: dict[str, Any] = {
        **get_places(heads),
        "names": list(TOUCHES),
        "bits": [BITS[stage] for stage in TOUCHES.values()],
        "silence": SILENCE,
    }
    with connection.cursor() as cursor:
        # waits for another hand at the same travellers' visits: a replay beside the live stream
        distinct_ids = sorted({head.distinct_id for head in heads})
        cursor.execute(load_sql(ROOM, "lock_travellers"), {"distinct_ids": distinct_ids})
        cursor.execute(load_sql(ROOM, "save_touches"), values)


@transaction.atomic
def apply_milestones(heads: Sequence[EventHead]) -> None:
    """Steps of orders, conversations, calls and stays; what was applied already changes nothing."""
    _make_travellers(heads, devices_only=False)
    values: dict[str, Any] = {
        **get_places(heads),
        "names": list(MILESTONES),
        "kinds": [step.kind for step in MILESTONES.values()],
        "numbers": [step.number for step in MILESTONES.values()],
    }
    with connection.cursor() as cursor:
        cursor.execute(load_sql(ROOM, "save_milestones"), values)


def _make_travellers(heads: Sequence[EventHead], *, devices_only: bool) -> None:
    values: dict[str, Any] = {**get_places(heads), "devices_only": devices_only}
    with connection.cursor() as cursor:
        cursor.execute(load_sql(ROOM, "save_travellers"), values)


@transaction.atomic
def remove_source(*, source: str) -> None:
    """Takes out what a source told, for demo data that gives way."""
    with connection.cursor() as cursor:
        cursor.execute(load_sql(ROOM, "remove_source"), {"source": source})


@transaction.atomic
def erase_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, int]:
    """Deletes the ways of these distinct ids; returns what and how many rows."""
    travellers = list(
        Traveller.objects.filter(distinct_id__in=list(distinct_ids)).values_list("id", flat=True)
    )
    counts = {}
    kinds: tuple[tuple[str, Any], ...] = (("touches", Touch), ("visits", Visit), ("milestones", Milestone))
    for name, model in kinds:
        counts[name] = model.objects.filter(traveller__in=travellers).delete()[0]
    counts["travellers"] = Traveller.objects.filter(id__in=travellers).delete()[0]
    return counts


@transaction.atomic
def add_goal(*, staff: Staff, name: str, touchpoint: str, wanted: str, within_hours: int) -> Goal:
    """A new aim for a touchpoint. The form has checked that the name is free."""
    goal = Goal.objects.create(
        name=name, touchpoint=touchpoint, wanted=wanted, within_hours=within_hours, created_at=clock.now()
    )
    record_change(staff=staff, deed="add_goal", subject=goal.name, after=_tell(goal))
    return goal


@transaction.atomic
def remove_goal(*, staff: Staff, goal: Goal) -> None:
    record_change(staff=staff, deed="remove_goal", subject=goal.name, before=_tell(goal))
    goal.delete()


def _tell(goal: Goal) -> dict[str, Any]:
    names = ("name", "touchpoint", "wanted", "within_hours")
    return {name: getattr(goal, name) for name in names}
