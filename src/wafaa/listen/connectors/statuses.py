"""What shops with one status per order share: which steps a status means, and discounts of the whole order over its lines.

Such a shop sends the same status with every change, so each step is told under an id of its order alone: once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from wafaa.kit.text import fold
from wafaa.listen.connectors.commerce import Line, Person, Sale, tell_sale, tell_step, write_moment
from wafaa.listen.connectors.rules import Place, Told


class Step(StrEnum):
    SHIPPED = "shipped"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RETURNING = "returning"


# step -> event name, topic of its message id
_TOLD_AS: Mapping[Step, tuple[str, str]] = {
    Step.SHIPPED: ("Order Shipped", "order-shipped"),
    Step.DELAYED: ("Order Delayed", "order-delayed"),
    Step.DELIVERED: ("Order Delivered", "order-delivered"),
    Step.RETURNING: ("Return Requested", "return-requested"),
}
# Own statuses of a shop have only a name; these words in it, folded, mean that the order is late.
_LATE = ("متاخر", "تاخير", "تاخر", "delay")
# Amounts are rounded line by line over there.
_ROUNDING = Decimal("0.05")
_MILLIONTH = Decimal("0.000001")


@dataclass(frozen=True, kw_only=True)
class Shipment:
    tracking_number: str = ""
    carrier: str = ""
    promised_at: datetime | None = None


def is_late(status_name: str) -> bool:
    name = fold(status_name)
    return any(word in name for word in _LATE)


def tell_steps(
    place: Place,
    steps: Sequence[Step],
    *,
    order_id: str,
    person: Person,
    at: datetime,
    shipment: Shipment,
    reason: str = "",
) -> list[Told]:
    """The steps that an order's status means, each once for the order."""
    promised_at = write_moment(shipment.promised_at) if shipment.promised_at else ""
    parcel = {
        "tracking_number": shipment.tracking_number,
        "carrier": shipment.carrier,
        "promised_at": promised_at,
    }
    more = {
        Step.SHIPPED: parcel,
        Step.DELAYED: {"promised_at": promised_at, "reason": reason},
        Step.DELIVERED: {"promised_at": promised_at},
        Step.RETURNING: {"reason": reason},
    }
    nobody = {"anonymous": True} if person.is_nobody else {}
    return [
        tell_step(
            place,
            name=_TOLD_AS[step][0],
            topic=_TOLD_AS[step][1],
            object_id=order_id,
            person=person,
            at=at,
            properties={"order_id": order_id, **more[step], **nobody},
        )
        for step in steps
    ]


def tell_sale_once(place: Place, sale: Sale) -> list[Told]:
    """As tell_sale; that it was cancelled is told once, because such a shop does not say when that was."""
    once = place.name_message("order-cancelled", sale.id, "-")
    return [
        replace(told, event=replace(told.event, message_id=once))
        if told.event.name == "Order Cancelled"
        else told
        for told in tell_sale(place, sale)
    ]


def spread_discount(lines: Sequence[Line], discount: Decimal, *, charged: Decimal | None) -> list[Line]:
    """Puts a discount of the whole order onto its lines, in proportion to what they cost.

    `charged` is what all lines were charged together, as the shop says; only what is missing up to there is spread, and no
    more than `discount`: shops that had it in the lines already are left as they are.
    """
    amounts = [line.quantity * line.price - line.discount for line in lines]
    total = sum(amounts, Decimal(0))
    missing = discount if charged is None else total - charged
    if total <= 0 or missing <= 0 or missing > discount + _ROUNDING:
        return list(lines)
    missing = min(missing, total)
    shares = [(amount * missing / total).quantize(_MILLIONTH) for amount in amounts]
    shares[-1] += missing - sum(shares, Decimal(0))
    return [replace(line, discount=line.discount + share) for line, share in zip(lines, shares, strict=True)]
