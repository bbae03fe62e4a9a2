"""The mailbox: keeps what would have gone out, for development and the demo."""

from dataclasses import dataclass

from django.db import connection

from wafaa.act.messages.channels import Parcel
from wafaa.act.messages.models import KeptMail
from wafaa.act.messages.queries import Reader
from wafaa.kit import clock
from wafaa.stream.outbox import Deliver, Outcome, Verdict


@dataclass(frozen=True, kw_only=True)
class MailboxChannel:
    """Stands for any channel that is not set up."""

    name: str
    provider: str = "mailbox"
    honours_keys: bool = True

    def find_address(self, reader: Reader) -> str:
        return reader.email if self.name == "email" else reader.phone

    def prepare(self, parcel: Parcel) -> Deliver:
        return lambda: self._keep(parcel)

    def _keep(self, parcel: Parcel) -> Outcome:
        """With a connection of its own for this once: there is no haste here."""
        try:
            KeptMail.objects.get_or_create(
                key=parcel.key,
                defaults={
                    "customer_id": parcel.reader.customer_id or None,  # a test is to nobody
                    "channel": self.name,
                    "to": parcel.address,
                    "subject": parcel.subject[:500],
                    "html": parcel.html,
                    "text": parcel.text,
                    "headers": {"List-Unsubscribe": parcel.unsubscribe} if parcel.unsubscribe else {},
                    "at": clock.now(),
                },
            )
        finally:
            if not connection.in_atomic_block:  # a sender's thread; whoever is in a transaction keeps theirs
                connection.close()
        return Outcome(verdict=Verdict.DELIVERED, status=250, answer="kept")
