"""Effects outside (webhooks, mails, messages): asked for in a transaction, done after it has committed, once per key.

An effect is a row. A sender claims it in a short transaction, does it outside any, and settles it in another. It renews its
lease meanwhile; where it dies, the lease ends and another sender does the effect again under the same id: at least once.
"""

import random
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec
from django.db import connection, transaction

from wafaa.kit import clock
from wafaa.kit.ids import new_id
from wafaa.kit.sql import load_sql
from wafaa.stream.models import Attempt, Destination, Effect

CHANNEL = "wafaa_outbox"
# A sender renews five times in this; so an effect of one that was killed is taken over after five seconds at most, and a
# machine may stand still for four before somebody believes it dead.
LEASE_S = 5.0
RENEWAL_S = 1.0
# Seconds between one try and the next, ever more patiently; the last one is repeated until the three days are over.
WAITS_S = (5, 60, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 12 * 3600)
RETRY_FOR = timedelta(days=3)
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
KEEP_FOR = timedelta(days=30)
_PRUNE_ROWS = 2_000


@dataclass(frozen=True, kw_only=True)
class NewEffect:
    """`key` makes it unique for as long as its row is kept; `subject` is the distinct id of whom it is about.

    `payload` says what is to be done; what can be read when it is sent should not stand in it, least of all personal data.
    """

    key: str
    destination: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    subject: str = ""
    due_at: datetime | None = None  # now
    retry_until: datetime | None = None  # three days after it is due; at that moment itself: one try only


@dataclass(frozen=True, kw_only=True, slots=True)
class Claimed:
    """An effect as its sender gets it. `uuid` stays the same at every try."""

    id: int
    uuid: uuid.UUID
    key: str
    destination: str
    subject: str
    payload: dict[str, Any]
    attempts: int  # this one included
    created_at: datetime


class Verdict(StrEnum):
    DELIVERED = "delivered"
    FAILED = "failed"  # try again later, while there is time
    PARKED = "parked"  # will never succeed by itself
    CANCELLED = "cancelled"  # not wanted any more


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    verdict: Verdict
    status: int | None = None
    answer: str = ""
    error: str = ""
    took_ms: int = 0
    retry_after_s: float = 0.0
    blames_destination: bool = True  # of a failure: whether others to the same place would fail too


Deliver = Callable[[], Outcome]


def _do_nothing(_effect: Claimed, _outcome: Outcome, _destination: Destination) -> None:
    """For kinds that don't want to know."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A lane of the outbox: its own senders, so that a campaign of mails never stands before a webhook.

    `prepare` reads what the effects need from the database, for many at once, and returns for each what is to be done (by a
    thread that has no connection to the database) or its outcome where nothing is to be done. `settled` is told in the
    transaction that settles an effect.
    """

    name: str
    prepare: Callable[[Sequence[Claimed]], Mapping[int, Deliver | Outcome]]
    settled: Callable[[Claimed, Outcome, Destination], None] = _do_nothing
    senders: int = 16
    width: int = 4  # at the same time to one destination that answers well


def enqueue(*, kind: str, effects: Sequence[NewEffect]) -> int:
    """Asks for effects in the caller's transaction. Returns how many are new; a known key changes nothing."""
    if not effects:
        return 0
    now = clock.now()
    _ensure_destinations(kind, {effect.destination for effect in effects})
    due = [effect.due_at or now for effect in effects]
    until = [effect.retry_until or due_at + RETRY_FOR for effect, due_at in zip(effects, due, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            load_sql("wafaa.stream", "enqueue_effects"),
            {
                "uuids": [new_id() for _effect in effects],
                "keys": [effect.key for effect in effects],
                "destinations": [effect.destination for effect in effects],
                "subjects": [effect.subject for effect in effects],
                "payloads": [msgspec.json.encode(effect.payload).decode() for effect in effects],
                "due": due,
                "until": until,
                "now": now,
            },
        )
        return int(cursor.fetchone()[0])


def _ensure_destinations(kind: str, names: set[str]) -> None:
    known = set(Destination.objects.filter(name__in=names).values_list("name", flat=True))
    Destination.objects.bulk_create(
        (Destination(name=name, kind=kind) for name in sorted(names - known)), ignore_conflicts=True
    )


def open_destination(*, kind: str, name: str) -> None:
    """Where something may be paused before anything is asked for; otherwise the first effect does it."""
    _ensure_destinations(kind, {name})


def claim(*, kind: Kind, sender: uuid.UUID, limit: int, lease_s: float = LEASE_S) -> list[Claimed]:
    """Up to `limit` effects that are due, for this sender alone until the lease ends. In a transaction of its own."""
    now = clock.now()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            load_sql("wafaa.stream", "claim_effects"),
            {
                "kind": kind.name,
                "width": kind.width,
                "limit": limit,
                "sender": sender,
                "now": now,
                "leased_until": now + timedelta(seconds=lease_s),
            },
        )
        rows = cursor.fetchall()
    return sorted((_as_claimed(row) for row in rows), key=lambda effect: effect.id)


def _as_claimed(row: Sequence[Any]) -> Claimed:
    pk, own_uuid, key, destination, subject, payload, attempts, created_at = row
    return Claimed(
        id=pk,
        uuid=own_uuid,
        key=key,
        destination=destination,
        subject=subject,
        payload=msgspec.json.decode(payload),
        attempts=attempts,
        created_at=created_at,
    )


def renew(*, sender: uuid.UUID, ids: Sequence[int], lease_s: float = LEASE_S) -> int:
    """Says that this sender is alive and at work on these effects. Returns how many are its own still."""
    leased_until = clock.now() + timedelta(seconds=lease_s)
    own = Effect.objects.filter(pk__in=ids, sender=sender, state=Effect.State.IN_FLIGHT)
    return own.update(leased_until=leased_until)


def free_lost() -> int:
    """Takes back what dead senders had, and gives up what failed for too long. Returns how many were taken back."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.stream", "free_lost_effects"), {"now": clock.now()})
        freed = int(cursor.rowcount)
        cursor.execute(load_sql("wafaa.stream", "give_up_effects"), {"now": clock.now()})
    return freed


@transaction.atomic
def settle(*, kind: Kind, sender: uuid.UUID, effect: Claimed, outcome: Outcome) -> bool:
    """Writes down what came of it. False where the effect is this sender's no more: its lease had ended, or it is erased."""
    row = (
        Effect.objects.select_for_update()
        .filter(pk=effect.id, sender=sender, state=Effect.State.IN_FLIGHT)
        .first()
    )
    if row is None:
        return False
    now = clock.now()
    _note_attempt(row, outcome, now)
    row.state, row.sender, row.leased_until = _judge(row, outcome, now), None, None
    row.settled_at = None if row.state == Effect.State.PENDING else now
    row.save(update_fields=["state", "sender", "leased_until", "due_at", "settled_at"])
    destination = _note_destination(row, outcome, now)
    kind.settled(effect, outcome, destination)
    return True


def _note_attempt(row: Effect, outcome: Outcome, now: datetime) -> None:
    Attempt.objects.create(
        effect=row,
        at=now - timedelta(milliseconds=outcome.took_ms),
        took_ms=outcome.took_ms,
        status=outcome.status,
        answer=outcome.answer.replace("\x00", "")[:ANSWER_CHARS_MAX],
        error=outcome.error[:40],
    )


def _judge(row: Effect, outcome: Outcome, now: datetime) -> str:
    """The state that follows; sets when the next try is due."""
    if outcome.verdict is not Verdict.FAILED:
        return Effect.State(outcome.verdict.value)
    if now >= row.retry_until:
        return Effect.State.PARKED
    wait_s = max(choose_wait_s(row.attempts), min(outcome.retry_after_s, RETRY_AFTER_S_MAX))
    # the last try stands at the very end
    row.due_at = min(now + timedelta(seconds=wait_s), row.retry_until)
    return Effect.State.PENDING


def choose_wait_s(attempts: int) -> float:
    """How long to wait after so many tries, a fifth more or less."""
    wait_s = WAITS_S[min(attempts, len(WAITS_S)) - 1]
    return wait_s * random.uniform(1 - JITTER, 1 + JITTER)


def _note_destination(row: Effect, outcome: Outcome, now: datetime) -> Destination:
    destination = Destination.objects.select_for_update(no_key=True).get(pk=row.destination_id)
    if outcome.verdict is Verdict.CANCELLED or not outcome.blames_destination:
        return destination
    before = (destination.failures, destination.is_slow, destination.rests_until)
    if outcome.verdict is Verdict.DELIVERED:
        destination.failures, destination.failing_since, destination.rests_until = 0, None, None
    else:
        destination.failures += 1
        destination.failing_since = destination.failing_since or now
        destination.rests_until = _choose_rest(destination.failures, now)
    destination.is_slow = outcome.took_ms > SLOW_MS
    if before != (destination.failures, destination.is_slow, destination.rests_until):
        destination.save(update_fields=["failures", "failing_since", "rests_until", "is_slow"])
    return destination


def _choose_rest(failures: int, now: datetime) -> datetime | None:
    beyond = failures - FAILURES_BEFORE_REST
    if beyond < 0:
        return None
    return now + timedelta(seconds=min(REST_S * 2 ** min(beyond, 10), REST_S_MAX))


def pause(*, destination: str, paused: bool) -> None:
    """What waits goes on waiting; going on forgets failures, and wakes the senders."""
    rows = Destination.objects.filter(name=destination)
    if paused:
        rows.update(is_paused=True)
    else:
        rows.update(is_paused=False, failures=0, failing_since=None, rests_until=None)
        _wake()


def stop_resting(*, destination: str) -> None:
    """Somebody has seen that it is well again."""
    Destination.objects.filter(name=destination).update(rests_until=None)
    _wake()


def cancel(*, destination: str) -> int:
    """What waits for this destination is not done any more. Returns how many; what is in flight arrives."""
    waiting = Effect.objects.filter(destination__name=destination, state=Effect.State.PENDING)
    return waiting.update(state=Effect.State.CANCELLED, settled_at=clock.now())


def park(*, destination: str) -> int:
    """What waits for this destination is given up, to be asked for again by hand. Returns how many."""
    waiting = Effect.objects.filter(destination__name=destination, state=Effect.State.PENDING)
    return waiting.update(state=Effect.State.PARKED, settled_at=clock.now())


def repeat(*, destinations: Sequence[str], ids: Sequence[int]) -> int:
    """Does settled effects once more, under their old ids, with three days of tries. Returns how many."""
    now = clock.now()
    settled = Effect.objects.filter(pk__in=ids, destination__name__in=destinations).exclude(
        state__in=[Effect.State.PENDING, Effect.State.IN_FLIGHT]
    )
    repeated = settled.update(
        state=Effect.State.PENDING, attempts=0, due_at=now, retry_until=now + RETRY_FOR, settled_at=None
    )
    _wake()
    return repeated


def prune() -> int:
    """Forgets what was settled thirty days ago, in short transactions. Returns how many effects went."""
    before, gone = clock.now() - KEEP_FOR, 0
    while ids := list(
        Effect.objects.filter(settled_at__lt=before)
        .order_by("settled_at")
        .values_list("pk", flat=True)[:_PRUNE_ROWS]
    ):
        gone += _forget(ids)
    return gone


@transaction.atomic
def forget_subjects(*, kind: str, distinct_ids: Sequence[str]) -> int:
    """Removes the effects of this kind about these people, with what was answered. Returns how many."""
    ids = list(
        Effect.objects.filter(kind=kind, subject__in=list(distinct_ids))
        .exclude(subject="")
        .values_list("pk", flat=True)
    )
    return _forget(ids)


@transaction.atomic
def forget_destination(*, name: str) -> None:
    """With all its effects, for a destination that is deleted."""
    _forget(list(Effect.objects.filter(destination__name=name).values_list("pk", flat=True)))
    Destination.objects.filter(name=name).delete()


@transaction.atomic
def _forget(ids: Sequence[int]) -> int:
    Attempt.objects.filter(effect__in=ids).delete()
    return Effect.objects.filter(pk__in=ids).delete()[0]


def _wake() -> None:
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.stream", "wake_senders"))
