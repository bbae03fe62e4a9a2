"""What happens by itself: checkouts become abandoned, old deliveries go; and what people have done for a system."""

from datetime import datetime, timedelta

from django.db import transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.models import Staff
from wafaa.kit import clock
from wafaa.listen.connectors.models import Connection, Delivery, ObjectVersion, OpenCheckout, Stay, Wish
from wafaa.stream.actions import record_events
from wafaa.stream.rules import NewEvent

DELIVERY_DAYS = 14
# An hour is what shops call abandoned; later updates of a checkout begin it anew.
ABANDONED_AFTER_HOURS = 1
# Ended checkouts say that a late update must not open them again; systems repeat no delivery after so long.
ENDED_DAYS = 30
_AT_ONCE = 500


def abandon_checkouts() -> int:
    """Tells "Checkout Abandoned" of those that nothing followed for some hours; once each. Returns how many."""
    now, told = clock.now(), 0
    for connection in Connection.objects.filter(state=Connection.State.ON).order_by("id"):
        told += _abandon(connection, now)
    return told


@transaction.atomic
def _abandon(connection: Connection, now: datetime) -> int:
    hours = _read_hours(connection)
    left = list(
        OpenCheckout.objects.filter(
            connection=connection, ended_at__isnull=True, updated_at__lt=now - timedelta(hours=hours)
        )
        .order_by("updated_at")
        .select_for_update(skip_locked=True)[:_AT_ONCE]
    )
    events = [_tell(connection, one) for one in left if not _has_ordered_since(connection, one)]
    if events:
        record_events(events=events)
    OpenCheckout.objects.filter(pk__in=[one.pk for one in left]).update(ended_at=now)
    return len(events)


def _has_ordered_since(connection: Connection, checkout: OpenCheckout) -> bool:
    """By another checkout, such as on the phone after the desktop."""
    return ObjectVersion.objects.filter(
        connection=connection,
        distinct_id=checkout.distinct_id,
        object__startswith="order:",
        happened_at__gte=checkout.updated_at,
    ).exists()


def _tell(connection: Connection, checkout: OpenCheckout) -> NewEvent:
    return NewEvent(
        message_id=connection.place.name_message("checkout-abandoned", checkout.checkout_id, "-"),
        type="track",
        name="Checkout Abandoned",
        distinct_id=checkout.distinct_id,
        occurred_at=checkout.updated_at,
        properties={"checkout_id": checkout.checkout_id, **checkout.content},
        source=connection.source,
    )


def _read_hours(connection: Connection) -> int:
    try:
        return max(int(connection.settings["abandoned_after_hours"]), 1)
    except (KeyError, ValueError, TypeError):
        return ABANDONED_AFTER_HOURS


def prune_deliveries() -> int:
    """Deliveries of more than two weeks ago go, bodies and all; those that wait stay. Returns how many went."""
    now = clock.now()
    old = Delivery.objects.filter(received_at__lt=now - timedelta(days=DELIVERY_DAYS))
    gone, _of_which = old.exclude(status=Delivery.Status.WAITING).delete()
    ended = now - timedelta(days=ENDED_DAYS)
    OpenCheckout.objects.filter(ended_at__lt=ended).delete()
    Stay.objects.filter(exited_at__lt=ended).delete()
    return gone


@transaction.atomic
def settle_wish(*, wish: Wish, staff: Staff | None) -> None:
    """Somebody says that it was done."""
    kept = Wish.objects.select_for_update().select_related("connection").get(pk=wish.pk)
    if kept.done_at is not None:
        return
    kept.done_at, kept.done_by = clock.now(), staff
    kept.save(update_fields=["done_at", "done_by"])
    record_change(staff=staff, deed="settle_wish", subject=str(kept.connection), after={"wish": kept.what})
