"""E-mail by SMTP, through the server that the operator has set up for all of Wafaa's mails."""

from functools import partial

from django.conf import settings

from wafaa.act.messages.channels import Parcel
from wafaa.act.messages.channels.email.mime import read_address, write_mail, write_mailbox
from wafaa.act.messages.channels.email.smtp import Server, hand_over
from wafaa.act.messages.queries import Reader
from wafaa.kit import clock
from wafaa.stream.outbox import Deliver


class EmailChannel:
    """Made anew for each batch."""

    name = "email"
    provider = "smtp"
    names_keys = False
    honours_keys = False  # the Message-ID stays the same, so that a mailbox may tell a second copy

    def __init__(self) -> None:
        self._server = Server(
            host=settings.EMAIL_HOST,
            port=settings.EMAIL_PORT,
            user=settings.EMAIL_HOST_USER,
            password=settings.EMAIL_HOST_PASSWORD,
            starts_tls=settings.EMAIL_USE_TLS,
            is_tls=settings.EMAIL_USE_SSL,
            timeout_s=settings.EMAIL_TIMEOUT or 30,
        )
        self._sender = settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].strip("> ")
        self._domain = self._sender.rpartition("@")[2] or "localhost"

    def find_address(self, reader: Reader) -> str:
        return read_address(reader.email)

    def prepare(self, parcel: Parcel) -> Deliver:
        name = parcel.key.rpartition(":")[2]
        headers = dict(parcel.extra)
        if parcel.unsubscribe:
            headers |= {
                "List-Unsubscribe": f"<{parcel.unsubscribe}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            }
        mail = write_mail(
            sender=write_mailbox(parcel.sender_name, self._sender),
            to=parcel.address,
            subject=parcel.subject,
            text=parcel.text,
            html=parcel.html,
            message_id=f"{name}@{self._domain}",
            boundary=f"wafaa-{name}",
            at=clock.now(),
            language=parcel.language,
            headers=headers,
        )
        return partial(hand_over, self._server, sender=self._sender, to=parcel.address, mail=mail)
