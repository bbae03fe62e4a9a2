"""Telling an order or a refund once, however often it is sent."""

from collections.abc import Sequence

from django.db import transaction

from wafaa.access.keys.models import ApiKey
from wafaa.kit import clock
from wafaa.show.checkout.errors import TellingReused
from wafaa.show.checkout.models import Telling
from wafaa.stream.actions import record_events
from wafaa.stream.rules import NewEvent


@transaction.atomic
def tell_once(*, key: ApiKey, name: str, digest: str, events: Sequence[NewEvent]) -> bool:
    """Whether it was new. Two at once: the second waits for the first. Raises TellingReused."""
    told, is_new = Telling.objects.get_or_create(
        api_key=key, name=name, defaults={"digest": digest, "created_at": clock.now()}
    )
    if told.digest != digest:
        raise TellingReused
    if is_new:
        record_events(events=events)
    return is_new
