"""What came of messages that the outbox had in hand, written down and told: many at once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from wafaa.act.messages.actions.sending import change_messages, encode, hold_sendings
from wafaa.act.messages.actions.suppressing import note_stopped, suppress_bounced
from wafaa.act.messages.actions.telling import Told, tell_rows
from wafaa.act.messages.channels import CHANNELS, get_channel
from wafaa.act.messages.models import Message
from wafaa.act.messages.rules import KINDS, Decision, Lane, SendingState, State
from wafaa.act.messages.surveying import note_asked
from wafaa.kit import clock
from wafaa.kit.sql import load_sql
from wafaa.stream import outbox
from wafaa.stream.models import Effect
from wafaa.stream.outbox import Settled, Verdict

# Hard bounces that a server tells at once: no such mailbox, no such domain, one that has moved (RFC 3463).
_BOUNCE = re.compile(r"^5\.1\.(1|2|3|6|10)\b")


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """What preparing knew and settling writes down."""

    decision: Decision | None = None
    language: str = ""
    number: int | None = None  # of the template's version
    is_unsure: bool = False
    asks: bool = False  # its reader the first question of a survey


def _read_note(one: Settled) -> Note:
    """Of what a journal told there is none: the sender that knew it is dead."""
    if isinstance(one.outcome.note, Note):
        return one.outcome.note
    return Note(is_unsure=one.effect.is_unsure and one.state == Effect.State.DELIVERED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What becomes of a message."""

    message_id: int
    settled: Settled
    state: State
    why: str
    note: Note


def note_settled(settled: Sequence[Settled]) -> None:
    """In the transaction that settles the effects."""
    changes = [change for one in settled if (change := _judge(one)) is not None]
    tell_rows(_write(changes))
    bounced = [one.message_id for one in changes if is_bounce(one)]
    if bounced:
        suppress_bounced(bounced)
    stopped = [one.message_id for one in changes if one.state is State.FAILED and one.why == "reader_stopped"]
    if stopped:
        note_stopped(stopped)
    asked = [one.message_id for one in changes if one.state is State.SENT and one.note.asks]
    if asked:
        note_asked(asked)
    _cancel_returned([one.effect.payload["message"] for one in settled if one.state == Effect.State.PENDING])


def _judge(one: Settled) -> Change | None:
    """None where nothing is to be noted: it waits on as it did."""
    note = _read_note(one)
    state, why = _find_state(one, note)
    if state is State.QUEUED and note.decision is None and not note.is_unsure:
        return None
    return Change(message_id=one.effect.payload["message"], settled=one, state=state, why=why, note=note)


def _find_state(one: Settled, note: Note) -> tuple[State, str]:
    if one.state == Effect.State.DELIVERED:
        return State.SENT, ""
    if one.state == Effect.State.PENDING:
        return State.QUEUED, note.decision.why if note.decision else ""
    if one.state == Effect.State.CANCELLED:
        decided = note.decision
        return (decided.state, decided.why) if decided else (State.CANCELLED, one.outcome.error)
    return State.FAILED, one.outcome.error


def _write(changes: Sequence[Change]) -> list[Told]:
    """What the stream is told of them."""
    if not changes:
        return []
    now = clock.now()
    rows = [
        {
            "id": one.message_id,
            "state": one.state,
            "why": one.why[:60],
            "due_at": one.settled.outcome.due_at,
            "provider_id": one.settled.outcome.answer[:200] if one.state is State.SENT else "",
            "is_unsure": one.note.is_unsure,
            "language": one.note.language[:10],
            "template_number": one.note.number,
            "trace": [one.note.decision.as_trace(now)] if one.note.decision else None,
        }
        for one in changes
    ]
    with connection.cursor() as cursor:
        unsure = any(one.note.is_unsure for one in changes)
        keyed = [name for name in CHANNELS if get_channel(name).honours_keys] if unsure else []
        values: dict[str, Any] = {"messages": encode(rows), "keyed": keyed, "now": now}
        cursor.execute(load_sql("wafaa.act.messages", "settle_messages"), values)
        return [Told(*row) for row in cursor.fetchall()]


def is_bounce(one: Change) -> bool:
    """A mail server says it by its code; of numbers our own word says it, for each provider has codes of its own."""
    outcome = one.settled.outcome
    if outcome.verdict is not Verdict.PARKED:
        return False
    return outcome.error == "no_such_address" or bool(_BOUNCE.match(outcome.answer))


def _cancel_returned(message_ids: Sequence[int]) -> None:
    """What was put back while its sending was being cancelled: whoever cancels does not see what somebody has in hand."""
    if not message_ids:
        return
    rows = list(Message.objects.filter(pk__in=message_ids, state=State.QUEUED).order_by("id"))
    states = hold_sendings({one.sending_id for one in rows})
    gone = [one for one in rows if states.get(one.sending_id) == SendingState.CANCELLED]
    for lane in {one.lane for one in gone}:
        outbox.withdraw(kind=KINDS[Lane(lane)], keys=[one.key for one in gone if one.lane == lane])
    cancelled = Decision(state=State.CANCELLED, why="cancelled", asked=())
    change_messages([(one.pk, cancelled, cancelled.as_trace(clock.now())) for one in gone])
