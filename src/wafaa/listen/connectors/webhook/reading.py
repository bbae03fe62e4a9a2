"""What a described webhook says, as events."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from wafaa.kit.text import latin_digits
from wafaa.listen.connectors.commerce import Person, choose_person, tell_step
from wafaa.listen.connectors.payload import ID_MAX, TEXT_MAX, check_moment, read_body, read_time, refuse
from wafaa.listen.connectors.rules import Reading, Received, Told
from wafaa.listen.connectors.support import tell_contact
from wafaa.listen.connectors.webhook.paths import find, find_text, list_parts, read_pairs
from wafaa.listen.connectors.webhook.presets import DIRECTIONS, PRESETS, Description

EVENTS_MAX = 200
PROPERTIES_MAX = 50
NAME_MAX = 200
# Numbers that JSON keeps exactly; what is longer is an id and stays text.
_NUMBER_MAX = 2**53
# "1:02:30"
_CLOCK_PARTS_MAX = 3


def read_delivery(received: Received) -> Reading:
    """One event, or several where the description names their list."""
    told: list[Told] = []
    description = describe(received.settings)
    for number, part in enumerate(list_parts(read_body(received.body), description.each, EVENTS_MAX)):
        told += _read_event(received, description, part, number)
    return Reading(told=told)


def describe(settings: Mapping[str, Any]) -> Description:
    """The preset, with what the connection tells otherwise."""
    preset = PRESETS.get(str(settings.get("preset", "")), PRESETS[""])
    own = {
        key: text
        for key in ("event", "each", "id", "at", "person", "email", "phone", "name")
        if (text := str(settings.get(f"{key}_path", "")).strip())
    }
    events = read_pairs(str(settings.get("events", "")))
    properties = {**preset.properties, **read_pairs(str(settings.get("properties", "")))}
    return replace(preset, **own, events=events or preset.events, properties=properties)


def _read_event(received: Received, description: Description, part: Any, number: int) -> list[Told]:
    told_as = find_text(part, description.event, limit=NAME_MAX)
    name = description.events.get(told_as, "" if description.events else told_as)
    if not name:
        if description.events or description.each:
            return []
        raise refuse(description.event)
    at = read_at(received, description, part)
    event_id = find_text(part, description.id, limit=ID_MAX + 1) or _fingerprint(received, number)
    if len(event_id) > ID_MAX:
        raise refuse(description.id)
    person = _read_person(received, description, part, event_id)
    properties = read_properties(description, part)
    known = {
        "name": find_text(part, description.name, limit=300),
        "email": find_text(part, description.email, limit=254),
        "phone": find_text(part, description.phone, limit=30),
    }
    told = tell_step(
        received.place,
        name=name,
        topic=name.lower().replace(" ", "-")[:60],
        object_id=event_id,
        person=person,
        at=at,
        properties={**properties, "anonymous": True if person.is_nobody else None},
    )
    if (
        person.is_nobody
        or not any(known.values())
        or not person.distinct_id.startswith(received.place.system)
    ):
        return [told]
    object_id = person.distinct_id.rpartition(":")[2]
    who = tell_contact(
        received.place, distinct_id=person.distinct_id, traits=known, at=at, object_id=object_id
    )
    return [who, told]


def read_at(received: Received, description: Description, part: Any) -> Any:
    """When it happened; when it came where that is not told. Times without an offset are UTC."""
    value = find(part, description.at)
    if value is None:
        return received.received_at
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise refuse(description.at)
    if isinstance(value, str) and value.strip().replace(".", "", 1).isdigit():
        value = float(value)
    moment = read_time(value, description.at, str(received.settings.get("zone") or "UTC"))
    return check_moment(moment, received.received_at, description.at)


def _read_person(received: Received, description: Description, part: Any, event_id: str) -> Person:
    person_id = find_text(part, description.person, limit=ID_MAX + 1)
    if len(person_id) > ID_MAX:
        raise refuse(description.person)
    if person_id and received.settings.get("people") == "ours":
        return Person(distinct_id=person_id)
    person = choose_person(
        received.place,
        customer_id=person_id,
        email=find_text(part, description.email, limit=190),
        phone=find_text(part, description.phone, limit=30),
        region=received.region,
        order_id=event_id,
    )
    if person.is_nobody:
        return Person(distinct_id=f"anonymous:{received.place.uuid8}-{event_id}", is_nobody=True)
    return person


def read_properties(description: Description, part: Any) -> dict[str, Any]:
    """Texts, numbers, true and false; whatever else stands there is left out."""
    read: dict[str, Any] = {}
    for name, path in list(description.properties.items())[:PROPERTIES_MAX]:
        value = find(part, path)
        if isinstance(value, bool):
            read[name] = value
        elif isinstance(value, str | int | float):
            read[name] = _read_value(name, value, path)
    return read


def _read_value(name: str, value: str | float, path: str) -> Any:
    if isinstance(value, str) and "\0" in value:
        raise refuse(path)
    if name == "duration_s":
        return _read_seconds(value, path)
    if name == "direction":
        return DIRECTIONS.get(str(value).strip().lower(), str(value)[:NAME_MAX])
    if isinstance(value, str):
        return value.strip()[:TEXT_MAX]
    return value if abs(value) <= _NUMBER_MAX else str(value)[:NAME_MAX]


def _read_seconds(value: str | float, path: str) -> int:
    """75, "75", "75.4" or "1:15"."""
    parts = latin_digits(str(value)).strip().split(":")
    try:
        numbers = [Decimal(part) for part in parts]
    except InvalidOperation as error:
        raise refuse(path) from error
    if len(parts) > _CLOCK_PARTS_MAX or not all(
        one.is_finite() and 0 <= one < _NUMBER_MAX for one in numbers
    ):
        raise refuse(path)
    seconds = Decimal(0)
    for one in numbers:
        seconds = seconds * 60 + one
    return int(seconds)


def _fingerprint(received: Received, number: int) -> str:
    """What has no id is known by its content, so that the same delivery again is the same event."""
    return f"{hashlib.sha256(received.body).hexdigest()[:32]}-{number}"
