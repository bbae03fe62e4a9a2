"""What was refunded of orders that something was redeemed for."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from decimal import Decimal

from django.db.models import Sum

from wafaa.access.business.queries import get_business
from wafaa.decide.loyalty.rules.refunding import Returned
from wafaa.decide.rewards.models import Redemption
from wafaa.decide.rewards.rules import Standing
from wafaa.decide.rewards.rules.sharing import Refunded, find_target
from wafaa.know.orders.models import Order, OrderLine, Refund, RefundLine


def find_refunded(
    order_ids: Collection[int], *, coming: Mapping[int, tuple[int, int]] | None = None
) -> dict[int, Refunded]:
    """By order; `coming` are refunds that nobody has told yet: order -> (amount, what of it is named with goods)."""
    if not order_ids:
        return {}
    named = dict(
        RefundLine.objects.filter(refund__order__in=order_ids)
        .order_by()
        .values_list("refund")
        .annotate(Sum("amount_minor"))
    )
    orders = Order.objects.in_bulk(order_ids)
    refunds: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for one in Refund.objects.filter(order__in=order_ids):
        order = orders[one.order_id or 0]
        told = (one.amount_minor, named.get(one.pk, 0))
        refunds[order.pk].append(told if one.currency in ("", order.currency) else _read_foreign(one, order))
    for order_id, told in (coming or {}).items():
        refunds[order_id].append(told)
    redeemed = Redemption.objects.filter(order_id__in=order_ids).order_by().values_list("order_id")
    paid: dict[int | None, int] = dict(redeemed.annotate(Sum("paid_minor")))
    adds_tax = not get_business().prices_include_tax
    return {
        one.pk: Refunded(
            gross=one.gross_minor,
            payable=one.gross_minor + one.shipping_minor + (one.tax_minor if adds_tax else 0),
            paid=paid.get(one.pk, 0),
            is_cancelled=one.cancelled_at is not None,
            refunds=len(refunds[one.pk]),
            total=sum(amount for amount, _goods in refunds[one.pk]),
            goods=sum(goods for _amount, goods in refunds[one.pk]),
            money=sum(amount for amount, goods in refunds[one.pk] if goods == 0),
        )
        for one in orders.values()
    }


def _read_foreign(refund: Refund, order: Order) -> tuple[int, int]:
    """Of a refund in another money the pieces count, else it is the whole order."""
    pieces = RefundLine.objects.filter(refund=refund).order_by().values_list("product")
    bought = OrderLine.objects.filter(order=order, counted=True).order_by().values_list("product")
    goods = {
        product: (amount, count)
        for product, amount, count in bought.annotate(Sum("amount_minor"), Sum("quantity"))
    }
    value = sum(
        int(goods[product][0] * min(Decimal(1), count / goods[product][1]))
        for product, count in pieces.annotate(Sum("quantity"))
        if product in goods
    )
    return (value, value) if value else (order.gross_minor + order.shipping_minor + order.tax_minor, 0)


def preview_return(*, order: Order, amount_minor: int, goods_minor: int) -> list[Returned]:
    """What a refund that nobody has told yet would bring back of what was redeemed for the order, as return_orders does."""
    ones = list(
        Redemption.objects.filter(order_id=order.pk, state=Standing.CONFIRMED)
        .select_related("unit", "voucher", "card__wallet")
        .order_by("id")
    )
    if not ones:
        return []
    refunded = find_refunded([order.pk], coming={order.pk: (amount_minor, goods_minor)})[order.pk]
    told = []
    for one in ones:
        points = find_target(one.points, one.returning, refunded) - one.returned
        if points > 0 and may_take_gift(one):
            told.append(Returned(id=one.uuid, name=one.terms["name"], unit=one.unit.code, points=points))
    return told


def may_take_gift(one: Redemption) -> bool:
    """Whether nothing of it was used, and so it can be taken back."""
    if one.voucher is not None:
        return one.voucher.uses == 0
    if one.card is not None:
        return one.card.wallet.active == one.value_minor
    return True
