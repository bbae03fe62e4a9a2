"""Pausing, going on and cancelling what is sent for a reason: nothing more leaves within a second of it."""

from django.db import transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.models import Staff
from wafaa.act.messages.actions.sending import change_messages
from wafaa.act.messages.errors import SendingMissing, SendingOver
from wafaa.act.messages.models import Message, Sending
from wafaa.act.messages.rules import KINDS, Decision, Lane, SendingState, State
from wafaa.kit import clock
from wafaa.stream import outbox

CHUNK = 2_000


@transaction.atomic
def pause_sending(*, reason: str, by: Staff | None = None) -> Sending:
    """What waits goes on waiting. Raises SendingMissing, SendingOver."""
    return _turn(reason, SendingState.PAUSED, by)


@transaction.atomic
def resume_sending(*, reason: str, by: Staff | None = None) -> Sending:
    """Goes on where it stood; what is too late by now lapses. Raises SendingMissing, SendingOver."""
    return _turn(reason, SendingState.RUNNING, by)


def cancel_sending(*, reason: str, by: Staff | None = None) -> int:
    """For good. Nothing more leaves once the first, short transaction has committed; then what waited is written off
    in chunks, and a cancellation that is cut short is ended by calling it again. Returns how many messages.

    Raises SendingMissing.
    """
    with transaction.atomic():
        sending = _turn(reason, SendingState.CANCELLED, by)
    count, last = 0, 0
    while True:
        seen, cancelled = _cancel_chunk(sending, last)
        count += cancelled
        if not seen:
            return count
        last = seen


def _turn(reason: str, state: SendingState, by: Staff | None) -> Sending:
    found = Sending.objects.filter(reason=reason).first()
    if found is None:
        raise SendingMissing
    if _is_so(found, state):
        return found
    # Who settles locks destinations and then asks for the state of sendings (settling._cancel_returned): in this order too.
    # One that is made at this moment would be missed, so each is there first.
    for lane, destination in found.destinations.items():
        outbox.open_destination(kind=KINDS[Lane(lane)], name=destination)
    for destination in found.destinations.values():
        outbox.pause(destination=destination, paused=state != SendingState.RUNNING)
    sending = Sending.objects.select_for_update().get(pk=found.pk)
    if _is_so(sending, state):
        return sending
    before, sending.state, sending.changed_at = sending.state, state, clock.now()
    sending.save(update_fields=["state", "changed_at"])
    record_change(
        staff=by,
        deed="change_sending",
        subject=reason[:200],
        before={"state": before},
        after={"state": str(state)},
    )
    return sending


def _is_so(sending: Sending, state: SendingState) -> bool:
    """Whether nothing is left to do. Raises SendingOver, which takes back what the transaction did."""
    if sending.state == state:
        return True
    if sending.state == SendingState.CANCELLED:
        raise SendingOver
    return False


@transaction.atomic
def _cancel_chunk(sending: Sending, after: int) -> tuple[int, int]:
    """Up to which id it looked (0: nothing is left), and how many it cancelled. What is in hand at this moment settles
    itself: sent, or cancelled when it is put back.
    """
    waiting = Message.objects.filter(sending=sending, state__in=[State.HELD, State.QUEUED], pk__gt=after)
    rows = list(waiting.order_by("id").select_for_update()[:CHUNK])
    keys: dict[str, list[str]] = {lane: [] for lane in Lane}
    for one in rows:
        if one.state == State.QUEUED:
            keys[one.lane].append(one.key)
    withdrawn = {
        key
        for lane, some in keys.items()
        if some
        for key in outbox.withdraw(kind=KINDS[Lane(lane)], keys=some)
    }
    cancelled = Decision(state=State.CANCELLED, why="cancelled", asked=())
    gone = [one for one in rows if one.state == State.HELD or one.key in withdrawn]
    change_messages([(one.pk, cancelled, cancelled.as_trace(clock.now())) for one in gone])
    return (rows[-1].pk if rows else 0), len(gone)
