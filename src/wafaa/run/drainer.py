"""A further worker, which shares the stream and does nothing else: no jobs, no facts."""

import os
import signal
from types import FrameType


def main() -> None:
    """Until SIGTERM. It needs the database alone, so it may run on another machine (`wafaa worker`)."""
    import django

    django.setup()
    from wafaa.run.draining import Drains, guard_sessions

    guard_sessions()
    drains = Drains()

    def end(number: int, frame: FrameType | None) -> None:
        drains.ending.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    drains.run()
    os._exit(0)
