"""Reads of cases."""

from collections.abc import Collection

from wafaa.act.cases.models import Case


def find_open_customers(customer_ids: Collection[int]) -> set[int]:
    """Those of the customers who have an open case, so that nobody asks them for more before it is seen to."""
    return set(
        Case.objects.filter(customer__in=customer_ids, closed_at=None, joined_to=None).values_list(
            "customer_id", flat=True
        )
    )
