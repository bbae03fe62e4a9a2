"""Taking in what programs send: the good messages become events, the wrong ones are kept aside; one transaction for both."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec
from django.db import transaction

from wafaa.stream.actions import record_event, record_events
from wafaa.stream.messages import EVENT_BYTES_MAX, Envelope, Refusal, read_message
from wafaa.stream.models import RefusedMessage
from wafaa.stream.rules import NewEvent


@dataclass(kw_only=True)
class Taken:
    """What became of the messages: how many events were new, and which messages were refused, by their index."""

    new: int = 0
    refused: list[tuple[int, Refusal]] = field(default_factory=list)


def take_in(messages: Sequence[bytes | msgspec.Raw], envelope: Envelope) -> Taken:
    """Records the messages' events once each, in their order. When this returns, they are durable.

    A message that can't become an event is kept as it came (its first 32 KB), with the reason.
    """
    taken, events = Taken(), list[NewEvent]()
    for index, raw in enumerate(messages):
        try:
            events.append(read_message(raw, envelope))
        except Refusal as refusal:
            taken.refused.append((index, refusal))
    with transaction.atomic():
        if len(events) == 1:
            taken.new = int(record_event(event=events[0]) is not None)
        elif events:
            taken.new = record_events(events=events)
        RefusedMessage.objects.bulk_create(
            RefusedMessage(
                body=_show(messages[index]),
                reason=refusal.reason,
                detail=refusal.detail,
                source=envelope.source,
                received_at=envelope.received_at,
            )
            for index, refusal in taken.refused
        )
    return taken


def _show(raw: bytes | msgspec.Raw) -> str:
    """As text that a database can hold."""
    return bytes(raw)[:EVENT_BYTES_MAX].decode(errors="replace").replace("\x00", "\ufffd")


def refuse_as_a_whole(body: bytes, envelope: Envelope, refusal: Refusal) -> Taken:
    """A body in which no messages can be told apart, kept as one."""
    RefusedMessage.objects.create(
        body=_show(body),
        reason=refusal.reason,
        detail=refusal.detail,
        source=envelope.source,
        received_at=envelope.received_at,
    )
    return Taken(refused=[(0, refusal)])
