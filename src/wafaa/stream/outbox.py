"""Effects outside (webhooks, mails, messages): asked for in a transaction, done after it has committed, once per key.

An effect is a row. A sender claims it in a short transaction, does it outside any, and settles it in another. It renews its
lease meanwhile; where it dies, the lease ends and another sender does the effect again under the same id: at least once.
"""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.db import connection, transaction

from wafaa.kit import clock
from wafaa.kit.ids import new_id
from wafaa.kit.sql import load_sql
from wafaa.stream.effects import Claimed, Deliver, Kind, NewEffect, Outcome, Settled, Verdict
from wafaa.stream.models import Attempt, Destination, Effect
from wafaa.stream.settling import (
    ANSWER_CHARS_MAX,
    DOUBTS,
    SLOW_MS,
    WAITS_S,
    choose_wait_s,
    recover,
    settle_all,
)

__all__ = [
    "ANSWER_CHARS_MAX",
    "CHANNEL",
    "KEEP_FOR",
    "LEASE_S",
    "RENEWAL_S",
    "RETRY_FOR",
    "SLOW_MS",
    "WAITS_S",
    "Claimed",
    "Deliver",
    "Kind",
    "NewEffect",
    "Outcome",
    "Settled",
    "Verdict",
    "cancel",
    "choose_wait_s",
    "claim",
    "enqueue",
    "find_doubts",
    "find_paused",
    "forget_destination",
    "forget_keys",
    "forget_subjects",
    "free_lost",
    "list_states",
    "open_destination",
    "park",
    "pause",
    "prune",
    "recover",
    "renew",
    "repeat",
    "settle",
    "settle_all",
    "stop_resting",
    "withdraw",
]

CHANNEL = "wafaa_outbox"
# A sender renews five times in this; so an effect of one that was killed is taken over after five seconds at most, and a
# machine may stand still for four before somebody believes it dead.
LEASE_S = 5.0
RENEWAL_S = 1.0
RETRY_FOR = timedelta(days=3)
KEEP_FOR = timedelta(days=30)
_PRUNE_ROWS = 2_000


def enqueue(*, kind: str, effects: Sequence[NewEffect]) -> int:
    """Asks for effects in the caller's transaction. Returns how many are new; a known key changes nothing."""
    if not effects:
        return 0
    now = clock.now()
    _ensure_destinations(kind, {effect.destination for effect in effects})
    rows = [
        {
            "uuid": new_id(),
            "key": effect.key,
            "destination": effect.destination,
            "subject": effect.subject,
            "payload": effect.payload,
            "due_at": effect.due_at or now,
            "retry_until": effect.retry_until or (effect.due_at or now) + RETRY_FOR,
        }
        for effect in effects
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            load_sql("wafaa.stream", "enqueue_effects"),
            {"effects": msgspec.json.encode(rows).decode(), "now": now},
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
    pk, own_uuid, key, destination, subject, payload, attempts, created_at, is_unsure = row
    return Claimed(
        id=pk,
        uuid=own_uuid,
        key=key,
        destination=destination,
        subject=subject,
        payload=msgspec.json.decode(payload),
        attempts=attempts,
        created_at=created_at,
        is_unsure=is_unsure,
    )


def renew(*, sender: uuid.UUID, ids: Sequence[int], lease_s: float = LEASE_S) -> int:
    """Says that this sender is alive and at work on these effects. Returns how many are its own still."""
    leased_until = clock.now() + timedelta(seconds=lease_s)
    own = Effect.objects.filter(pk__in=ids, sender=sender, state=Effect.State.IN_FLIGHT)
    return own.update(leased_until=leased_until)


def free_lost(*, kinds: Collection[str] = ()) -> int:
    """Takes back what dead senders had (of these kinds; of all), and gives up what failed for too long. Returns how many
    were taken back.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            load_sql("wafaa.stream", "free_lost_effects"), {"now": clock.now(), "kinds": list(kinds)}
        )
        freed = int(cursor.rowcount)
        cursor.execute(load_sql("wafaa.stream", "give_up_effects"), {"now": clock.now()})
    return freed


def settle(*, kind: Kind, sender: uuid.UUID, effect: Claimed, outcome: Outcome) -> bool:
    """As settle_all does with one. False where the effect is this sender's no more."""
    return bool(settle_all(kind=kind, sender=sender, done=[(effect, outcome)]))


def find_paused(names: Collection[str]) -> set[str]:
    """Which of these destinations somebody has paused."""
    return set(Destination.objects.filter(name__in=names, is_paused=True).values_list("name", flat=True))


def withdraw(*, kind: str, keys: Sequence[str]) -> set[str]:
    """Takes back what waits under these keys, so that it may be asked for again later. Returns which that were: what is in
    flight or settled stays.
    """
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.stream", "withdraw_effects"), {"keys": list(keys), "kind": kind})
        return {key for (key,) in cursor.fetchall()}


def list_states(keys: Collection[str]) -> dict[str, str]:
    """The state of each effect that is kept under one of these keys."""
    return dict(Effect.objects.filter(key__in=keys).values_list("key", "state"))


def find_doubts(ids: Collection[int]) -> dict[int, datetime]:
    """When a try of each of these effects was last lost, so that nobody knows whether it arrived."""
    if not ids:
        return {}
    lost = Attempt.objects.filter(effect__in=ids, error__in=DOUBTS).order_by("effect_id", "at")
    return dict(lost.values_list("effect_id", "at"))


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
def forget_keys(*, keys: Sequence[str]) -> int:
    """Removes these effects, with what was answered. Returns how many."""
    return _forget(list(Effect.objects.filter(key__in=keys).values_list("pk", flat=True)))


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
