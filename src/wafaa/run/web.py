"""The web server's process: granian with one worker process of a few threads."""

import os
from collections.abc import Callable
from typing import Any

from wafaa.config.environment import is_low_memory
from wafaa.run.lifeline import follow_multiprocessing_parent

# Pages wait for the database and the analyst most of the time; more threads would queue for Python's lock.
THREADS = 4
THREADS_LOW_MEMORY = 2
STOP_PATIENCE_S = 10


def load_application() -> Callable[..., Any]:
    """Runs in the worker process."""
    follow_multiprocessing_parent()
    from wafaa.config.wsgi import application

    return application


def main() -> None:
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    server = Server(
        "wafaa.config.wsgi:application",
        address=os.environ["WAFAA_WEB_HOST"],
        port=int(os.environ["WAFAA_WEB_PORT"]),
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS_LOW_MEMORY if is_low_memory() else THREADS,
        workers_kill_timeout=STOP_PATIENCE_S,
        websockets=False,
        log_level=LogLevels.warning,
    )
    server.serve(target_loader=load_application, wrap_loader=False)
