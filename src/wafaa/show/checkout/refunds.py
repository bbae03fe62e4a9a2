"""What is left of an order to give back, and what a refund would undo: for whoever notes one in the console."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from wafaa.access.staff.models import Staff
from wafaa.act.points.models import Unit
from wafaa.act.points.queries import start_of_limits, sum_day
from wafaa.decide.gifts.actions import preview_gifts
from wafaa.decide.gifts.models import Gift
from wafaa.decide.loyalty.queries import Preview, RefundLine, preview_refund
from wafaa.decide.rewards.queries import find_refunded
from wafaa.know.orders.models import Order, OrderLine, Product, Refund
from wafaa.know.orders.queries import list_lines, list_refund_lines, list_refunds
from wafaa.listen.connectors.models import Connection
from wafaa.show.checkout.models import StaffRefund
from wafaa.show.checkout.rules import Wish


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    """Everything that a refund would undo; `moved` is what it takes and gives of each unit."""

    loyalty: Preview
    gifts: tuple[Gift, ...]

    @property
    def moved(self) -> dict[str, int]:
        sums: dict[str, int] = defaultdict(int)
        for taken in self.loyalty.taken:
            sums[taken.unit] += taken.amount
        for returned in self.loyalty.returned:
            sums[returned.unit] += returned.points
        return dict(sums)


def preview_wish(order: Order, wish: Wish) -> Foreseen:
    lines = [RefundLine(sku=one.sku, pieces=one.pieces, amount_minor=one.amount_minor) for one in wish.goods]
    return Foreseen(
        loyalty=preview_refund(order=order, amount_minor=wish.amount_minor, lines=lines),
        gifts=tuple(preview_gifts(order=order, amount_minor=wish.amount_minor)),
    )


def find_left(order: Order) -> int:
    """What was paid in money and is not given back, also by refunds that are on their way; 0 of what was cancelled."""
    if order.cancelled_at is not None:
        return 0
    refunded = find_refunded([order.pk])[order.pk]
    arrived = set(Refund.objects.filter(order=order).values_list("external_id", flat=True))
    coming = [one for one in StaffRefund.objects.filter(order_uuid=order.uuid) if one.number not in arrived]
    back = refunded.total + sum(one.amount_minor for one in coming)
    return max(0, refunded.payable - refunded.paid - back)


def list_pieces_left(order: Order) -> list[tuple[OrderLine, Product | None, Decimal]]:
    """The counted lines, each with the pieces that did not come back; they are taken from the first lines of a product."""
    back: dict[int | None, Decimal] = defaultdict(Decimal)
    for given, _product in list_refund_lines(list(list_refunds(order))):
        back[given.product_id] += given.quantity
    found = []
    for line, product in list_lines(order):
        if not line.counted:
            continue
        gone = min(line.quantity, back[line.product_id])
        back[line.product_id] -= gone
        found.append((line, product, line.quantity - gone))
    return found


def is_told_elsewhere(order: Order) -> bool:
    """Whether a connected shop tells of this order: it tells its refunds, too, and they would count twice."""
    return any(one.source == order.source for one in Connection.objects.all())


def sum_moved_today(by: Staff, unit: Unit, at: datetime) -> int:
    """What somebody moved alone on this day of the business: by refunds, and by putting balances right."""
    noted = StaffRefund.objects.filter(by=by, at__gte=start_of_limits(at), at__lte=at)
    return sum_day(unit.pk, at, asked_by=by) + sum(int(one.moved.get(unit.code, 0)) for one in noted)
