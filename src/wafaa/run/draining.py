"""The stream's threads: one for each consumer, so that a slow or failing one delays nobody else, and who wakes them.

Each has a connection of its own, and another for each further lane while much waits. An idle one sleeps until it is woken:
at once by the notice of a recording, or within POLL_S where a notice was lost with its connection.
"""

import json
import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import psycopg
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from wafaa.kit.sql import load_sql
from wafaa.stream.drain import FAN_OUT_EVENTS, Turn, drain_consumer
from wafaa.stream.queries import list_consumers
from wafaa.stream.rules import Consumer

log = logging.getLogger(__name__)

CHANNEL = "wafaa_stream"
# Notices wake at once; this only catches one that was lost with its connection.
POLL_S = 1.0
# Under load a consumer's turns begin so far apart, so that small batches become one; the first after a rest is at once. What a
# turn costs beside its events is most of it: at 1,000 events a second events are seen sooner with 0.15 than with 0.05.
GATHER_S = 0.15
# Notices come as often as recordings commit; so long the next ones are left to gather.
BREATH_S = 0.01
# How soon it looks again at what another worker has in hands, or what a transaction in flight hides. A worker that dies
# is followed by the next one within this and the time that PostgreSQL needs to see it (guard_session.sql).
HELD_S, HELD_S_MAX = 0.02, 0.2
# A consumer that keeps failing for a reason of the moment tries again after 0.5, 1, 2 ... seconds, alone.
RETRY_S, RETRY_S_MAX = 0.5, 30.0
# A batch takes less than a second; the supervisor waits for 15.
STOP_PATIENCE_S = 10.0


class ConsumerThread(threading.Thread):
    """Drains one consumer until it is ended."""

    def __init__(self, consumer: Consumer, on_handled: Callable[[], None]) -> None:
        super().__init__(daemon=True, name=consumer.name)
        self.consumer, self._on_handled = consumer, on_handled
        self._ending, self._woken = threading.Event(), threading.Event()
        self._held = self._failures = 0

    def wake(self) -> None:
        self._woken.set()

    def end(self) -> None:
        self._ending.set()
        self._woken.set()

    def run(self) -> None:
        try:
            while not self._ending.is_set():
                self._woken.clear()
                started = time.monotonic()
                self._rest(started, self._turn())
        finally:
            connection.close()

    def _turn(self) -> Turn:
        try:
            turn = drain_consumer(self.consumer)
        except Exception as error:
            log.exception("consumer %s failed", self.consumer.name)
            turn = Turn(failure=error)
        if turn.handled:
            self._on_handled()
        return turn

    def _rest(self, started: float, turn: Turn) -> None:
        self._failures = self._failures + 1 if turn.failure else 0
        self._held = self._held + 1 if turn.waits and not turn.failure else 0
        if turn.failure:
            # notices don't shorten it
            self._ending.wait(choose_backoff(self._failures))
        elif turn.handled < FAN_OUT_EVENTS:
            if turn.waits:
                self._woken.wait(min(HELD_S * 2 ** min(self._held, 10), HELD_S_MAX))
            elif not turn.handled:
                self._woken.wait()
            self._ending.wait(max(0.0, started + GATHER_S - time.monotonic()))


def choose_backoff(failures: int) -> float:
    """Seconds until a consumer tries again that failed so often in a row."""
    return float(min(RETRY_S * 2 ** min(failures - 1, 10), RETRY_S_MAX))


class Drains:
    """All consumers' threads of this process, and the connection that hears of new events."""

    def __init__(
        self, consumers: Sequence[Consumer] | None = None, *, on_handled: Callable[[], None] = lambda: None
    ) -> None:
        heard = list_consumers() if consumers is None else consumers
        self._threads: list[ConsumerThread] = []
        for consumer in heard:
            tell = partial(self._tell_followers, consumer.name, on_handled)
            self._threads.append(ConsumerThread(consumer, tell))
        self.ending = threading.Event()

    def run(self) -> None:
        """Until `ending` is set; then waits for the batches under way."""
        for thread in self._threads:
            thread.start()
        failures = 0
        while not self.ending.is_set():
            try:
                with _listen() as listener:
                    failures = 0
                    self._listen_on(listener)
            except psycopg.Error as error:
                failures += 1
                log.warning("the stream's notices are missed for a moment: %s", error)
                self.ending.wait(choose_backoff(failures))
        self._end_threads()

    def wake(self, names: frozenset[str] | None = None) -> None:
        """Those who hear one of these names; everybody, where nobody knows which there are."""
        for thread in self._threads:
            hears = thread.consumer.hears
            if names is None or not hears or not names.isdisjoint(hears):
                thread.wake()

    def _tell_followers(self, name: str, on_handled: Callable[[], None]) -> None:
        """Whoever comes after this consumer may go on now."""
        for thread in self._threads:
            if any(first.name == name for first in thread.consumer.after):
                thread.wake()
        on_handled()

    def _listen_on(self, listener: psycopg.Connection[Any]) -> None:
        """Wakes those whom a notice is for, and all at the poll where the newest event is another one than before.

        The poll comes by the clock, however many notices there are: a recording that came too soon after one of the same
        name sends none of its own.
        """
        self.wake()  # whatever was recorded while nobody listened
        newest, poll_at = None, time.monotonic() + POLL_S
        while not self.ending.is_set():
            patience_s = max(0.0, poll_at - time.monotonic())
            if notices := [notice.payload for notice in listener.notifies(timeout=patience_s, stop_after=1)]:
                self.wake(read_names(notices))
                self.ending.wait(BREATH_S)
            if time.monotonic() < poll_at:
                continue
            before, newest = (
                newest,
                listener.execute(load_sql("wafaa.stream", "find_newest_place")).fetchone(),
            )
            poll_at = time.monotonic() + POLL_S
            if newest != before:
                self.wake()

    def _end_threads(self) -> None:
        for thread in self._threads:
            thread.end()
        deadline = time.monotonic() + STOP_PATIENCE_S
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))


def read_names(payloads: Iterable[str]) -> frozenset[str] | None:
    """The names of the events that notices tell of; None where one of them doesn't say."""
    told = list(payloads)
    return frozenset(name for payload in told for name in json.loads(payload)) if all(told) else None


def _listen() -> psycopg.Connection[Any]:
    """A connection of its own: Django's would mix notices with its transactions."""
    listener = psycopg.connect(
        **connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}, autocommit=True
    )
    listener.execute(f"LISTEN {CHANNEL}")
    return listener


def guard_sessions() -> None:
    """For this process: sessions that end soon after their worker or its machine, and a worker that sees the server vanish."""
    options = connections.databases["default"]["OPTIONS"]
    for name, seconds in {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 2}.items():
        options.setdefault(name, seconds)
    options.setdefault("tcp_user_timeout", 10_000)
    connection_created.connect(_guard_session, dispatch_uid="wafaa.run.guard_session")


def _guard_session(connection: BaseDatabaseWrapper, **_kwargs: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.run", "guard_session"))
