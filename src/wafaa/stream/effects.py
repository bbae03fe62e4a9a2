"""The words of the outbox: what is asked for, what a sender has in hand, and what came of it."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from wafaa.stream.models import Destination


@dataclass(frozen=True, kw_only=True)
class NewEffect:
    """`key` makes it unique for as long as its row is kept; `subject` is the distinct id of whom it is about.

    `payload` says what is to be done; what can be read when it is sent should not stand in it, least of all personal data.
    """

    key: str
    destination: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    subject: str = ""
    due_at: datetime | None = None  # now
    retry_until: datetime | None = None  # three days after it is due; at that moment itself: one try only


@dataclass(frozen=True, kw_only=True, slots=True)
class Claimed:
    """An effect as its sender gets it. `uuid` stays the same at every try."""

    id: int
    uuid: uuid.UUID
    key: str
    destination: str
    subject: str
    payload: dict[str, Any]
    attempts: int  # this one included
    created_at: datetime
    is_unsure: bool = False  # an earlier sender died over it, or lost the line: it may have arrived


class Verdict(StrEnum):
    DELIVERED = "delivered"
    FAILED = "failed"  # try again later, while there is time
    PARKED = "parked"  # will never succeed by itself
    CANCELLED = "cancelled"  # not wanted any more
    DEFERRED = "deferred"  # not begun: waits on, until `due_at`, and this was no try


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    verdict: Verdict
    status: int | None = None
    answer: str = ""
    error: str = ""
    took_ms: int = 0
    retry_after_s: float = 0.0
    blames_destination: bool = True  # of a failure: whether others to the same place would fail too
    due_at: datetime | None = None  # of what is deferred; None: at once
    note: Any = None  # what its kind wants to know when it is settled; lost with its sender


Deliver = Callable[[], Outcome]


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """An effect, what came of the try, and the state in which it is now."""

    effect: Claimed
    outcome: Outcome
    state: str  # of models.Effect.State


def _do_nothing(_effect: Claimed, _outcome: Outcome, _destination: Destination) -> None:
    """For kinds that don't want to know."""


def _note_nothing(_settled: Sequence[Settled]) -> None:
    """For kinds that don't want to know."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A lane of the outbox: its own senders, so that a campaign of mails never stands before a webhook.

    `prepare` reads what the effects need from the database, for many at once, and returns for each what is to be done (by a
    thread that has no connection to the database) or its outcome where nothing is to be done. In the transaction that
    settles effects `settled` is told of each, and `settled_all` of all of them together.
    """

    name: str
    prepare: Callable[[Sequence[Claimed]], Mapping[int, Deliver | Outcome]]
    settled: Callable[[Claimed, Outcome, Destination], None] = _do_nothing
    settled_all: Callable[[Sequence[Settled]], None] = _note_nothing
    senders: int = 16
    width: int = 4  # at the same time to one destination that answers well
    # Claimed at once, so that senders find the next one ready; None: as many as there are senders.
    window: int | None = None
    # How long what is done may wait for more of it, to be settled together.
    gather_s: float = 0.0
    # With a thread (and a connection to the database) of its own, so that others never wait for its batches.
    is_apart: bool = False

    @property
    def room(self) -> int:
        return self.window or self.senders
