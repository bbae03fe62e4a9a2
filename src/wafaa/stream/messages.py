"""Segment's tracking messages read into events: what is right becomes an event, what is wrong is refused with a reason."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import msgspec

from wafaa.kit.ids import new_id
from wafaa.stream.rules import NewEvent

# Segment's own limits.
EVENT_BYTES_MAX = 32 * 1024
BATCH_BYTES_MAX = 500 * 1024
# What a batch says of all its messages is stored with each of them.
CONTEXT_BYTES_MAX = 4 * 1024
TEXT_MAX = 200
ANONYMOUS = "anonymous:"
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECONDS_FROM = 10**11  # as seconds the year 5138
# Whoever opens a page can read its key: with these they could make up purchases, and all that purchases bring.
SERVERS_ONLY = frozenset(
    {"Order Completed", "Order Updated", "Order Cancelled", "Order Refunded", "Product Updated"}
)
# U+0000 as JSON escapes it, not a backslash before the letters u0000: PostgreSQL can't unpack it.
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


class Reason(StrEnum):
    """Why a message is refused. Part of the API: they never change."""

    BROKEN = "broken"  # no JSON, or no object
    FIELD_WRONG = "field_wrong"
    TOO_LARGE = "too_large"
    TYPE_UNKNOWN = "type_unknown"
    NAME_MISSING = "name_missing"
    PERSON_MISSING = "person_missing"  # neither userId nor anonymousId
    TOO_LONG = "too_long"  # an id or a name beyond 200 characters
    TIME_WRONG = "time_wrong"
    NUL = "nul_character"
    NOT_FROM_PAGE = "not_from_page"  # what only a shop's server may tell


class Refusal(Exception):
    """A message that cannot become an event; `detail` names the field."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason, self.detail = reason, detail


class Message(msgspec.Struct, rename="camel"):
    """One call of Segment's specification; fields that we have no use for are passed over."""

    type: str | None = None
    message_id: str | None = None
    user_id: str | int | None = None
    anonymous_id: str | int | None = None
    previous_id: str | int | None = None
    group_id: str | int | None = None
    event: str | None = None
    name: str | None = None
    category: str | None = None
    properties: dict[str, Any] | None = None
    traits: dict[str, Any] | None = None
    context: dict[str, Any] | None = None
    timestamp: str | int | float | None = None
    sent_at: str | int | float | None = None
    write_key: str | None = None


class Batch(msgspec.Struct, rename="camel"):
    """Several calls; each is decoded apart, so that a wrong one spoils no other."""

    batch: list[msgspec.Raw]
    sent_at: str | int | float | None = None
    write_key: str | None = None
    context: dict[str, Any] | None = None


_MESSAGES = msgspec.json.Decoder(Message)


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """What a message takes from around it: the type of its address, the batch's sentAt and context, and when it came."""

    received_at: datetime
    source: str
    type: str = ""
    sent_at: str | int | float | None = None
    context: Mapping[str, Any] | None = None
    is_public: bool = False  # the key is one that anybody may read
    is_clean: bool = False  # all of it was seen to be what is_clean says


def read_message(raw: bytes | msgspec.Raw, envelope: Envelope) -> NewEvent:
    """The event that a message tells. Raises Refusal."""
    if len(memoryview(raw)) > EVENT_BYTES_MAX:
        raise Refusal(Reason.TOO_LARGE)
    try:
        message = _MESSAGES.decode(raw if envelope.is_clean else bytes(raw).decode())
    except msgspec.ValidationError as error:
        raise Refusal(Reason.FIELD_WRONG, str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refusal(Reason.BROKEN) from error
    if not envelope.is_clean and _has_nul(bytes(raw).decode()):
        raise Refusal(Reason.NUL)
    kind = message.type or envelope.type
    told = _TELLERS.get(kind)
    if told is None:
        raise Refusal(Reason.TYPE_UNKNOWN, kind[:TEXT_MAX])
    name, properties = told(message)
    if envelope.is_public and name in SERVERS_ONLY:
        raise Refusal(Reason.NOT_FROM_PAGE, name)
    user, anonymous = _read_id(message.user_id, "userId"), _read_id(message.anonymous_id, "anonymousId")
    if not user and not anonymous:
        raise Refusal(Reason.PERSON_MISSING)
    context = message.context or {}
    if envelope.context:
        context = {**envelope.context, **context}
    if user and anonymous:
        context["anonymousId"] = anonymous
    return NewEvent(
        message_id=_read_id(message.message_id, "messageId") or new_id(),
        type=kind,
        name=_check_length(name, "event"),
        distinct_id=user or _check_length(ANONYMOUS + anonymous, "anonymousId"),
        occurred_at=_read_moment(message, envelope),
        properties=properties,
        context=context,
        source=envelope.source,
    )


def read_batch(body: bytes) -> Batch:
    """The messages of a body, each still as it came. Raises Refusal where they can't be told apart."""
    try:
        batch = msgspec.json.decode(body, type=Batch)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Refusal(Reason.BROKEN) from error
    context = msgspec.json.encode(batch.context)
    if len(context) > CONTEXT_BYTES_MAX:
        raise Refusal(Reason.TOO_LARGE, "context")
    if _has_nul(context.decode()):
        raise Refusal(Reason.NUL, "context")
    return batch


def is_clean(body: bytes) -> bool:
    """Whether a body is text all through, also where it is passed over, without U+0000: asked once for all its messages."""
    try:
        return not _has_nul(body.decode())
    except UnicodeDecodeError:
        return False


def _has_nul(text: str) -> bool:
    """The plain search first: nearly no text has one, and the pattern costs ten times as much as reading the message."""
    return "\\u0000" in text and _NUL.search(text) is not None


def _tell_track(message: Message) -> tuple[str, dict[str, Any]]:
    if not message.event or not message.event.strip():
        raise Refusal(Reason.NAME_MISSING)
    return message.event.strip(), message.properties or {}


def _tell_traits(message: Message) -> tuple[str, dict[str, Any]]:
    return "identify", message.traits or {}


def _tell_view(kind: str) -> Callable[[Message], tuple[str, dict[str, Any]]]:
    def tell(message: Message) -> tuple[str, dict[str, Any]]:
        named = {"name": message.name, "category": message.category}
        return kind, {key: value for key, value in named.items() if value} | (message.properties or {})

    return tell


def _tell_group(message: Message) -> tuple[str, dict[str, Any]]:
    group = _read_id(message.group_id, "groupId")
    if not group:
        raise Refusal(Reason.FIELD_WRONG, "groupId")
    return "group", {**(message.traits or {}), "groupId": group}


def _tell_alias(message: Message) -> tuple[str, dict[str, Any]]:
    former = _read_id(message.previous_id, "previousId")
    if not former:
        raise Refusal(Reason.FIELD_WRONG, "previousId")
    return "alias", {"previousId": former}


_TELLERS: Mapping[str, Callable[[Message], tuple[str, dict[str, Any]]]] = {
    "track": _tell_track,
    "identify": _tell_traits,
    "page": _tell_view("page"),
    "screen": _tell_view("screen"),
    "group": _tell_group,
    "alias": _tell_alias,
}


def _read_id(given: str | int | None, field: str) -> str:
    if given is None:
        return ""
    return _check_length(given.strip() if isinstance(given, str) else str(given), field)


def _check_length(text: str, field: str) -> str:
    if len(text) > TEXT_MAX:
        raise Refusal(Reason.TOO_LONG, field)
    return text


def _read_moment(message: Message, envelope: Envelope) -> datetime:
    """When it happened by our clock: as long before it was received as the sender's clock says it lay before it was sent.

    https://segment.com/docs/connections/spec/common/#timestamps. Nothing has happened later than it was heard of.
    """
    received_at = envelope.received_at
    told = _read_time(message.timestamp, "timestamp")
    if told is None:
        return received_at
    sent_at = _read_time(message.sent_at or envelope.sent_at, "sentAt")
    try:
        moment = told if sent_at is None else received_at - (sent_at - told)
    except OverflowError as error:
        raise Refusal(Reason.TIME_WRONG, "timestamp") from error
    if moment < _EARLIEST:
        raise Refusal(Reason.TIME_WRONG, "timestamp")
    return min(moment, received_at)


def _read_time(told: str | float | None, field: str) -> datetime | None:
    """ISO 8601; without an offset it is UTC. A number is seconds or milliseconds since 1970."""
    if not told:
        return None
    try:
        if not isinstance(told, str):
            return datetime.fromtimestamp(told / 1000 if abs(told) >= _MILLISECONDS_FROM else told, UTC)
        moment = datetime.fromisoformat(told)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise Refusal(Reason.TIME_WRONG, field) from error
