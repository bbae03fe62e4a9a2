"""Events to members whose standing is judged anew. Heard again they change nothing."""

from collections.abc import Sequence

from django.db import connection, transaction

from wafaa.decide.loyalty.actions import lock_members
from wafaa.decide.loyalty.models import Programme
from wafaa.decide.loyalty.rules import AWARDED, ORDER_EVENTS, REVERSED
from wafaa.decide.loyalty.rules.tiers import Basis
from wafaa.decide.tiers.actions.judging import judge_members
from wafaa.decide.tiers.queries.facts import ROOM
from wafaa.kit.sql import load_sql
from wafaa.stream.rules import EventHead, get_places


@transaction.atomic
def apply_events(heads: Sequence[EventHead]) -> None:
    """Whoever bought or gave back in all sets; whose points moved otherwise in those that count them."""
    if not heads or not Programme.objects.filter(started_at__isnull=False).exists():
        return
    points = [head for head in heads if head.name in {AWARDED, REVERSED}]
    others = [head for head in heads if head.name not in {AWARDED, REVERSED}]
    bought = _find_members(others)
    earned = _find_members(points) - bought
    lock_members(bought | earned)
    judge_members(member_ids=bought)
    judge_members(member_ids=earned, bases=[Basis.EARNED])


def _find_members(heads: Sequence[EventHead]) -> set[int]:
    if not heads:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(load_sql(ROOM, "find_members"), {**get_places(heads), "orders": list(ORDER_EVENTS)})
        return {member for (member,) in cursor.fetchall()}
