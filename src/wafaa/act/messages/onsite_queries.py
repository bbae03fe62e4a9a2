"""Reading what lies on the shop's pages: entries of a customer, the browsers that may be pushed to."""

from collections.abc import Collection
from datetime import datetime

from wafaa.act.messages.models import InboxEntry, PushSubscription
from wafaa.act.messages.rules import State
from wafaa.kit import clock
from wafaa.know.customers.models import DistinctId
from wafaa.know.customers.queries import list_distinct_ids

# What a panel shows; older ones are in nobody's way.
ENTRIES_MAX = 30


def find_customer_id(distinct_id: str) -> int:
    """Whose id it is; of who was merged, the other. 0 where nobody is known by it yet."""
    found = (
        DistinctId.objects.filter(distinct_id=distinct_id)
        .values_list("customer_id", "customer__merged_into_id")
        .first()
    )
    return (found[1] or found[0]) if found else 0


def list_own_ids(customer_id: int) -> list[str]:
    return list_distinct_ids([customer_id])[customer_id] if customer_id else []


def list_entries(customer_id: int, *, now: datetime | None = None) -> list[InboxEntry]:
    """What the customer's inbox holds, the latest first, with messages and sendings; what expired is out of it."""
    if not customer_id:
        return []
    found = InboxEntry.objects.filter(
        message__customer=customer_id,
        message__state=State.SENT,
        expires_at__gt=now or clock.now(),
    )
    return list(found.select_related("message__sending").order_by("-message_id")[:ENTRIES_MAX])


def list_subscriptions(customer_ids: Collection[int]) -> dict[int, list[PushSubscription]]:
    """The browsers of each of these customers that may be pushed to."""
    ids = list_distinct_ids(customer_ids)
    owner = {distinct_id: customer for customer, own in ids.items() for distinct_id in own}
    found: dict[int, list[PushSubscription]] = {}
    for row in PushSubscription.objects.filter(distinct_id__in=owner).order_by("pk"):
        if row.expires_at is None or row.expires_at > clock.now():
            found.setdefault(owner[row.distinct_id], []).append(row)
    return found


def count_subscriptions() -> int:
    return PushSubscription.objects.count()
