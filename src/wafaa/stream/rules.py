"""The words of the stream: what an event is, who hears it."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


# Nobody changes one; but a frozen one takes twice as long to make, and thousands a second are made.
@dataclass(kw_only=True, slots=True)
class NewEvent:
    """An event as it is recorded.

    Type and name follow Segment's specification; a call without a name (identify) has its type as name.
    """

    message_id: uuid.UUID | str  # the client's; the duplicate key, for good
    type: str  # track, identify, page ...
    name: str
    distinct_id: str
    occurred_at: datetime
    properties: Mapping[str, Any] = field(default_factory=dict)  # traits for identify
    context: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""


@dataclass(frozen=True, slots=True)
class EventHead:
    """Where an event stands in the stream, and what decides who handles it: what handlers get.

    Its contents stay in the database, where sets are unpacked (get_places), or come by queries.read_events.
    """

    xid: str
    position: int
    received_at: datetime
    name: str
    distinct_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredEvent:
    """An event with its contents; `properties` and `context` are undecoded JSON texts."""

    position: int
    message_id: str
    type: str
    name: str
    distinct_id: str
    occurred_at: datetime
    received_at: datetime
    properties: str
    context: str
    source: str


# Where an event stands: (xid, position), the xid as text.
Place = tuple[str, int]
START: Place = ("0", 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Lag:
    """How far a consumer is behind; `oldest_s` seconds ago the oldest event that waits was received."""

    consumer: str
    waiting: int
    oldest_s: float
    moved_at: datetime | None
    parked: int


@dataclass(frozen=True, kw_only=True, slots=True)
class LatestEvents:
    """Events with their places, newest first; where to go on for newer ones, and for older ones (None: that was all)."""

    events: list[StoredEvent]
    places: list[Place]
    newest: Place | None
    looked_to: Place | None


Handler = Callable[[Sequence[EventHead]], None]


@dataclass(frozen=True, kw_only=True)
class Consumer:
    """One reader of the stream with a checkpoint of its own. `hears` lists event names; empty hears all.

    `lanes` divides its events by a hash of their distinct ids; each lane has a checkpoint and is drained beside the
    others, so that a handler must bear a second of its kind in another transaction. A consumer may go from one lane to
    several, once: from then on their number stays.

    `tells` says that its handler records events itself: readers of the stream then wait for its transactions, so it must
    be quick. Of a consumer that does not say so, recorded events fail.

    `replayable` says that applying events once more, those of any range, changes nothing where nothing was wrong.
    `replays_to_end` is the weaker promise of a handler in which the last event wins: a replay leads to the right state if
    it goes on to the newest event, of all names and distinct ids; until then an older state may show.

    `after` are those whose effects its handler reads: it comes to no event before they have handled or parked what they
    hear up to there. So it waits where one of them fails; nobody waits for it.
    """

    name: str
    hears: tuple[str, ...]
    handle: Handler
    lanes: int = 1
    tells: bool = False
    replayable: bool = False
    replays_to_end: bool = False
    after: "tuple[Consumer, ...]" = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Lane:
    """The part of a consumer's events that is read behind one checkpoint."""

    consumer: Consumer
    number: int

    @property
    def checkpoint(self) -> str:
        return self.consumer.name if self.consumer.lanes == 1 else f"{self.consumer.name}/{self.number}"

    @property
    def values(self) -> dict[str, Any]:
        """For this room's SQL."""
        return {
            "consumer": self.consumer.name,
            "checkpoint": self.checkpoint,
            "names": list(self.consumer.hears),
            "lane": self.number,
            "lanes": self.consumer.lanes,
        }


def list_lanes(consumer: Consumer) -> list[Lane]:
    return [Lane(consumer=consumer, number=number) for number in range(consumer.lanes)]


def get_places(heads: Sequence[EventHead]) -> dict[str, list[Any]]:
    """The arguments of the SQL function stream_events_at(xids, positions, times), which gives these events' contents.

    Its column `ordinal` counts them from 1 in the order given.
    """
    return {
        "xids": [head.xid for head in heads],
        "positions": [head.position for head in heads],
        "times": [head.received_at for head in heads],
    }
