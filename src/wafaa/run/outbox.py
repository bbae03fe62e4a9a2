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
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from wafaa.run.journal import Journal, recover_dead
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
    find_paused,
    free_lost,
    renew,
    settle_all,
)

log = logging.getLogger(__name__)

# Notices wake it at once; this is how late a retry may start, or a notice that was lost with its connection is noticed.
POLL_S = 1.0
# After the database went away.
RETRY_S = 1.0
# What is in flight at the end may finish for so long; the rest is sent again after the next start.
GRACE_S = 3.0
# So often it is asked whether somebody has paused what is claimed and not begun.
HALT_POLL_S = 0.5
SETTLED_AT_ONCE = 500

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
        self._in_flight: dict[int, Claimed] = {}
        self._kind_of: dict[int, str] = {}
        self._halted: set[str] = set()  # destinations
        self._next_renewal = self._next_halt = 0.0
        self._frees_from = 0.0
        self._gather_s = min((kind.gather_s for kind in kinds), default=0.0)
        self._folder = settings.HOME / "outbox" / kinds[0].name
        self._journal = Journal(self._folder, self._sender)
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
            self._journal.close()
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
            # it was away from others too, who will say that they live as soon as it is back
            self._frees_from = time.monotonic() + self._lease_s
            self.ending.wait(RETRY_S)

    def _turn(self) -> None:
        self._settle_waiting()
        now = time.monotonic()
        if now >= self._next_renewal:
            if self._in_flight:
                renew(sender=self._sender, ids=list(self._in_flight), lease_s=self._lease_s)
            self._next_renewal = now + RENEWAL_S * self._lease_s / LEASE_S
            recover_dead(self._folder, self._kinds)
            if now >= self._frees_from:
                free_lost(kinds=[kind.name for kind in self._kinds])
        if now >= self._next_halt:
            self._next_halt = now + HALT_POLL_S
            self._halted = find_paused({effect.destination for effect in self._in_flight.values()})
        for kind in self._kinds:
            self._send_due(kind)

    def _settle_waiting(self) -> None:
        """Those of one kind together; where that fails, one by one, so that one alone is left."""
        while self._unsettled:
            kind = self._unsettled[0][0]
            some = [one for one in self._unsettled if one[0] is kind][:SETTLED_AT_ONCE]
            try:
                self._settle(kind, some)
            except (DatabaseError, InterfaceError):
                raise
            except Exception:
                log.exception("effects of %s could not be settled together", kind.name)
                for one in some:
                    self._settle_alone(kind, one)
            ids = {effect.id for _kind, effect, _outcome in some}
            self._unsettled = [one for one in self._unsettled if one[1].id not in ids]
            self._journal.forget(list(ids))
            for effect_id in ids:
                self._in_flight.pop(effect_id, None)
                self._kind_of.pop(effect_id, None)

    def _settle(self, kind: Kind, some: Sequence[_Done]) -> None:
        done = [(effect, outcome) for _kind, effect, outcome in some]
        ours = settle_all(kind=kind, sender=self._sender, done=done)
        for effect, _outcome in done:
            if effect.id not in ours:
                log.warning("effect %s was taken over before it was settled", effect.uuid)

    def _settle_alone(self, kind: Kind, one: _Done) -> None:
        try:
            self._settle(kind, [one])
        except (DatabaseError, InterfaceError):
            raise
        except Exception:
            log.exception("effect %s could not be settled", one[1].uuid)

    def _send_due(self, kind: Kind) -> None:
        free = kind.room - list(self._kind_of.values()).count(kind.name)
        if free <= 0:
            return
        claimed = claim(kind=kind, sender=self._sender, limit=free, lease_s=self._lease_s)
        if not claimed:
            return
        self._in_flight.update({effect.id: effect for effect in claimed})
        self._kind_of.update({effect.id: kind.name for effect in claimed})
        prepared = _prepare(kind, claimed)
        for effect in claimed:
            todo = prepared.get(effect.id, _NOTHING)
            if isinstance(todo, Outcome):
                self._inbox.put((kind, effect, todo))
            else:
                self._hands[kind.name].submit(self._do, kind, effect, todo)

    def _do(self, kind: Kind, effect: Claimed, deliver: Deliver) -> None:
        """In a thread of its own, without the database."""
        if effect.destination in self._halted or self.ending.is_set():
            self._inbox.put((kind, effect, _LATER))
            return
        self._journal.begin(effect.id)
        began = time.monotonic()
        try:
            outcome = deliver()
        except Exception as error:
            log.exception("effect %s failed", effect.uuid)
            outcome = Outcome(verdict=Verdict.FAILED, error=type(error).__name__, blames_destination=False)
        self._journal.end(effect.id, outcome)
        took_ms = int((time.monotonic() - began) * 1000)
        self._inbox.put((kind, effect, replace(outcome, took_ms=outcome.took_ms or took_ms)))

    def _wait(self, patience_s: float) -> None:
        """Until something was done, or is asked for, or the poll; then takes all that came meanwhile, and waits a little for
        more of it while the senders have enough in hand.
        """
        with suppress(queue.Empty):
            self._take(self._inbox.get(timeout=patience_s * self._lease_s / LEASE_S))
            ends_at = time.monotonic() + self._gather_s
            while self._has_enough() and (left_s := ends_at - time.monotonic()) > 0:
                self._take(self._inbox.get(timeout=left_s))
            while True:
                self._take(self._inbox.get_nowait())

    def _has_enough(self) -> bool:
        """More than half of what may be in hand is not done yet."""
        return len(self._in_flight) > 2 * len(self._unsettled)

    def _take(self, come: _Done | None) -> None:
        if come is not None:
            self._unsettled.append(come)

    def _finish(self) -> None:
        ends_at = time.monotonic() + GRACE_S
        while self._in_flight and (left_s := ends_at - time.monotonic()) > 0:
            self._wait(min(left_s, RENEWAL_S))
            self._turn_safely(self._settle_waiting)

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


def make_senders(kinds: Sequence[Kind], ending: threading.Event) -> list[OutboxSender]:
    """One for each kind that is apart, and one for all others."""
    groups = [[kind for kind in kinds if not kind.is_apart], *([kind] for kind in kinds if kind.is_apart)]
    return [OutboxSender(group, ending=ending) for group in groups if group]


_NOTHING = Outcome(verdict=Verdict.CANCELLED, error="not_wanted")
_LATER = Outcome(verdict=Verdict.DEFERRED)


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
