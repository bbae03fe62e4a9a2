"""Hands on what a test tells: to the same handlers in the same order as the drain does, by a fifth of its statements.

The drain asks for each consumer what waits, what others have in flight and whom it must let go first; a test's
transaction is alone, so it asks once for all. Where tests have real transactions, or tell very much, the drain itself hands on.
"""

import json
from collections import defaultdict
from itertools import groupby
from typing import Any

from django.db import connection, transaction

from wafaa.config.flow import CONSUMERS
from wafaa.kit import clock
from wafaa.stream.drain import _find_blocked, drain_until_quiet
from wafaa.stream.handling import Outcome, handle, park, silence
from wafaa.stream.models import ParkedEvent
from wafaa.stream.rules import Consumer, EventHead, list_lanes

# What each consumer hears and has not handled. Events are looked through from where the first of them stands.
NEWS = """
WITH lane AS MATERIALIZED (
    SELECT told.*, coalesce(place.xid, '0'::xid8) AS xid, coalesce(place.position, 0) AS position
    FROM json_to_recordset(%(lanes)s) AS told (name varchar, checkpoint varchar, number int, lanes int, names varchar[])
    LEFT JOIN stream_checkpoint AS place ON place.consumer = told.checkpoint
), event AS MATERIALIZED (
    SELECT told.xid, told.position, told.received_at, told.name, told.distinct_id
    FROM (SELECT xid, position FROM lane ORDER BY xid, position LIMIT 1) AS first
    JOIN stream_event AS told ON (told.xid, told.position) > (first.xid, first.position)
)
SELECT lane.name, event.xid::text, event.position, event.received_at, event.name, event.distinct_id
FROM event
JOIN lane ON (event.xid, event.position) > (lane.xid, lane.position)
    AND (lane.names = '{}' OR event.name = ANY (lane.names))
    AND stream_lane(event.distinct_id, lane.lanes) = lane.number
ORDER BY event.xid, event.position
LIMIT %(limit)s
"""
ROWS_MAX = 20_000
LANES = json.dumps(
    [
        {
            "name": consumer.name,
            "checkpoint": lane.checkpoint,
            "number": lane.number,
            "lanes": consumer.lanes,
            "names": consumer.hears,
        }
        for consumer in CONSUMERS
        for lane in list_lanes(consumer)
    ]
)
# Who hears nothing of it passes it too.
MOVE = """
INSERT INTO stream_checkpoint (consumer, xid, position, moved_at)
SELECT lane.checkpoint, %(xid)s::xid8, %(position)s, %(now)s
FROM json_to_recordset(%(lanes)s) AS lane (checkpoint varchar)
ON CONFLICT (consumer) DO UPDATE SET xid = excluded.xid, position = excluded.position, moved_at = excluded.moved_at
"""


def drain_all() -> None:
    """As drain_until_quiet(CONSUMERS): until nobody has news, also of what handlers tell."""
    while connection.in_atomic_block:
        rows = _list_news()
        if not rows:
            return
        if len(rows) == ROWS_MAX:
            break
        _hand_on(rows)
    drain_until_quiet(CONSUMERS)


def _list_news() -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(NEWS, {"lanes": LANES, "limit": ROWS_MAX})
        return cursor.fetchall()


@transaction.atomic
def _hand_on(rows: list[tuple[Any, ...]]) -> None:
    """What is told meanwhile comes with the next round: nobody hears it before those who must go first."""
    news: defaultdict[str, list[EventHead]] = defaultdict(list)
    for name, *head in rows:
        news[name].append(EventHead(*head))
    hearers = [consumer for consumer in CONSUMERS if consumer.name in news]
    any_parked = ParkedEvent.objects.exists()
    for _tells, group in groupby(hearers, key=lambda consumer: consumer.tells):
        consumers = list(group)
        with silence(consumers[0]):
            for consumer in consumers:
                _give(consumer, news[consumer.name], any_parked=any_parked)
    _name, xid, position, *_rest = rows[-1]
    with connection.cursor() as cursor:
        cursor.execute(MOVE, {"lanes": LANES, "xid": xid, "position": position, "now": clock.now()})


def _give(consumer: Consumer, heads: list[EventHead], *, any_parked: bool) -> None:
    ids = {head.distinct_id for head in heads}
    outcome = Outcome(blocked=_find_blocked(consumer, ids) if any_parked else set())
    handle(consumer, heads, outcome)
    if outcome.parked:
        park(consumer, outcome)
