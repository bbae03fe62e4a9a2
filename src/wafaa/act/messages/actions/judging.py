"""Openings and presses, judged a little later: people's are told to the stream, machines' are kept and not counted."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from wafaa.act.messages.actions.marking import NewMark, digest, note_marks, tell_marks
from wafaa.act.messages.actions.telling import describe, make_event
from wafaa.act.messages.back import Back
from wafaa.act.messages.models import Mark, Message, Touch
from wafaa.act.messages.queries import find_readers
from wafaa.act.messages.touches import Seen, find_machines
from wafaa.kit import clock
from wafaa.stream.actions import record_events

# So long other presses of the same second, and the word that a mail has arrived, may still come before it is told.
JUDGED_AFTER = timedelta(seconds=30)


@transaction.atomic
def judge_touches(*, limit: int = 200, after: timedelta = JUDGED_AFTER) -> int:
    """Of up to `limit` openings and presses that were heard long enough ago, each with all others of its message. Returns
    how many there were.
    """
    now = clock.now()
    due = list(
        Touch.objects.select_for_update(skip_locked=True)
        .filter(judged_at=None, heard_at__lte=now - after)
        .order_by("heard_at", "id")[:limit]
    )
    # locked in one order, so that two who judge the same message do it one after another
    held = Message.objects.select_for_update(of=("self",), no_key=True).select_related("sending")
    messages = {one.pk: one for one in held.filter(pk__in={one.message_id for one in due}).order_by("id")}
    touched: dict[int, list[Touch]] = defaultdict(list)
    for one in Touch.objects.filter(message__in=messages).order_by("id"):
        touched[one.message_id].append(one)
    arrived = dict(
        Mark.objects.filter(message__in=messages, kind=Back.DELIVERED).values_list("message_id", "at")
    )
    fresh = {one.pk for one in due}
    people: list[Touch] = []
    for pk, message in sorted(messages.items()):
        people += _judge_message(
            message, touched[pk], arrived_at=arrived.get(pk, message.settled_at), fresh=fresh, now=now
        )
    _tell_presses([one for one in people if one.kind == Back.CLICKED], messages)
    return len(due)


def _judge_message(
    message: Message, touches: Sequence[Touch], *, arrived_at: datetime | None, fresh: set[int], now: datetime
) -> list[Touch]:
    """All of the message, old and new, so that what became known later counts too. Returns people's new ones."""
    seen = [Seen(one.kind, one.url, one.at, one.agent) for one in touches]
    machines = find_machines(seen, arrived_at=arrived_at)
    changed = []
    for one, is_machine in zip(touches, machines, strict=True):
        if one.is_machine != is_machine or one.pk in fresh:
            one.is_machine = is_machine
            one.judged_at = one.judged_at or (now if one.pk in fresh else None)
            changed.append(one)
    Touch.objects.bulk_update(changed, ["is_machine", "judged_at"])
    people = [one for one, is_machine in zip(touches, machines, strict=True) if not is_machine]
    _mark(message, people)
    return [one for one in people if one.pk in fresh]


def _mark(message: Message, people: Sequence[Touch]) -> None:
    """Opened and pressed are what people did, and who pressed has read. What turned out to be a machine's is taken back."""
    firsts = {
        Back.OPENED: min((one.at for one in people), default=None),
        Back.CLICKED: min((one.at for one in people if one.kind == Back.CLICKED), default=None),
    }
    gone = [kind for kind, at in firsts.items() if at is None]
    Mark.objects.filter(message=message, kind__in=gone).delete()
    news = note_marks(
        [NewMark(message_id=message.pk, kind=kind, at=at) for kind, at in firsts.items() if at is not None]
    )
    for kind, at in firsts.items():
        if at is not None:  # an earlier one may have turned out to be a machine's
            Mark.objects.filter(message=message, kind=kind).exclude(at=at).update(at=at)
    tell_marks(news, {message.pk: message})


def _tell_presses(presses: Sequence[Touch], messages: dict[int, Message]) -> None:
    readers = find_readers({messages[one.message_id].customer_id for one in presses})
    events = []
    for one in presses:
        message = messages[one.message_id]
        reader = readers.get(message.customer_id)
        if reader is not None and reader.distinct_id:
            events.append(
                make_event(
                    name="Message Clicked",
                    message=describe(message) | {"url": one.url},
                    key=f"message:{message.uuid}:clicked:{digest(one.url).hex[:12]}:{one.beat}",
                    distinct_id=reader.distinct_id,
                    at=one.at,
                )
            )
    if events:
        record_events(events=events)
