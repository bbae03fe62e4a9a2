"""What lets a message pass, holds it or refuses it: pure functions over what was read for many people at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

DEADLINE_AFTER = timedelta(days=3)
REASON_CHARS_MAX = 120
STEP_CHARS_MAX = 120


class Lane(StrEnum):
    """Which queue of the outbox: a campaign never stands before a receipt, a receipt never before a one-time code."""

    URGENT = "urgent"
    NORMAL = "normal"
    BULK = "bulk"


KINDS = {Lane.URGENT: "messages-urgent", Lane.NORMAL: "messages", Lane.BULK: "messages-bulk"}


class State(StrEnum):
    HELD = "held"  # waits for a moment: its time, the morning, the budget
    QUEUED = "queued"  # in the outbox, or being handed over at this moment
    SENT = "sent"
    FAILED = "failed"  # the other side will not have it
    LAPSED = "lapsed"  # its deadline came first
    CANCELLED = "cancelled"
    REFUSED = "refused"  # by the gate


ENDED = frozenset({State.SENT, State.FAILED, State.LAPSED, State.CANCELLED, State.REFUSED})


class Gate(StrEnum):
    """What is asked, in this order."""

    ADDRESS = "address"
    CONSENT = "consent"
    SUPPRESSION = "suppression"
    BLOCKER = "blocker"
    CONTROL = "control"
    HOURS = "hours"
    BUDGET = "budget"
    CONTENT = "content"


class Answer(StrEnum):
    PASSES = "pass"
    WAITS = "wait"
    REFUSES = "refuse"


class Cause(StrEnum):
    """Why an address is suppressed."""

    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    UNSUBSCRIBE = "unsubscribe"
    HAND = "hand"


class SendingState(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who is to get a message. `values` are what only the sender of it knows (an order's number); `verdict` names the
    control group that the person is in, by which nothing is sent.
    """

    customer_id: int
    channel: str | None = None  # e-mail
    values: Mapping[str, Any] = field(default_factory=dict)
    verdict: str = ""
    # of this one, where they are not those of all
    step: str = ""
    deadline: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A message that asks to pass. `key` is whatever its asker knows it by."""

    key: Any
    customer_id: int
    channel: str
    address: str
    country: str
    city: str
    purpose: str
    topic: str
    priority: int
    deadline: datetime
    verdict: str = ""
    message_id: int = 0  # 0: not written yet


@dataclass(frozen=True, slots=True)
class Asked:
    """One gate's answer with the facts that it went by."""

    gate: Gate
    answer: Answer
    facts: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> list[Any]:
        told: list[Any] = [str(self.gate), str(self.answer)]
        return [*told, dict(self.facts)] if self.facts else told


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What becomes of a message, and every answer that led to it."""

    state: State
    asked: tuple[Asked, ...]
    why: str = ""
    due_at: datetime | None = None  # of what is held: when it is asked again
    withdraws: tuple[int, ...] = ()  # ids of lesser messages that make room for it

    def as_trace(self, at: datetime) -> dict[str, Any]:
        return {
            "at": at.isoformat(timespec="seconds"),
            "then": str(self.state),
            "asked": [one.as_json() for one in self.asked],
        }


@dataclass(frozen=True, kw_only=True)
class Budget:
    """At most `limit` messages in any `hours`, by one channel or (empty) by all together."""

    channel: str = ""
    limit: int
    hours: int


class Spent(NamedTuple):
    """A message that counts against the budget."""

    message_id: int
    channel: str
    at: datetime
    priority: int
    waits: bool  # nobody has begun it, so a weightier one may take its place


class Room(NamedTuple):
    """`until` is None where there is room, made by withdrawing `victims` if there are any."""

    until: datetime | None
    victims: tuple[int, ...]
    facts: Mapping[str, Any]


def find_room(
    *, channel: str, priority: int, spent: Sequence[Spent], budgets: Sequence[Budget], now: datetime
) -> Room:
    """Whether the budget has room for one more message, from when on, or at whose cost: lesser ones that still wait give
    way, the least and the youngest first.
    """
    until: datetime | None = None
    victims: dict[int, None] = {}
    facts: Mapping[str, Any] = {}
    for budget in budgets:
        if budget.channel not in {"", channel}:
            continue
        window = timedelta(hours=budget.hours)
        inside = sorted(
            (
                one
                for one in spent
                if one.at > now - window
                and budget.channel in {"", one.channel}
                and one.message_id not in victims
            ),
            key=lambda one: one.at,
        )
        excess = len(inside) + 1 - budget.limit
        if excess <= 0:
            continue
        lesser = sorted(
            (one for one in inside if one.waits and one.priority < priority),
            key=lambda one: (one.priority, -one.at.timestamp()),
        )
        if len(lesser) >= excess:
            victims |= dict.fromkeys(one.message_id for one in lesser[:excess])
            continue
        # a budget of nothing never has room; it is asked again, for it may be changed
        free_at = inside[excess - 1].at + window if len(inside) >= excess else now + window
        if until is None or free_at > until:
            until = free_at
            facts = {"used": len(inside), "limit": budget.limit, "hours": budget.hours}
    if until is not None:
        return Room(until, (), facts)
    return Room(None, tuple(victims), {})


def find_counted(purpose: str, exempt: frozenset[str]) -> bool:
    """Whether messages of this purpose are held to hours and budget."""
    return purpose not in exempt


def shorten_address(address: str) -> str:
    """Enough to recognise one's own: a…@example.com, …4567."""
    name, at, domain = address.rpartition("@")
    return f"{name[:1]}…@{domain}" if at else f"…{address[-4:]}"
