"""The words of the stream: what an event is, who hears it."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
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


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredEvent:
    """An event as a handler gets it; `properties` and `context` are undecoded JSON texts, so that SQL can
    unpack them in one go.
    """

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


Handler = Callable[[Sequence[StoredEvent]], None]


@dataclass(frozen=True, kw_only=True)
class Consumer:
    """One reader of the stream with a checkpoint of its own. `hears` lists event names; empty hears all."""

    name: str
    hears: tuple[str, ...]
    handle: Handler
