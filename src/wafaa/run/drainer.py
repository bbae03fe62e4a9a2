"""A further worker, which shares the stream and keeps segments true, and does nothing else: no jobs, no facts."""

import os
import signal
import threading
from types import FrameType

from wafaa.run.loading import load_django


def main() -> None:
    """Until SIGTERM. It needs the database alone, so it may run on another machine (`wafaa worker`)."""
    load_django()
    from wafaa.run.draining import Drains, guard_sessions
    from wafaa.run.segments import SegmentsKeeper

    guard_sessions()
    drains = Drains()
    keeper = SegmentsKeeper(drains.ending, does_jobs=False)

    def end(number: int, frame: FrameType | None) -> None:
        drains.ending.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    threading.Thread(target=keeper.run, daemon=True, name="segments").start()
    drains.run()
    os._exit(0)
