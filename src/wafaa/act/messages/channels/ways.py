"""A channel whose carrier is looked up when it is first needed: to know where somebody is reached needs none."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

from wafaa.act.messages.channels import Channel, Parcel
from wafaa.act.messages.channels.calling import fail
from wafaa.act.messages.channels.carriers import Account, Carrier, open_account
from wafaa.act.messages.channels.mailbox import MailboxChannel
from wafaa.act.messages.models import Provider
from wafaa.act.messages.queries import Reader
from wafaa.kit.sealing import SealBroken
from wafaa.stream.outbox import Deliver


@dataclass(frozen=True, kw_only=True)
class Carried:
    """A channel by an account at a carrier."""

    name: str
    carrier: Carrier
    account: Account
    find: Callable[[Reader], str]

    @property
    def provider(self) -> str:
        return self.carrier.kind

    @property
    def honours_keys(self) -> bool:
        """By itself, or because its account says in which header it wants the key."""
        return self.carrier.honours_keys or bool(self.account.get("key_header"))

    @property
    def names_keys(self) -> bool:
        """Told by the carrier what became of a message, we know of which: but only if it knows where to tell us."""
        return self.carrier.names_keys and self.account.is_reachable

    def find_address(self, reader: Reader) -> str:
        return self.find(reader)

    def prepare(self, parcel: Parcel) -> Deliver:
        return self.carrier.prepare(self.account, parcel)


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A channel that had a carrier and has none now: turned off, or its secrets are lost. What is to be sent waits until it
    has one again, or is too late.
    """

    name: str
    provider: str
    error: str
    find: Callable[[Reader], str]
    honours_keys: bool = False
    names_keys: bool = False

    def find_address(self, reader: Reader) -> str:
        return self.find(reader)

    def prepare(self, parcel: Parcel) -> Deliver:
        return partial(fail, self.error)


def find_carried(name: str, carriers: Mapping[str, Carrier], find: Callable[[Reader], str]) -> Channel | None:
    """By the account that is active for this channel; None where there never was one."""
    row = Provider.objects.filter(channel=name).order_by("-is_active", "-changed_at").first()
    if row is None:
        return None
    carrier = carriers.get(row.kind)
    if not row.is_active or carrier is None:
        return Waiting(name=name, provider=row.kind, error="provider_off", find=find)
    try:
        account = open_account(row)
    except SealBroken:
        return Waiting(name=name, provider=row.kind, error="secret_unreadable", find=find)
    return Carried(name=name, carrier=carrier, account=account, find=find)


class Way:
    """Made anew for each batch, and asks for its account once."""

    def __init__(
        self, name: str, *, find: Callable[[Reader], str], choose: Callable[[], Channel | None]
    ) -> None:
        self.name = name
        self._find = find
        self._choose = choose

    @cached_property
    def carried(self) -> Channel:
        return self._choose() or MailboxChannel(name=self.name)

    @property
    def provider(self) -> str:
        return self.carried.provider

    @property
    def honours_keys(self) -> bool:
        return self.carried.honours_keys

    @property
    def names_keys(self) -> bool:
        return names_keys(self.carried)

    def find_address(self, reader: Reader) -> str:
        return self._find(reader)

    def prepare(self, parcel: Parcel) -> Deliver:
        return self.carried.prepare(parcel)


def names_keys(channel: Channel) -> bool:
    """Whether what comes back from the channel's carrier names our key."""
    return bool(getattr(channel, "names_keys", False))
