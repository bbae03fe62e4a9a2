"""What the consents room does when events arrive."""

from collections.abc import Sequence

from django.db import connection

from wafaa.kit.sql import load_sql
from wafaa.know.consents.actions import make_key, record_statements
from wafaa.know.consents.rules import GIVEN, PROOF_BYTES_MAX, WITHDRAWN, Statement, read_event
from wafaa.know.customers.rules import read_properties
from wafaa.stream.rules import EventHead, get_places


def on_consents(heads: Sequence[EventHead]) -> None:
    """A yes or no of events that say so, and what identify events tell of how things stand. The same again changes nothing."""
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.know.consents", "read_told"), get_places(heads))
        told = cursor.fetchall()
    statements = []
    for distinct_id, name, message_id, occurred_at, source, text in told:
        properties = read_properties(text)
        is_word = name in {GIVEN, WITHDRAWN}
        proof = properties.get("proof") if is_word else None
        for channel, purpose, given, at in read_event(name, properties):
            statements.append(
                Statement(
                    key=make_key(message_id, channel, purpose),
                    distinct_id=distinct_id,
                    channel=channel,
                    purpose=purpose,
                    is_given=given,
                    at=min(at or occurred_at, occurred_at),
                    is_dated=is_word or at is not None,
                    source=source,
                    place=str(properties.get("source") or "") if is_word else "",
                    text_version=str(properties.get("text_version") or "") if is_word else "",
                    proof=proof if isinstance(proof, dict) and len(str(proof)) <= PROOF_BYTES_MAX else {},
                )
            )
    record_statements(statements)
