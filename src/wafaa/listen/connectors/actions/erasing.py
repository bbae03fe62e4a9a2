"""Forgetting one person: in what was kept of deliveries, in versions, checkouts, stays and wishes."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q

from wafaa.know.customers.models import Customer
from wafaa.listen.connectors.models import Delivery, ObjectVersion, OpenCheckout, Stay, Wish
from wafaa.listen.connectors.queries import list_marks


@transaction.atomic
def erase_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, int]:
    """Deletes what this room holds of somebody; what -> how many rows.

    A kept delivery that names them goes as a whole.
    """
    ids = list(distinct_ids)
    marks = list_marks(Customer.objects.filter(pk=customer_id).first(), ids)
    named = Q(pk__in=[])
    for mark in marks:
        named |= Q(body__icontains=mark)
    found = {
        "deliveries": Delivery.objects.exclude(body="").filter(named),
        "object_versions": ObjectVersion.objects.filter(distinct_id__in=ids),
        "checkouts": OpenCheckout.objects.filter(distinct_id__in=ids),
        "stays": Stay.objects.filter(distinct_id__in=ids),
        "wishes": Wish.objects.filter(distinct_id__in=ids),
    }
    return {what: rows.delete()[0] for what, rows in found.items()}
