"""Lets messages go whose moment has come, and reads what providers told: a look a second, which costs three small indexes
where nothing is due.
"""

import logging
import threading
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, connection

from wafaa.act.messages.actions import handle_callbacks, judge_touches, release_due

log = logging.getLogger(__name__)

POLL_S = 1.0
CHUNK = 500
DEEDS: tuple[tuple[Callable[..., int], int], ...] = (
    (release_due, CHUNK),
    (handle_callbacks, 200),
    (judge_touches, 200),
)


class Releases:
    """Runs in a thread of its own until `ending` is set; several may, in several processes."""

    def __init__(self, ending: threading.Event) -> None:
        self._ending = ending

    def run(self) -> None:
        while not self._ending.is_set():
            found = [self._do(deed, limit) for deed, limit in DEEDS]
            if not any(found):
                self._ending.wait(POLL_S)
        connection.close()

    def _do(self, deed: Callable[..., int], limit: int) -> bool:
        """Whether there may be more."""
        try:
            return deed(limit=limit) >= limit
        except (DatabaseError, InterfaceError) as error:
            log.warning("messages wait for the database: %s", error)
            connection.close()
        except Exception:
            log.exception("%s failed", deed.__name__)
        return False
