"""The web server's process: granian with one worker process of some threads."""

import logging
import os
import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from wafaa.config.environment import is_low_memory
from wafaa.run.lifeline import follow_multiprocessing_parent
from wafaa.run.loading import load_django

# Pages wait for the database and the analyst most of the time; more at once would queue for Python's lock.
PAGES = 4
PAGES_LOW_MEMORY = 2
# Who answers a survey waits for the disk: the more commit at once, the more share a turn of it.
ANSWERS = 12
ANSWERS_LOW_MEMORY = 3
ANSWERED_BELOW = "/s/"
# Who sends events sleeps until they last: the more come at once, the more share a turn of the disk. They hold no connection
# of the database. A thread that nobody needs ends after half a minute.
SENDERS = 28
SENDERS_LOW_MEMORY = 6
STOP_PATIENCE_S = 10

Application = Callable[..., Any]


class Places:
    """So many at once, and who comes first is let in first: Python's semaphore lets in whoever runs when a place is free."""

    def __init__(self, count: int) -> None:
        self._free = count
        self.waiting: deque[threading.Lock] = deque()
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                return
            turn = threading.Lock()
            turn.acquire()
            self.waiting.append(turn)
        turn.acquire()

    def __exit__(self, *_raised: object) -> None:
        with self._lock:
            if self.waiting:
                self.waiting.popleft().release()  # the place is theirs
            else:
                self._free += 1


class InTurn:
    """As many pages at once as there are places, and as many answers."""

    def __init__(self, application: Application, *, places: int, answers: int) -> None:
        self._application = application
        self._places = Places(places)
        self._answers = Places(answers)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        sends = environ["REQUEST_METHOD"] == "POST" and environ["PATH_INFO"].startswith(ANSWERED_BELOW)
        with self._answers if sends else self._places:
            return self._application(environ, start_response)


def load_application() -> Application:
    """Runs in the worker process."""
    follow_multiprocessing_parent()
    load_django()
    from wafaa.config.wsgi import application
    from wafaa.run.sending import SendingFirst

    low = is_low_memory()
    places, answers = (PAGES_LOW_MEMORY, ANSWERS_LOW_MEMORY) if low else (PAGES, ANSWERS)
    return SendingFirst(InTurn(application, places=places, answers=answers))


def main() -> None:
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    # it warns that threads beyond the cores queue for Python's lock; these sleep
    logging.getLogger("_granian").addFilter(lambda record: "Python threads" not in record.getMessage())
    low = is_low_memory()
    server = Server(
        "wafaa.config.wsgi:application",
        address=os.environ["WAFAA_WEB_HOST"],
        port=int(os.environ["WAFAA_WEB_PORT"]),
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=PAGES_LOW_MEMORY + SENDERS_LOW_MEMORY if low else PAGES + SENDERS,
        workers_kill_timeout=STOP_PATIENCE_S,
        websockets=False,
        log_level=LogLevels.warning,
    )
    server.serve(target_loader=load_application, wrap_loader=False)
