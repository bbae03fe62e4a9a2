"""`Prefer: wait=SECONDS` (RFC 7240): an answer that comes when everybody has handled what was sent.

Whoever waits holds a thread of the server, so only few may, and one thread with one connection looks for all of them.
"""

import re
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import close_old_connections, connection

from wafaa.stream.queries import find_newest_place, find_oldest_waiting, list_consumers
from wafaa.stream.rules import Place

SECONDS_MAX = 30.0
# Of the threads for senders, and of the few for pages and other programs.
SENDERS_MAX = 8
OTHERS_MAX = 1
# A look is one query of some milliseconds, however many wait.
LOOK_S = 0.05
_WAIT = re.compile(r'(?:^|[,;\s])wait\s*=\s*"?(\d{1,6})"?\s*(?=[,;]|$)', re.IGNORECASE)
_LOOKS = ThreadPoolExecutor(max_workers=1, thread_name_prefix="looks")
_T = TypeVar("_T")


class Room:
    """So many may wait at once."""

    def __init__(self, places: int) -> None:
        self._places = threading.Semaphore(places)

    def wait_until_handled(self, seconds: float) -> bool:
        """Whether every consumer has handled (or parked) what is recorded at this moment, within so many seconds.

        False at once where too many wait already.
        """
        if not self._places.acquire(blocking=False):
            return False
        try:
            return _wait(time.monotonic() + seconds)
        finally:
            self._places.release()


SENDERS, OTHERS = Room(SENDERS_MAX), Room(OTHERS_MAX)


def read_wait(preference: str) -> float | None:
    """The seconds of a Prefer header, at most SECONDS_MAX; None where it asks for something else."""
    found = _WAIT.search(preference) if preference else None
    return min(float(found[1]), SECONDS_MAX) if found else None


def is_handled(until: Place) -> bool:
    """Whether no consumer has an event before it up to this place. Those behind a transaction in flight wait too."""
    oldest = find_oldest_waiting(list_consumers())
    return oldest is None or (int(oldest[0]), oldest[1]) > (int(until[0]), until[1])


def _wait(deadline: float) -> bool:
    until = _beside(find_newest_place)
    while not _beside(lambda: is_handled(until)):
        left_s = deadline - time.monotonic()
        if left_s <= 0:
            return False
        time.sleep(min(LOOK_S, left_s))
    return True


def _beside(look: Callable[[], _T]) -> _T:
    """In the one thread that has a connection for it; inside a transaction, as in tests, here."""
    if connection.in_atomic_block:
        return look()
    return _LOOKS.submit(_refresh, look).result()


def _refresh(look: Callable[[], _T]) -> _T:
    close_old_connections()  # as before a request: the server may have gone since the last look
    return look()
