"""The end of a customer here, and the day's sizes."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from wafaa.access.business.queries import get_business
from wafaa.kit import clock
from wafaa.learn.segments.actions.refreshing import execute
from wafaa.learn.segments.models import Membership, Segment, Standing, Touched


@transaction.atomic
def erase_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, int]:
    """Where somebody was in, for good; what the stream tells of it goes with their events. Returns how many rows."""
    Touched.objects.filter(customer_id=customer_id).delete()
    Standing.objects.filter(customer=customer_id).delete()
    return {"memberships": Membership.objects.filter(customer=customer_id).delete()[0]}


@transaction.atomic
def note_sizes(*, day: date | None = None, only: Segment | None = None) -> None:
    """How many are in each segment (in the one) now counts as the size of `day` (today in the business's zone)."""
    values = {"day": day or clock.today(get_business().zone), "only": only and only.pk}
    execute("note_sizes", values)
