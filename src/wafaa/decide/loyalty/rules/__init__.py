"""The words of a programme: what sets a rule off, what it gives, why it gave nothing. Pure."""

from enum import IntFlag, StrEnum, auto
from functools import lru_cache
from typing import Final

ORDER_EVENTS: Final = ("Order Completed", "Order Updated", "Order Cancelled", "Order Refunded")
ANSWERED: Final = "Survey Answered"
REVIEWED: Final = "Review Submitted"
# What the programme says to everybody who listens.
AWARDED: Final = "Points Awarded"
REVERSED: Final = "Points Reversed"
EXPIRING: Final = "Points Expiring"
JOINED: Final = "Member Joined"
LEFT: Final = "Member Left"
# The answering may earn, what was answered never.
SCORED: Final = frozenset({ANSWERED, REVIEWED, "Product Reviewed"})
SCORELESS: Final = frozenset({"survey_id", "product_id", "sku", "language", "channel", "store"})
# A "times" of 10,000 changes nothing.
ONCE_BP: Final = 10_000


class State(StrEnum):
    DRAFT = "draft"
    LIVE = "live"
    PAUSED = "paused"
    ENDED = "ended"


class Trigger(StrEnum):
    """What sets a rule off. All but orders and events come by the calendar or by joining."""

    ORDER = "order"
    EVENT = "event"
    BIRTHDAY = "birthday"
    BIRTHDAY_HIJRI = "birthday_hijri"
    ANNIVERSARY = "anniversary"
    ANNIVERSARY_HIJRI = "anniversary_hijri"
    JOINING = "joining"


class Effect(StrEnum):
    MONEY = "money"  # points for each so much money
    PIECE = "piece"  # points for each so many pieces
    FIXED = "fixed"
    TIMES = "times"  # what the other rules of this unit gave on this occasion, times so much


# The unit of the hotel's preset: what is sold by the piece is a night there.
NIGHTS: Final = "nights"


class Rounding(StrEnum):
    DOWN = "down"
    HALF_UP = "half"
    UP = "up"


class Span(StrEnum):
    """What caps count over, in the order in which rows hold them."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    EVER = "ever"


class Refusal(IntFlag):
    """Why a rule gave nothing, or less than it might: bits of a verdict, as sql/judge.sql sets them. None: it gave all."""

    DATES = auto()
    WEEKDAY = auto()
    HOUR = auto()
    STORE = auto()
    CHANNEL = auto()
    SEGMENT = auto()
    TIER = auto()
    CURRENCY = auto()
    GOODS = auto()  # none of them, or nothing is left of them
    MINIMUM = auto()
    FIRST = auto()  # not the first order
    GIVEN = auto()  # the event says something else
    GROUP = auto()  # another rule of the group was better
    CAP = auto()  # of the rule
    BUDGET = auto()
    PROGRAMME_CAP = auto()
    SMALL = auto()  # too little for one point


# Which of them speak of the occasion; the others cut what it gave.
CONDITIONS: Final = (
    Refusal.DATES | Refusal.WEEKDAY | Refusal.HOUR | Refusal.STORE | Refusal.CHANNEL | Refusal.SEGMENT | Refusal.TIER
    | Refusal.CURRENCY | Refusal.GOODS | Refusal.MINIMUM | Refusal.FIRST | Refusal.GIVEN
)  # fmt: skip


@lru_cache(maxsize=10_000)  # a quote asks it of each of its rules, and few verdicts are given
def list_refusals(verdict: int) -> tuple[Refusal, ...]:
    """One by one, in the order in which rules are judged."""
    return tuple(one for one in Refusal if one & verdict)
