"""The worker: hands events on as they are recorded, keeps the facts in step, does the jobs of the queue."""

import asyncio
import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any

import psycopg

log = logging.getLogger(__name__)

CHANNEL = "wafaa_stream"
# Notices wake the loop at once; this only catches one that was lost with its connection.
POLL_S = 1.0
# New jobs are announced; this is how late a retry may start, and a look costs one indexed query.
JOBS_POLL_S = 5.0
# Events that stream in one by one share a sync; an import's end is at most this late in the figures.
SYNC_INTERVAL_S = 2.0
# What took long rests as many times longer, so that pages have the cores meanwhile, but no longer than a minute.
SYNC_REST = 4
SYNC_REST_S_MAX = 60.0
# How often it looks whether an import that is on its way in has ended.
BUSY_POLL_S = 0.5
# How soon new settings show in the figures.
LOOK_S = 5.0
# Until the analyst that just started answers, or after a sync that failed.
RETRY_S = 1.0
RETRY_S_MAX = 60.0


class Drainer:
    """The loop from the stream to the facts."""

    def __init__(self) -> None:
        self.ending = threading.Event()
        self._facts_behind = True  # whatever an earlier process left undone
        self._counted_under: tuple[object, ...] = ()
        self._next_look = 0.0
        self._next_sync = 0.0
        self._failures = 0

    def run(self) -> None:
        from wafaa.listen.connectors.files.actions import resume_publishing

        resume_publishing()
        with _listen() as listener:
            while not self.ending.is_set():
                handled = self._drain()
                self._look_for_changes()
                self._sync_if_due()
                if not handled:
                    self._wait(listener)

    def _drain(self) -> int:
        from wafaa.config.flow import CONSUMERS
        from wafaa.stream.drain import drain_once

        handled = drain_once(CONSUMERS)
        self._facts_behind = self._facts_behind or handled > 0
        return handled

    def _look_for_changes(self) -> None:
        """What moves the facts without our events: settings, a new epoch, imports drained elsewhere."""
        if time.monotonic() < self._next_look:
            return
        from wafaa.listen.connectors.files.queries import list_imports

        self._next_look = time.monotonic() + LOOK_S
        if _counts_under() != self._counted_under or list_imports(state="applying").exists():
            self._facts_behind = True

    def _wait(self, listener: psycopg.Connection[Any]) -> None:
        """Until something is recorded, or the poll; so a stop waits for a second at most."""
        for _notice in listener.notifies(timeout=self._choose_patience(), stop_after=1):
            pass

    def _choose_patience(self) -> float:
        """Until the next sync is due; one that is due already waits for an import to end or for events to be handled."""
        if not self._facts_behind:
            return POLL_S
        due_in_s = self._next_sync - time.monotonic()
        return min(POLL_S, due_in_s) if due_in_s > 0 else BUSY_POLL_S

    def _sync_if_due(self) -> None:
        """Not while an import is on its way in, so that all figures turn at once."""
        if not self._facts_behind or time.monotonic() < self._next_sync or not _is_quiet():
            return
        from wafaa.kit.remote import AnalystFailed, AnalystUnavailable
        from wafaa.know.orders.actions import refresh_totals
        from wafaa.listen.connectors.files.actions import mark_counted
        from wafaa.run.demo.actions import settle_replacement
        from wafaa.run.errors import ImportUnderway
        from wafaa.run.functions import sync_facts

        under, started = _counts_under(), time.monotonic()
        refresh_totals()
        try:
            applied = sync_facts()["applied"]
        except ImportUnderway:
            return  # its events wake the loop again
        except (AnalystFailed, AnalystUnavailable) as error:
            self._failures += 1
            # the first one is usual: the analyst is still starting
            level = logging.INFO if self._failures == 1 else logging.WARNING
            log.log(level, "the facts will be synced later: %s", error)
            self._next_sync = time.monotonic() + min(RETRY_S * 2 ** (self._failures - 1), RETRY_S_MAX)
            return
        self._failures = 0
        self._facts_behind = False
        self._counted_under = under
        self._next_sync = time.monotonic() + choose_rest(time.monotonic() - started)
        if mark_counted(applied):
            settle_replacement()


def choose_rest(took_s: float) -> float:
    """Seconds from the end of one sync to the next."""
    return max(SYNC_INTERVAL_S, min(SYNC_REST * took_s, SYNC_REST_S_MAX))


def _counts_under() -> tuple[object, ...]:
    """What facts and figures depend on besides the rows. A sync also counts ahead what Today asks: on a new day nobody waits."""
    from wafaa.access.business.queries import get_business
    from wafaa.kit import clock
    from wafaa.stream.queries import get_epoch

    business = get_business()
    today = clock.today(business.zone)
    return business.time_zone, business.currency, business.lapse_window_days, today, get_epoch()


def _is_quiet() -> bool:
    from wafaa.config.flow import CONSUMERS
    from wafaa.listen.connectors.files.queries import is_publishing
    from wafaa.stream.queries import count_waiting

    return not is_publishing() and count_waiting(CONSUMERS, limit=1) == 0


def _listen() -> psycopg.Connection[Any]:
    """A connection of its own: Django's would mix notices with its transactions."""
    from django.db import connection

    listener = psycopg.connect(
        **connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}, autocommit=True
    )
    listener.execute(f"LISTEN {CHANNEL}")
    return listener


def do_jobs(*, wait: bool = True) -> None:
    """Runs the queue's jobs until the process ends (until none is left without `wait`): one after another, and beside
    them those of the queue of mails, because nobody should wait for a link to a new password until an import is read.
    """
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector

    connector = app.connector
    assert isinstance(connector, DjangoConnector)
    jobs = app.with_connector(connector.get_worker_connector())

    work = partial(
        jobs.run_worker_async,
        wait=wait,
        install_signal_handlers=False,
        fetch_job_polling_interval=JOBS_POLL_S,
        task_middleware=[_close_afterwards],
    )

    async def run() -> None:
        async with jobs.open_async():
            await asyncio.gather(work(), work(queues=["mail"]))

    asyncio.run(run())


def _close_afterwards(do_job: Callable[[], Any], _context: object, _worker: object) -> Any:
    """A job's connection would idle until the thread's next one, and may be dead by then."""
    from django.db import connection

    try:
        return do_job()
    finally:
        connection.close()


def _end_on_failure(loop: Callable[[], None]) -> Callable[[], None]:
    """A loop that ends takes the process with it: half a worker would look alive."""

    def guarded() -> None:
        try:
            loop()
        except Exception:
            log.exception("the worker's loop failed")
        os._exit(1)

    return guarded


def main() -> None:
    import django

    django.setup()
    from wafaa.run.functions import register_functions

    register_functions()
    drainer = Drainer()

    def end(number: int, frame: FrameType | None) -> None:
        drainer.ending.set()

    signal.signal(signal.SIGTERM, end)
    threading.Thread(target=_end_on_failure(do_jobs), daemon=True, name="jobs").start()
    drainer.run()
    # Jobs that run are redone after the next start, as after a kill.
    os._exit(0)
