"""What a refund would undo, exactly: it is done as it would be, and undone before anybody sees it."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec
from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils.module_loading import import_string

from wafaa.decide.loyalty.actions.moving import move_differences
from wafaa.decide.loyalty.actions.reckoning import lock_for_orders, save
from wafaa.decide.loyalty.models import Earning
from wafaa.decide.loyalty.queries.programmes import find_occasions
from wafaa.decide.loyalty.rules.refunding import Given, Preview, RefundLine, Taken
from wafaa.know.orders.models import Order, OrderLine


class _Undone(Exception):
    """Ends the attempt."""


def preview_refund(*, order: Order, amount_minor: int, lines: Sequence[RefundLine] = ()) -> Preview:
    """A refund of the order that nobody has told yet; without lines the amount is taken from all goods by share."""
    preview: list[Preview] = []
    try:
        with transaction.atomic():
            lock_for_orders([order.pk])
            preview.append(_refund(order, amount_minor, lines))
            raise _Undone
    except _Undone:
        return preview[0]


def _refund(order: Order, amount_minor: int, lines: Sequence[RefundLine]) -> Preview:
    occasions = [one.pk for one in find_occasions(order.pk)]
    before = _sum_targets(occasions)
    save(occasions, refunds=_write(occasions, order, amount_minor, lines))
    after = _sum_targets(occasions)
    taken = tuple(move_differences(occasions, refunding=amount_minor, tells=False))
    told: dict[str, Any] = {
        "order": order,
        "amount_minor": amount_minor,
        "goods_minor": sum(line.amount_minor for line in lines),
    }
    return Preview(
        taken=taken,
        given=_find_given(before, after, taken),
        returned=tuple(import_string(settings.REFUND_RETURNS)(**told)),
        tiers=tuple(import_string(settings.REFUND_TIERS)(**told)),  # supposes the refund, so it comes last
    )


def _sum_targets(occasions: Sequence[int]) -> Counter[str]:
    sums = Earning.objects.filter(occasion__in=occasions).order_by().values_list("unit__code")
    return Counter(dict(sums.annotate(Sum("target"))))


def _find_given(before: Counter[str], after: Counter[str], taken: Sequence[Taken]) -> tuple[Given, ...]:
    """What changed and was not taken was given."""
    given = Counter(after)
    given.subtract(before)
    for one in taken:
        given[one.unit] += one.amount
    return tuple(Given(unit=unit, points=points) for unit, points in given.items() if points > 0)


def _write(occasions: Sequence[int], order: Order, amount_minor: int, lines: Sequence[RefundLine]) -> str:
    products: dict[str | None, int | None] = dict(
        OrderLine.objects.filter(order=order).values_list("product__sku", "product_id")
    )
    told = [
        {
            "product": products.get(line.sku or None, -1),  # what was not bought takes from all goods
            "amount": line.amount_minor,
            "quantity": str(line.pieces),
        }
        for line in lines
    ]
    refunds = [{"occasion": one, "amount": amount_minor, "lines": told} for one in occasions]
    return msgspec.json.encode(refunds).decode()
