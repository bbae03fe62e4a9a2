"""Recording events, once each; replaying what was parked; erasing what a source told."""

import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import msgspec
from django.db import connection, transaction

from wafaa.kit import clock
from wafaa.kit.sql import fetch_prepared, load_sql
from wafaa.stream.catalogue import Mismatch
from wafaa.stream.models import Epoch
from wafaa.stream.refused import discard_refused, forget_refused, retry_refused
from wafaa.stream.rules import EventHead, NewEvent, StoredEvent

__all__ = [
    "discard_refused",
    "ensure_partitions",
    "erase_source",
    "forget_refused",
    "note_names",
    "note_problems",
    "record_beside",
    "record_event",
    "record_events",
    "record_events_csv",
    "record_selected",
    "retry_refused",
    "start_epoch",
]

_COPY_BLOCK_BYTES = 1 << 20
_COLUMNS = ("type", "name", "distinct_id", "occurred_at", "properties", "context", "source")
# Hundreds a second need not wake anybody hundreds of times.
_WAKING_EVERY_S = 0.05
_woken: dict[str, float] = {}


def record_event(*, event: NewEvent) -> int | None:
    """Stores one event in the caller's transaction.

    Returns its position, None if its message id was recorded before.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            load_sql("wafaa.stream", "record_event"),
            {
                "message_id": str(event.message_id),
                "type": event.type,
                "name": event.name,
                "distinct_id": event.distinct_id,
                "occurred_at": event.occurred_at,
                "received_at": clock.now(),
                "properties": msgspec.json.encode(event.properties).decode(),
                "context": msgspec.json.encode(event.context).decode(),
                "source": event.source,
            },
        )
        row = cursor.fetchone()
    return row[0] if row else None


def record_beside(
    *, statement: str, values: Mapping[str, Any], event: NewEvent | None
) -> tuple[Any, ...] | None:
    """Runs a caller's statement that records the event, too: one turn to the database, and outside of a transaction one commit.

    The statement names `/*recording*/` after its part `saved`; without a row of that nothing is recorded. Its values are texts,
    so that it is planned once for each connection. Returns its first row.
    """
    text = statement.replace("/*recording*/", load_sql("wafaa.stream", "record_beside"))
    told = "" if event is None else _write_json(event)
    row = fetch_prepared(text, {**values, "event": told})
    if event is not None and row is not None:
        transaction.on_commit(partial(_wake, event.name))
    return row


def _write_json(event: NewEvent) -> str:
    """As the table's columns."""
    columns = {name: getattr(event, name) for name in _COLUMNS}
    columns["message_id"] = str(event.message_id)
    return msgspec.json.encode({**columns, "received_at": clock.now()}).decode()


def _wake(name: str) -> None:
    """After the commit: a notice inside makes all commits of the server wait for one another. Others look every second."""
    now = time.monotonic()
    if now - _woken.get(name, -1.0) < _WAKING_EVERY_S:
        return
    _woken[name] = now
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.stream", "wake_drain"), [msgspec.json.encode([name]).decode()])


@transaction.atomic
def record_events(*, events: Iterable[NewEvent]) -> int:
    """Stores many events in their order, in one transaction. Returns how many were new."""
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.stream", "prepare_incoming"))
        with cursor.copy(load_sql("wafaa.stream", "copy_incoming")) as copy:
            for event in events:
                copy.write_row(_as_row(event))
        return _record_incoming(cursor)


@transaction.atomic
def record_events_csv(*, csv: bytes | memoryview) -> int:
    """Stores CSV rows (message_id, type, name, distinct_id, occurred_at, properties, context, source) in one
    transaction.

    No header; times carry their offset; empty properties or context stand for `{}`. The caller keeps a chunk
    small enough to be recorded in less than a second, because readers wait for the transaction. Returns how
    many events were new.
    """
    block = memoryview(csv)
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.stream", "prepare_incoming"))
        with cursor.copy(load_sql("wafaa.stream", "copy_incoming") + " (FORMAT csv)") as copy:
            for start in range(0, len(block), _COPY_BLOCK_BYTES):
                copy.write(block[start : start + _COPY_BLOCK_BYTES])
        return _record_incoming(cursor)


@transaction.atomic
def record_selected(*, query: str, values: Mapping[str, Any]) -> int:
    """Stores the events that a query of the caller's gives (columns as those of record_events_csv), in its order.

    For many that the database knows all about. Returns how many were new.
    """
    statement = load_sql("wafaa.stream", "record_selected").replace("/*query*/", query)
    with connection.cursor() as cursor:
        cursor.execute(statement, {**values, "received_at": clock.now()})
        return int(cursor.fetchone()[0])


def _as_row(event: NewEvent) -> tuple[Any, ...]:
    return (
        str(event.message_id),
        event.type,
        event.name,
        event.distinct_id,
        event.occurred_at,
        msgspec.json.encode(event.properties).decode(),
        msgspec.json.encode(event.context).decode(),
        event.source,
    )


def _record_incoming(cursor: Any) -> int:
    cursor.execute(load_sql("wafaa.stream", "record_incoming"), {"received_at": clock.now()})
    count, _ = cursor.fetchone()
    cursor.execute(load_sql("wafaa.stream", "forget_incoming"))
    return int(count)


def keep_silent() -> None:
    """First of all in a transaction of bulk work that records no event: readers of the stream don't wait for its end.

    An event that is recorded in it fails. Inside another transaction, which may record, nothing is promised.
    """
    if not connection.savepoint_ids:
        promise_silence()


def promise_silence() -> None:
    """As keep_silent, whatever stands around it."""
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.stream", "keep_silent"))


def ensure_partitions() -> None:
    """Makes the partitions of this month and the next, where missing.

    Costs two look-ups; the worker calls it daily.
    """
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.stream", "ensure_partitions"))


@transaction.atomic
def erase_source(*, source: str) -> int:
    """Removes every event that `source` told, its message ids and what is parked of it.

    Returns how many events went.
    """
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.stream", "erase_source"), {"source": source})
        return int(cursor.fetchone()[0])


def start_epoch() -> uuid.UUID:
    """Declares that history was rewritten: facts kept elsewhere must be built anew."""
    epoch = uuid.uuid4()
    Epoch.objects.update_or_create(id=1, defaults={"epoch": epoch})
    return epoch


def note_names(*, heads: Sequence[EventHead]) -> None:
    """Lists the names that these events came by, with how often and when."""
    with connection.cursor() as cursor:
        cursor.execute(
            load_sql("wafaa.stream", "note_names"),
            {"names": [head.name for head in heads], "times": [head.received_at for head in heads]},
        )


def note_problems(*, problems: Sequence[tuple[StoredEvent, Mismatch]]) -> None:
    """Counts known properties that came with a wrong type."""
    with connection.cursor() as cursor:
        cursor.execute(
            load_sql("wafaa.stream", "note_problems"),
            {
                "names": [event.name for event, _mismatch in problems],
                "properties": [mismatch.property for _event, mismatch in problems],
                "expected": [str(mismatch.expected) for _event, mismatch in problems],
                "found": [str(mismatch.found) for _event, mismatch in problems],
                "examples": [event.message_id for event, _mismatch in problems],
                "sources": [event.source for event, _mismatch in problems],
                "times": [event.received_at for event, _mismatch in problems],
            },
        )
