"""The words of a segment's definition: one tree of conditions. Frozen, without any I/O; reading.py has its JSON."""

import uuid
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from wafaa.kit.calendars import Calendar
from wafaa.learn.segments.rules.windows import DayWindow, Ever, Window

Number = int | float

# A tree that nobody could read as a sentence any more.
CONDITIONS_MAX: Final = 100
DEPTH_MAX: Final = 10
VALUES_MAX: Final = 1_000
TEXT_MAX: Final = 500

TEXT_FIELDS: Final = ("external_id", "name", "email", "phone", "language", "country", "city")
# Before the key of a field that the business defined.
OWN: Final = "own."
FIELDS: Final = (*TEXT_FIELDS, "owner", "tags", "age", "birth_date", "created_at")
# What this room tells of itself: a condition on it would chase its own tail. Ask for the segment.
OWN_EVENTS: Final = ("Segment Entered", "Segment Exited")


class Measure(StrEnum):
    """What is asked of things that happened. Sum and average are of money, in minor units."""

    COUNT = "count"
    SUM = "sum"
    AVERAGE = "average"
    FIRST = "first"
    LAST = "last"


class ConsentIs(StrEnum):
    GIVEN = "given"
    REFUSED = "refused"
    UNASKED = "unasked"
    ALLOWED = "allowed"  # may be contacted: given, or needs no consent and is not refused


class Did(StrEnum):
    ORDERED = "ordered"
    VISITED = "visited"


class ParetoClass(StrEnum):
    """By gross, largest first: those who make 80 % of it, the next 15 %, the rest."""

    A = "a"
    B = "b"
    C = "c"


@dataclass(frozen=True)
class OneOf:
    """Exactly one of these; texts, or ids of tags and staff."""

    values: tuple[str, ...] | tuple[int, ...]


@dataclass(frozen=True)
class Contains:
    """The text stands somewhere in it; Latin letters in either case."""

    text: str


@dataclass(frozen=True)
class Begins:
    text: str


@dataclass(frozen=True)
class Known:
    """Anything is known, or nothing."""

    is_known: bool


@dataclass(frozen=True)
class IsYes:
    """As people and files spell yes and no."""

    is_yes: bool


@dataclass(frozen=True)
class Range:
    """From `low` to `high`, both included; None is no end."""

    low: Number | None = None
    high: Number | None = None


@dataclass(frozen=True)
class Within:
    """A day or a moment lies in the window."""

    window: Window | DayWindow


@dataclass(frozen=True)
class Yearly:
    """The day comes round in `first` to `last` days: 0 to 0 is today, 0 to 6 the seven days from today on."""

    first: int
    last: int
    calendar: Calendar = Calendar.GREGORIAN


Test = OneOf | Contains | Begins | Known | IsYes | Range | Within | Yearly


@dataclass(frozen=True)
class Profile:
    field: str
    test: Test


@dataclass(frozen=True)
class Where:
    """Which orders: by codes of stores, channels, numbers and categories of products, currency; empty does not narrow.

    With products or categories only their lines count, with what these were charged.
    """

    stores: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    currency: str = ""

    @property
    def asks_for_lines(self) -> bool:
        return bool(self.products or self.categories)


@dataclass(frozen=True)
class Property:
    """A property of an event, named as there; `a.b` is b within a."""

    name: str
    test: Test


@dataclass(frozen=True)
class Orders:
    """Counted orders. Of count, sum and average the range; of first and last that it lies in the window."""

    measure: Measure
    where: Where = field(default_factory=Where)
    window: Window = field(default_factory=Ever)
    range: Range = field(default_factory=Range)


@dataclass(frozen=True)
class Events:
    """Events of a name by any id of the customer. Count, first or last as with orders."""

    name: str
    measure: Measure
    where: tuple[Property, ...] = ()
    window: Window = field(default_factory=Ever)
    range: Range = field(default_factory=Range)


@dataclass(frozen=True)
class Consent:
    channel: str
    purpose: str
    stands: ConsentIs


@dataclass(frozen=True)
class Rfm:
    """In one of these groups of recency, frequency and money, as last grouped."""

    groups: tuple[str, ...]


@dataclass(frozen=True)
class Pareto:
    classes: tuple[ParetoClass, ...]


@dataclass(frozen=True)
class AtStore:
    """How often somebody ordered at, or entered, one of these stores."""

    did: Did
    stores: tuple[str, ...]
    window: Window = field(default_factory=Ever)
    range: Range = field(default_factory=Range)


@dataclass(frozen=True)
class InSegment:
    """As somebody wrote it; expanding.expand puts the other segment's conditions in its place."""

    uuid: uuid.UUID
    is_in: bool = True


@dataclass(frozen=True)
class Listed:
    """On a static list: what an InSegment of such a one becomes."""

    uuid: uuid.UUID


@dataclass(frozen=True)
class All:
    """Every one holds; of none that is everybody."""

    parts: tuple["Tree", ...]


@dataclass(frozen=True)
class Some:
    """At least one holds; of none that is nobody."""

    parts: tuple["Tree", ...]


@dataclass(frozen=True)
class Not:
    part: "Tree"


Condition = Profile | Orders | Events | Consent | Rfm | Pareto | AtStore | InSegment | Listed
Tree = All | Some | Not | Condition


def as_history(condition: AtStore) -> Orders | Events:
    """The same said of orders or events."""
    if condition.did == Did.ORDERED:
        where = Where(stores=condition.stores)
        return Orders(Measure.COUNT, where, condition.window, condition.range)
    at = Property("store", OneOf(condition.stores))
    return Events("Store Entered", Measure.COUNT, (at,), condition.window, condition.range)
