"""Whoever carries messages (Twilio, WhatsApp, an ESP …): what an account needs, how one hands over, what comes back."""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from django.conf import settings as project

from wafaa.act.messages.back import Heard, Unsigned, Word
from wafaa.act.messages.channels.parcels import Parcel
from wafaa.act.messages.models import Provider
from wafaa.act.messages.queries import find_site, get_house
from wafaa.act.messages.senders import SenderRule
from wafaa.kit.sealing import unseal
from wafaa.stream.outbox import Deliver

PURPOSE = "message-provider"
# What every account that cannot sign what it sends gets: a word that stands in its address.
HOOK_SECRET = "hook_secret"  # noqa: S105 - the name of a field


@dataclass(frozen=True, kw_only=True)
class Field:
    """Something that an account needs to be told."""

    key: str
    label: Any
    help: Any = ""
    is_secret: bool = False
    is_required: bool = True
    is_long: bool = False
    initial: str = ""
    choices: Sequence[tuple[str, Any]] = ()
    is_made_here: bool = False  # where nothing is given


@dataclass(frozen=True, kw_only=True)
class Account:
    """One at a carrier, opened."""

    uuid: UUID
    settings: Mapping[str, str]
    secrets: Mapping[str, str] = field(default_factory=dict)
    site: str = ""  # where customers, and providers, reach us
    senders: Sequence[SenderRule] = ()  # how countries want senders of offers to be called

    def get(self, key: str) -> str:
        return self.secrets.get(key) or self.settings.get(key, "")

    @property
    def hook(self) -> str:
        """Where the carrier tells us what became of messages."""
        return f"{self.site}/hooks/messages/{self.uuid}/"

    @property
    def is_reachable(self) -> bool:
        """Not from a laptop: who is given such an address refuses the message."""
        host = urlsplit(self.site).hostname or ""
        return bool(host) and host not in {"localhost", "127.0.0.1", "::1"}


def open_account(provider: Provider) -> Account:
    """Raises SealBroken."""
    house = get_house()
    sealed = unseal(provider.sealed, purpose=PURPOSE) if provider.sealed else "{}"
    return Account(
        uuid=provider.uuid,
        settings={key: str(value) for key, value in provider.settings.items()},
        secrets=msgspec.json.decode(sealed, type=dict[str, str]),
        site=find_site(house, project.CSRF_TRUSTED_ORIGINS),
        senders=house.senders,
    )


class Carrier(Protocol):
    """`honours_keys`: the same again under one key is no second message. `names_keys`: what it tells us names our key, so a
    message whose fate is unknown is waited for before it is tried again.
    """

    @property
    def kind(self) -> str: ...

    @property
    def channel(self) -> str: ...

    @property
    def name(self) -> Any: ...

    @property
    def fields(self) -> Sequence[Field]: ...

    @property
    def steps(self) -> Sequence[Any]:
        """What is to be done over there, a sentence each."""
        ...

    @property
    def honours_keys(self) -> bool: ...

    @property
    def names_keys(self) -> bool: ...

    def prepare(self, account: Account, parcel: Parcel) -> Deliver: ...

    def verify(self, account: Account, heard: Heard) -> None:
        """Raises Unsigned."""
        ...

    def read(self, account: Account, heard: Heard) -> list[Word]:
        """Raises Unreadable, and what reading another form raises (KeyError, ValueError, TypeError …)."""
        ...

    def greet(self, account: Account, heard: Heard) -> str | None:
        """What is answered to who only asks whether the address is ours; None: it is no such request. Raises Unsigned."""
        ...


def check_equal(given: str, wanted: str) -> None:
    """In constant time. Without a secret everybody could sign. Raises Unsigned."""
    if not wanted:
        raise Unsigned("no_secret")
    if not hmac.compare_digest(given.encode(), wanted.encode()):
        raise Unsigned


def check_word(account: Account, heard: Heard) -> None:
    """Of carriers that sign nothing: the word in the address, or in a header of ours. Raises Unsigned."""
    given = heard.query.get("key") or heard.headers.get("x-wafaa-key", "")
    check_equal(given, account.get(HOOK_SECRET))


def write_basic(name: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


def make_hex(secret: str, body: bytes) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
