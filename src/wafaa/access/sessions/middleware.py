"""Notes whence a session is used and ends it when it is too old."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpResponseBase

from wafaa.access.sessions.rules import SEEN_EVERY, Origin, find_ending, name_device
from wafaa.access.sessions.store import OPENED, SEEN, read_moment
from wafaa.kit import clock
from wafaa.kit.addresses import read_client, shorten


class SessionAgeMiddleware:
    """Directly behind Django's session middleware: whoever asks for the user later finds nobody in an ended session."""

    def __init__(self, get_response: Callable[[Any], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        request.client_address = read_client(request)
        session = request.session
        session.origin = Origin(
            device=name_device(request.META.get("HTTP_USER_AGENT", "")),
            network=shorten(request.client_address),
        )
        if session.get(SESSION_KEY):
            _look_at_age(session)
        return self.get_response(request)


def _look_at_age(session: Any) -> None:
    opened_at, seen_at = read_moment(session.get(OPENED)), read_moment(session.get(SEEN))
    now = clock.now()
    if (
        opened_at is None
        or seen_at is None
        or find_ending(
            opened_at=opened_at,
            seen_at=seen_at,
            now=now,
            idle_s=settings.SESSION_IDLE_S,
            absolute_s=settings.SESSION_ABSOLUTE_S,
        )
    ):
        session.flush()
    elif abs(now - seen_at) >= SEEN_EVERY:
        session[SEEN] = now.timestamp()
