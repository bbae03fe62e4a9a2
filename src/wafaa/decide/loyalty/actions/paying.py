"""What parts of orders were paid with points or the like: they earn nothing."""

from collections.abc import Mapping

from django.db import transaction

from wafaa.decide.loyalty.actions.reckoning import reckon_orders
from wafaa.decide.loyalty.models import PaidPart


@transaction.atomic
def set_paid_parts(*, parts: Mapping[int, int], tells: bool = True, reckons: bool = True) -> None:
    """Order -> how much of it, in minor units; 0 takes it off. What the orders earn is reckoned anew where that changes it,
    unless the caller does so in the same transaction.

    Locks what reckon_orders does. Told again it changes nothing.
    """
    stood = dict(PaidPart.objects.filter(order_id__in=parts).values_list("order_id", "amount_minor"))
    changed = sorted(order for order, amount in parts.items() if stood.get(order, 0) != amount)
    PaidPart.objects.filter(order_id__in=[one for one in changed if not parts[one]]).delete()
    PaidPart.objects.bulk_create(
        [PaidPart(order_id=one, amount_minor=parts[one]) for one in changed if parts[one]],
        update_conflicts=True,
        unique_fields=["order_id"],
        update_fields=["amount_minor"],
    )
    if changed and reckons:
        reckon_orders(order_ids=changed, tells=tells)
