"""Telling an order or a refund once, however often it is sent; by programs, and by staff within their limits."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.html import strip_tags
from django.utils.translation import get_language

from wafaa.access.audit.actions import record_change
from wafaa.access.keys.models import ApiKey
from wafaa.access.staff.models import Staff
from wafaa.act.points.actions import count_moved
from wafaa.act.points.models import Unit
from wafaa.act.points.queries import find_limits, is_alone, sum_day
from wafaa.act.points.words import name_unit, say_amount
from wafaa.kit import clock
from wafaa.kit.money import format_money, from_minor
from wafaa.kit.text import isolate
from wafaa.know.orders.models import Order
from wafaa.show.checkout.errors import (
    AboveLimit,
    LeftChanged,
    NotReckoned,
    PiecesGone,
    RefundNothing,
    RefundReused,
    RefundTooMuch,
    TellingReused,
    ToldElsewhere,
)
from wafaa.show.checkout.models import StaffRefund, Telling
from wafaa.show.checkout.queries import find_buyer
from wafaa.show.checkout.refunds import (
    find_left,
    is_reckoned,
    is_told_elsewhere,
    list_pieces_left,
    preview_wish,
)
from wafaa.show.checkout.rules import Sender, Wish, make_refund_events
from wafaa.stream.actions import record_events
from wafaa.stream.rules import NewEvent


@transaction.atomic
def tell_once(*, key: ApiKey, name: str, digest: str, events: Sequence[NewEvent]) -> bool:
    """Whether it was new. Two at once: the second waits for the first. Raises TellingReused."""
    told, is_new = Telling.objects.get_or_create(
        api_key=key, name=name, defaults={"digest": digest, "created_at": clock.now()}
    )
    if told.digest != digest:
        raise TellingReused
    if is_new:
        record_events(events=events)
    return is_new


@transaction.atomic
def refund_as_staff(
    *, key: uuid.UUID, order: Order, wish: Wish, reason: str, by: Staff, at: datetime
) -> bool:
    """The refund as the order's system would tell it. Whether it was new: with the same key again nothing happens.

    Locks: who refunds, so that two deeds of one person count each other, then the order, so that two people never give back
    more than there is. Raises RefundReused, AboveLimit and what check_wish raises.
    """
    by = Staff.objects.select_for_update(no_key=True).get(pk=by.pk)
    order = Order.objects.select_for_update(no_key=True).get(pk=order.pk)
    stood = StaffRefund.objects.filter(key=key).first()
    if stood is not None:
        if (stood.order_uuid, stood.by_id) != (order.uuid, by.pk) or not _is_same(stood, wish):
            raise RefundReused
        return False
    check_wish(order, wish)
    moved = preview_wish(order, wish).moved
    _check_limits(moved, by, at)
    told = StaffRefund.objects.create(
        key=key,
        order_uuid=order.uuid,
        by=by,
        currency=order.currency,
        amount_minor=wish.amount_minor,
        goods=[{"line": one.line, "sku": one.sku, "pieces": str(one.pieces)} for one in wish.goods],
        reason=reason,
        at=at,
    )
    count_moved(moved=moved, by=by, at=at)
    record_events(events=_make_events(told, order, wish))
    amount = format_money(wish.amount_minor, order.currency, "en")
    record_change(
        staff=by, deed="tell_refund", subject=order.exact_name, after={"amount": amount, "reason": reason}
    )
    return True


def _is_same(stood: StaffRefund, wish: Wish) -> bool:
    """Of goods the pieces say so: what they come to is reckoned from those that were left."""
    if wish.goods:
        asked = {(one.line, one.pieces) for one in wish.goods}
        return asked == {(one["line"], Decimal(one["pieces"])) for one in stood.goods}
    return stood.amount_minor == wish.amount_minor and not stood.goods


def check_wish(order: Order, wish: Wish) -> None:
    """Raises ToldElsewhere, RefundNothing, PiecesGone, LeftChanged, RefundTooMuch, NotReckoned."""
    if is_told_elsewhere(order):
        raise ToldElsewhere
    if wish.amount_minor <= 0:
        raise RefundNothing
    if wish.goods:
        _check_pieces(order, wish)
    left = find_left(order)
    told = format_money(left, order.currency, get_language() or "en")
    if wish.is_whole and wish.amount_minor != left:
        raise LeftChanged(left=told)
    if wish.amount_minor > left:
        raise RefundTooMuch(left=told)
    if not is_reckoned(order):
        raise NotReckoned


def _check_pieces(order: Order, wish: Wish) -> None:
    """Raises PiecesGone."""
    lines = {one.line.ordinal: one for one in list_pieces_left(order)}
    for one in wish.goods:
        line = lines.get(one.line)
        left = line.left if line and line.sku == one.sku else Decimal(0)
        if one.pieces > left:
            name = str(line.product) if line and line.product else one.sku or "–"
            raise PiecesGone(product=isolate(name), left=f"{left.normalize():f}")


def _check_limits(moved: Mapping[str, int], by: Staff, at: datetime) -> None:
    """Raises AboveLimit."""
    if is_alone(by):
        return
    for unit in Unit.objects.filter(code__in=moved).order_by("pk"):
        if not find_limits(by.role, unit).allow(moved[unit.code], sum_day(unit.pk, at, asked_by=by)):
            amount = strip_tags(say_amount(moved[unit.code], unit))
            raise AboveLimit(moved=f"{name_unit(unit)}: {amount}")


def _make_events(told: StaffRefund, order: Order, wish: Wish) -> list[NewEvent]:
    def write(minor: int) -> str:
        return str(from_minor(minor, order.currency))

    products = [
        {
            "sku": one.sku,
            "quantity": str(one.pieces),
            "price": f"{from_minor(one.amount_minor, order.currency) / one.pieces:.12f}",  # the pieces' amount to the minor unit
        }
        for one in wish.goods
    ]
    return make_refund_events(
        distinct_id=find_buyer(order.source, order.external_id),
        sender=Sender(source=order.source, message_id=f"staff-refund:{told.key}", received_at=told.at),
        at=told.at,
        told={
            "refund_id": told.number,
            "order_id": order.external_id,
            "currency": order.currency,
            "amount": write(wish.amount_minor),
            "products": products,
            "reason": told.reason,
        },
    )
