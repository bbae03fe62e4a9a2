"""The analyst: the one process with engine and chart renderer; it answers the others over a Unix socket."""

import ctypes
import logging
import os
import signal
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from types import FrameType

import msgspec

from wafaa.kit import remote
from wafaa.run.loading import load_django

log = logging.getLogger(__name__)

# Each waits for the engine most of the time.
CONNECTIONS = 16
# What may run at once, by the first word of a function's name. The engine uses every core for one question,
# so a second one may only fill its gaps; one sync and one staging at a time; charts are short and need no
# limit.
LANES = {"measures": 2, "facts": 1, "files": 1}
# A request that takes longer to arrive than this comes from a process that hangs.
RECEIVE_PATIENCE_S = 10.0
# After so long without a question the engine's memory goes back to the machine: the usual answers are kept, and the next
# question that was not counted ahead opens the facts anew, which takes some seconds in a large shop.
REST_AFTER_S = 60.0


class Analyst:
    """A server over the functions that rooms registered in wafaa.kit.remote."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lanes = {word: threading.BoundedSemaphore(count) for word, count in LANES.items()}
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._asked_at = time.monotonic()

    def serve(self) -> None:
        """Answers until the process ends."""
        self.path.unlink(missing_ok=True)
        self._listener.bind(str(self.path))
        self._listener.listen(128)
        threading.Thread(target=self._rest_between_questions, daemon=True, name="rest").start()
        with ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="analyst") as pool:
            while True:
                connection, _ = self._listener.accept()
                pool.submit(self._answer, connection)

    def _answer(self, connection: socket.socket) -> None:
        with connection:
            try:
                connection.settimeout(RECEIVE_PATIENCE_S)
                message = remote.receive_message(connection)
                connection.settimeout(None)
                remote.send_message(connection, self._run(message))
            except (OSError, EOFError):
                log.info("a client went away before its answer")

    def _run(self, message: bytes) -> bytes:
        from django.db import close_old_connections

        name = "?"
        try:
            name = str(msgspec.json.decode(message)[0])
            with self._lane(name):
                close_old_connections()
                return remote.run(message)
        except Exception as error:
            log.exception("the function %s failed", name)
            return msgspec.json.encode([False, f"{name}: {error or type(error).__name__}"])
        finally:
            close_old_connections()
            if name.startswith(("measures.", "facts.")):
                self._asked_at = time.monotonic()

    def _rest_between_questions(self) -> None:
        while True:
            asked_at = self._asked_at
            time.sleep(REST_AFTER_S)
            if asked_at == self._asked_at:
                rest()

    def _lane(self, name: str) -> AbstractContextManager[object]:
        return self._lanes.get(name.partition(".")[0]) or nullcontext()


def rest() -> None:
    """Closes the facts (for whoever still asks them, afterwards) and gives back what is free."""
    from wafaa.learn.facts.queries import close_facts

    close_facts()
    with suppress(OSError, AttributeError):  # another C library than glibc
        ctypes.CDLL(None).malloc_trim(0)


def main() -> None:
    load_django()
    from wafaa.run.functions import register_functions

    register_functions()
    analyst = Analyst(Path(os.environ["WAFAA_ANALYST_SOCKET"]))
    # Here questions run in place: a function that asks another one must not queue behind itself.
    from django.conf import settings

    settings.ANALYST_SOCKET = ""

    def end(number: int, frame: FrameType | None) -> None:
        # What is being counted can be counted again; waiting for it would only delay the end.
        analyst.path.unlink(missing_ok=True)
        os._exit(0)

    signal.signal(signal.SIGTERM, end)
    analyst.serve()
