"""Ending sessions."""

from wafaa.access.sessions.models import Session
from wafaa.kit import clock


def end_sessions(*, staff_id: int, but: str = "") -> int:
    """All sessions of a person, but perhaps the one (by its id in the list) in which they sit; how many there were."""
    return Session.objects.filter(staff_id=staff_id).exclude(session_key=but).delete()[0]


def end_session(*, staff_id: int, session_id: str) -> bool:
    """One of a person's sessions; False when it had ended already."""
    if "\x00" in session_id:  # the database refuses to look for such a text
        return False
    return Session.objects.filter(staff_id=staff_id, session_key=session_id).delete()[0] > 0


def forget_expired() -> int:
    return Session.objects.filter(expire_date__lt=clock.now()).delete()[0]
