"""A gateway of one's own: signed JSON about who enters, leaves, or was seen; and the links behind QR codes.

Body: `{"sightings": [{"person": "C7", "store": "R1", "what": "enter" | "exit" | "seen", "at": "2026-03-01T12:00:00Z"}]}`, or
one such object alone. `person` is the customer number, or `email` or `phone` stands in its place. Headers: `X-Wafaa-Timestamp`
(Unix seconds) and `X-Wafaa-Signature`, the hex HMAC-SHA256 of `<timestamp>.<body>` with the secret.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
from django.core import signing
from django.utils.translation import gettext_lazy as _

from wafaa.know.customers.rules import read_email, read_phone
from wafaa.listen.connectors.commerce import read_moment
from wafaa.listen.connectors.rules import (
    Connector,
    ConnectorError,
    Field,
    Reading,
    Received,
    Sighting,
    Why,
)
from wafaa.listen.connectors.signing import check_hex, check_window

WHAT = frozenset({"enter", "exit", "seen"})
SIGHTINGS_MAX = 1_000
TEXT_MAX = 100
SALT = "wafaa.presence"


def verify(received: Received, secrets: Mapping[str, str]) -> None:
    """The time is signed too, and may be five minutes off."""
    stamp = received.headers.get("x-wafaa-timestamp", "")
    check_hex(
        received.headers.get("x-wafaa-signature", ""),
        secrets.get("secret", ""),
        f"{stamp}.".encode() + received.body,
    )
    check_window(stamp, received.received_at)


def read(received: Received) -> Reading:
    body = msgspec.json.decode(received.body, type=dict[str, Any])
    told = body.get("sightings", [body])
    if not isinstance(told, list) or len(told) > SIGHTINGS_MAX:
        raise ConnectorError(Why.UNREADABLE, "sightings")
    return Reading(sightings=[_read_sighting(one, received) for one in told])


def _read_sighting(one: Any, received: Received) -> Sighting:
    if not isinstance(one, dict):
        raise ConnectorError(Why.UNREADABLE, "sightings")
    store, what = str(one.get("store") or "")[:TEXT_MAX], str(one.get("what") or "seen")
    if not store:
        raise ConnectorError(Why.UNREADABLE, "store")
    if what not in WHAT:
        raise ConnectorError(Why.UNREADABLE, "what")
    at = read_moment(one["at"], "at") if one.get("at") else received.received_at
    return Sighting(
        distinct_id=_name_person(one, received.region),
        store=store,
        what=what,
        at=min(at, received.received_at),
        via=str(one.get("via") or "gateway")[:TEXT_MAX],
    )


def _name_person(one: Mapping[str, Any], region: str) -> str:
    if one.get("person"):
        return str(one["person"])[:200]
    named = name_contact(str(one.get("email") or one.get("phone") or ""), region)
    if not named:
        raise ConnectorError(Why.UNREADABLE, "person")
    return named


def name_contact(text: str, region: str) -> str:
    """The distinct id of an e-mail address or a phone number; "" for what is neither."""
    if "@" in text:
        return f"email:{read_email(text)}"[:200]
    number = read_phone(text, "", region) if text.strip() else ""
    return f"phone:{number}" if number.startswith("+") else ""


def sign_store(uuid8: str, store: str) -> str:
    """What stands in the address of a QR code: which connection, which store, and that we made it."""
    return signing.Signer(salt=SALT).sign_object([uuid8, store])


def open_store(signed: str) -> tuple[str, str] | None:
    """(uuid8, store); None for what we did not sign."""
    try:
        uuid8, store = signing.Signer(salt=SALT).unsign_object(signed)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return str(uuid8), str(store)


CONNECTOR = Connector(
    key="presence",
    name=_("Store visits"),
    brings=_(
        "Who enters and leaves a store, by QR codes that visitors scan, or by your beacons and gateways."
    ),
    group="store",
    fields=(
        Field(
            key="secret",
            label=_("Signing secret"),
            help=_("Leave it empty to have one made."),
            is_secret=True,
            is_made_here=True,
            is_required=False,
        ),
        Field(
            key="cool_down_minutes",
            label=_("Minutes within which a return is the same visit"),
            is_required=False,
            initial="15",
        ),
        Field(
            key="silence_minutes",
            label=_("Minutes without a sign after which somebody has left"),
            is_required=False,
            initial="30",
        ),
    ),
    steps=(
        _("For QR codes: open the connection's page, choose a store, and print the code."),
        _("For gateways: send signed JSON to {address}. The guide shows its form."),
    ),
    verify=verify,
    read=read,
    unreadable_status=422,
)
