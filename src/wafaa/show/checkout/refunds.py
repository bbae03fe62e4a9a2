"""What is left of an order to give back, and what a refund would undo: for whoever notes one in the console."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from wafaa.decide.gifts.actions import preview_gifts
from wafaa.decide.gifts.models import Gift
from wafaa.decide.loyalty.actions import preview_refund
from wafaa.decide.loyalty.models import Programme
from wafaa.decide.loyalty.queries import find_occasions
from wafaa.decide.loyalty.rules import ORDER_EVENTS
from wafaa.decide.loyalty.rules.refunding import Preview, RefundLine
from wafaa.decide.rewards.queries import find_refunded
from wafaa.know.customers.queries import list_distinct_ids
from wafaa.know.orders.models import Order, OrderLine, Product, Refund
from wafaa.know.orders.queries import list_lines, list_refund_lines, list_refunds
from wafaa.listen.connectors.models import Connection
from wafaa.show.checkout.models import StaffRefund
from wafaa.show.checkout.rules import Wish, share_out
from wafaa.stream.queries import get_consumer, list_parked, list_waiting_ids

# Who reckons what orders earn, and of how many events it is still told whose they are.
LOYALTY = "decide.loyalty"
WAITING_MAX = 10_000


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
        for given in self.loyalty.given:
            sums[given.unit] += given.points
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
    while True:  # until what was summed is what was seen to have arrived
        arrived = list(Refund.objects.filter(order=order).values_list("external_id", flat=True))
        noted = StaffRefund.objects.filter(order_uuid=order.uuid)
        coming = sum(one.amount_minor for one in noted if one.number not in arrived)
        refunded = find_refunded([order.pk])[order.pk]
        if refunded.refunds == len(arrived):
            return max(0, refunded.left - coming)


@dataclass(frozen=True, kw_only=True)
class PieceLine:
    """A counted line, the pieces of it that did not come back, and its share of what was paid in money for the whole order."""

    line: OrderLine
    product: Product | None
    left: Decimal
    paid_minor: int

    @property
    def sku(self) -> str:
        return self.product.sku if self.product else ""


def list_pieces_left(order: Order) -> list[PieceLine]:
    """What staff noted goes off the line that they named, also while it is on its way; what others told, off the first lines of
    its product.
    """
    lines = [(line, product) for line, product in list_lines(order) if line.counted]
    by_line, by_product = _sum_pieces_back(order)
    left: dict[int, Decimal] = {}
    for line, product in lines:
        sku = product.sku if product else ""
        back = by_line.pop((line.ordinal, sku), Decimal(0))
        left[line.ordinal] = max(Decimal(0), line.quantity - back)
        by_product[sku] += max(Decimal(0), back - line.quantity)
    for (_ordinal, sku), pieces in by_line.items():  # the order was changed since
        by_product[sku] += pieces
    refunded = find_refunded([order.pk])[order.pk]
    paid = share_out(max(0, refunded.payable - refunded.paid), [line.amount_minor for line, _one in lines])
    found = []
    for (line, product), share in zip(lines, paid, strict=True):
        sku = product.sku if product else ""
        gone = min(left[line.ordinal], by_product[sku])
        by_product[sku] -= gone
        found.append(PieceLine(line=line, product=product, left=left[line.ordinal] - gone, paid_minor=share))
    return found


def _sum_pieces_back(order: Order) -> tuple[dict[tuple[int, str], Decimal], dict[str, Decimal]]:
    """By (line, product number) what staff noted, and by product number what others told. What arrived is read first: a refund
    that arrives meanwhile was noted before.
    """
    by_line: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    by_product: dict[str, Decimal] = defaultdict(Decimal)
    told = list(list_refunds(order))
    noted = [one for one in StaffRefund.objects.filter(order_uuid=order.uuid) if one.goods]
    for good in (good for one in noted for good in one.goods):
        by_line[good["line"], good["sku"]] += Decimal(good["pieces"])
    numbers = {one.number for one in noted}
    for given, product in list_refund_lines([one for one in told if one.external_id not in numbers]):
        by_product[product.sku if product else ""] += given.quantity
    return by_line, by_product


def is_reckoned(order: Order) -> bool:
    """Whether loyalty has heard of the order, as far as it can mean anything to it: else what a refund moves is not known yet."""
    if order.customer_id is None or not Programme.objects.filter(started_at__isnull=False).exists():
        return True
    if find_occasions(order.pk).exists():
        return True
    consumer = get_consumer(LOYALTY)
    waiting = list_waiting_ids(consumer, names=ORDER_EVENTS, limit=WAITING_MAX)
    ids = set(list_distinct_ids([order.customer_id]).get(order.customer_id, ()))
    if waiting is None or waiting & ids:
        return False
    return not list_parked(consumer=LOYALTY).filter(name__in=ORDER_EVENTS, distinct_id__in=ids).exists()


def is_told_elsewhere(order: Order) -> bool:
    """Whether a connected shop tells of this order: it tells its refunds, too, and they would count twice."""
    connected = Connection.objects.exclude(state=Connection.State.DISCONNECTED)
    return any(one.source == order.source for one in connected)
