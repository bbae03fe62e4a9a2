"""Lets asks go whose moment has come, and reminders: a look a second, which costs two small indexes where nothing is due."""

import logging
import threading

from django.db import DatabaseError, InterfaceError, connection

from wafaa.decide.asking import actions

log = logging.getLogger(__name__)

POLL_S = 1.0


class Asking:
    """Runs in a thread of its own until `ending` is set; several may, in several processes."""

    def __init__(self, ending: threading.Event) -> None:
        self._ending = ending

    def run(self) -> None:
        while not self._ending.is_set():
            if not self.go_on():
                self._ending.wait(POLL_S)
        connection.close()

    def go_on(self) -> bool:
        """Whether there may be more."""
        try:
            return actions.go_on() > 0
        except (DatabaseError, InterfaceError) as error:
            log.warning("asking waits for the database: %s", error)
            connection.close()
        except Exception:
            log.exception("asking could not go on")
        return False
