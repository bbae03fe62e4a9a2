"""Sends what waits in the outbox: one thread speaks with the database, others do the effects and know no database.

So a hundred slow answers hold no connection and no transaction. Several such senders may run, in several processes.
"""

import logging
import queue
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import psycopg
from django.db import DatabaseError, InterfaceError, connection

from wafaa.stream.outbox import (
    CHANNEL,
    LEASE_S,
    RENEWAL_S,
    Claimed,
    Deliver,
    Kind,
    Outcome,
    Verdict,
    claim,
    free_lost,
    renew,
    settle,
)

log = logging.getLogger(__name__)

# Notices wake it at once; this is how late a retry may start, or a notice that was lost with its connection is noticed.
POLL_S = 1.0
# After the database went away.
RETRY_S = 1.0
# What is in flight at the end may finish for so long; the rest is sent again after the next start.
GRACE_S = 3.0

_Done = tuple[Kind, Claimed, Outcome]


class OutboxSender:
    """Runs in a thread of its own until `ending` is set."""

    def __init__(
        self, kinds: Sequence[Kind], *, ending: threading.Event | None = None, lease_s: float = LEASE_S
    ) -> None:
        self.ending = ending or threading.Event()
        self._kinds = kinds
        self._sender = uuid.uuid4()
        self._lease_s = lease_s
        self._inbox: queue.SimpleQueue[_Done | None] = queue.SimpleQueue()  # None: look again
        self._unsettled: list[_Done] = []
        self._in_flight: dict[int, str] = {}  # effect to kind
        self._next_renewal = 0.0
        self._hands = {
            kind.name: ThreadPoolExecutor(max_workers=kind.senders, thread_name_prefix=kind.name)
            for kind in kinds
        }

    def run(self) -> None:
        listener = threading.Thread(target=self._listen, daemon=True, name="outbox-listener")
        listener.start()
        try:
            while not self.ending.is_set():
                self._turn_safely(self._turn)
                self._wait(POLL_S)
            self._finish()
        finally:
            for hands in self._hands.values():
                hands.shutdown(wait=False, cancel_futures=True)
            connection.close()

    def wake(self) -> None:
        self._inbox.put(None)

    def _turn_safely(self, turn: Callable[[], None]) -> None:
        """A database that is away takes nothing from us: what was done is settled when it is back."""
        try:
            turn()
        except (DatabaseError, InterfaceError) as error:
            log.warning("the outbox waits for the database: %s", error)
            connection.close()
            self.ending.wait(RETRY_S)

    def _turn(self) -> None:
        self._settle_all()
        if time.monotonic() >= self._next_renewal:
            if self._in_flight:
                renew(sender=self._sender, ids=list(self._in_flight), lease_s=self._lease_s)
            self._next_renewal = time.monotonic() + RENEWAL_S * self._lease_s / LEASE_S
            free_lost()
        for kind in self._kinds:
            self._send_due(kind)

    def _settle_all(self) -> None:
        while self._unsettled:
            kind, effect, outcome = self._unsettled[0]
            try:
                if not settle(kind=kind, sender=self._sender, effect=effect, outcome=outcome):
                    log.warning("effect %s was taken over before it was settled", effect.uuid)
            except (DatabaseError, InterfaceError):
                raise
            except Exception:
                log.exception("effect %s could not be settled", effect.uuid)
            self._unsettled.pop(0)
            self._in_flight.pop(effect.id, None)

    def _send_due(self, kind: Kind) -> None:
        free = kind.senders - list(self._in_flight.values()).count(kind.name)
        if free <= 0:
            return
        claimed = claim(kind=kind, sender=self._sender, limit=free, lease_s=self._lease_s)
        if not claimed:
            return
        self._in_flight.update({effect.id: kind.name for effect in claimed})
        prepared = _prepare(kind, claimed)
        for effect in claimed:
            todo = prepared.get(effect.id, _NOTHING)
            if isinstance(todo, Outcome):
                self._inbox.put((kind, effect, todo))
            else:
                self._hands[kind.name].submit(self._do, kind, effect, todo)

    def _do(self, kind: Kind, effect: Claimed, deliver: Deliver) -> None:
        """In a thread of its own, without the database."""
        began = time.monotonic()
        try:
            outcome = deliver()
        except Exception as error:
            log.exception("effect %s failed", effect.uuid)
            outcome = Outcome(verdict=Verdict.FAILED, error=type(error).__name__, blames_destination=False)
        took_ms = int((time.monotonic() - began) * 1000)
        self._inbox.put((kind, effect, replace(outcome, took_ms=outcome.took_ms or took_ms)))

    def _wait(self, patience_s: float) -> None:
        """Until something was done, or is asked for, or the poll; then takes all that came meanwhile."""
        with suppress(queue.Empty):
            self._take(self._inbox.get(timeout=patience_s * self._lease_s / LEASE_S))
            while True:
                self._take(self._inbox.get_nowait())

    def _take(self, come: _Done | None) -> None:
        if come is not None:
            self._unsettled.append(come)

    def _finish(self) -> None:
        ends_at = time.monotonic() + GRACE_S
        while self._in_flight and (left_s := ends_at - time.monotonic()) > 0:
            self._wait(min(left_s, RENEWAL_S))
            self._turn_safely(self._settle_all)

    def _listen(self) -> None:
        """On a connection of its own: Django's would mix notices with its transactions."""
        while not self.ending.is_set():
            try:
                with _open_listener() as listener:
                    self.wake()  # for what was told while nobody listened
                    while not self.ending.is_set():
                        for _notice in listener.notifies(timeout=POLL_S, stop_after=1):
                            self.wake()
            except psycopg.Error as error:
                log.info("the outbox listens again after: %s", error)
                self.ending.wait(RETRY_S)


_NOTHING = Outcome(verdict=Verdict.CANCELLED, error="not_wanted")


def _prepare(kind: Kind, claimed: Sequence[Claimed]) -> dict[int, Deliver | Outcome]:
    """What a kind cannot prepare is tried again later: it is our fault, not the destination's."""
    try:
        return dict(kind.prepare(claimed))
    except Exception:
        log.exception("%s could not be prepared", kind.name)
        failed = Outcome(verdict=Verdict.FAILED, error="not_prepared", blames_destination=False)
        return {effect.id: failed for effect in claimed}


def _open_listener() -> psycopg.Connection[tuple[object, ...]]:
    settings = connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}
    listener: psycopg.Connection[tuple[object, ...]] = psycopg.connect(**settings, autocommit=True)
    listener.execute(f"LISTEN {CHANNEL}")
    return listener
