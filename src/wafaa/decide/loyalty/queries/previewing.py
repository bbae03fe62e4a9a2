"""What a refund would undo, exactly: it is done as it would be, and undone before anybody sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from wafaa.decide.loyalty.actions.moving import Taken, move_differences
from wafaa.decide.loyalty.actions.reckoning import lock_for_orders, save
from wafaa.decide.loyalty.models import Earning
from wafaa.decide.loyalty.queries.programmes import find_occasions
from wafaa.decide.loyalty.rules.charging import Charge, add_charges
from wafaa.know.orders.models import Order, OrderLine


@dataclass(frozen=True, kw_only=True)
class RefundLine:
    """Goods that come back, by the product's number as the order names it."""

    sku: str
    pieces: Decimal
    amount_minor: int


@dataclass(frozen=True, kw_only=True)
class Returned:
    """Points that were spent for the order and would come back; told by rooms that stand on this one."""

    id: UUID
    name: dict[str, str]  # language -> words
    unit: str
    points: int


@dataclass(frozen=True, kw_only=True)
class Restood:
    """A tier that the member would hold afterwards instead of another, "" and no words being none; told in the same way."""

    set_code: str
    before: str
    after: str
    before_name: dict[str, str]  # language -> words
    after_name: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What would be taken back, part by part; and what would be given, where a better rule comes to hold."""

    taken: tuple[Taken, ...]
    given: int
    returned: tuple[Returned, ...] = ()
    tiers: tuple[Restood, ...] = ()

    @property
    def points(self) -> int:
        return sum(one.amount for one in self.taken) - self.given

    @property
    def charges(self) -> list[Charge]:
        return add_charges(one.charge for one in self.taken if one.charge)


class _Undone(Exception):
    """Ends the attempt."""


def preview_refund(*, order: Order, amount_minor: int, lines: Sequence[RefundLine] = ()) -> Preview:
    """A refund of the order that nobody has told yet; without lines the amount is taken from all goods by share."""
    preview: list[Preview] = []
    try:
        with transaction.atomic():
            lock_for_orders([order.pk])
            occasions = [one.pk for one in find_occasions(order.pk)]
            before = _sum_targets(occasions)
            save(occasions, refunds=_write(occasions, order, amount_minor, lines))
            after = _sum_targets(occasions)
            taken = tuple(move_differences(occasions, tells=False))
            given = after - before + sum(one.amount for one in taken)
            goods = sum(line.amount_minor for line in lines)
            told = [
                one
                for name in settings.REFUND_PREVIEWS
                for one in import_string(name)(order=order, amount_minor=amount_minor, goods_minor=goods)
            ]
            preview.append(
                Preview(
                    taken=taken,
                    given=given,
                    returned=tuple(one for one in told if isinstance(one, Returned)),
                    tiers=tuple(one for one in told if isinstance(one, Restood)),
                )
            )
            raise _Undone
    except _Undone:
        return preview[0]


def _sum_targets(occasions: Sequence[int]) -> int:
    return sum(Earning.objects.filter(occasion__in=occasions).values_list("target", flat=True))


def _write(occasions: Sequence[int], order: Order, amount_minor: int, lines: Sequence[RefundLine]) -> str:
    products: dict[str | None, int | None] = dict(
        OrderLine.objects.filter(order=order).values_list("product__sku", "product_id")
    )
    told = [
        {
            "product": products.get(
                line.sku or None, -1
            ),  # what was not bought takes its amount from all goods
            "amount": line.amount_minor,
            "quantity": str(line.pieces),
        }
        for line in lines
    ]
    refunds = [{"occasion": one, "amount": amount_minor, "lines": told} for one in occasions]
    return msgspec.json.encode(refunds).decode()
