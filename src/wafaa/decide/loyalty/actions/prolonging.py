"""What ends by idleness lives on with each activity of its owner."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from wafaa.act.points.actions import put_off_ends
from wafaa.decide.loyalty.rules.ending import IDLE
from wafaa.decide.loyalty.statements import ROOM
from wafaa.kit import clock
from wafaa.kit.sql import load_sql, write_ids


def prolong(occasion_ids: Sequence[int]) -> int:
    """By orders and other deeds, not by birthdays; what has ended stays ended. Returns how many lots changed."""
    with connection.cursor() as cursor:
        cursor.execute(load_sql(ROOM, "list_idle"), {"occasions": write_ids(occasion_ids)})
        rows = cursor.fetchall()
    ends: dict[str, dict[int, datetime]] = defaultdict(dict)
    for programme, wallet, end in rows:
        ends[programme][wallet] = end
    return sum(
        put_off_ends(ends=ends[programme], cause={IDLE: True, "programme": programme}, at=clock.now())
        for programme in sorted(ends)
    )
