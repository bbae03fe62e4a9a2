"""Reading the stream: the timeline of some ids, what waits, what was parked."""

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Max, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.module_loading import import_string

from wafaa.kit.sql import load_sql
from wafaa.stream.errors import UnknownConsumer
from wafaa.stream.models import (
    Checkpoint,
    Epoch,
    Event,
    EventName,
    EventProblem,
    ParkedEvent,
    RefusedMessage,
    Replay,
)
from wafaa.stream.rules import (
    START,
    Consumer,
    EventHead,
    Lag,
    LatestEvents,
    Place,
    StoredEvent,
    get_places,
    list_lanes,
)

# Where a timeline begins when it is read backwards from its newest event.
END_OF_TIME = (datetime(9999, 12, 31, tzinfo=UTC), 2**63 - 1)
END_OF_STREAM: Place = (str(2**63 - 1), 2**63 - 1)
# Events that a look at the newest ones reads for those that fit.
LOOKED_AT_MAX = 20_000


def get_epoch() -> uuid.UUID:
    """The current epoch of history; the nil UUID on a database that never started one."""
    row = Epoch.objects.filter(id=1).first()
    return row.epoch if row else uuid.UUID(int=0)


def list_consumers() -> tuple[Consumer, ...]:
    """Everyone who hears the stream (config/flow.py, by the setting STREAM_CONSUMERS: this room lies below them)."""
    consumers: tuple[Consumer, ...] = import_string(settings.STREAM_CONSUMERS)
    return consumers


def get_consumer(name: str) -> Consumer:
    """Raises UnknownConsumer, which names those that there are."""
    known = {consumer.name: consumer for consumer in list_consumers()}
    if name not in known:
        raise UnknownConsumer(name=name, names=", ".join(sorted(known)))
    return known[name]


def count_waiting(
    consumers: Iterable[Consumer], *, limit: int | None = None, until: Place | None = None
) -> int:
    """How many events the consumers have still to handle, summed; parked ones count as handled.

    With a `limit` a lane's are counted up to it, which is fast however many wait; with `until` those up to that place.
    """
    end = until or END_OF_STREAM
    waiting = 0
    with connection.cursor() as cursor:
        for consumer in consumers:
            for lane in list_lanes(consumer):
                cursor.execute(
                    load_sql("wafaa.stream", "count_waiting"),
                    {**lane.values, "limit": limit, "end_xid": end[0], "end_position": end[1]},
                )
                waiting += cursor.fetchone()[0]
    return waiting


def list_waiting_ids(consumer: Consumer, *, names: Collection[str], limit: int) -> set[str] | None:
    """Whose events of these names the consumer has still to handle, as distinct ids; None where more than `limit` wait."""
    found: list[str] = []
    with connection.cursor() as cursor:
        for lane in list_lanes(consumer):
            values = {**lane.values, "names": list(names), "limit": limit + 1}
            cursor.execute(load_sql("wafaa.stream", "list_waiting_ids"), values)
            found += [distinct_id for (distinct_id,) in cursor.fetchall()]
    return set(found) if len(found) <= limit else None


def get_lag(consumer: Consumer, *, limit: int = 100_000) -> Lag:
    """How far a consumer is behind. What waits is counted up to `limit`, so that asking is quick at any time."""
    checkpoints = [lane.checkpoint for lane in list_lanes(consumer)]
    with connection.cursor() as cursor:
        cursor.execute(
            load_sql("wafaa.stream", "get_lag"),
            {"consumer": consumer.name, "checkpoints": checkpoints, "names": list(consumer.hears)},
        )
        oldest_s, moved_at, parked = cursor.fetchone()
    waiting = count_waiting([consumer], limit=limit)
    return Lag(
        consumer=consumer.name,
        waiting=waiting,
        oldest_s=max(0.0, float(oldest_s or 0)) if waiting else 0.0,
        moved_at=moved_at,
        parked=parked,
    )


def count_refused(*, limit: int | None = None) -> int:
    """Messages that could not become events and wait for somebody to look; counted up to `limit`."""
    return RefusedMessage.objects.all()[:limit].count()


def find_newest_place() -> Place:
    """Of the last event that can be seen; START where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.stream", "find_newest_place"))
        row = cursor.fetchone()
    return (row[0], row[1]) if row else START


def find_last_move() -> datetime | None:
    """When any consumer last got on, in whichever process."""
    moved_at: datetime | None = Checkpoint.objects.aggregate(last=Max("moved_at"))["last"]
    return moved_at


def list_latest_events(
    *,
    after: Place | None = None,
    before: Place | None = None,
    names: Sequence[str] = (),
    source: str = "",
    kind: str = "",
    distinct_id: str = "",
    limit: int = 100,
) -> LatestEvents:
    """Up to `limit` events strictly between two places, newest first, as they stand in the stream.

    Ask again with the answer's `newest` as `after` for what came since: nothing is missed, because events behind a
    transaction in flight are left out until it ends. Looks at some 20,000 events at most and says how far it came
    (`looked_to`, to go on with as `before`; None: to the end), so that a rare source is no long wait.
    """
    values: dict[str, Any] = {
        "after_xid": (after or START)[0],
        "after_position": (after or START)[1],
        "before_xid": (before or END_OF_STREAM)[0],
        "before_position": (before or END_OF_STREAM)[1],
        "names": list(names),
        "source": source,
        "type": kind,
        "distinct_id": distinct_id,
        "limit": limit,
        "scanned": LOOKED_AT_MAX,
    }
    by = "distinct_id" if distinct_id else "name" if names else "place"
    with connection.cursor() as cursor:
        horizon = get_horizon(cursor, with_own=connection.in_atomic_block)
        cursor.execute(
            load_sql("wafaa.stream", "list_latest_events"), {**values, "by": by, "horizon": horizon}
        )
        rows = cursor.fetchall()
    found = [row for row in rows if row[1] is not None]
    looked_at, last = (rows[0][-3], (rows[0][-2], rows[0][-1])) if rows else (0, None)
    shown = [as_stored(row[1:-3]) for row in found]
    places = [(row[0], row[1]) for row in found]
    is_cut = len(found) == limit
    return LatestEvents(
        events=shown,
        places=places,
        newest=places[0] if places else after,
        looked_to=(places[-1] if is_cut else last) if is_cut or looked_at >= LOOKED_AT_MAX else None,
    )


def find_event(place: Place) -> StoredEvent | None:
    """The event at a place, with its contents."""
    fields = ("position", "message_id", "type", "name", "distinct_id", "occurred_at", "received_at")
    row = (
        Event.objects.filter(xid=place[0], position=place[1])
        .values_list(*fields, Cast("properties", TextField()), Cast("context", TextField()), "source")
        .first()
    )
    return as_stored(row) if row else None


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


@dataclass(frozen=True, kw_only=True, slots=True)
class EventId:
    """By which an event is found again without its place, which a restored database changes (find_events)."""

    message_id: str
    occurred_at: datetime


def read_ids(heads: Sequence[EventHead]) -> dict[int, EventId]:
    """By position, without reading contents; an event that was erased meanwhile is left out."""
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.stream", "read_ids"), get_places(heads))
        return {
            heads[ordinal - 1].position: EventId(message_id=message_id, occurred_at=occurred_at)
            for ordinal, message_id, occurred_at in cursor.fetchall()
        }


def find_events(ids: Sequence[tuple[str, datetime, str]]) -> dict[str, StoredEvent]:
    """By message id, for (distinct id, occurred at, message id); what was erased is left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            load_sql("wafaa.stream", "find_events"),
            {
                "distinct_ids": [distinct_id for distinct_id, _at, _message_id in ids],
                "times": [at for _distinct_id, at, _message_id in ids],
                "message_ids": [message_id for _distinct_id, _at, message_id in ids],
            },
        )
        return {event.message_id: event for event in map(as_stored, cursor.fetchall())}


def read_properties(heads: Sequence[EventHead]) -> list[str]:
    """Only the properties of these heads' events, as undecoded JSON, in the same order."""
    if not heads:
        return []
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.stream", "read_properties"), get_places(heads))
        return [row[0] for row in cursor.fetchall()]


def list_parked(
    *, consumer: str = "", name: str = "", distinct_id: str = "", error: str = "", only_failed: bool = False
) -> QuerySet[ParkedEvent]:
    """What could not be handled, oldest first; those with an empty error wait behind an earlier one.

    `error` is a part of its text; `only_failed` leaves those out that wait.
    """
    parked = ParkedEvent.objects.order_by("xid", "position", "consumer")
    wanted = {"consumer": consumer, "name": name, "distinct_id": distinct_id, "error__icontains": error}
    parked = parked.filter(**{field: value for field, value in wanted.items() if value})
    return parked.exclude(error="") if only_failed else parked


def get_replay(replay_uuid: uuid.UUID) -> Replay:
    return Replay.objects.get(uuid=replay_uuid)


def list_replays(*, consumer: str = "") -> QuerySet[Replay]:
    """Newest first."""
    replays = Replay.objects.order_by("-created_at", "-id")
    return replays.filter(consumer=consumer) if consumer else replays


def find_oldest_waiting(consumers: Iterable[Consumer]) -> Place | None:
    """The place of the oldest event that one of them has still to handle or park; None where all have."""
    lanes = [
        {"checkpoint": lane.checkpoint, "consumer": consumer.name, "names": list(consumer.hears)}
        for consumer in consumers
        for lane in list_lanes(consumer)
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            load_sql("wafaa.stream", "find_oldest_waiting"), {"lanes": msgspec.json.encode(lanes).decode()}
        )
        row = cursor.fetchone()
    return (row[0], row[1]) if row else None


def get_horizon(cursor: CursorWrapper, *, with_own: bool = False) -> str:
    """The transaction id below which nothing can be added to the stream any more; with its own above this session's."""
    cursor.execute(load_sql("wafaa.stream", "get_horizon"))
    oldest_in_flight, own = cursor.fetchone()
    return str(int(own) + 1) if with_own and own else str(oldest_in_flight)


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


def list_refused(*, reason: str = "", source: str = "") -> QuerySet[RefusedMessage]:
    """What could not become an event, newest first."""
    refused = RefusedMessage.objects.order_by("-received_at", "-id")
    if reason:
        refused = refused.filter(reason=reason)
    return refused.filter(source=source) if source else refused


def list_event_names() -> QuerySet[EventName]:
    """The names that events came by, those heard last first; catalogue.is_known says which are known."""
    return EventName.objects.order_by("-last_seen_at", "name")


def list_problems(*, name: str = "") -> QuerySet[EventProblem]:
    """Known properties that came with another type than the catalogue has, those met last first."""
    problems = EventProblem.objects.order_by("-last_seen_at", "id")
    return problems.filter(name=name) if name else problems
