"""Reading the stream: the timeline of some ids, what waits, what was parked."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from wafaa.kit.sql import load_sql
from wafaa.stream.models import Epoch, ParkedEvent
from wafaa.stream.rules import Consumer, EventHead, StoredEvent, get_places, list_lanes

# Where a timeline begins when it is read backwards from its newest event.
END_OF_TIME = (datetime(9999, 12, 31, tzinfo=UTC), 2**63 - 1)


def get_epoch() -> uuid.UUID:
    """The current epoch of history; the nil UUID on a database that never started one."""
    row = Epoch.objects.filter(id=1).first()
    return row.epoch if row else uuid.UUID(int=0)


def count_waiting(consumers: Iterable[Consumer], *, limit: int | None = None) -> int:
    """How many events the consumers have still to handle, summed; parked ones count as handled.

    With a `limit` a lane's are counted up to it, which is fast however many wait.
    """
    waiting = 0
    with connection.cursor() as cursor:
        for consumer in consumers:
            for lane in list_lanes(consumer):
                cursor.execute(load_sql("wafaa.stream", "count_waiting"), {**lane.values, "limit": limit})
                waiting += cursor.fetchone()[0]
    return waiting


def list_events(
    distinct_ids: Sequence[str], *, before: tuple[datetime, int] | None = None, limit: int = 50
) -> list[StoredEvent]:
    """Up to `limit` events of these ids, newest first, strictly before (occurred_at, position)."""
    before_at, before_position = before or END_OF_TIME
    with connection.cursor() as cursor:
        cursor.execute(
            load_sql("wafaa.stream", "list_events"),
            {
                "distinct_ids": list(distinct_ids),
                "before_at": before_at,
                "before_position": before_position,
                "limit": limit,
            },
        )
        return [as_stored(row) for row in cursor.fetchall()]


def read_events(heads: Sequence[EventHead]) -> list[StoredEvent]:
    """The events of these heads with their contents, in the same order; for handlers that work in Python."""
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.stream", "read_contents"), get_places(heads))
        contents = cursor.fetchall()
    return [
        as_stored((head.position, *row[:5], head.received_at, *row[5:]))
        for head, row in zip(heads, contents, strict=True)
    ]


def list_parked(*, consumer: str = "") -> QuerySet[ParkedEvent]:
    """What could not be handled, oldest first; those with an empty error wait behind an earlier one."""
    parked = ParkedEvent.objects.order_by("xid", "position", "consumer")
    return parked.filter(consumer=consumer) if consumer else parked


def as_stored(row: Sequence[Any]) -> StoredEvent:
    """One row of this room's SQL (position, message_id, type, ... source) as handlers get it."""
    position, message_id, kind, name, distinct_id, occurred_at, received_at, properties, context, source = row
    return StoredEvent(
        position=position,
        message_id=message_id,
        type=kind,
        name=name,
        distinct_id=distinct_id,
        occurred_at=occurred_at,
        received_at=received_at,
        properties=properties,
        context=context,
        source=source,
    )
