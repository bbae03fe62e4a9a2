"""Taking in what programs send: the good messages become events, the wrong ones are kept aside; one transaction for both."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.db import connection

from wafaa.stream.messages import EVENT_BYTES_MAX, TEXT_MAX, Envelope, Refusal, read_message
from wafaa.stream.writing import DESK, Load, Row, make_row, tell_names, write_loads


@dataclass(kw_only=True)
class Taken:
    """What became of the messages: how many events were new, and which messages were refused, by their index."""

    new: int = 0
    refused: list[tuple[int, Refusal]] = field(default_factory=list)


def take_in(messages: Sequence[bytes | msgspec.Raw], envelope: Envelope) -> Taken:
    """Records the messages' events once each, in their order. When this returns, they are durable.

    A message that can't become an event is kept as it came (its first 32 KB), with the reason.
    """
    taken, rows = Taken(), list[Row]()
    received_at = envelope.received_at.isoformat()
    for index, raw in enumerate(messages):
        try:
            rows.append(make_row(read_message(raw, envelope), received_at))
        except Refusal as refusal:
            taken.refused.append((index, refusal))
    kept = [keep(messages[index], envelope, refusal) for index, refusal in taken.refused]
    taken.new = _write(Load(rows=rows, refused=kept))
    return taken


def refuse_as_a_whole(body: bytes, envelope: Envelope, refusal: Refusal) -> Taken:
    """A body in which no messages can be told apart, kept as one."""
    _write(Load(rows=(), refused=[keep(body, envelope, refusal)]))
    return Taken(refused=[(0, refusal)])


def _write(load: Load) -> int:
    """Together with what other requests bring; inside a transaction, as in tests, with that transaction."""
    if not connection.in_atomic_block:
        return DESK.write(load)
    with connection.cursor() as cursor:
        write_loads(cursor, [load])
        tell_names(cursor, [load])
    return load.new


def keep(raw: bytes | msgspec.Raw, envelope: Envelope, refusal: Refusal) -> tuple[Any, ...]:
    """What keep_refused.sql takes."""
    sent_at = envelope.sent_at[:TEXT_MAX] if isinstance(envelope.sent_at, str) else envelope.sent_at
    around = {"type": envelope.type, "sentAt": sent_at, "context": envelope.context}
    told = msgspec.json.encode({name: value for name, value in around.items() if value}).decode()
    told = told.replace("\\u0000", "\\ufffd")  # a sentAt of any characters
    return show(raw), told, str(refusal.reason), refusal.detail, envelope.source, envelope.received_at


def show(raw: bytes | msgspec.Raw) -> str:
    """As text that a database can hold."""
    return bytes(raw)[:EVENT_BYTES_MAX].decode(errors="replace").replace("\x00", "\ufffd")
