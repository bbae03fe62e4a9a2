"""Addresses that get nothing any more, and how they get something again."""

from collections.abc import Sequence
from contextlib import suppress

from django.db import transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.models import Staff
from wafaa.act.messages.actions.choosing import PROVIDER, unsubscribe
from wafaa.act.messages.actions.marking import NewMark, note_marks
from wafaa.act.messages.actions.telling import describe, make_event
from wafaa.act.messages.back import Back
from wafaa.act.messages.channels import get_channel
from wafaa.act.messages.consenting import OPT_IN
from wafaa.act.messages.errors import AddressWrong
from wafaa.act.messages.models import Message, Suppression
from wafaa.act.messages.queries import digest_address, find_readers
from wafaa.act.messages.rules import Cause
from wafaa.kit import clock
from wafaa.know.customers.errors import CustomerMissing
from wafaa.stream.actions import record_events


@transaction.atomic
def suppress_address(
    *, channel: str, address: str, cause: Cause | str, detail: str = "", by: Staff | None = None
) -> Suppression:
    """Nothing goes there any more, whatever consent says. Doing it again changes nothing. Raises AddressWrong."""
    address = address.strip()
    if not address or len(address) > 254:
        raise AddressWrong
    row, made = Suppression.objects.get_or_create(
        channel=channel,
        digest=digest_address(channel, address),
        defaults={
            "address": address,
            "cause": Cause(cause),
            "detail": detail[:300],
            "at": clock.now(),
            "staff": by,
        },
    )
    if made and by is not None:
        record_change(
            staff=by,
            deed="suppress_address",
            subject=channel,
            after={"channel": channel, "cause": str(cause)},
        )
    return row


@transaction.atomic
def lift_suppression(*, suppression: Suppression, reason: str = "", by: Staff) -> None:
    """Messages may go there again, where consent allows it."""
    record_change(
        staff=by,
        deed="lift_suppression",
        subject=suppression.channel,
        before={"channel": suppression.channel, "cause": suppression.cause},
        after={"reason": reason} if reason else None,
    )
    suppression.delete()


def suppress_bounced(message_ids: Sequence[int]) -> None:
    """Of messages whose server said that there is no such mailbox, in the transaction that notes it."""
    rows = list(Message.objects.filter(pk__in=message_ids).select_related("sending").order_by("id"))
    readers = find_readers({one.customer_id for one in rows})
    events = []
    for one in rows:
        reader = readers[one.customer_id]
        if address := get_channel(one.channel).find_address(reader):
            suppress_address(channel=one.channel, address=address, cause=Cause.BOUNCE)
        if reader.distinct_id:
            events.append(
                make_event(
                    name="Message Bounced",
                    message=describe(one) | {"is_hard": True},
                    key=f"message:{one.uuid}:bounced",
                    distinct_id=reader.distinct_id,
                    at=clock.now(),
                )
            )
    note_marks([NewMark(message_id=one.pk, kind=Back.BOUNCED, at=clock.now(), is_hard=True) for one in rows])
    record_events(events=events)


def note_stopped(message_ids: Sequence[int]) -> None:
    """Of messages whose provider said that their reader had stopped us there, in the transaction that notes it: nothing more
    goes to the number. On WhatsApp people stop offers and still hear of their orders, so there it ends what it was sent for.
    """
    rows = list(
        Message.objects.filter(pk__in=message_ids).select_related("sending", "customer").order_by("id")
    )
    readers = find_readers({one.customer_id for one in rows})
    for one in rows:
        address = get_channel(one.channel).find_address(readers[one.customer_id])
        if one.channel in OPT_IN:
            with suppress(CustomerMissing):
                unsubscribe(message=one, place=PROVIDER)
        elif address:
            suppress_address(channel=one.channel, address=address, cause=Cause.UNSUBSCRIBE)
