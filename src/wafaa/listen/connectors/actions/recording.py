"""Recording what a delivery or a page of the past says: in one transaction, newest versions only, one recorder at a time."""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec
from django.db import transaction
from procrastinate.contrib.django import app

from wafaa.listen.connectors.actions.locking import lock_connection
from wafaa.listen.connectors.actions.sightings import take_sightings
from wafaa.listen.connectors.models import Connection, ObjectVersion, OpenCheckout, Wish
from wafaa.listen.connectors.rules import Reading, Told
from wafaa.listen.connectors.sealing import open_secrets, seal_secrets
from wafaa.stream.actions import record_events
from wafaa.stream.rules import NewEvent

_ID_MAX = 200
_NAMED_AT_ONCE = 100


@transaction.atomic
def record_reading(*, connection: Connection, reading: Reading, now: datetime) -> int:
    """Records what is new of a reading; returns how many events that were. The caller's transaction must have written nothing
    before it, or hold lock_connection already.
    """
    lock_connection(connection)
    events = _choose(connection, reading.told, now)
    events += take_sightings(connection=connection, sightings=reading.sightings)
    new = record_events(events=events) if events else 0
    _keep_checkouts(connection, reading, events, now)
    for ask in reading.asks:
        Wish.objects.get_or_create(
            connection=connection,
            key=ask.key[:_ID_MAX],
            defaults={"what": ask.what, "distinct_id": ask.distinct_id[:_ID_MAX], "asked_at": now},
        )
    _keep_settings(connection, reading)
    defer_fetching(connection, reading.named)
    return new


def defer_fetching(connection: Connection, ids: Sequence[str]) -> None:
    """Jobs that fetch what a delivery only named; they begin when this transaction has committed."""
    for start in range(0, len(ids), _NAMED_AT_ONCE):
        app.configure_task("wafaa.listen.connectors.tasks.fetch_objects").defer(
            connection_id=connection.pk, ids=list(ids[start : start + _NAMED_AT_ONCE])
        )


def _choose(connection: Connection, told: Sequence[Told], now: datetime) -> list[NewEvent]:
    """The events of versions that are new, in their order, under the names that they get."""
    asked = {one.object for one in told if one.object} | {one.of for one in told if one.of}
    known = {one.object: one for one in ObjectVersion.objects.filter(connection=connection, object__in=asked)}
    changed: dict[str, ObjectVersion] = {}
    events = []
    for one in told:
        event = _clean(one.event, now)
        if one.of and (owner := known.get(one.of)):
            event = _give_to(event, owner.distinct_id)
        if one.object and one.version is not None:
            chosen = _take_version(connection, one, event, known)
            if chosen is None:
                continue
            event, changed[one.object] = chosen
            known[one.object] = changed[one.object]
        events.append(event)
    ObjectVersion.objects.bulk_create(
        changed.values(),
        update_conflicts=True,
        unique_fields=["connection", "object"],
        update_fields=["version", "fingerprint", "distinct_id", "happened_at"],
    )
    return events


def _take_version(
    connection: Connection, told: Told, event: NewEvent, known: Mapping[str, ObjectVersion]
) -> tuple[NewEvent, ObjectVersion] | None:
    """The event as it is recorded and the version that stands from now on; None for an older one, or the same again."""
    assert told.version is not None
    former = known.get(told.object)
    fingerprint = uuid.UUID(bytes=hashlib.md5(_write(event), usedforsecurity=False).digest())
    if former is not None:
        if told.version < former.version or (
            told.version == former.version and fingerprint == former.fingerprint
        ):
            return None
        if told.version == former.version:
            # a second change within the same tick of their clock
            again = f":{fingerprint.hex[:8]}"
            event = replace(event, message_id=f"{str(event.message_id)[: _ID_MAX - len(again)]}{again}")
        if told.later_name:
            event = replace(event, name=told.later_name)
    version = ObjectVersion(
        connection=connection,
        object=told.object[:_ID_MAX],
        version=told.version,
        fingerprint=fingerprint,
        distinct_id=event.distinct_id,
        happened_at=event.occurred_at,
    )
    return event, version


def _write(event: NewEvent) -> bytes:
    """What an event says, whatever it is called."""
    return msgspec.json.encode([event.distinct_id, event.occurred_at, event.properties])


def _give_to(event: NewEvent, distinct_id: str) -> NewEvent:
    properties = {key: value for key, value in event.properties.items() if key != "anonymous"}
    if distinct_id.startswith("order:"):
        properties["anonymous"] = True
    return replace(event, distinct_id=distinct_id, properties=properties)


def _clean(event: NewEvent, now: datetime) -> NewEvent:
    """Within the stream's columns, without the letter that PostgreSQL can't hold, and not later than it was heard of."""
    return replace(
        event,
        occurred_at=min(event.occurred_at, now),
        message_id=_without_nul(str(event.message_id))[:_ID_MAX],
        name=_without_nul(event.name)[:_ID_MAX],
        distinct_id=_without_nul(event.distinct_id)[:_ID_MAX],
        properties=_without_nul(event.properties),
        context=_without_nul(event.context),
    )


def _without_nul(value: Any) -> Any:
    match value:
        case str():
            return value.replace("\x00", "")
        case dict():
            return {_without_nul(key): _without_nul(one) for key, one in value.items()}
        case list() | tuple():
            return [_without_nul(one) for one in value]
        case _:
            return value


def _keep_checkouts(
    connection: Connection, reading: Reading, events: Sequence[NewEvent], now: datetime
) -> None:
    """Newer ones over older; one that an order has ended stays ended."""
    for checkout in reading.checkouts:
        kept, is_new = OpenCheckout.objects.get_or_create(
            connection=connection,
            checkout_id=checkout.id[:_ID_MAX],
            defaults={
                "distinct_id": checkout.distinct_id[:_ID_MAX],
                "updated_at": checkout.updated_at,
                "content": _without_nul(dict(checkout.content)),
                "ended_at": now if checkout.is_done else None,
            },
        )
        if is_new or kept.ended_at is not None or checkout.updated_at < kept.updated_at:
            continue
        kept.distinct_id, kept.updated_at = checkout.distinct_id[:_ID_MAX], checkout.updated_at
        kept.content = _without_nul(dict(checkout.content))
        kept.ended_at = now if checkout.is_done else None
        kept.save(update_fields=["distinct_id", "updated_at", "content", "ended_at"])
    ordered = {
        str(event.properties["checkout_id"])[:_ID_MAX]: event
        for event in events
        if event.name in {"Order Completed", "Order Updated"} and event.properties.get("checkout_id")
    }
    for checkout_id, event in ordered.items():
        OpenCheckout.objects.update_or_create(
            connection=connection,
            checkout_id=checkout_id,
            defaults={"ended_at": now},
            create_defaults={
                "distinct_id": event.distinct_id,
                "updated_at": event.occurred_at,
                "ended_at": now,
            },
        )


def _keep_settings(connection: Connection, reading: Reading) -> None:
    if not (reading.settings or reading.secrets or reading.is_over):
        return
    kept = Connection.objects.select_for_update().get(pk=connection.pk)
    kept.settings = {**kept.settings, **reading.settings}
    if reading.secrets:
        kept.sealed = seal_secrets({**open_secrets(kept), **reading.secrets})
    if reading.is_over:
        kept.state = Connection.State.DISCONNECTED
    kept.save(update_fields=["settings", "sealed", "state"])
