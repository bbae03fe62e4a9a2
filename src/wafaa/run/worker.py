"""The worker: hands events on as they are recorded, keeps the facts in step, does the jobs of the queue."""

import asyncio
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any

from wafaa.run.loading import load_django

log = logging.getLogger(__name__)

# New jobs are announced; this is how late a retry may start, and a look costs one indexed query.
JOBS_POLL_S = 5.0
SWITCH_S = 0.0005


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


def _end_on_failure(loop: Callable[[], None], is_ending: Callable[[], bool]) -> Callable[[], None]:
    """A loop that ends takes the process with it: half a worker would look alive."""

    def guarded() -> None:
        try:
            loop()
        except Exception:
            log.exception("the worker's loop failed")
        if not is_ending():
            os._exit(1)

    return guarded


def main() -> None:
    load_django()
    from wafaa.config.flow import OUTBOX
    from wafaa.run.asking import Asking
    from wafaa.run.draining import Drains, guard_sessions
    from wafaa.run.functions import register_functions
    from wafaa.run.journeying import Journeys
    from wafaa.run.outbox import GRACE_S, make_senders
    from wafaa.run.releasing import Releases
    from wafaa.run.segments import SegmentsKeeper
    from wafaa.run.syncing import FactsKeeper

    # Who hands mails over waits for the interpreter after each word of a server; at Python's 5 ms, batches that are being
    # prepared meanwhile would leave a sender a hundred mails a second.
    sys.setswitchinterval(SWITCH_S)
    guard_sessions()
    register_functions()
    keeper = FactsKeeper()
    drains = Drains(on_handled=keeper.note_handled)
    senders = make_senders(OUTBOX, drains.ending)

    def end(number: int, frame: FrameType | None) -> None:
        keeper.end()
        drains.ending.set()
        for sender in senders:
            sender.wake()

    signal.signal(signal.SIGTERM, end)
    threading.Thread(target=_end_on_failure(do_jobs, drains.ending.is_set), daemon=True, name="jobs").start()
    threading.Thread(
        target=_end_on_failure(keeper.run, drains.ending.is_set), daemon=True, name="facts"
    ).start()
    threading.Thread(
        target=_end_on_failure(SegmentsKeeper(drains.ending).run, drains.ending.is_set),
        daemon=True,
        name="segments",
    ).start()
    threading.Thread(
        target=_end_on_failure(Releases(drains.ending).run, drains.ending.is_set),
        daemon=True,
        name="messages",
    ).start()
    threading.Thread(
        target=_end_on_failure(Journeys(drains.ending).run, drains.ending.is_set),
        daemon=True,
        name="journeys",
    ).start()
    threading.Thread(
        target=_end_on_failure(Asking(drains.ending).run, drains.ending.is_set),
        daemon=True,
        name="asking",
    ).start()
    sending = [
        threading.Thread(target=_end_on_failure(one.run, drains.ending.is_set), daemon=True, name="outbox")
        for one in senders
    ]
    for thread in sending:
        thread.start()
    drains.run()
    for thread in sending:
        thread.join(GRACE_S)
    # Jobs that run are redone after the next start, as after a kill; a sync of the facts leaves the former ones.
    os._exit(0)
