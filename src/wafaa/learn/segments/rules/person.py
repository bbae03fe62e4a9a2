"""One customer as the conditions see them: loaded once, judged by any number of segments."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Line:
    sku: str
    category: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Order:
    """A counted order; its counted lines with a product, where they were asked for."""

    at: datetime
    gross_minor: int
    store: str = ""
    channel: str = ""
    currency: str = ""
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Happening:
    """An event; its properties as texts, those that are lists, objects or nothing left out."""

    at: datetime
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """`own` has texts of own fields; `events` are by name, `consents` by (channel, purpose); orders and events in any order.

    Only what some needs ask for is there.
    """

    customer_id: int
    texts: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, str] = field(default_factory=dict)
    owner: int | None = None
    tags: frozenset[int] = frozenset()
    birth_date: date | None = None
    created_at: datetime | None = None
    orders: Sequence[Order] = ()
    events: Mapping[str, Sequence[Happening]] = field(default_factory=dict)
    consents: Mapping[tuple[str, str], bool] = field(default_factory=dict)
    rfm_group: str = ""
    pareto_class: str = ""
    lists: frozenset[uuid.UUID] = frozenset()
