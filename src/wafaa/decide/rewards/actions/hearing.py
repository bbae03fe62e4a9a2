"""Events of orders to redemptions: whose order came, and what became of it. Heard again they change nothing."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from wafaa.act.points.models import Transfer
from wafaa.act.points.rules import Kind
from wafaa.decide.rewards.actions.paying import tell_paid_parts
from wafaa.decide.rewards.actions.returning import return_orders
from wafaa.decide.rewards.models import Redemption
from wafaa.kit import clock
from wafaa.kit.sql import load_sql
from wafaa.stream.rules import EventHead, get_places

ROOM = "wafaa.decide.rewards"


@transaction.atomic
def link_orders(heads: Sequence[EventHead]) -> None:
    """Orders that are known now to redemptions that named them. Whoever calls reckons afterwards, in the same transaction, what
    these orders earn: what points or gift cards paid of them never earns, not even for a moment.
    """
    if not _is_something_paid():
        return
    found = _find("find_waiting", heads)
    orders = {redemption: order for redemption, order in found if redemption is not None}
    waiting = Redemption.objects.filter(pk__in=orders, order_id=None).order_by("id")
    for one in waiting.select_for_update():
        one.order_id = orders[one.pk]
        one.save(update_fields=["order_id"])
    tell_paid_parts(sorted({order for _redemption, order in found}), reckons=False)


def _is_something_paid() -> bool:
    """Whether anything was ever redeemed for an order that the shop names, or held for one on a gift card."""
    charges = Transfer.objects.filter(
        kind=Kind.HOLD, cause__has_key="gift_card", cause__order_number__isnull=False
    )
    return Redemption.objects.exclude(order_ref="").exists() or charges.exists()


@transaction.atomic
def apply_events(heads: Sequence[EventHead]) -> None:
    """What was refunded of orders gives back what was redeemed for them. Nothing to do costs one look-up."""
    if not Redemption.objects.filter(order_id__isnull=False).exists():
        return
    orders = {order for (order,) in _find("find_orders", heads)}
    locked = Redemption.objects.filter(order_id__in=orders).order_by("id")
    list(locked.select_for_update().values_list("pk"))
    return_orders(order_ids=sorted(orders), at=clock.now())


def _find(statement: str, heads: Sequence[EventHead]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(load_sql(ROOM, statement), get_places(heads))
        return list(cursor.fetchall())
