"""Which gifts a refund that nobody has told yet would take back."""

from django.db import transaction

from wafaa.decide.gifts.actions.hearing import match_orders
from wafaa.decide.gifts.models import Gift
from wafaa.decide.gifts.queries import load_gifts
from wafaa.know.orders.actions import suppose_refund
from wafaa.know.orders.models import Order


def preview_gifts(*, order: Order, amount_minor: int) -> list[Gift]:
    """Of rules that take back, whatever was used of them already. Nothing is written."""
    with transaction.atomic():
        suppose_refund(order=order, amount_minor=amount_minor)
        going = [gift for _rule, _order, _customer, gift in match_orders([order.pk]) if gift is not None]
        transaction.set_rollback(True)
    return list(load_gifts().filter(pk__in=going).order_by("pk")) if going else []
