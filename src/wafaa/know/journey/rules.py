"""The way of a customer as data: stages, which event leads to which, what parts one visit from the next. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

# So long a silence parts one visit from the next, as the tools that people compare with count it.
SILENCE: Final = timedelta(minutes=30)
# A goal that may take longer than a quarter says nothing of the touchpoint any more.
GOAL_HOURS_MAX: Final = 24 * 92


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A place on the way. `base` is the stage that its rate is taken from: the one before, on the way to the payment;
    for what follows, the one that makes it possible.
    """

    key: str
    bit: int
    base: str = ""


STAGES: Final[tuple[Stage, ...]] = (
    Stage(key="visit", bit=1),
    Stage(key="product", bit=2, base="visit"),
    Stage(key="cart", bit=4, base="product"),
    Stage(key="checkout", bit=8, base="cart"),
    Stage(key="payment", bit=16, base="checkout"),
    Stage(key="delivery", bit=32, base="payment"),
    Stage(key="use", bit=64, base="delivery"),
    Stage(key="support", bit=128, base="payment"),
    Stage(key="return", bit=256, base="payment"),
    Stage(key="again", bit=512, base="payment"),
)
BITS: Final[Mapping[str, int]] = {stage.key: stage.bit for stage in STAGES}

# What a person does on a site or in an app, and the stage that is reached by it. Segment's names.
TOUCHES: Final[Mapping[str, str]] = {
    "page": "visit",
    "screen": "visit",
    "Products Searched": "visit",
    "Product List Viewed": "visit",
    "Product List Filtered": "visit",
    "Promotion Viewed": "visit",
    "Promotion Clicked": "visit",
    "Product Clicked": "product",
    "Product Viewed": "product",
    "Product Shared": "product",
    "Product Reviewed": "visit",
    "Product Added to Wishlist": "product",
    "Product Removed from Wishlist": "visit",
    "Product Added": "cart",
    "Product Removed": "visit",
    "Wishlist Product Added to Cart": "cart",
    "Cart Viewed": "visit",  # it may be empty
    "Cart Shared": "cart",
    "Coupon Entered": "visit",
    "Coupon Applied": "visit",
    "Coupon Denied": "visit",
    "Coupon Removed": "visit",
    "Checkout Started": "checkout",
    "Checkout Step Viewed": "checkout",
    "Checkout Step Completed": "checkout",
    "Payment Info Entered": "checkout",
}


@dataclass(frozen=True, kw_only=True)
class Step:
    """A milestone: what it is about, the property that names which one, and the stage that it reaches ("" none)."""

    kind: str
    number: str
    stage: str = ""


MILESTONES: Final[Mapping[str, Step]] = {
    "Checkout Abandoned": Step(kind="checkout", number="checkout_id", stage="checkout"),
    "Order Paid": Step(kind="order", number="order_id", stage="payment"),
    "Order Shipped": Step(kind="order", number="order_id"),
    "Order Delayed": Step(kind="order", number="order_id"),
    "Order Delivered": Step(kind="order", number="order_id", stage="delivery"),
    "Order Cancelled": Step(kind="order", number="order_id"),
    "Return Requested": Step(kind="order", number="order_id", stage="return"),
    "Support Conversation Started": Step(kind="conversation", number="conversation_id", stage="support"),
    "Support Message Received": Step(kind="conversation", number="conversation_id"),
    "Support Reply Sent": Step(kind="conversation", number="conversation_id"),
    "Support Conversation Ended": Step(kind="conversation", number="conversation_id"),
    "Support Call Ended": Step(kind="call", number="call_id", stage="support"),
    "Store Entered": Step(kind="store", number="store"),
    "Store Exited": Step(kind="store", number="store"),
}

# Reasons of a return that say: it was not what was promised. As systems and people spell them, see fold_reason.
NOT_AS_DESCRIBED: Final = frozenset(
    {
        "not_as_described",
        "item_not_as_described",
        "not_as_advertised",
        "different_from_description",
        "wrong_item",
        "ليس_كما_وصف",
        "لا_يطابق_الوصف",
        "غير_مطابق_للوصف",
        "مختلف_عن_الوصف",
    }
)


@dataclass(frozen=True, kw_only=True, order=True)
class Touch:
    """One thing that somebody did. Of two at the same moment the lesser one counts as the earlier."""

    at: datetime
    page: str = ""
    referrer: str = ""
    campaign: str = ""
    channel: str = ""
    is_page: bool = False
    stages: int = 1


@dataclass(frozen=True, kw_only=True)
class VisitMade:
    """Touches of one distinct id without a silence between them; what it entered by is its first touch's."""

    started_at: datetime
    ended_at: datetime
    pages: int
    events: int
    stages: int
    channel: str
    entry_page: str
    referrer: str
    campaign: str


def part_visits(touches: Iterable[Touch]) -> list[VisitMade]:
    """The visits that the touches of one distinct id make, whatever order they come in.

    This is the definition: sql/save_touches.sql arrives at the same by joining what arrives with what is there.
    """
    in_order = sorted(touches)
    starts = [0, *(index for index, pair in enumerate(pairwise(in_order), 1) if is_silence(*pair))]
    ends = [*starts[1:], len(in_order)]
    return [_make_visit(in_order[start:end]) for start, end in zip(starts, ends, strict=True) if end > start]


def is_silence(earlier: Touch, later: Touch) -> bool:
    return later.at - earlier.at >= SILENCE


def _make_visit(touches: list[Touch]) -> VisitMade:
    first, stages = touches[0], 0
    for touch in touches:
        stages |= touch.stages
    return VisitMade(
        started_at=first.at,
        ended_at=touches[-1].at,
        pages=sum(touch.is_page for touch in touches),
        events=len(touches),
        stages=stages,
        channel=first.channel,
        entry_page=first.page,
        referrer=first.referrer,
        campaign=first.campaign,
    )


def find_furthest(stages: int) -> str:
    """The key of the last stage among these bits."""
    return [*list_reached(stages)][-1]


def list_reached(stages: int) -> Iterator[str]:
    return (stage.key for stage in STAGES if stages & stage.bit)
