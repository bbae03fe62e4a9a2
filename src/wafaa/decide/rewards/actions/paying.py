"""What redemptions and gift cards paid of orders, told to loyalty: it earns nothing."""

from collections.abc import Mapping, Sequence

from django.db import connection
from django.db.models import Sum

from wafaa.decide.loyalty.actions import set_paid_parts
from wafaa.decide.rewards.models import Redemption
from wafaa.kit.sql import load_sql


def tell_paid_parts(order_ids: Sequence[int], *, reckons: bool = True) -> None:
    """As the redemptions of these orders, and what gift cards pay of them, stand now. Where it reckons what the orders earn it
    locks members, then wallets.
    """
    paid = Redemption.objects.filter(order_id__in=order_ids).order_by().values_list("order_id")
    sums: Mapping[int | None, int] = dict(paid.annotate(paid=Sum("earnless_minor")))
    charges = _sum_charges(order_ids)
    set_paid_parts(parts={one: sums.get(one, 0) + charges.get(one, 0) for one in order_ids}, reckons=reckons)


def _sum_charges(order_ids: Sequence[int]) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.decide.rewards", "sum_charges"), {"orders": list(order_ids)})
        return dict(cursor.fetchall())
