"""Ways to reach a customer, each a folder of its own behind one small interface."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from wafaa.act.messages.errors import ChannelUnknown
from wafaa.act.messages.queries import Reader
from wafaa.stream.outbox import Deliver


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """A message as it is handed to a channel, ready to go."""

    key: str  # the same at every try, for providers that know their duplicates
    message_id: int
    reader: Reader
    address: str
    subject: str
    text: str
    html: str = ""
    language: str = ""
    unsubscribe: str = ""  # where one press ends it (RFC 8058); only of what one can unsubscribe from
    sender_name: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)


class Channel(Protocol):
    """`provider` is whoever carries it: what its rate is called by. Those that honour keys get what may have arrived under
    the same key again; others too, but it counts as a possible repeat.
    """

    @property
    def name(self) -> str: ...

    @property
    def provider(self) -> str: ...

    @property
    def honours_keys(self) -> bool: ...

    def find_address(self, reader: Reader) -> str:
        """Where the customer is reached; "" where they are not."""
        ...

    def prepare(self, parcel: Parcel) -> Deliver:
        """What hands it over, by a thread without a database."""
        ...


def _make_email() -> Channel:
    from django.conf import settings

    from wafaa.act.messages.channels.email import EmailChannel
    from wafaa.act.messages.channels.mailbox import MailboxChannel

    return EmailChannel() if settings.EMAIL_HOST else MailboxChannel(name="email")


def _make_sms() -> Channel:
    from wafaa.act.messages.channels.mailbox import MailboxChannel

    return MailboxChannel(name="sms")


# Where no mail server is set up, the mailbox keeps what would have gone out. Asked each time: settings may change.
CHANNELS: dict[str, Callable[[], Channel]] = {"email": _make_email, "sms": _make_sms}
DEFAULT_CHANNEL = "email"


def get_channel(name: str) -> Channel:
    """Raises ChannelUnknown."""
    if name not in CHANNELS:
        raise ChannelUnknown
    return CHANNELS[name]()
