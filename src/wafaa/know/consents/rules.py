"""What a consent is, how statements about it are read, and which of them counts: pure functions."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple

GIVEN, WITHDRAWN = "Consent Given", "Consent Withdrawn"
# The trait of an identify event: {"email": {"marketing": true}}.
TRAIT = "consents"
TEXT_MAX = 200
VERSION_MAX = 40
# A page's address, a form's id, the box that was ticked; nothing that a person writes.
PROOF_BYTES_MAX = 4_096
_PURPOSE = re.compile(r"[a-z][a-z0-9_]{0,39}")


# By which way somebody is reached. As a docstring it would stand in the API's document, where words are translated.
class Channel(StrEnum):
    EMAIL = "email"
    SMS = "sms"
    WHATSAPP = "whatsapp"
    PHONE = "phone"
    PUSH = "push"
    POST = "post"
    IN_APP = "in_app"


class Purpose(StrEnum):
    """What for. The house's own; another one is any word of small letters, as a shop tells it."""

    MARKETING = "marketing"
    SURVEYS = "surveys"
    SERVICE = "service"
    PROFILING = "profiling"


# What belongs to an order or a question of the customer's own needs no consent, only that it was not refused.
ALLOWED_UNLESS_WITHDRAWN = frozenset({Purpose.SERVICE})
# What lies in the shop's own pages disturbs nobody: it is there when the customer comes, and goes when they refuse it.
CHANNELS_ALLOWED_UNLESS_WITHDRAWN = frozenset({Channel.IN_APP})
_OTHER_NAMES = {
    "e-mail": "email",
    "mail": "email",
    "text": "sms",
    "call": "phone",
    "letter": "post",
    "app": "in_app",
}


def is_allowed_unasked(channel: str, purpose: str) -> bool:
    """Whether who said nothing may be reached so."""
    return purpose in ALLOWED_UNLESS_WITHDRAWN or channel in CHANNELS_ALLOWED_UNLESS_WITHDRAWN


class Unreadable(ValueError):
    """A statement that names no channel or purpose that can be: it is parked, not passed over."""


@dataclass(frozen=True, kw_only=True)
class Statement:
    """Somebody's yes or no. `is_dated` says that `at` is the moment at which the person spoke; a list that only tells how
    things stand has none.

    `key` is the same for the same statement, however often and on whichever way it comes.
    """

    key: str
    distinct_id: str
    channel: str
    purpose: str
    is_given: bool
    at: datetime
    is_dated: bool = True
    source: str = ""
    place: str = ""  # where it was said, as told: a form, a page, the till
    text_version: str = ""
    proof: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    staff_id: int | None = None
    via: str = ""  # the API key


class Moments(NamedTuple):
    """The latest statement of each sort; None where there is none. All that is needed of a history to know how it stands,
    and of several ids of one customer the latest of each is that of the customer.
    """

    given_at: datetime | None = None
    withdrawn_at: datetime | None = None
    noted_at: datetime | None = None  # an undated yes
    denied_at: datetime | None = None  # an undated no


def find_moments(statements: Iterable[Statement]) -> Moments:
    latest: dict[str, datetime] = {}
    for one in statements:
        name = name_moment(is_given=one.is_given, is_dated=one.is_dated)
        latest[name] = max(one.at, latest.get(name, one.at))
    return Moments(**latest)


def name_moment(*, is_given: bool, is_dated: bool) -> str:
    return {
        (True, True): "given_at",
        (False, True): "withdrawn_at",
        (True, False): "noted_at",
        (False, False): "denied_at",
    }[is_given, is_dated]


def is_given(moments: Moments) -> bool:
    """The person's last word counts, of two at the same moment the no. In SQL: the function consents_is_given.

    A list without dates never speaks against a withdrawal with one; its no counts from the moment at which it came, its
    later yes takes back its own no only.
    """
    given, withdrawn, noted, denied = moments
    denies = denied is not None and (noted is None or denied >= noted)
    refused = max((at for at in (withdrawn, denied if denies else None) if at), default=None)
    if given is not None and (refused is None or given > refused):
        return True
    return noted is not None and not denies and withdrawn is None


def read_event(name: str, properties: Mapping[str, Any]) -> list[tuple[str, str, bool, datetime | None]]:
    """The (channel, purpose, given, moment of its own) that an event's properties tell. Raises Unreadable."""
    if name in {GIVEN, WITHDRAWN}:
        channels = _read_words(properties.get("channel"))
        purposes = _read_words(properties.get("purpose") or Purpose.MARKETING)
        if not channels:
            raise Unreadable("channel")
        return [
            (read_channel(channel), read_purpose(purpose), name == GIVEN, None)
            for channel in channels
            for purpose in purposes
        ]
    return list(_read_trait(properties.get(TRAIT)))


def _read_words(told: Any) -> list[Any]:
    return list(told) if isinstance(told, list) else [] if told is None else [told]


def _read_trait(told: Any) -> Iterable[tuple[str, str, bool, datetime | None]]:
    """`{"email": {"marketing": true}}`, or `{"email": true}` for marketing; a value may be {"given": true, "at": moment}."""
    if not isinstance(told, dict):
        raise Unreadable(TRAIT)
    for channel, purposes in told.items():
        each = (
            purposes
            if isinstance(purposes, dict) and "given" not in purposes
            else {Purpose.MARKETING: purposes}
        )
        for purpose, value in each.items():
            given, at = (value.get("given"), value.get("at")) if isinstance(value, dict) else (value, None)
            if given is None:  # was never asked
                continue
            if not isinstance(given, bool):
                raise Unreadable(f"{TRAIT}.{channel}.{purpose}")
            yield read_channel(channel), read_purpose(purpose), given, read_moment(at)


def read_channel(told: Any) -> str:
    """Raises Unreadable."""
    word = str(told).strip().lower().replace(" ", "_")
    word = _OTHER_NAMES.get(word, word)
    if word not in set(Channel):
        raise Unreadable("channel")
    return word


def read_purpose(told: Any) -> str:
    """Raises Unreadable."""
    word = str(told).strip().lower().replace(" ", "_").replace("-", "_")
    if not _PURPOSE.fullmatch(word):
        raise Unreadable("purpose")
    return word


def read_moment(told: Any) -> datetime | None:
    """An ISO moment; without a zone in UTC. Raises Unreadable."""
    if not told:
        return None
    try:
        moment = datetime.fromisoformat(str(told))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Unreadable("at") from error
