"""Orders and refunds as the events that shops tell. Pure."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from wafaa.stream.rules import NewEvent

EVENTS: Mapping[str, str] = {
    "completed": "Order Completed",
    "updated": "Order Updated",
    "cancelled": "Order Cancelled",
}
REFUNDED = "Order Refunded"
# How refunds are numbered that staff note.
NUMBERED = "console-"
# As events of browsers have it.
ANONYMOUS = "anonymous:"


@dataclass(frozen=True, kw_only=True)
class Buyer:
    """Who bought, as the shop's pages know them; `traits` are told beside the order."""

    user_id: str = ""
    anonymous_id: str = ""
    traits: Mapping[str, Any] | None = None

    @property
    def distinct_id(self) -> str:
        return self.user_id or (f"{ANONYMOUS}{self.anonymous_id}" if self.anonymous_id else "")


@dataclass(frozen=True, kw_only=True)
class GoodsBack:
    """Pieces of one line of the order, what they were charged as goods, and what is given back for them."""

    line: int
    sku: str
    pieces: Decimal
    amount_minor: int
    back_minor: int


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What somebody wants to give back; without goods the amount is taken from all of them by share. Of all that is left,
    `amount_minor` is what they saw.
    """

    amount_minor: int
    goods: tuple[GoodsBack, ...] = ()
    is_whole: bool = False


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Which key tells it, under which id for good, and when it came."""

    source: str
    message_id: str
    received_at: datetime


def make_order_events(
    *,
    buyer: Buyer,
    sender: Sender,
    state: str,
    at: datetime | None,
    version: datetime | None,
    told: Mapping[str, Any],
) -> list[NewEvent]:
    """What is known of the buyer first, so that the order finds them."""
    context: dict[str, Any] = {"version": version.isoformat()} if version else {}
    if buyer.user_id and buyer.anonymous_id:
        context["anonymousId"] = buyer.anonymous_id
    properties = _write(told)
    if not buyer.distinct_id:
        properties["anonymous"] = True
    order = NewEvent(
        message_id=sender.message_id,
        type="track",
        name=EVENTS[state],
        distinct_id=buyer.distinct_id or _name_nobody(sender, told),
        occurred_at=min(at or sender.received_at, sender.received_at),
        properties=properties,
        context=context,
        source=sender.source,
    )
    if not buyer.traits or not buyer.distinct_id:
        return [order]
    known = NewEvent(
        message_id=f"{sender.message_id}:who",
        type="identify",
        name="identify",
        distinct_id=buyer.distinct_id,
        occurred_at=order.occurred_at,
        properties=_write(buyer.traits),
        source=sender.source,
    )
    return [known, order]


def make_refund_events(
    *, distinct_id: str, sender: Sender, at: datetime | None, told: Mapping[str, Any]
) -> list[NewEvent]:
    """Of whoever bought; of nobody where that is not known."""
    properties = _write(told)
    if not distinct_id:
        properties["anonymous"] = True
    return [
        NewEvent(
            message_id=sender.message_id,
            type="track",
            name=REFUNDED,
            distinct_id=distinct_id or _name_nobody(sender, told),
            occurred_at=min(at or sender.received_at, sender.received_at),
            properties=properties,
            source=sender.source,
        )
    ]


def share_out(total: int, weights: Sequence[int]) -> list[int]:
    """By weights, whole and to the last unit: what rounding down leaves goes where most was lost."""
    everything = sum(weights)
    if everything <= 0:
        return [0] * len(weights)
    parts = [divmod(total * weight, everything) for weight in weights]
    left = total - sum(whole for whole, _lost in parts)
    lucky = sorted(range(len(parts)), key=lambda place: -parts[place][1])[:left]
    return [whole + (place in lucky) for place, (whole, _lost) in enumerate(parts)]


def take_pieces(amount_minor: int, *, pieces: Decimal, gone: Decimal, quantity: Decimal) -> int:
    """What falls to so many pieces after those that are gone: all pieces, taken one after the other, give exactly the amount."""
    before, after = (
        int((amount_minor * count / quantity).quantize(Decimal(1), "ROUND_HALF_UP"))
        for count in (gone, min(gone + pieces, quantity))
    )
    return after - before


def digest(address: str, told: Mapping[str, Any]) -> str:
    """The same for what says the same, in whatever order its fields stand."""
    return hashlib.sha256(msgspec.json.encode([address, _write(told)], order="sorted")).hexdigest()


def name_message(public_id: str, name: str) -> str:
    """The event's id for good; short, whatever the key is."""
    return f"order-api:{public_id}:{hashlib.sha256(name.encode()).hexdigest()[:40]}"


def _name_nobody(sender: Sender, told: Mapping[str, Any]) -> str:
    return f"order:{sender.source}:{told.get('order_id', '')}"[:200]


def _write(told: Any) -> Any:
    """Plain JSON: decimals as exact text, moments as ISO 8601; what was not told stays out."""
    if isinstance(told, Mapping):
        return {key: _write(value) for key, value in told.items() if value not in (None, "", [], {})}
    if isinstance(told, Decimal):
        return f"{told.normalize():f}"
    if isinstance(told, datetime):
        return told.isoformat()
    if isinstance(told, Sequence) and not isinstance(told, str):
        return [_write(one) for one in told]
    return told
