"""What becomes of parked events: handed to their consumer again, or discarded by somebody who says why."""

from collections.abc import Callable, Sequence

from django.db import connection, transaction

from wafaa.kit.sql import load_sql
from wafaa.stream.errors import ParkedEventGone, ParkedEventWaits
from wafaa.stream.handling import Outcome, handle, park, silence, wait_for_checkpoints
from wafaa.stream.models import ParkedEvent
from wafaa.stream.rules import START, Consumer, EventHead, Place

# A transaction's worth.
CHUNK_EVENTS = 1_000


def replay_parked(*, consumer: Consumer, distinct_ids: Sequence[str]) -> int:
    """Hands the parked events of these distinct ids to the consumer again, in order. Returns how many are
    parked no more.

    What fails again stays parked with its new error, and what waits behind it too.
    """
    return _replay(consumer, list(distinct_ids), lambda done: None)


def replay_all_parked(*, consumer: Consumer, on_progress: Callable[[int], None] = lambda done: None) -> int:
    """All that is parked for the consumer, as replay_parked does; tells after each chunk how many were tried."""
    return _replay(consumer, None, on_progress)


@transaction.atomic
def discard_parked(*, consumer: Consumer, xid: int, position: int) -> ParkedEvent:
    """Gives up an event that cannot be handled: the consumer will never have its effect, the stream keeps it.

    Returns what was parked, for the trail: the caller notes in the same transaction who did it, and why. What waits behind
    it is handled after the commit by replay_parked for its distinct id. Raises ParkedEventGone where it is parked no more,
    ParkedEventWaits where it only waits behind another one.
    """
    with connection.cursor() as cursor:
        wait_for_checkpoints(cursor, consumer)
    parked = ParkedEvent.objects.filter(consumer=consumer.name, xid=xid, position=position).first()
    if parked is None:
        raise ParkedEventGone
    if not parked.error:
        raise ParkedEventWaits
    ParkedEvent.objects.filter(pk=parked.pk).delete()
    return parked


def _replay(consumer: Consumer, distinct_ids: list[str] | None, tell: Callable[[int], None]) -> int:
    place, tried, freed = START, 0, 0
    while chunk := _replay_chunk(consumer, distinct_ids, place):
        place, stayed, size = chunk
        tried += size
        freed += size - stayed
        tell(tried)
    return freed


def _replay_chunk(
    consumer: Consumer, distinct_ids: list[str] | None, after: Place
) -> tuple[Place, int, int] | None:
    """(the place reached, how many stayed parked, how many were tried); None when nothing is left."""
    with transaction.atomic(durable=True), connection.cursor() as cursor, silence(consumer):
        wait_for_checkpoints(cursor, consumer)
        values = {
            "consumer": consumer.name,
            "distinct_ids": distinct_ids,
            "xid": after[0],
            "position": after[1],
            "limit": CHUNK_EVENTS,
        }
        cursor.execute(load_sql("wafaa.stream", "list_parked_events"), values)
        rows = cursor.fetchall()
        if not rows:
            return None
        batch = [EventHead(*row[:-1]) for row in rows]
        # an earlier chunk left an event of these ids parked
        outcome = Outcome(blocked={row[4] for row in rows if row[-1]})
        cursor.execute(
            load_sql("wafaa.stream", "unpark"),
            {
                "consumer": consumer.name,
                "xids": [head.xid for head in batch],
                "positions": [head.position for head in batch],
            },
        )
        errors = dict(cursor.fetchall())
        handle(consumer, batch, outcome)
        # one that was not tried keeps what it failed with
        outcome.parked = [(head, error or errors.get(head.position, "")) for head, error in outcome.parked]
        park(consumer, outcome)
    last = batch[-1]
    return (last.xid, last.position), len(outcome.parked), len(batch)
