"""Writing consents: statements of any way, once each; a word of staff or of a program at once; wordings."""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from django.db import IntegrityError, connection, transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.models import Staff
from wafaa.kit import clock
from wafaa.kit.ids import new_id
from wafaa.kit.sql import load_sql
from wafaa.know.consents.errors import ChannelUnknown, ProofTooLarge, TextExists
from wafaa.know.consents.models import Consent, ConsentState, ConsentText
from wafaa.know.consents.rules import (
    GIVEN,
    PROOF_BYTES_MAX,
    TEXT_MAX,
    VERSION_MAX,
    WITHDRAWN,
    Statement,
    Unreadable,
    read_channel,
    read_purpose,
)
from wafaa.know.customers.errors import CustomerMissing
from wafaa.know.customers.models import Customer, DistinctId
from wafaa.know.customers.queries import list_distinct_ids
from wafaa.stream.actions import record_event
from wafaa.stream.rules import NewEvent


def make_key(message_id: str, channel: str, purpose: str) -> str:
    """The same statement has the same key, whether it came as an event or was written first and then sent as one."""
    return f"{message_id}\x1f{channel}\x1f{purpose}"


@transaction.atomic
def record_statements(statements: Sequence[Statement]) -> int:
    """Writes what is new of these statements and how things stand now; in any order, as often as one likes.

    Returns how many were new.
    """
    if not statements:
        return 0
    rows = list({one.key: one for one in statements}.values())
    with connection.cursor() as cursor:
        cursor.execute(
            load_sql("wafaa.know.consents", "save_states"),
            {
                "keys": [uuid.UUID(hashlib.sha256(one.key.encode()).hexdigest()[:32]) for one in rows],
                "uuids": [new_id() for _ in rows],
                "distinct_ids": [one.distinct_id for one in rows],
                "channels": [one.channel for one in rows],
                "purposes": [one.purpose for one in rows],
                "givens": [one.is_given for one in rows],
                "dateds": [one.is_dated for one in rows],
                "times": [one.at for one in rows],
                "sources": [one.source for one in rows],
                "places": [one.place[:TEXT_MAX] for one in rows],
                "versions": [one.text_version[:VERSION_MAX] for one in rows],
                "proofs": [msgspec.json.encode(one.proof).decode() for one in rows],
                "reasons": [one.reason[:500] for one in rows],
                "staff": [one.staff_id for one in rows],
                "vias": [one.via[:TEXT_MAX] for one in rows],
                "now": clock.now(),
            },
        )
        return int(cursor.fetchone()[0])


@transaction.atomic
def set_consent(
    *,
    customer: Customer,
    channel: str,
    purpose: str,
    is_given: bool,
    at: datetime | None = None,
    reason: str = "",
    place: str = "",
    text_version: str = "",
    proof: Mapping[str, Any] | None = None,
    by: Staff | None,
    via: str = "",
) -> Statement:
    """What a customer said to staff or to a program: it holds as soon as the caller's transaction does, and goes onto the
    stream as an event, which changes nothing when it comes back. Noted in the audit trail.

    Raises ChannelUnknown, ProofTooLarge, CustomerMissing (nobody knows an id of them).
    """
    now = clock.now()
    try:
        channel, purpose = read_channel(channel), read_purpose(purpose)
    except Unreadable as error:
        raise ChannelUnknown from error
    if len(msgspec.json.encode(proof or {})) > PROOF_BYTES_MAX:
        raise ProofTooLarge(limit=PROOF_BYTES_MAX)
    ids = list_distinct_ids([customer.pk])[customer.pk]
    if not ids:
        raise CustomerMissing
    message_id = f"consent:{new_id()}"
    statement = Statement(
        key=make_key(message_id, channel, purpose),
        distinct_id=ids[0],
        channel=channel,
        purpose=purpose,
        is_given=is_given,
        at=min(at or now, now),
        source="api" if via else "staff",
        place=place,
        text_version=text_version,
        proof=proof or {},
        reason=reason,
        staff_id=by.pk if by else None,
        via=via,
    )
    record_statements([statement])
    _tell(statement, message_id)
    record_change(
        staff=by,
        deed="give_consent" if is_given else "withdraw_consent",
        subject=customer.external_id or str(customer.uuid)[:8],
        after={"channel": channel, "purpose": purpose},
        via=via,
    )
    return statement


def _tell(statement: Statement, message_id: str) -> None:
    told = {
        "channel": statement.channel,
        "purpose": statement.purpose,
        "text_version": statement.text_version,
        "source": statement.place,
        "proof": dict(statement.proof),
    }
    record_event(
        event=NewEvent(
            message_id=message_id,
            type="track",
            name=GIVEN if statement.is_given else WITHDRAWN,
            distinct_id=statement.distinct_id,
            occurred_at=statement.at,
            properties={name: value for name, value in told.items() if value},
            source=statement.source,
        )
    )


@transaction.atomic
def add_text(
    *, channel: str, purpose: str, language: str, version: str, text: str, since: date, by: Staff | None
) -> ConsentText:
    """A new wording. Raises TextExists for a version that stands already."""
    try:
        with transaction.atomic():
            added = ConsentText.objects.create(
                channel=channel,
                purpose=purpose,
                language=language,
                version=version,
                text=text,
                since=since,
                created_at=clock.now(),
                staff=by,
            )
    except IntegrityError as error:
        raise TextExists from error
    after = {"channel": channel, "purpose": purpose, "language": language, "version": version}
    record_change(staff=by, deed="add_consent_text", subject=version, after=after)
    return added


@transaction.atomic
def erase_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, int]:
    """History and state of these ids, for good. Returns how many rows went."""
    history = Consent.objects.filter(distinct_id__in=distinct_ids).delete()[0]
    ConsentState.objects.filter(distinct_id__in=distinct_ids).delete()
    return {"consents": history}


@transaction.atomic
def remove_source(*, source: str) -> None:
    """Takes out what the customers of a source said, whoever told it, for demo data that gives way; before they go
    themselves.
    """
    told = DistinctId.objects.filter(customer__source=source).values("distinct_id")
    for kept in (Consent, ConsentState):
        kept.objects.filter(distinct_id__in=told).delete()
