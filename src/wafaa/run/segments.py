"""The worker's thread that keeps segments true beside the stream: memberships whose moment has come, rows that staff wrote.

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
# How soon new settings of the business count.
SETTINGS_S = 30.0
RETRY_S, RETRY_S_MAX = 1.0, 30.0


class SegmentsKeeper:
    """The loop: looks for touched customers every LOOK_S, and sleeps no longer than until the next membership may flip."""

    def __init__(self, ending: threading.Event) -> None:
        self._ending = ending
        self._next_settings = 0.0
        self._failures = 0

    def run(self) -> None:
        from wafaa.learn.segments.actions import resume_builds

        resume_builds()
        while not self._ending.is_set():
            try:
                rest_s = self._turn()
                self._failures = 0
            except (DatabaseError, InterfaceError) as error:
                rest_s = self._put_off(error)
            self._ending.wait(rest_s)
        connection.close()

    def _turn(self) -> float:
        """How long to rest."""
        from wafaa.learn.segments.actions import catch_up_touched, find_next_flip, flip_due, rebuild_misplaced
        from wafaa.learn.segments.queries import has_touched

        if time.monotonic() >= self._next_settings:
            self._next_settings = time.monotonic() + SETTINGS_S
            rebuild_misplaced()
        done = catch_up_touched() if has_touched() else 0
        due = find_next_flip()
        now = clock.now()
        if due is not None and due <= now:
            done += flip_due()
        # the transactions of one chunk hold readers of the stream back: between two of them others have their turn
        if done:
            return 0.01
        return LOOK_S if due is None else min(LOOK_S, max(0.0, (due - now).total_seconds()))

    def _put_off(self, error: Exception) -> float:
        self._failures += 1
        log.warning("segments could not be kept for a moment: %s", error)
        connection.close_if_unusable_or_obsolete()
        return min(RETRY_S * 2.0 ** min(self._failures - 1, 10), RETRY_S_MAX)
