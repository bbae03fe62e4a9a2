"""A batch and its consumer: what fails for itself is isolated and parked, what fails for a reason of the moment is raised.

Runs inside the transaction that moves the checkpoint or the place of a replay.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg
from django.db import DatabaseError, connection, transaction
from django.db.backends.utils import CursorWrapper

from wafaa.kit import clock
from wafaa.kit.sql import load_sql
from wafaa.stream.actions import promise_silence
from wafaa.stream.models import ParkedEvent
from wafaa.stream.rules import Consumer, EventHead, list_lanes

log = logging.getLogger(__name__)

# SQLSTATE classes of the moment, not of the event: connection, transaction state (a session that was ended), rollback
# (deadlock), resources, object in use, operator.
_PASSING_CLASSES = ("08", "25P", "40", "53", "55", "57")


@dataclass(kw_only=True)
class Outcome:
    """What became of a batch: the distinct ids that wait, and the events parked with their errors ("" waits
    only).
    """

    blocked: set[str]
    parked: list[tuple[EventHead, str]] = field(default_factory=list)


def handle(consumer: Consumer, batch: Sequence[EventHead], outcome: Outcome) -> None:
    """Lets the consumer handle the batch; halves it around what fails until the culprit stands alone and is
    parked.
    """
    free = [head for head in batch if head.distinct_id not in outcome.blocked]
    outcome.parked += [(head, "") for head in batch if head.distinct_id in outcome.blocked]
    if not free:
        return
    try:
        with transaction.atomic():
            consumer.handle(free)
    except Exception as error:
        if isinstance(error, DatabaseError) and is_passing(error):
            raise
        if len(free) == 1:
            log.warning(
                "consumer %s parks event %s: %s", consumer.name, free[0].position, type(error).__name__
            )
            outcome.blocked.add(free[0].distinct_id)
            outcome.parked.append((free[0], _describe(error)))
            return
        middle = len(free) // 2
        handle(consumer, free[:middle], outcome)
        handle(consumer, free[middle:], outcome)


def park(consumer: Consumer, outcome: Outcome) -> None:
    ParkedEvent.objects.bulk_create(
        ParkedEvent(
            consumer=consumer.name,
            xid=int(head.xid),
            position=head.position,
            name=head.name,
            distinct_id=head.distinct_id,
            error=error,
            parked_at=clock.now(),
        )
        for head, error in outcome.parked
    )


def wait_for_checkpoints(cursor: CursorWrapper, consumer: Consumer) -> list[tuple[str, str, int]]:
    """Takes all lanes after waiting for a batch under way, so that nobody overtakes: (checkpoint, xid, position) each."""
    names = [lane.checkpoint for lane in list_lanes(consumer)]
    cursor.execute(load_sql("wafaa.stream", "wait_for_checkpoints"), {"checkpoints": names})
    return [(name, xid, position) for name, xid, position in cursor.fetchall()]


@contextmanager
def silence(consumer: Consumer) -> Iterator[None]:
    """At the beginning of a transaction in which the consumer works: unless it tells, its own pace holds nobody back."""
    if consumer.tells:
        yield
        return
    promise_silence()
    yield
    if connection.savepoint_ids:  # a test's transaction goes on, and may record
        with connection.cursor() as cursor:
            cursor.execute(load_sql("wafaa.stream", "end_silence"))


def is_passing(error: DatabaseError) -> bool:
    """Whether it says something about the moment, not about the event."""
    cause = error.__cause__
    state = cause.sqlstate if isinstance(cause, psycopg.Error) else None
    return state is None or state.startswith(_PASSING_CLASSES)


def _describe(error: Exception) -> str:
    """The first line, which says what; PostgreSQL's further lines quote our SQL."""
    return (f"{type(error).__name__}: {error}".splitlines() or [""])[0]
