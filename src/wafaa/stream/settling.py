"""Writing down what came of effects: many together, each once, by whoever has them."""

import random
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec
from django.db import connection, transaction

from wafaa.kit import clock
from wafaa.kit.sql import load_sql
from wafaa.stream.effects import Claimed, Kind, Outcome, Settled, Verdict
from wafaa.stream.models import Attempt, Destination, Effect

# Seconds between one try and the next, ever more patiently; the last one is repeated until the three days are over.
WAITS_S = (5, 60, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 12 * 3600)
# Effects that failed together are not tried again together.
JITTER = 0.2
# What a destination may ask for by Retry-After.
RETRY_AFTER_S_MAX = 24 * 3600.0
# After so many failures in a row a destination rests, and one effect at a time asks whether it is well again.
FAILURES_BEFORE_REST = 5
REST_S, REST_S_MAX = 15.0, 15 * 60.0
# Who takes longer gets one at a time, so that the senders stay free for others.
SLOW_MS = 5_000
ANSWER_CHARS_MAX = 2_048

# Errors of tries after which nobody knows whether they arrived; sql/claim_effects.sql has them too.
DOUBTS = ("sender_lost", "line_lost")

_Done = tuple[Claimed, Outcome]


@transaction.atomic
def settle_all(*, kind: Kind, sender: uuid.UUID, done: Sequence[_Done]) -> set[int]:
    """Writes down what came of effects of one kind. Returns the ids of those that were still this sender's: of others the
    lease had ended and somebody else has them, or they are erased.

    Of what was delivered it is enough that nobody else has begun it again since.
    """
    rows = {row.pk: row for row in _hold([effect.id for effect, _outcome in done], sender)}
    ours = [
        (effect, outcome)
        for effect, outcome in done
        if (row := rows.get(effect.id)) is not None
        and (row.state == Effect.State.IN_FLIGHT or outcome.verdict is Verdict.DELIVERED)
    ]
    if not ours:
        return set()
    now = clock.now()
    settled = [
        (Settled(effect=effect, outcome=outcome, state=state), due_at)
        for effect, outcome in ours
        for state, due_at in [_judge(rows[effect.id], outcome, now)]
    ]
    _write(settled, now)
    destinations = _note_destinations(
        [(rows[effect.id].destination_id, outcome) for effect, outcome in ours], now
    )
    for one, _due_at in settled:
        kind.settled(one.effect, one.outcome, destinations[rows[one.effect.id].destination_id])
    kind.settled_all([one for one, _due_at in settled])
    return {effect.id for effect, _outcome in ours}


class _Held(NamedTuple):
    """A row that is locked."""

    pk: int
    state: str
    attempts: int
    retry_until: datetime
    destination_id: int


def _hold(ids: Collection[int], sender: uuid.UUID) -> list[_Held]:
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.stream", "hold_effects"), {"ids": list(ids), "sender": sender})
        return [_Held(*row) for row in cursor.fetchall()]


def _judge(row: _Held, outcome: Outcome, now: datetime) -> tuple[str, datetime | None]:
    """The state that follows, and when the next try is due."""
    if outcome.verdict is Verdict.DEFERRED:
        return Effect.State.PENDING, outcome.due_at or now
    if outcome.verdict is not Verdict.FAILED:
        return Effect.State(outcome.verdict.value), None
    if now >= row.retry_until:
        return Effect.State.PARKED, None
    wait_s = max(choose_wait_s(row.attempts), min(outcome.retry_after_s, RETRY_AFTER_S_MAX))
    # the last try stands at the very end
    return Effect.State.PENDING, min(now + timedelta(seconds=wait_s), row.retry_until)


def choose_wait_s(attempts: int) -> float:
    """How long to wait after so many tries, a fifth more or less."""
    wait_s = WAITS_S[min(attempts, len(WAITS_S)) - 1]
    return wait_s * random.uniform(1 - JITTER, 1 + JITTER)


def _write(settled: Sequence[tuple[Settled, datetime | None]], now: datetime) -> None:
    rows = [
        {
            "id": one.effect.id,
            "state": one.state,
            "due_at": due_at,
            "is_try": one.outcome.verdict is not Verdict.DEFERRED,
            "began": now - timedelta(milliseconds=one.outcome.took_ms),
            "took_ms": one.outcome.took_ms,
            "status": one.outcome.status,
            "answer": one.outcome.answer.replace("\x00", "")[:ANSWER_CHARS_MAX],
            "error": one.outcome.error[:40],
        }
        for one, due_at in settled
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            load_sql("wafaa.stream", "settle_effects"),
            {"settled": msgspec.json.encode(rows).decode(), "now": now},
        )


def _note_destinations(outcomes: Sequence[tuple[int, Outcome]], now: datetime) -> dict[int, Destination]:
    grouped: dict[int, list[Outcome]] = defaultdict(list)
    for pk, outcome in outcomes:
        grouped[pk].append(outcome)
    locked = Destination.objects.select_for_update(no_key=True).filter(pk__in=grouped).order_by("id")
    found = {destination.pk: destination for destination in locked}
    for pk, destination in found.items():
        _note_destination(destination, grouped[pk], now)
    return found


def _note_destination(destination: Destination, outcomes: Sequence[Outcome], now: datetime) -> None:
    before = (destination.failures, destination.is_slow, destination.rests_until)
    for outcome in outcomes:
        if outcome.verdict in {Verdict.CANCELLED, Verdict.DEFERRED} or not outcome.blames_destination:
            continue
        if outcome.verdict is Verdict.DELIVERED:
            destination.failures, destination.failing_since, destination.rests_until = 0, None, None
        else:
            destination.failures += 1
            destination.failing_since = destination.failing_since or now
            destination.rests_until = _choose_rest(destination.failures, now)
        destination.is_slow = outcome.took_ms > SLOW_MS
    if before != (destination.failures, destination.is_slow, destination.rests_until):
        destination.save(update_fields=["failures", "failing_since", "rests_until", "is_slow"])


def _choose_rest(failures: int, now: datetime) -> datetime | None:
    beyond = failures - FAILURES_BEFORE_REST
    if beyond < 0:
        return None
    return now + timedelta(seconds=min(REST_S * 2 ** min(beyond, 10), REST_S_MAX))


def recover(
    *, kinds: Sequence[Kind], sender: uuid.UUID, done: Mapping[int, Outcome], begun: Collection[int]
) -> dict[str, int]:
    """After a sender of this machine died and its journal told what it had done: that is settled, what it had not begun
    waits on as if nobody had had it, and only what was begun and not ended is taken for lost. Returns how many of each.
    """
    counts = {"settled": 0, "returned": 0, "unsure": 0}
    for kind in kinds:
        known = _list_of(kind, sender)
        ended = [(effect, done[effect.id]) for effect in known if effect.id in done]
        untouched = [
            (effect, Outcome(verdict=Verdict.DEFERRED))
            for effect in known
            if effect.id not in done and effect.id not in begun
        ]
        counts["settled"] += len(settle_all(kind=kind, sender=sender, done=ended))
        counts["returned"] += len(settle_all(kind=kind, sender=sender, done=untouched))
        lost = Effect.objects.filter(kind=kind.name, sender=sender, state=Effect.State.IN_FLIGHT)
        counts["unsure"] += lost.update(leased_until=clock.now() - timedelta(seconds=1))
    return counts


def _list_of(kind: Kind, sender: uuid.UUID) -> list[Claimed]:
    rows = Effect.objects.filter(
        kind=kind.name, sender=sender, state__in=[Effect.State.IN_FLIGHT, Effect.State.PENDING]
    )
    doubted = set(
        Attempt.objects.filter(effect__in=rows, error__in=DOUBTS).values_list("effect_id", flat=True)
    )
    return [
        Claimed(
            id=row.pk,
            uuid=row.uuid,
            key=row.key,
            destination=row.destination.name,
            subject=row.subject,
            payload=msgspec.convert(row.payload, dict[str, object]),
            attempts=row.attempts,
            created_at=row.created_at,
            is_unsure=row.pk in doubted,
        )
        for row in rows.select_related("destination").order_by("id")
    ]
