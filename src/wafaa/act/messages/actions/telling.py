"""What happens to messages, told to the stream: each thing once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from wafaa.act.messages.models import Message
from wafaa.act.messages.rules import State
from wafaa.kit import clock
from wafaa.kit.sql import load_sql
from wafaa.stream.actions import record_events
from wafaa.stream.rules import NewEvent

SOURCE = "messages"
NAMES: dict[str, str] = {
    State.SENT: "Message Sent",
    State.REFUSED: "Message Refused",
    State.LAPSED: "Message Refused",
    State.FAILED: "Message Failed",
}


class Told(NamedTuple):
    """What the stream is told of a message; the columns of sql/read_told.sql."""

    uuid: UUID
    state: str
    why: str
    channel: str
    step: str
    template: UUID
    purpose: str
    topic: str
    settled_at: datetime | None
    reason: str
    distinct_id: str | None


def tell_messages(message_ids: Sequence[int]) -> None:
    """An event for each that has come to an end, in the caller's transaction."""
    if not message_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.act.messages", "read_told"), {"ids": list(message_ids)})
        rows = [Told(*row) for row in cursor.fetchall()]
    tell_rows(rows)


def tell_rows(rows: Sequence[Told]) -> None:
    """Of those that have come to an end which is told; whom the stream does not know, it is told nothing of."""
    now = clock.now()
    events = [
        make_event(
            name=NAMES[row.state],
            message=_describe(row, why=row.why),
            key=f"message:{row.uuid}:{row.state}",
            distinct_id=row.distinct_id,
            at=row.settled_at or now,
        )
        for row in rows
        if row.state in NAMES and row.distinct_id
    ]
    if events:
        record_events(events=events)


def describe(message: Message) -> dict[str, Any]:
    """What every event of a message says of it; nothing of what the message says."""
    return _describe(
        Told(
            message.uuid, message.state, message.why, message.channel, message.step, message.template, message.purpose,
            message.topic, message.settled_at, message.sending.reason, None,
        )
    )  # fmt: skip


def _describe(row: Told, *, why: str = "") -> dict[str, Any]:
    told = {
        "message_id": str(row.uuid),
        "channel": row.channel,
        "reason": row.reason,
        "step": row.step,
        "template": str(row.template),
        "purpose": row.purpose,
        "topic": row.topic,
        "why": why,
    }
    return {name: value for name, value in told.items() if value}


def make_event(
    *, name: str, message: Mapping[str, Any], key: str, distinct_id: str, at: datetime
) -> NewEvent:
    return NewEvent(
        message_id=key,
        type="track",
        name=name,
        distinct_id=distinct_id,
        occurred_at=at,
        properties=message,
        source=SOURCE,
    )
