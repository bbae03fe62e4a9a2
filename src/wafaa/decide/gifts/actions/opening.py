"""A member opens a gift on their pages."""

from datetime import datetime

from wafaa.decide.gifts.models import Gift


def open_gift(*, gift: Gift, at: datetime) -> None:
    """Once: the first time counts."""
    Gift.objects.filter(pk=gift.pk, opened_at=None).update(opened_at=at)
