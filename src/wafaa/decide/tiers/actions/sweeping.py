"""What changes though nothing happens: windows that roll on, ends, grace, warnings; and new definitions."""

from datetime import datetime

from django.db import connection, transaction

from wafaa.decide.loyalty.models import Member, Programme
from wafaa.decide.loyalty.rules import State
from wafaa.decide.tiers.actions.judging import AT_ONCE, judge_members
from wafaa.decide.tiers.models import Placing
from wafaa.decide.tiers.queries.defining import Defined, list_defined
from wafaa.decide.tiers.queries.facts import ROOM
from wafaa.kit import clock
from wafaa.kit.sql import load_sql

RUNNING = (State.LIVE, State.PAUSED)


def judge_due() -> int:
    """Whoever is due, in chunks, each in its own transaction. Returns how many were looked at."""
    at, count = clock.now(), 0
    while found := _list_due(at):
        judge_members(member_ids=found, at=at)
        count += len(found)
    return count


def _list_due(at: datetime) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(load_sql(ROOM, "list_due"), {"at": at, "limit": AT_ONCE})
        return {member for (member,) in cursor.fetchall()}


def place_members() -> int:
    """Members of programmes whose newest version nobody was placed by yet; goes on where it was left. Returns how many.

    Who is placed by new definitions is not told: nothing happened that they did.
    """
    running = Programme.objects.filter(state__in=RUNNING).values_list("pk", flat=True)
    return sum(_place_all(one) for one in list_defined(list(running)))


def _place_all(one: Defined) -> int:
    placed = Placing.objects.filter(programme=one.programme_id).first()
    if placed is not None and placed.version_id == one.version.pk and placed.is_done:
        return 0
    if placed is None and not one.sets:
        return 0
    count = 0
    while found := _place_chunk(one):
        count += found
    return count


@transaction.atomic
def _place_chunk(one: Defined) -> int:
    """The next ones; 0 where nobody is left."""
    Placing.objects.get_or_create(programme_id=one.programme_id, defaults={"version": one.version})
    place = Placing.objects.select_for_update().get(programme=one.programme_id)
    if place.version_id != one.version.pk:
        place.version, place.last_member, place.is_done = one.version, 0, False
    after = Member.objects.filter(programme=one.programme_id, pk__gt=place.last_member).order_by("pk")
    found = [] if place.is_done else list(after.values_list("pk", flat=True)[:AT_ONCE])
    if found:
        judge_members(member_ids=found, tells=False, is_placing=True)
    place.last_member = max([place.last_member, *found])
    place.is_done = len(found) < AT_ONCE
    place.save()
    return len(found)
