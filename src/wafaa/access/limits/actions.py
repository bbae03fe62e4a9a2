"""Taking from allowances."""

import hashlib
from typing import Any

from django.conf import settings
from django.db import connection

from wafaa.access.limits.errors import TooManyAttempts
from wafaa.access.limits.models import Allowance
from wafaa.access.limits.queries import get_wait_s
from wafaa.access.limits.rules import Limit
from wafaa.kit import clock
from wafaa.kit.sql import fetch_prepared, load_sql


def take(limit: Limit, subject: str) -> None:
    """Takes one of what `subject` (an account, an address) is allowed, whichever process asks.

    Raises TooManyAttempts with the time to wait; a refused attempt does not make the wait longer.
    """
    if not settings.RATE_LIMITS:
        return
    key = _digest(limit, subject)
    values: dict[str, Any] = {
        "key": key,
        "now": clock.now(),
        "every_s": float(limit.every_s),
        "whole_s": float(limit.every_s * limit.burst),
        "alone": not connection.in_atomic_block,
    }
    taken = fetch_prepared(load_sql("wafaa.access.limits", "take"), values)
    if taken is None:
        raise TooManyAttempts(retry_after_s=get_wait_s(key, limit))


def take_all(*wanted: tuple[Limit, str]) -> None:
    """One of each, or none of any. Raises TooManyAttempts."""
    taken: list[tuple[Limit, str]] = []
    for limit, subject in wanted:
        try:
            take(limit, subject)
        except TooManyAttempts:
            give_back(*taken)
            raise
        taken.append((limit, subject))


def give_back(*taken: tuple[Limit, str]) -> None:
    """After a right password, say: only failures count."""
    if not settings.RATE_LIMITS:
        return
    with connection.cursor() as cursor:
        for limit, subject in taken:
            values: dict[str, Any] = {"key": _digest(limit, subject), "every_s": limit.every_s}
            cursor.execute(load_sql("wafaa.access.limits", "give_back"), values)


def forget_full() -> int:
    """Cleans away allowances that are whole again; how many there were."""
    return Allowance.objects.filter(full_at__lt=clock.now()).delete()[0]


def _digest(limit: Limit, subject: str) -> str:
    return hashlib.sha256(f"{limit.name}\0{subject}".encode()).hexdigest()
