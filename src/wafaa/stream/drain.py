"""Handing events on: each consumer reads behind a checkpoint, its effects and the checkpoint commit together.

Exactly once: a batch's effects, what had to be parked and the new checkpoint are one transaction, and the
checkpoint's row is locked meanwhile, so that several processes may drain at once and a killed one leaves
nothing behind.
"""

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

import psycopg
from django.db import DatabaseError, connection, transaction
from django.db.backends.utils import CursorWrapper

from wafaa.kit import clock
from wafaa.kit.sql import load_sql
from wafaa.stream.actions import ensure_partitions
from wafaa.stream.models import ParkedEvent
from wafaa.stream.queries import as_stored
from wafaa.stream.rules import Consumer, StoredEvent

log = logging.getLogger(__name__)

BATCH_EVENTS = 5_000
# As stored. Some 40,000 order lines, which are applied in less than half a second: a batch's transaction
# holds readers back.
BATCH_BYTES = 2_000_000
# How long a drain beside a recording sleeps when it finds nothing.
IDLE_S = 0.1
# A deadlock or a lost connection says nothing about the event; a third one in a row goes to the caller,
# nothing is lost.
ATTEMPTS = 3
# SQLSTATE classes of the moment, not of the event: connection, rollback (deadlock), resources, object in use,
# operator.
_PASSING_CLASSES = ("08", "40", "53", "55", "57")

_room_made_on: dict[str, date] = {}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Read:
    """An event with its place in the stream."""

    xid: str
    event: StoredEvent


@dataclass(kw_only=True)
class _Outcome:
    """What became of a batch: the distinct ids that wait, and the events parked with their errors ("" waits
    only).
    """

    blocked: set[str]
    parked: list[tuple[_Read, str]] = field(default_factory=list)


def drain_until_quiet(consumers: Sequence[Consumer]) -> int:
    """Handles everything that can be handled now.

    Returns how many events that were (per consumer, summed).
    """
    total = 0
    while handled := drain_once(consumers):
        total += handled
    return total


@contextmanager
def draining_meanwhile(consumers: Sequence[Consumer]) -> Iterator[None]:
    """Hands events on in a thread of its own while the block records them, as a worker beside it would.

    What it could not handle is left for the caller's own drain, which meets the same error and raises it.
    """
    ending = threading.Event()

    def turn() -> None:
        try:
            while not ending.is_set():
                if not drain_once(consumers):
                    ending.wait(IDLE_S)
        except BaseException:
            log.exception("the drain beside the recording stopped")
        finally:
            connection.close()

    thread = threading.Thread(target=turn, daemon=True, name="drain")
    thread.start()
    try:
        yield
    finally:
        ending.set()
        thread.join()


def drain_once(consumers: Sequence[Consumer], *, limit: int = BATCH_EVENTS) -> int:
    """One batch of at most `limit` events for each consumer, each in a transaction of its own.

    A consumer whose batch fails for a reason of the moment delays no other; its error is raised at the end.
    Returns how many events were handled or parked; 0 also when another process holds all checkpoints.
    """
    _make_room()
    handled = 0
    failure: Exception | None = None
    for consumer in consumers:
        try:
            handled += _drain_with_patience(consumer, limit)
        except Exception as error:
            log.exception("consumer %s could not read on", consumer.name)
            failure = error
    if failure is not None:
        raise failure
    return handled


def replay_parked(*, consumer: Consumer, distinct_ids: Sequence[str]) -> int:
    """Hands the parked events of these distinct ids to the consumer again, in order. Returns how many are
    parked no more.

    What fails again stays parked with its new error, and what waits behind it too.
    """
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        # waits for a batch under way, so that nobody overtakes
        cursor.execute(load_sql("wafaa.stream", "wait_for_checkpoint"), {"consumer": consumer.name})
        cursor.execute(
            load_sql("wafaa.stream", "list_parked_events"),
            {"consumer": consumer.name, "distinct_ids": list(distinct_ids)},
        )
        batch = [_Read(xid=row[0], event=as_stored(row[1:])) for row in cursor.fetchall()]
        ParkedEvent.objects.filter(consumer=consumer.name, distinct_id__in=list(distinct_ids)).delete()
        outcome = _Outcome(blocked=set())
        _handle(consumer, batch, outcome)
        _park(consumer, outcome)
    return len(batch) - len(outcome.parked)


def _make_room() -> None:
    """Once a day the partitions of this month and the next, so that recording finds them there."""
    if _room_made_on.get("day") != clock.now().date() and not connection.in_atomic_block:
        ensure_partitions()
        _room_made_on["day"] = clock.now().date()


def _drain_with_patience(consumer: Consumer, limit: int) -> int:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _drain_batch(consumer, limit)
        except DatabaseError as error:
            if attempt == ATTEMPTS or not _is_passing(error) or connection.in_atomic_block:
                raise
            log.warning("consumer %s tries again after: %s", consumer.name, error)
            connection.close_if_unusable_or_obsolete()
    raise AssertionError("the last attempt returns or raises")


def _drain_batch(consumer: Consumer, limit: int) -> int:
    # Durable: inside another transaction its own events could overtake older ones in flight. Django's tests,
    # which wrap all in one transaction that never commits, are exempt; there the transaction's own events are
    # read too.
    in_test = connection.in_atomic_block
    if not _has_news(consumer):
        return 0
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        horizon = _get_horizon(cursor, with_own=in_test)
        place = _lock_checkpoint(cursor, consumer)
        if place is None:
            return 0
        batch = _read(cursor, consumer, place, horizon, limit)
        if not batch:
            return 0
        waiting_ids = {read.event.distinct_id for read in batch}
        outcome = _Outcome(blocked=_find_blocked(consumer, waiting_ids))
        _handle(consumer, batch, outcome)
        _park(consumer, outcome)
        cursor.execute(
            load_sql("wafaa.stream", "move_checkpoint"),
            {
                "consumer": consumer.name,
                "xid": batch[-1].xid,
                "position": batch[-1].event.position,
                "now": clock.now(),
            },
        )
    return len(batch)


def _has_news(consumer: Consumer) -> bool:
    """Whether anything stands behind the checkpoint; an idle round costs one read and no lock."""
    with connection.cursor() as cursor:
        names = list(consumer.hears)
        cursor.execute(load_sql("wafaa.stream", "has_news"), {"consumer": consumer.name, "names": names})
        return bool(cursor.fetchone()[0])


def _get_horizon(cursor: CursorWrapper, *, with_own: bool) -> str:
    cursor.execute(load_sql("wafaa.stream", "get_horizon"))
    oldest_in_flight, own = cursor.fetchone()
    return str(int(own) + 1) if with_own and own else str(oldest_in_flight)


def _lock_checkpoint(cursor: CursorWrapper, consumer: Consumer) -> tuple[str, int] | None:
    """The place that the consumer has read to; None when another process has it."""
    for statement in ("lock_checkpoint", "create_checkpoint"):
        cursor.execute(load_sql("wafaa.stream", statement), {"consumer": consumer.name})
        if row := cursor.fetchone():
            return row[0], row[1]
    return None


def _read(
    cursor: CursorWrapper, consumer: Consumer, place: tuple[str, int], horizon: str, limit: int
) -> list[_Read]:
    cursor.execute(
        load_sql("wafaa.stream", "read_named_events" if consumer.hears else "read_events"),
        {
            "names": list(consumer.hears),
            "xid": place[0],
            "position": place[1],
            "horizon": horizon,
            "limit": limit,
            "limit_bytes": BATCH_BYTES,
        },
    )
    return [_Read(xid=row[0], event=as_stored(row[1:])) for row in cursor.fetchall()]


def _find_blocked(consumer: Consumer, distinct_ids: set[str]) -> set[str]:
    """Which of these ids have an event parked for this consumer, so that later ones must wait."""
    parked = ParkedEvent.objects.filter(consumer=consumer.name)
    if not parked.exists():
        return set()
    return set(parked.filter(distinct_id__in=distinct_ids).values_list("distinct_id", flat=True))


def _handle(consumer: Consumer, batch: Sequence[_Read], outcome: _Outcome) -> None:
    """Lets the consumer handle the batch; halves it around what fails until the culprit stands alone and is
    parked.
    """
    free = [read for read in batch if read.event.distinct_id not in outcome.blocked]
    outcome.parked += [(read, "") for read in batch if read.event.distinct_id in outcome.blocked]
    if not free:
        return
    try:
        with transaction.atomic():
            consumer.handle([read.event for read in free])
    except Exception as error:
        if isinstance(error, DatabaseError) and _is_passing(error):
            raise
        if len(free) == 1:
            log.warning("consumer %s parks event %s: %s", consumer.name, free[0].event.position, error)
            outcome.blocked.add(free[0].event.distinct_id)
            outcome.parked.append((free[0], _describe(error)))
            return
        middle = len(free) // 2
        _handle(consumer, free[:middle], outcome)
        _handle(consumer, free[middle:], outcome)


def _park(consumer: Consumer, outcome: _Outcome) -> None:
    ParkedEvent.objects.bulk_create(
        ParkedEvent(
            consumer=consumer.name,
            xid=int(read.xid),
            position=read.event.position,
            name=read.event.name,
            distinct_id=read.event.distinct_id,
            error=error,
            parked_at=clock.now(),
        )
        for read, error in outcome.parked
    )


def _describe(error: Exception) -> str:
    """The first line, which says what; PostgreSQL's further lines quote our SQL."""
    return f"{type(error).__name__}: {error}".splitlines()[0]


def _is_passing(error: DatabaseError) -> bool:
    cause = error.__cause__
    state = cause.sqlstate if isinstance(cause, psycopg.Error) else None
    return state is None or state.startswith(_PASSING_CLASSES)
