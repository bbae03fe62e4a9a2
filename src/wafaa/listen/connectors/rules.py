"""What a connector is: what it asks for, how it checks and reads what its system sends, how it fetches the past.

A connector is one folder with a `CONNECTOR` of type Connector; registry.py lists them. Its functions are pure: time, network
and database are handed to them or stay outside.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from django.utils.functional import Promise

from wafaa.stream.rules import NewEvent

BODY_BYTES_MAX = 1 << 20
Words = str | Promise


@dataclass(frozen=True, kw_only=True)
class Field:
    """One thing that the connect form asks. `is_secret` is sealed and never shown again.

    `is_made_here`: we make it (32 random bytes as hex) where the form leaves it empty, and show it once, to be pasted over
    there. `choices` are (value, label).
    """

    key: str
    label: Words
    help: Words = ""
    is_secret: bool = False
    is_made_here: bool = False
    is_required: bool = True
    choices: Sequence[tuple[str, Words]] = ()
    initial: str = ""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Which connection speaks: gives the ids that everything from it carries."""

    system: str  # the connector's key
    uuid8: str  # 8 letters of the connection's uuid

    @property
    def source(self) -> str:
        return f"connector:{self.uuid8}"

    def name_person(self, customer_id: str | int) -> str:
        """The distinct id of somebody who has an account over there."""
        return f"{self.system}:{self.uuid8}:{customer_id}"

    def name_message(self, topic: str, object_id: str | int, version: str) -> str:
        """The message id; `version` is the object's updated_at as it came, so that a redelivery is a duplicate."""
        return f"{self.system}:{self.uuid8}:{topic}:{object_id}:{version}"[:200]


@dataclass(frozen=True, kw_only=True)
class Received:
    """One request to /hooks/<uuid>/<topic>, as it came in."""

    place: Place
    body: bytes  # raw: what is signed; 1 MB at most
    headers: Mapping[str, str]  # names in lower case
    received_at: datetime
    topic: str = ""  # what stands behind the connection's address
    query: Mapping[str, str] = field(
        default_factory=dict
    )  # for verify only: it is not kept with what can't be read
    settings: Mapping[str, Any] = field(default_factory=dict)  # of the connection; no secrets
    region: str = ""  # the country (ISO 3166) whose phones are written without a prefix here
    # In full and undecoded, as the system was given it: https://.../hooks/<uuid>/<topic>?<query>; some sign it.
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class Told:
    """An event, and which version of what object over there it tells ("order:1001", its updated_at).

    Checked by the framework in the transaction that records, for each object apart: a version older than the recorded one is
    dropped, so that what comes late never wins; so is the same version with the same content, whatever topic or page of the
    past it came by. An object that was told before is told as `later_name`, where there is one: the first that is heard of an
    order is its "Order Completed", all later versions are "Order Updated". Without an object an event is always recorded
    (once per message id).

    `of` names the object whose person the event is about where the delivery itself doesn't say whose it is (a refund that
    knows only its order): the framework then takes the distinct id of that object, if it has heard of it.
    """

    event: NewEvent
    object: str = ""
    version: datetime | None = None
    later_name: str = ""
    of: str = ""


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """A beacon or gateway has seen somebody at a store. `what`: enter, exit or seen."""

    distinct_id: str
    store: str
    what: str
    at: datetime
    via: str = ""


@dataclass(frozen=True, kw_only=True)
class Checkout:
    """A checkout as it stands now; the framework tells "Checkout Abandoned" where no order follows it in time.

    An order names its checkout by the property `checkout_id`. `content`: products, url, currency, value.
    """

    id: str
    distinct_id: str
    updated_at: datetime
    content: Mapping[str, Any] = field(default_factory=dict)
    is_done: bool = False


class Wanted(StrEnum):
    """What a system asks of people; their words stand in words.py. Part of what is stored: they never change."""

    EXPORT = "export"  # somebody wants to know what is stored of them
    ERASE = "erase"  # somebody wants to be forgotten
    ERASE_SHOP = "erase_shop"  # the shop left the system for good: its customers are to be erased
    DELETED = "deleted"  # the account was deleted over there; whether that means erasure, people decide


@dataclass(frozen=True, kw_only=True)
class Ask:
    """Something that only people may do; stands on the connection's page until somebody says that it is done.

    `key` makes it one however often it is told.
    """

    key: str
    what: Wanted
    distinct_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a delivery or a page of the past says. Nothing at all is a good answer: a topic that we have no use for."""

    told: Sequence[Told] = ()
    asks: Sequence[Ask] = ()
    checkouts: Sequence[Checkout] = ()
    sightings: Sequence[Sighting] = ()
    # Objects that a delivery only names: a job fetches them by Connector.fetch, recorded with the delivery and so never lost.
    named: Sequence[str] = ()
    is_over: bool = False  # the app was uninstalled over there: the connection becomes disconnected
    secrets: Mapping[str, str] = field(
        default_factory=dict
    )  # new ones to be kept (tokens that come by webhook)
    settings: Mapping[str, Any] = field(default_factory=dict)  # to be kept with the connection


class Why(StrEnum):
    """Why a connector refuses; their words stand in words.py. Part of what is stored: they never change."""

    UNSIGNED = "unsigned"  # no signature, or a wrong one
    STALE = "stale"  # signed too long ago, or by a clock that runs ahead
    UNREADABLE = "unreadable"  # no JSON, or a field that can't be: `detail` names it
    TOKEN_WRONG = "token_wrong"  # noqa: S105  (401: the system does not accept what we show)
    FORBIDDEN = "forbidden"  # 403: accepted, but without the right that is needed; `detail` names it
    NOT_FOUND = "not_found"  # the address is not one of this system
    SYSTEM_FAILED = "system_failed"  # 5xx, or an answer that can't be read
    UNREACHABLE = "unreachable"  # no connection, TLS, timeout
    REFUSED = "refused"  # the address is not allowed (private network)


class ConnectorError(Exception):
    """A connector's refusal; `detail` is technical, short, and holds no personal data and no secret."""

    def __init__(self, why: Why, detail: str = "") -> None:
        super().__init__(why, detail)
        self.why, self.detail = why, detail[:200]


class Answer(Protocol):
    """kit.outbound.Reply."""

    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...  # names in lower case
    @property
    def body(self) -> bytes: ...


class Send(Protocol):
    """kit.outbound.send with the framework's patience; raises ConnectorError (UNREACHABLE, REFUSED).

    `calling.read_json` turns an answer into JSON and 401, 403, 404, 5xx into ConnectorError; 429 is for the pager (Page.wait_s).
    """

    def __call__(
        self, method: str, url: str, *, headers: Mapping[str, str] = ..., body: bytes | None = None
    ) -> Answer: ...


@dataclass(frozen=True, kw_only=True)
class Connected:
    """A connection as a connector's calls to the system get it."""

    place: Place
    settings: Mapping[str, Any]
    secrets: Mapping[str, str]
    address: str  # where the system shall send its webhooks: https://.../hooks/<uuid>/
    now: datetime
    region: str = ""


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page of the past. `cursor` is where the next one begins, None at the end: text that survives a restart.

    `wait_s`: how long to wait before the next page (429's Retry-After, a cost bucket that is empty). A page that was refused
    for its rate is an empty Page with the same cursor and a wait. Reading a page twice must give the same message ids.
    """

    reading: Reading = field(default_factory=Reading)
    cursor: str | None
    wait_s: float = 0.0
    total: int | None = None  # of all pages, where the system says so


@dataclass(frozen=True, kw_only=True)
class Contact:
    """A customer as `push` gives it to the other side; what we don't know is ""."""

    uuid: str
    distinct_ids: Sequence[str]
    name: str
    email: str
    phone: str
    country: str
    city: str
    tags: Sequence[str] = ()
    figures: Mapping[str, Any] = field(
        default_factory=dict
    )  # orders, gross (decimal text), currency, last_order_on


@dataclass(frozen=True, kw_only=True)
class Connector:
    """One system. Only `key`, `name`, `brings`, `verify` and `read` are needed."""

    key: str  # in addresses, ids and the database: never changes
    name: Words
    brings: Words  # one sentence for the gallery: what comes from it
    group: str = "shop"  # shop, help, contacts, store, other: where it stands in the gallery
    fields: Sequence[Field] = ()
    # What to do over there, in order. {address} stands for where its webhooks go, {secret} for the secret that was made here,
    # other {names} for `facts`.
    steps: Sequence[Words] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    # Raises ConnectorError(UNSIGNED | STALE). Compare by hmac.compare_digest; received.received_at is now. A scheme with a
    # signed timestamp refuses what is older or newer than 5 minutes; one without relies on delivery_id and message ids.
    verify: Callable[[Received, Mapping[str, str]], None]
    # Raises ConnectorError(UNREADABLE, detail); msgspec.MsgspecError, KeyError, ValueError, TypeError mean the same.
    read: Callable[[Received], Reading]
    # The delivery's own id, "" where there is none: a second delivery of the same id is answered 200 and not read.
    delivery_id: Callable[[Received], str] = lambda _received: ""
    # A greeting that a system sends unsigned when its webhook is saved: answered 200, nothing is read or written.
    is_ping: Callable[[Received], bool] = lambda _received: False
    # What a delivery that can't be read is answered with: 200 where repeating it is useless and failures switch the webhook
    # off over there (it is kept here and can be read again), 422 where the system shows failures to its user.
    unreadable_status: int = 200
    # Returns what to show as proof ("Nujum Store, 3,210 orders"). Raises ConnectorError.
    test: Callable[[Connected, Send], str] | None = None
    start: Callable[[Connected], str] | None = None  # the first cursor
    next_page: Callable[[Connected, str, Send], Page] | None = None
    # Registers our address for its topics (once, however often it is called); returns settings to be kept.
    subscribe: Callable[[Connected, Send], Mapping[str, Any]] | None = None
    unsubscribe: Callable[[Connected, Send], None] | None = None
    # New secrets (access token by refresh token) where they run out soon, else {}; called before other calls.
    refresh: Callable[[Connected, Send], Mapping[str, str]] | None = None
    # What deliveries only named (Reading.named), up to 100 at a time. A page whose cursor is not None was refused for its rate
    # and is asked again after wait_s.
    fetch: Callable[[Connected, Sequence[str], Send], Page] | None = None
    # Contacts that changed here, up to 100 at a time; must change nothing when repeated. Returns settings to be kept.
    push: Callable[[Connected, Sequence[Contact], Send], Mapping[str, Any]] | None = None

    @property
    def has_past(self) -> bool:
        return self.start is not None and self.next_page is not None

    @property
    def secret_keys(self) -> frozenset[str]:
        return frozenset(one.key for one in self.fields if one.is_secret)
