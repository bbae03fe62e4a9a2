"""Events of orders to redemptions: whose order came, and what became of it. Heard again they change nothing."""

from collections.abc import Mapping, Sequence

from django.db import connection, transaction
from django.db.models import Q

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
def apply_events(heads: Sequence[EventHead]) -> None:
    """Nothing to do costs one look-up."""
    if not _is_something_told():
        return
    with connection.cursor() as cursor:
        cursor.execute(load_sql(ROOM, "find_orders"), get_places(heads))
        found = cursor.fetchall()
    charged = {order for order, redemption, _linked in found if redemption is None}
    locked = Redemption.objects.filter(pk__in={redemption for _order, redemption, _linked in found})
    list(locked.order_by("id").select_for_update().values_list("pk"))
    linked = _link({redemption: order for order, redemption, is_linked in found if not is_linked})
    if linked or charged:
        tell_paid_parts(sorted({*linked, *charged}))
    return_orders(order_ids=sorted({order for order, _redemption, _linked in found}), at=clock.now())


def _is_something_told() -> bool:
    """Whether anything was ever redeemed for an order, or held for one on a gift card."""
    return (
        Redemption.objects.filter(Q(order_id__isnull=False) | ~Q(order_ref="")).exists()
        or Transfer.objects.filter(
            kind=Kind.HOLD, cause__has_key="gift_card", cause__order_number__isnull=False
        ).exists()
    )


def _link(orders: Mapping[int, int]) -> list[int]:
    """Orders that are known now to redemptions that named them; those of them that something was paid of."""
    paid = set()
    for one in Redemption.objects.filter(pk__in=orders, order_id=None).order_by("id"):
        one.order_id = orders[one.pk]
        one.save(update_fields=["order_id"])
        if one.earnless_minor:
            paid.add(orders[one.pk])
    return sorted(paid)
