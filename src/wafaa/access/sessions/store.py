"""Django's session engine on our own table: keys are kept as digests, rows know whose they are."""

import hashlib
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from wafaa.access.sessions.models import Session
from wafaa.access.sessions.rules import Origin
from wafaa.kit import clock

OPENED, SEEN = "opened_at", "seen_at"


def digest(key: str | None) -> str:
    """Keys are random (about 165 bits), so one round without salt is enough."""
    return hashlib.sha256((key or "").encode()).hexdigest()


class SessionStore(DatabaseStore):
    """Named by SESSION_ENGINE; the middleware sets `origin`."""

    origin = Origin()

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Session | None:
        found = Session.objects.filter(
            session_key=digest(self.session_key), expire_date__gt=clock.now()
        ).first()
        if found is None:
            self._session_key = None
        return found

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(session_key=digest(session_key)).exists()

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row as it is saved. A sign-in opens the session; its time stays through all later saves."""
        now = clock.now().timestamp()
        if data.get(SESSION_KEY):
            data.setdefault(OPENED, now)
            data.setdefault(SEEN, now)
        else:
            data.pop(OPENED, None)
            data.pop(SEEN, None)
        return Session(
            session_key=digest(self.session_key),  # save() made one where there was none
            session_data=self.encode(data),
            expire_date=self.get_expiry_date(),
            staff_id=data.get(SESSION_KEY),
            opened_at=read_moment(data.get(OPENED)),
            seen_at=read_moment(data.get(SEEN)),
            device=self.origin.device[:60],
            network=self.origin.network,
        )

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            Session.objects.filter(session_key=digest(key)).delete()


def read_moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
