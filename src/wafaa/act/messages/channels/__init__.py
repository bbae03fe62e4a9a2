"""Ways to reach a customer, each a folder of its own behind one small interface."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, runtime_checkable

from wafaa.act.messages.channels.parcels import Parcel
from wafaa.act.messages.errors import ChannelUnknown
from wafaa.act.messages.queries import Reader
from wafaa.stream.outbox import Deliver

__all__ = ["CHANNELS", "DEFAULT_CHANNEL", "Channel", "Parcel", "find_addresses", "get_channel"]


class Channel(Protocol):
    """`provider` is whoever carries it: what its rate is called by. Those that honour keys get what may have arrived under
    the same key again; others too, but it counts as a possible repeat, and where the line breaks then too it is the last.
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
    from wafaa.act.messages.channels.email import make_email

    return make_email()


def _make_sms() -> Channel:
    from wafaa.act.messages.channels.sms import make_sms

    return make_sms()


def _make_whatsapp() -> Channel:
    from wafaa.act.messages.channels.whatsapp import make_whatsapp

    return make_whatsapp()


def _make_webhook() -> Channel:
    from wafaa.act.messages.channels.webhook import make_webhook

    return make_webhook()


def _make_in_app() -> Channel:
    from wafaa.act.messages.channels.inapp import InAppChannel

    return InAppChannel()


def _make_push() -> Channel:
    from wafaa.act.messages.channels.webpush import WebPushChannel

    return WebPushChannel()


# Where nobody is set up who carries it, the mailbox keeps what would have gone out. Asked each time: settings may change.
CHANNELS: dict[str, Callable[[], Channel]] = {
    "email": _make_email,
    "sms": _make_sms,
    "whatsapp": _make_whatsapp,
    "webhook": _make_webhook,
    "in_app": _make_in_app,
    "push": _make_push,
}
DEFAULT_CHANNEL = "email"


@runtime_checkable
class LooksUp(Protocol):
    """A channel whose addresses lie in tables: asked for many at once."""

    def find_addresses(self, readers: Sequence[Reader]) -> dict[int, str]:
        """By the customer's id."""
        ...


def find_addresses(asked: Iterable[tuple[str, Reader]]) -> dict[tuple[str, int], str]:
    """Where each is reached by a channel ("" where they are not), by channel and customer. Raises ChannelUnknown."""
    readers: dict[str, dict[int, Reader]] = defaultdict(dict)
    for name, reader in asked:
        readers[name][reader.customer_id] = reader
    found: dict[tuple[str, int], str] = {}
    for name, some in readers.items():
        channel = get_channel(name)
        looked_up = channel.find_addresses(list(some.values())) if isinstance(channel, LooksUp) else None
        for customer_id, reader in some.items():
            address = channel.find_address(reader) if looked_up is None else looked_up.get(customer_id, "")
            found[name, customer_id] = address
    return found


def get_channel(name: str) -> Channel:
    """Raises ChannelUnknown."""
    if name not in CHANNELS:
        raise ChannelUnknown
    return CHANNELS[name]()
