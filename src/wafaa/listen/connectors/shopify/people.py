"""Shopify's customers: who they are and what they allow. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from wafaa.listen.connectors.commerce import read_moment, tell_consent, tell_person
from wafaa.listen.connectors.rules import Place, Told

Body = Mapping[str, Any]
_CONSENTS = {"email": "email_marketing_consent", "sms": "sms_marketing_consent"}
_GIVEN = {"subscribed": True, "unsubscribed": False}  # pending, not_subscribed, redacted: nobody has chosen


def tell_customer(place: Place, body: Body, *, language: str = "") -> list[Told]:
    """The person, and what they have chosen about messages."""
    number = str(body["id"])
    updated_at = read_moment(body.get("updated_at") or body.get("created_at"), "updated_at")
    distinct_id = place.name_person(number)
    person = tell_person(
        place,
        distinct_id=distinct_id,
        object_id=number,
        updated_at=updated_at,
        traits={
            "firstName": body.get("first_name"),
            "lastName": body.get("last_name"),
            "email": body.get("email"),
            "phone": body.get("phone") or _of_address(body, "phone"),
            "language": language[:2],
            "country": _of_address(body, "country_code"),
            "city": _of_address(body, "city"),
            "tags": read_tags(body.get("tags")),
        },
    )
    return [person, *_tell_consents(place, body, distinct_id)]


def read_tags(text: Any) -> list[str]:
    """`a, b` as a list."""
    return [tag.strip() for tag in str(text or "").split(",") if tag.strip()]


def _of_address(body: Body, field: str) -> str:
    address = body.get("default_address") or {}
    return str(address.get(field) or "")


def _tell_consents(place: Place, body: Body, distinct_id: str) -> Iterator[Told]:
    for channel, field in _CONSENTS.items():
        consent = body.get(field) or {}
        is_given = _GIVEN.get(str(consent.get("state")))
        if is_given is None or not consent.get("consent_updated_at"):
            continue
        yield tell_consent(
            place,
            distinct_id=distinct_id,
            channel=channel,
            is_given=is_given,
            at=read_moment(consent["consent_updated_at"], field),
            proof={"opt_in_level": consent.get("opt_in_level") or "", "customer_id": str(body["id"])},
        )
