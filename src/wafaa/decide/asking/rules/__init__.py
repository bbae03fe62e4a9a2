"""Asking as plain data: what a rule says, which occasion an event is, who is drawn, why somebody is not asked. Pure."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

EVERYBODY_BP: Final = 10_000
OCCASION_CHARS_MAX: Final = 110
TEXT_MAX: Final = 200
CONDITIONS_MAX: Final = 10
DELAY_MINUTES_MAX: Final = 366 * 24 * 60
COOL_DOWN_DAYS_MAX: Final = 366
PATIENCE_HOURS: Final = 72
PATIENCE_HOURS_MAX: Final = 31 * 24
REMINDERS_MAX: Final = 2
REMIND_DAYS: Final = 3
# An answer much later says nothing of the occasion any more.
LINK_DAYS: Final = 30
# So long after one ask the next of any rule waits: a transaction is asked about more often than the relationship.
COOL_DOWN_DAYS: Final[Mapping[str, int]] = {"transaction": 7, "relationship": 30}

# After these nothing is asked about the order any more.
ENDINGS: Final = frozenset({"Order Cancelled", "Order Refunded", "Return Requested"})
# What came of the messages, and of the asking.
TOLD: Final = frozenset({"Message Sent", "Message Refused", "Message Failed"})
ANSWERED: Final = "Survey Answered"
REVIEWED: Final = "Review Submitted"
SENT: Final = "Survey Sent"
# By which properties an event tells its occasion; the first that is there counts.
_KEYS: Final = ("order_id", "checkout_id", "call_id", "conversation_id", "return_id", "refund_id")


class Kind(StrEnum):
    SURVEY = "survey"
    REVIEW = "review"


class Sort(StrEnum):
    """What is asked about: one deal, or all of them together."""

    TRANSACTION = "transaction"
    RELATIONSHIP = "relationship"


class RuleState(StrEnum):
    OFF = "off"
    ON = "on"


class AskState(StrEnum):
    WAITING = "waiting"  # for its moment
    HELD = "held"  # handed to messages, which hold it or send it
    SENT = "sent"
    SKIPPED = "skipped"
    ANSWERED = "answered"
    LAPSED = "lapsed"


class Why(StrEnum):
    """Why somebody is not asked. What messages say stands behind `message_`."""

    NOT_DRAWN = "not_drawn"
    COOL_DOWN = "cool_down"
    OPEN_CASE = "open_case"
    NOT_MEMBER = "not_member"
    RETURNED = "returned"
    LATE = "late"
    SWITCHED_OFF = "switched_off"
    SURVEY_CLOSED = "survey_closed"
    NO_TEMPLATE = "no_template"
    NOTHING_TO_REVIEW = "nothing_to_review"
    ANSWERED_ALREADY = "answered_already"
    MERGED = "merged"
    LOST = "lost"  # the message was cancelled
    UNKNOWN = "unknown"


MESSAGE: Final = "message_"


@dataclass(frozen=True, kw_only=True)
class Trigger:
    """One of these events, with these properties as people write them."""

    names: tuple[str, ...]
    where: tuple[tuple[str, str], ...] = ()

    def fits(self, name: str, properties: Mapping[str, Any]) -> bool:
        return name in self.names and all(
            say_value(properties.get(key)) == value for key, value in self.where
        )

    @property
    def ends(self) -> bool:
        """Whether a return of the order makes it needless: not where it asks about the return itself."""
        return not ENDINGS & set(self.names)


@dataclass(frozen=True, kw_only=True)
class Happening:
    """An event of a customer."""

    customer_id: int
    name: str
    at: datetime
    message_id: str
    properties: Mapping[str, Any]
    source: str = ""


def say_value(value: Any) -> str:
    """A property as people write it in a condition."""
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)


def read_text(value: Any) -> str:
    """What may be a number, a code or a name; empty where it is anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).replace("\x00", "").strip()[:TEXT_MAX]


def find_about(properties: Mapping[str, Any]) -> str:
    """The order that an event speaks of; "" where it speaks of none."""
    return read_text(properties.get("order_id"))


def name_occasion(one: Happening) -> str:
    """What somebody is asked about once: the order, cart or call, whichever event tells of it; else the event itself."""
    for key in _KEYS:
        if told := read_text(one.properties.get(key)):
            return _shorten(f"{key.removesuffix('_id')}:{told}:{one.customer_id}")
    return _shorten(f"event:{one.message_id}")


def _shorten(name: str) -> str:
    if len(name) <= OCCASION_CHARS_MAX:
        return name
    return f"{name[:70]}~{hashlib.sha256(name.encode()).hexdigest()[:32]}"


def is_drawn(rule: UUID, customer_id: int, share_bp: int) -> bool:
    """Whether a customer belongs to the share that is asked: by the rule the same person each time, by another another."""
    if share_bp >= EVERYBODY_BP:
        return True
    digest = hashlib.sha256(f"{rule}\0{customer_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % EVERYBODY_BP < share_bp


def is_cool(last: datetime | None, now: datetime, days: int) -> bool:
    """Whether it is long enough since somebody was asked last."""
    return last is None or now - last >= timedelta(days=days)
