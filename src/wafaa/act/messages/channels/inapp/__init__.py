"""The inbox on the shop's own pages: what is delivered lies there until its deadline, for the customer alone."""

from django.db import IntegrityError, connection

from wafaa.act.messages.channels import Parcel
from wafaa.act.messages.models import InboxEntry
from wafaa.act.messages.queries import Reader
from wafaa.kit import clock
from wafaa.stream.outbox import Deliver, Outcome, Verdict


class InAppChannel:
    """No machine outside is asked, so nothing but our own database can fail; the key is the message itself."""

    name = "in_app"
    provider = "inbox"
    honours_keys = True

    def find_address(self, reader: Reader) -> str:
        """Everybody has an inbox: who signs in to the shop finds what lies there."""
        return str(reader.uuid)

    def prepare(self, parcel: Parcel) -> Deliver:
        return lambda: put_in(parcel)


def put_in(parcel: Parcel) -> Outcome:
    """Once, however many senders do it."""
    if parcel.deadline is None or parcel.deadline <= clock.now():
        return Outcome(verdict=Verdict.CANCELLED, error="deadline")
    try:
        InboxEntry.objects.get_or_create(
            message_id=parcel.message_id,
            defaults={
                "title": parcel.subject[:500],
                "text": parcel.text,
                "url": parcel.url,
                "language": parcel.language[:10],
                "at": clock.now(),
                "expires_at": parcel.deadline,
            },
        )
    except IntegrityError:  # its person was erased at this moment
        return Outcome(verdict=Verdict.CANCELLED, error="message_gone")
    finally:
        leave_database()
    return Outcome(verdict=Verdict.DELIVERED, answer="kept")


def leave_database() -> None:
    """A sender's thread has a connection for this once; whoever is in a transaction keeps theirs."""
    if not connection.in_atomic_block:
        connection.close()
