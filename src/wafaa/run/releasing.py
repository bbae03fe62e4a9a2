"""Lets messages go whose moment has come: a look a second, which costs one small index where nothing is due."""

import logging
import threading

from django.db import DatabaseError, InterfaceError, connection

from wafaa.act.messages.actions import release_due

log = logging.getLogger(__name__)

POLL_S = 1.0
CHUNK = 500


class Releases:
    """Runs in a thread of its own until `ending` is set; several may, in several processes."""

    def __init__(self, ending: threading.Event) -> None:
        self._ending = ending

    def run(self) -> None:
        while not self._ending.is_set():
            if not self._release():
                self._ending.wait(POLL_S)
        connection.close()

    def _release(self) -> bool:
        """Whether there may be more."""
        try:
            return release_due(limit=CHUNK) >= CHUNK
        except (DatabaseError, InterfaceError) as error:
            log.warning("messages wait for the database: %s", error)
            connection.close()
        except Exception:
            log.exception("messages could not be released")
        return False
