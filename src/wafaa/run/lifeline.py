"""A child process ends when the process that started it ends, however that was.

The parent keeps the writing end of a pipe, which nobody writes to; the kernel closes it with the parent.
Everything that a child does survives being killed at any moment, so it ends at once.
"""

import os
import threading
from multiprocessing import connection, parent_process

VARIABLE = "WAFAA_LIFELINE"
# Told apart from a crash in the supervisor's log.
EXIT_ORPHANED = 70


def make_lifeline() -> tuple[int, int]:
    """(reading end to give to children by pass_fds and WAFAA_LIFELINE, writing end to keep)."""
    return os.pipe()


def follow_parent() -> None:
    """For a process started by the supervisor; elsewhere it does nothing."""
    if given := os.environ.get(VARIABLE):
        threading.Thread(target=_wait_for_end, args=(int(given),), daemon=True, name="lifeline").start()


def follow_multiprocessing_parent() -> None:
    """For a process that multiprocessing started, whichever its method."""
    if parent := parent_process():
        threading.Thread(
            target=_wait_for_sentinel, args=(parent.sentinel,), daemon=True, name="lifeline"
        ).start()


def _wait_for_end(descriptor: int) -> None:
    while os.read(descriptor, 1):
        pass
    os._exit(EXIT_ORPHANED)


def _wait_for_sentinel(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(EXIT_ORPHANED)
