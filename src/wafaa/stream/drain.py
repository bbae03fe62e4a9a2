"""Handing events on: each consumer reads behind a checkpoint, its effects and the checkpoint commit together.

Exactly once: a batch's effects, what had to be parked and the new checkpoint are one transaction, and the
checkpoint's row is locked meanwhile, so that several processes may drain at once and a killed one leaves
nothing behind. A consumer's lanes have a checkpoint each; where much waits they are drained side by side.
"""

import logging
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from heapq import merge

from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.backends.utils import CursorWrapper

from wafaa.kit import clock
from wafaa.kit.sql import load_sql
from wafaa.stream.actions import ensure_partitions
from wafaa.stream.handling import Outcome, handle, is_passing, park, silence
from wafaa.stream.models import ParkedEvent
from wafaa.stream.queries import find_oldest_waiting, get_horizon
from wafaa.stream.rules import Consumer, EventHead, Lane, Place, list_lanes

log = logging.getLogger(__name__)

BATCH_EVENTS = 5_000
# As stored. Some 40,000 order lines, which are applied in less than half a second: a batch's transaction
# holds readers back.
BATCH_BYTES = 2_000_000
# Less than this is handled faster by one connection than by two.
FAN_OUT_EVENTS = 200
# How long a drain beside a recording sleeps when it finds nothing.
IDLE_S = 0.1
# A deadlock or a lost connection says nothing about the event; a third one in a row goes to the caller,
# nothing is lost.
ATTEMPTS = 3

_room_made_on: dict[str, date] = {}


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What a turn of a consumer came to.

    `waits`: events stand there that could not be read yet, because a transaction is in flight or another process is at
    work on them. `failure`: the reason of the moment for which a lane stood still.
    """

    handled: int = 0
    waits: bool = False
    failure: Exception | None = None


@dataclass(frozen=True, kw_only=True)
class _Batch:
    """A lane's events, and the place (xid, position) that is reached when they are handled."""

    lane: Lane
    own: list[EventHead]
    end: Place


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
    turns = [drain_consumer(consumer, limit=limit) for consumer in consumers]
    for turn in reversed(turns):
        if turn.failure is not None:
            raise turn.failure
    return sum(turn.handled for turn in turns)


def drain_consumer(consumer: Consumer, *, limit: int = BATCH_EVENTS) -> Turn:
    """One batch of each of its lanes that has news; raises nothing that a later turn could mend."""
    lanes = list_lanes(consumer)
    try:
        _make_room()
        news = {lane: _count_news(lane, up_to=FAN_OUT_EVENTS if len(lanes) > 1 else 1) for lane in lanes}
    except (DatabaseError, InterfaceError) as error:
        connection.close_if_unusable_or_obsolete()
        return Turn(failure=error)
    ready = [lane for lane in lanes if news[lane]]
    if len(ready) < 2 or max(news.values()) < FAN_OUT_EVENTS or connection.in_atomic_block:
        return _sum_up([_drain_lanes(ready, limit)] if ready else [])
    with ThreadPoolExecutor(max_workers=len(ready) - 1, thread_name_prefix="lane") as others:
        beside = [others.submit(_drain_lane_apart, lane, limit) for lane in ready[1:]]
        return _sum_up([_drain_lanes(ready[:1], limit), *(future.result() for future in beside)])


def _sum_up(outcomes: Sequence[int | Exception]) -> Turn:
    failures = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    handled = sum(outcome for outcome in outcomes if isinstance(outcome, int))
    return Turn(
        handled=handled, waits=bool(outcomes) and not handled, failure=failures[-1] if failures else None
    )


def _drain_lane_apart(lane: Lane, limit: int) -> int | Exception:
    """In a thread of its own, thus on a connection of its own."""
    try:
        return _drain_lanes([lane], limit)
    finally:
        connection.close()


def _drain_lanes(lanes: Sequence[Lane], limit: int) -> int | Exception:
    """One batch of these lanes of a consumer in one transaction: where little waits, each of its own costs more."""
    try:
        return _drain_with_patience(lanes, limit)
    except Exception as error:
        is_foreseen = isinstance(error, DatabaseError) and is_passing(error)
        names = ", ".join(lane.checkpoint for lane in lanes)
        log.warning("consumer %s could not read on: %s", names, error, exc_info=not is_foreseen)
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
        return error


def _make_room() -> None:
    """Once a day the partitions of this month and the next, so that recording finds them there."""
    if _room_made_on.get("day") != clock.now().date() and not connection.in_atomic_block:
        ensure_partitions()
        _room_made_on["day"] = clock.now().date()


def _drain_with_patience(lanes: Sequence[Lane], limit: int) -> int:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _drain_batch(lanes, limit)
        except DatabaseError as error:
            if attempt == ATTEMPTS or not is_passing(error) or connection.in_atomic_block:
                raise
            log.warning("consumer %s tries again after: %s", lanes[0].checkpoint, error)
            connection.close_if_unusable_or_obsolete()
    raise AssertionError("the last attempt returns or raises")


def _drain_batch(lanes: Sequence[Lane], limit: int) -> int:
    """Returns how many events were handled: 0 when there are none, or another process has the checkpoints."""
    # Durable: inside another transaction its own events could overtake older ones in flight. Django's tests,
    # which wrap all in one transaction that never commits, are exempt; there the transaction's own events are
    # read too.
    in_test = connection.in_atomic_block
    consumer = lanes[0].consumer
    with transaction.atomic(durable=True), connection.cursor() as cursor, silence(consumer):
        until = _find_end(consumer, get_horizon(cursor, with_own=in_test))
        batches = [batch for lane in lanes if (batch := _read_on(cursor, lane, until, limit))]
        # each distinct id has one lane; among lanes the order is the stream's, as far as they go together
        own = list(merge(*(batch.own for batch in batches), key=lambda head: (int(head.xid), head.position)))
        if own:
            outcome = Outcome(blocked=_find_blocked(consumer, {head.distinct_id for head in own}))
            handle(consumer, own, outcome)
            park(consumer, outcome)
        for batch in batches:
            xid, position = batch.end
            cursor.execute(
                load_sql("wafaa.stream", "move_checkpoint"),
                {**batch.lane.values, "xid": xid, "position": position, "now": clock.now()},
            )
    return len(own)


def _find_end(consumer: Consumer, horizon: str) -> Place:
    """The place before which the consumer may read: nothing can be added there any more, and those it follows are done."""
    until: Place = (horizon, 0)
    if consumer.after and (first := find_oldest_waiting(consumer.after)):
        until = min(until, first, key=lambda place: (int(place[0]), place[1]))
    return until


def _read_on(cursor: CursorWrapper, lane: Lane, until: Place, limit: int) -> _Batch | None:
    """The lane's next events; passes those of other lanes. None when nothing can be read or another process has it."""
    place = _lock_checkpoint(cursor, lane)
    reached = None
    while place is not None and (batch := _read(cursor, lane, place, until, limit)):
        reached, place = batch, batch.end
        if batch.own:
            break
    return reached


def _count_news(lane: Lane, *, up_to: int) -> int:
    """How many events stand behind the checkpoint; an idle round costs one read and no lock."""
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.stream", "count_news"), {**lane.values, "limit": up_to})
        return int(cursor.fetchone()[0])


def _lock_checkpoint(cursor: CursorWrapper, lane: Lane) -> Place | None:
    """The place that the lane has read to; None when another process has it."""
    for statement in ("lock_checkpoint", "create_checkpoint"):
        cursor.execute(load_sql("wafaa.stream", statement), lane.values)
        if row := cursor.fetchone():
            return row[0], row[1]
    return None


def _read(cursor: CursorWrapper, lane: Lane, place: Place, until: Place, limit: int) -> _Batch | None:
    """The lane's events among the next ones of its consumer; None at the end of the stream."""
    cursor.execute(
        load_sql("wafaa.stream", "read_named_events" if lane.consumer.hears else "read_events"),
        {
            **lane.values,
            "xid": place[0],
            "position": place[1],
            "until_xid": until[0],
            "until_position": until[1],
            "limit": limit,
            "limit_bytes": BATCH_BYTES,
        },
    )
    rows = cursor.fetchall()
    if not rows:
        return None
    return _Batch(
        lane=lane, own=[EventHead(*row[:-1]) for row in rows if row[-1]], end=(rows[-1][0], rows[-1][1])
    )


def _find_blocked(consumer: Consumer, distinct_ids: set[str]) -> set[str]:
    """Which of these ids have an event parked for this consumer, so that later ones must wait."""
    parked = ParkedEvent.objects.filter(consumer=consumer.name)
    if not parked.exists():
        return set()
    return set(parked.filter(distinct_id__in=distinct_ids).values_list("distinct_id", flat=True))
