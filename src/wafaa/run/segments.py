"""The workers' thread that keeps segments true beside the stream: memberships whose moment has come, rows that staff wrote.

What events bring about is done where they are heard (learn.segments in config/flow.py).
"""

import logging
import threading
import time

from django.db import DatabaseError, InterfaceError, connection

from wafaa.kit import clock

log = logging.getLogger(__name__)

# How late what staff changed is seen; a look is two indexed statements.
LOOK_S = 0.4
# How soon it looks again at what another worker is about to do.
HELD_S = 0.1
# How soon new settings of the business count.
SETTINGS_S = 30.0
RETRY_S, RETRY_S_MAX = 1.0, 30.0


class SegmentsKeeper:
    """The loop: looks for touched customers every LOOK_S, and sleeps no longer than until the next membership may flip.

    Every worker runs one. A turn's transaction takes a lock that the others only try for, so one of them works at a time;
    it ends with the session of a worker that dies, and the next one goes on at its next look.
    """

    def __init__(self, ending: threading.Event, *, does_jobs: bool = True) -> None:
        """`does_jobs`: this is the worker that counts segments, and asks again for the counts that were lost."""
        self._ending, self._does_jobs = ending, does_jobs
        self._has_resumed = False
        self._next_settings = 0.0
        self._failures = 0

    def run(self) -> None:
        while not self._ending.is_set():
            try:
                rest_s = self._turn()
                self._failures = 0
            except Exception as error:
                rest_s = self._put_off(error)
            self._ending.wait(rest_s)
        connection.close()

    def _turn(self) -> float:
        """How long to rest."""
        from wafaa.learn.segments.actions import catch_up_touched, find_next_flip, flip_due
        from wafaa.learn.segments.queries import has_touched

        if self._does_jobs:
            self._look_at_builds()
        done = catch_up_touched(alone=True) if has_touched() else 0
        due = find_next_flip()
        now = clock.now()
        is_due = due is not None and due <= now
        if is_due:
            done += flip_due(alone=True)
        # the transactions of one chunk hold readers of the stream back: between two of them others have their turn
        if done:
            return 0.01
        if is_due:
            return HELD_S
        return LOOK_S if due is None else min(LOOK_S, (due - now).total_seconds())

    def _look_at_builds(self) -> None:
        from wafaa.learn.segments.actions import rebuild_misplaced, resume_builds

        if not self._has_resumed:
            resume_builds()
            self._has_resumed = True
        if time.monotonic() >= self._next_settings:
            self._next_settings = time.monotonic() + SETTINGS_S
            rebuild_misplaced()

    def _put_off(self, error: Exception) -> float:
        self._failures += 1
        is_foreseen = isinstance(error, DatabaseError | InterfaceError)
        log.warning("segments could not be kept for a moment: %s", error, exc_info=not is_foreseen)
        connection.close_if_unusable_or_obsolete()
        return min(RETRY_S * 2.0 ** min(self._failures - 1, 10), RETRY_S_MAX)
