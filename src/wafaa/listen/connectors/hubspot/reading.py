"""What HubSpot's webhooks name, and what its contacts say."""

from typing import Any

from wafaa.listen.connectors.commerce import tell_person
from wafaa.listen.connectors.payload import Payload, read_body, refuse
from wafaa.listen.connectors.rules import Ask, Connected, Reading, Received, Told, Wanted

# One webhook brings up to 100 changes.
CHANGES_MAX = 1000
PROPERTIES = (
    "email",
    "firstname",
    "lastname",
    "phone",
    "mobilephone",
    "city",
    "country",
    "hs_language",
    "date_of_birth",
    "lastmodifieddate",
)
# Both the older names of subscriptions and those by object.
CHANGES = frozenset({"creation", "propertyChange", "restore", "merge"})
DELETIONS = {"deletion": Wanted.DELETED, "privacyDeletion": Wanted.ERASE}
CONTACT = "0-1"


def read_delivery(received: Received) -> Reading:
    """A list of changes, each with the id of its contact; what it is now is fetched by a job."""
    changes = read_body(received.body)
    if not isinstance(changes, list) or len(changes) > CHANGES_MAX:
        raise refuse("body")
    named: dict[str, None] = {}
    asks: dict[str, Ask] = {}
    for number, value in enumerate(changes):
        change = Payload(value, f"[{number}]")
        object_name, _dot, what = change.text("subscriptionType").partition(".")
        if object_name not in ("contact", "object") or change.first("objectTypeId") not in ("", CONTACT):
            continue
        if what in CHANGES and not _is_our_own(change):
            named[change.first("newObjectId", "primaryObjectId", "objectId")] = None
        if what in DELETIONS:
            contact_id = change.id("objectId")
            asks[contact_id] = Ask(
                key=f"{what}:{contact_id}",
                what=DELETIONS[what],
                distinct_id=received.place.name_person(contact_id),
            )
    return Reading(named=[one for one in named if one.isdigit()], asks=list(asks.values()))


def _is_our_own(change: Payload) -> bool:
    """What our push changed comes back as a change by the very app that the webhook belongs to: not news to us."""
    app_id = change.text("appId")
    return change.text("changeSource") == "INTEGRATION" and bool(app_id) and change.text("sourceId") == app_id


def read_contact(connected: Connected, contact: Payload) -> list[Told]:
    """One contact as the API gives it: {id, properties, createdAt, updatedAt, archived}."""
    contact_id, properties = contact.id(), contact.object("properties")
    if contact.flag("archived"):
        return []
    updated_at = (
        contact.moment("updatedAt", now=connected.now)
        or properties.moment("lastmodifieddate", now=connected.now)
        or connected.now
    )
    parts = (properties.text("firstname", limit=150), properties.text("lastname", limit=150))
    traits: dict[str, Any] = {
        "name": " ".join(part for part in parts if part),
        "email": properties.text("email", limit=254),
        "phone": properties.first("phone", "mobilephone")[:30],
        "city": properties.text("city", limit=100),
        "country": properties.text("country", limit=100),
        "language": properties.text("hs_language")[:2],
        "birthday": _read_birthday(properties.text("date_of_birth")),
    }
    return [
        tell_person(
            connected.place,
            distinct_id=connected.place.name_person(contact_id),
            traits=traits,
            updated_at=updated_at,
            object_id=contact_id,
        )
    ]


def _read_birthday(text: str) -> str:
    """A property of free text: only an ISO date is one."""
    return text[:10] if len(text) >= 10 and text[4:5] == text[7:8] == "-" else ""
