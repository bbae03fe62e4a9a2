"""What is given, by which rule, and what becomes of it. Pure."""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import IntEnum, StrEnum
from heapq import nsmallest
from typing import Final
from zoneinfo import ZoneInfo

ORDER_EVENTS: Final = ("Order Completed", "Order Updated", "Order Cancelled", "Order Refunded")
# What is said to everybody who listens.
GIVEN: Final = "Gift Given"
SOURCE: Final = "gifts"
NOTE_LETTERS_MAX: Final = 500
NAME_LETTERS_MAX: Final = 100
KEY_LETTERS_MAX: Final = 120
COST_MAX: Final = 10**12
# What nobody approved or declined until then is over.
REQUEST_LIVES: Final = timedelta(days=7)
CUSTOMER_DAYS: Final = 90
# So many are drawn at once; each is a row and a movement.
DRAWN_MAX: Final = 500
# Who came back: with an order in so many days after the gift, of those whose days are over.
BACK_DAYS: Final = 60


class GiftKind(StrEnum):
    POINTS = "points"
    CODE = "code"  # the next of a pool of codes that there is
    AMOUNT = "amount"  # money off, by a code made for the one who gets it
    SHIPPING = "shipping"


class RuleKind(StrEnum):
    """What sets a rule off. There is none that lets chance choose among purchases: see docs/decisions/0063."""

    FIRST_ORDER = "first_order"
    ORDER_ABOVE = "order_above"


class State(IntEnum):
    ASKED = 1  # above what the employee may give: waits for another person
    GIVEN = 2
    TAKEN_BACK = 3  # its order was refunded or cancelled
    DECLINED = 4
    ENDED = 5  # nobody decided in time
    MISSED = 6  # a rule's, when the budget was spent or no code was left


class Limit(StrEnum):
    """Which limit a gift of an employee exceeds, so that another person decides."""

    STAFF = "staff"
    CUSTOMER = "customer"


def find_month(at: datetime, zone: ZoneInfo) -> date:
    """The first day of the month in the business's zone: what budgets are counted by."""
    return at.astimezone(zone).date().replace(day=1)


def draw(seed: str, candidates: Iterable[tuple[int, str]], count: int) -> list[int]:
    """Of (id, what never changes of it) those with the lowest digests under the seed: everybody has the same chance, and whoever
    knows the seed can draw again.
    """
    told = ((hashlib.sha256(f"{seed}:{name}".encode()).digest(), pk) for pk, name in candidates)
    return [pk for _digest, pk in nsmallest(count, told)]


def split_cost(cost: int, taken: int, amount: int) -> int:
    """What of a gift's cost comes back when so much of its amount was taken back."""
    return cost * taken // amount if amount else cost
