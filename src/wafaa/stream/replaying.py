"""Giving a consumer a range of the stream again: chunk by chunk, in order, to be cancelled and resumed at any moment.

A chunk is like a batch of the drain: effects, what had to be parked and the place reached are one transaction. The
consumer's checkpoints are locked meanwhile, so that new events do not overtake; between chunks they go first.
"""

import time
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, connection, transaction

from wafaa.kit import clock
from wafaa.kit.sql import load_sql
from wafaa.stream.drain import BATCH_BYTES
from wafaa.stream.errors import NotReplayable, ReplayGoesToTheEnd, ReplayUnderway
from wafaa.stream.handling import Outcome, handle, park, silence, wait_for_checkpoints
from wafaa.stream.models import Replay
from wafaa.stream.rules import Consumer, EventHead, list_lanes

# A transaction's worth, as in the drain: new events wait for it.
CHUNK_EVENTS = 2_000
# Between two chunks; the drain looks again at least every HELD_S_MAX (run/draining.py) at what was taken.
REST_S = 0.15
_ALWAYS = (datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC))
_EVERYWHERE = (0, 2**63 - 1)

State = Replay.State


def start_replay(
    *,
    consumer: Consumer,
    since: datetime | None = None,
    until: datetime | None = None,
    positions: tuple[int, int] | None = None,
    names: Sequence[str] = (),
    distinct_ids: Sequence[str] = (),
    by: AbstractBaseUser | None = None,
) -> Replay:
    """Notes what is to be replayed; replay_on then does it, or the job that request_replay asks for.

    `since` and `until` are times of receipt, the second exclusive; `positions` the first and the last one. Without any all
    of the past is meant. Raises NotReplayable, ReplayGoesToTheEnd, ReplayUnderway.
    """
    check_replay(consumer, has_end=bool(until or positions), chooses=bool(names or distinct_ids))
    now = clock.now()
    try:
        with transaction.atomic():
            return Replay.objects.create(
                staff_id=by.pk if by else None,
                consumer=consumer.name,
                since=since,
                until=until,
                first_position=positions[0] if positions else None,
                last_position=positions[1] if positions else None,
                names=sorted(set(names)),
                distinct_ids=sorted(set(distinct_ids)),
                created_at=now,
                changed_at=now,
            )
    except IntegrityError as error:
        raise ReplayUnderway(name=consumer.name) from error


def check_replay(consumer: Consumer, *, has_end: bool, chooses: bool) -> None:
    """Raises where the consumer does not bear what is asked for."""
    if not (consumer.replayable or consumer.replays_to_end):
        raise NotReplayable(name=consumer.name)
    if consumer.replays_to_end and (has_end or chooses):
        raise ReplayGoesToTheEnd(name=consumer.name)


def replay_range(
    *, consumer: Consumer, on_progress: Callable[[Replay], None] = lambda replay: None, **asked: Any
) -> Replay:
    """start_replay and all of its chunks; cancelled where it is interrupted or fails. Returns what became of it."""
    replay = start_replay(consumer=consumer, **asked)
    try:
        while replay.is_active:
            replay = replay_on(replay_uuid=replay.uuid, consumer=consumer)
            on_progress(replay)
    except BaseException:
        cancel_replay(replay_uuid=replay.uuid)
        raise
    return replay


def replay_on(*, replay_uuid: uuid.UUID, consumer: Consumer) -> Replay:
    """The next chunk, each in a transaction of its own; one that has ended or was cancelled stays as it is."""
    replay = Replay.objects.get(uuid=replay_uuid)
    if replay.state == State.WAITING:
        _begin(replay, consumer)
    elif replay.state == State.RUNNING and replay.done:
        time.sleep(REST_S)
    with transaction.atomic(durable=True), connection.cursor() as cursor, silence(consumer):
        reached = wait_for_checkpoints(cursor, consumer)
        replay = Replay.objects.select_for_update().get(uuid=replay_uuid)
        if replay.state != State.RUNNING:
            return replay
        cursor.execute(load_sql("wafaa.stream", "read_range"), _describe_chunk(replay, consumer, reached))
        _apply(replay, consumer, cursor.fetchall())
        replay.changed_at = clock.now()
        replay.save(update_fields=["xid", "position", "state", "done", "parked", "changed_at"])
    return replay


def request_replay(**asked: Any) -> Replay:
    """start_replay, and the job that does it."""
    from wafaa.stream.tasks import replay_events  # it defers itself by what is here

    with transaction.atomic():
        replay = start_replay(**asked)
        replay_events.defer(replay_uuid=str(replay.uuid))
    return replay


def cancel_replay(*, replay_uuid: uuid.UUID) -> bool:
    """Ends it between two chunks; what was replayed stays. False where it had ended already."""
    active = Replay.objects.filter(uuid=replay_uuid, state__in=[State.WAITING, State.RUNNING])
    return active.update(state=State.CANCELLED, changed_at=clock.now()) > 0


def _begin(replay: Replay, consumer: Consumer) -> None:
    """Finds where the range begins and ends; outside the chunks, because it may read much."""
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.stream", "measure_range"), _describe_range(replay, consumer))
        total, first_xid, first_position, last_xid, last_position = cursor.fetchone()
    Replay.objects.filter(pk=replay.pk, state=State.WAITING).update(
        state=State.RUNNING if total else State.DONE,
        total=total,
        xid=first_xid or 0,
        position=(first_position or 1) - 1,  # the first one itself is to be read
        end_xid=last_xid,
        end_position=last_position or 0,
        changed_at=clock.now(),
    )


def _describe_range(replay: Replay, consumer: Consumer) -> dict[str, Any]:
    names = consumer.hears
    if replay.names:
        # one that nobody records, where the consumer hears none of those asked for
        names = tuple(set(replay.names).intersection(consumer.hears or replay.names)) or ("",)
    return {
        "since": replay.since or _ALWAYS[0],
        "until": replay.until or _ALWAYS[1],
        "first_position": _EVERYWHERE[0] if replay.first_position is None else replay.first_position,
        "last_position": _EVERYWHERE[1] if replay.last_position is None else replay.last_position,
        "names": list(names),
        "distinct_ids": replay.distinct_ids,
    }


def _describe_chunk(
    replay: Replay, consumer: Consumer, reached: Sequence[tuple[str, str, int]]
) -> dict[str, Any]:
    """The arguments of read_range; a replay that goes to the end ends where the consumer is now."""
    values = _describe_range(replay, consumer)
    by = "distinct_id" if values["distinct_ids"] else "name" if values["names"] else "place"
    places = {checkpoint: (int(xid), position) for checkpoint, xid, position in reached}
    lanes = [lane for lane in list_lanes(consumer) if lane.checkpoint in places]
    furthest = max(places.values(), default=(0, 0))
    end = furthest if consumer.replays_to_end else (replay.end_xid, replay.end_position)
    return {
        **values,
        "by": by,
        "consumer": consumer.name,
        "xid": str(replay.xid),
        "position": replay.position,
        "end_xid": str(end[0]),
        "end_position": end[1],
        "lanes": consumer.lanes,
        "lane_numbers": [lane.number for lane in lanes],
        "lane_xids": [str(places[lane.checkpoint][0]) for lane in lanes],
        "lane_positions": [places[lane.checkpoint][1] for lane in lanes],
        "limit": CHUNK_EVENTS,
        "limit_bytes": BATCH_BYTES,
    }


def _apply(replay: Replay, consumer: Consumer, rows: Sequence[tuple[Any, ...]]) -> None:
    """Hands the chunk on and moves the replay's place behind it; without one it is done."""
    if not rows:
        replay.state = State.DONE
        return
    outcome = Outcome(blocked=set())
    free = list[EventHead]()
    for *row, is_own, is_parked, waits in rows:
        if not is_own or is_parked:
            continue  # the drain has not come to it, or it is parked already
        if waits:
            outcome.parked.append((EventHead(*row), ""))
        else:
            free.append(EventHead(*row))
    replay.done += len(free) + len(outcome.parked)
    handle(consumer, free, outcome)
    park(consumer, outcome)
    replay.parked += len(outcome.parked)
    replay.xid, replay.position = int(rows[-1][0]), rows[-1][1]
