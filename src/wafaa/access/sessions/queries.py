"""Reads about sessions."""

from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet

from wafaa.access.sessions.models import Session
from wafaa.access.sessions.rules import SEEN_EVERY
from wafaa.access.sessions.store import digest
from wafaa.kit import clock


def list_sessions(staff_id: int) -> QuerySet[Session]:
    """Those that are still open, the last used first."""
    now = clock.now()
    return Session.objects.filter(
        staff_id=staff_id,
        expire_date__gt=now,
        opened_at__gt=now - timedelta(seconds=settings.SESSION_ABSOLUTE_S),
        seen_at__gt=now - timedelta(seconds=settings.SESSION_IDLE_S) - SEEN_EVERY,
    ).order_by("-seen_at")


def get_session_id(key: str | None) -> str:
    """How the list names the session that has this key in its cookie."""
    return digest(key)
