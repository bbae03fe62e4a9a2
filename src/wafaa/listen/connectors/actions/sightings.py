"""Who is in a store: sightings become Store Entered and Store Exited, once each, with how long somebody stayed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from wafaa.kit import clock
from wafaa.listen.connectors.actions.locking import lock_connection
from wafaa.listen.connectors.models import Connection, Stay
from wafaa.listen.connectors.rules import Sighting
from wafaa.stream.actions import record_events
from wafaa.stream.rules import NewEvent

# Somebody who comes back so soon never left: to the car, to the phone.
COOL_DOWN_S = 15 * 60
# Gateways report every few minutes; after such a silence somebody has left unseen.
SILENCE_S = 30 * 60
_AT_ONCE = 1_000


def take_sightings(*, connection: Connection, sightings: Sequence[Sighting]) -> list[NewEvent]:
    """The entries and exits that follow, in the caller's transaction, which holds the connection's lock.

    A sighting that comes late changes nothing that is known already: it lies before the last one of the same stay.
    """
    cool_down = timedelta(seconds=_read_seconds(connection, "cool_down_minutes", COOL_DOWN_S))
    events: list[NewEvent] = []
    for sighting in sorted(sightings, key=lambda one: one.at):
        stays = Stay.objects.filter(
            connection=connection, distinct_id=sighting.distinct_id, store=sighting.store
        )
        events += _take(connection, sighting, stays.order_by("-seen_at").first(), cool_down)
    return events


@transaction.atomic
def note_visit(*, connection: Connection, sighting: Sighting) -> int:
    """A visitor's own word that they are here. Returns how many events were new."""
    lock_connection(connection)
    events = take_sightings(connection=connection, sightings=[sighting])
    return record_events(events=events) if events else 0


def _take(
    connection: Connection, sighting: Sighting, last: Stay | None, cool_down: timedelta
) -> list[NewEvent]:
    if last is not None and sighting.at < last.seen_at:
        return []
    if sighting.what == "exit":
        return [] if last is None or last.exited_at else [_end(connection, last, sighting.at, sighting.via)]
    if last is not None and last.exited_at is None:
        last.seen_at = sighting.at
        last.save(update_fields=["seen_at"])
        return []
    if last is not None and sighting.at - last.seen_at < cool_down:
        return []
    stay = Stay.objects.create(
        connection=connection,
        distinct_id=sighting.distinct_id,
        store=sighting.store,
        entered_at=sighting.at,
        seen_at=sighting.at,
    )
    return [_tell(connection, stay, "Store Entered", stay.entered_at, {"via": sighting.via})]


def _end(connection: Connection, stay: Stay, at: datetime, via: str) -> NewEvent:
    stay.seen_at = stay.exited_at = at
    stay.save(update_fields=["seen_at", "exited_at"])
    dwell_s = int((at - stay.entered_at).total_seconds())
    return _tell(connection, stay, "Store Exited", at, {"dwell_s": dwell_s, "via": via})


def _tell(connection: Connection, stay: Stay, name: str, at: datetime, more: dict[str, Any]) -> NewEvent:
    topic = "store-entered" if name == "Store Entered" else "store-exited"
    return NewEvent(
        message_id=connection.place.name_message(topic, stay.pk, stay.entered_at.isoformat()),
        type="track",
        name=name,
        distinct_id=stay.distinct_id,
        occurred_at=at,
        properties={"store": stay.store, **{key: value for key, value in more.items() if value != ""}},
        source=connection.source,
    )


def end_stays() -> int:
    """Exits of those who were not seen for a while, at the time when they were last seen. Returns how many."""
    present = Connection.objects.filter(pk__in=Stay.objects.filter(exited_at=None).values("connection"))
    return sum(_end_silent(connection, clock.now()) for connection in present)


@transaction.atomic
def _end_silent(connection: Connection, now: datetime) -> int:
    lock_connection(connection)
    silence = timedelta(seconds=_read_seconds(connection, "silence_minutes", SILENCE_S))
    silent = Stay.objects.filter(
        connection=connection, exited_at__isnull=True, seen_at__lt=now - silence
    ).select_for_update(skip_locked=True)
    events = [_end(connection, stay, stay.seen_at, "") for stay in silent.order_by("seen_at")[:_AT_ONCE]]
    if events:
        record_events(events=events)
    return len(events)


def _read_seconds(connection: Connection, key: str, default_s: int) -> int:
    """A setting in minutes; what is no number is as if it were not set."""
    try:
        return int(connection.settings[key]) * 60
    except (KeyError, ValueError, TypeError):
        return default_s
