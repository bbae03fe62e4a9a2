"""Reads about allowances."""

from datetime import timedelta

from wafaa.access.limits.models import Allowance
from wafaa.access.limits.rules import Limit
from wafaa.kit import clock


def get_wait_s(key: str, limit: Limit) -> int:
    """Whole seconds until one more is allowed, at least 1."""
    full_at = Allowance.objects.values_list("full_at", flat=True).filter(key=key).first() or clock.now()
    wait = full_at - timedelta(seconds=(limit.burst - 1) * limit.every_s) - clock.now()
    return min(max(1, -(-wait // timedelta(seconds=1))), limit.every_s)
