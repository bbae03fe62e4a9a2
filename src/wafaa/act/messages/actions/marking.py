"""Writing down what became of messages after they had left, and telling it: each thing once, in whatever order it is heard."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from wafaa.act.messages.actions.sending import encode
from wafaa.act.messages.actions.telling import describe, make_event
from wafaa.act.messages.back import Back
from wafaa.act.messages.models import Message
from wafaa.act.messages.queries import find_readers
from wafaa.act.messages.touches import count_beat
from wafaa.kit import clock
from wafaa.kit.sql import load_sql
from wafaa.stream.actions import record_events

NAMES: dict[str, str] = {
    Back.DELIVERED: "Message Delivered",
    Back.BOUNCED: "Message Bounced",
    Back.COMPLAINED: "Message Complained",
    Back.OPENED: "Message Opened",
}
URL_CHARS_MAX = 2_000
AGENT_CHARS_MAX = 300
# Of one message. A person presses a few times, a mail that is passed on a few dozen; more are a machine's, or somebody's game.
TOUCHES_MAX = 200


@dataclass(frozen=True, kw_only=True)
class NewMark:
    message_id: int
    kind: str
    at: datetime
    is_hard: bool = False
    code: str = ""


@dataclass(frozen=True, kw_only=True)
class NewTouch:
    message_id: int
    kind: str
    at: datetime
    url: str = ""
    agent: str = ""


def note_marks(marks: Sequence[NewMark]) -> list[NewMark]:
    """Those that are news, in the order given."""
    if not marks:
        return []
    merged: dict[tuple[int, str], NewMark] = {}
    for one in sorted(marks, key=lambda mark: (mark.message_id, mark.kind, mark.at, mark.code)):
        first = merged.get((one.message_id, one.kind))
        if first is None:
            merged[one.message_id, one.kind] = one
        elif one.is_hard and not first.is_hard:
            merged[one.message_id, one.kind] = NewMark(**{**first.__dict__, "is_hard": True})
    rows = [
        {
            "message_id": one.message_id,
            "kind": str(one.kind),
            "at": one.at,
            "is_hard": one.is_hard,
            "code": one.code[:60],
        }
        for one in merged.values()
    ]
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.act.messages", "note_marks"), {"marks": encode(rows)})
        fresh = {(message_id, kind) for message_id, kind, is_new in cursor.fetchall() if is_new}
    return [one for key, one in merged.items() if (key[0], str(key[1])) in fresh]


def tell_marks(marks: Sequence[NewMark], messages: Mapping[int, Message]) -> None:
    """An event for each; whom the stream does not know, it is told nothing of."""
    told = [one for one in marks if one.kind in NAMES and one.message_id in messages]
    readers = find_readers({messages[one.message_id].customer_id for one in told})
    events = []
    for one in told:
        message = messages[one.message_id]
        reader = readers.get(message.customer_id)
        if reader is None or not reader.distinct_id:
            continue
        facts: dict[str, Any] = {"is_hard": one.is_hard} if one.kind == Back.BOUNCED else {}
        if one.code:
            facts["code"] = one.code
        events.append(
            make_event(
                name=NAMES[one.kind],
                message=describe(message) | facts,
                key=f"message:{message.uuid}:{one.kind}",
                distinct_id=reader.distinct_id,
                at=one.at,
            )
        )
    if events:
        record_events(events=events)


def note_touches(touches: Collection[NewTouch]) -> None:
    """Kept until it is judged whether a person or a machine did it."""
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for one in touches:
        url = one.url[:URL_CHARS_MAX].replace("\x00", "")
        agent = one.agent[:AGENT_CHARS_MAX].replace("\x00", "")
        target, beat = digest(url, agent), count_beat(one.at)
        key = (one.message_id, one.kind, target, beat)
        if key not in rows or one.at < rows[key]["at"]:
            rows[key] = {
                "message_id": one.message_id,
                "kind": str(one.kind),
                "target": target,
                "url": url,
                "beat": beat,
                "at": one.at,
                "agent": agent,
            }
    if rows:
        with connection.cursor() as cursor:
            values: dict[str, Any] = {
                "touches": encode(list(rows.values())),
                "most": TOUCHES_MAX,
                "now": clock.now(),
            }
            cursor.execute(load_sql("wafaa.act.messages", "note_touches"), values)


def digest(*texts: str) -> UUID:
    return UUID(hashlib.sha256("\0".join(texts).encode()).hexdigest()[:32])
