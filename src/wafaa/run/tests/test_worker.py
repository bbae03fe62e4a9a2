"""How long the keeper of the facts rests, and what the worker's jobs wait for."""

import asyncio
import threading
import time

import pytest
from asgiref.sync import sync_to_async
from django.db import connections
from procrastinate.contrib.django import app

from wafaa.run.syncing import BUSY_POLL_S, LOOK_S, FactsKeeper
from wafaa.run.worker import do_jobs


def test_the_keeper_rests_until_the_next_sync_and_looks_calmly_while_an_import_hinders_it():
    keeper = FactsKeeper()

    keeper._next_sync = time.monotonic() - 1  # due, but an import is on its way in
    assert keeper._choose_patience() == BUSY_POLL_S >= 0.5

    keeper._next_sync = time.monotonic() + 0.3
    assert 0 < keeper._choose_patience() <= 0.3

    keeper._next_sync = time.monotonic() + 30
    assert keeper._choose_patience() == LOOK_S

    keeper._facts_behind = False
    keeper._next_sync = 0
    assert keeper._choose_patience() == LOOK_S


@pytest.fixture
def periodic_thread():
    """The thread that defers periodic jobs lives as long as the process: other tests may have left it a dead connection."""

    def close() -> None:
        asyncio.run(sync_to_async(connections.close_all)())

    close()
    yield
    close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("periodic_thread")
def test_mails_do_not_wait_for_a_long_job():
    was_sent, seen = threading.Event(), []
    try:
        read_file = app.task(name="tests.read_file")(lambda: seen.append(was_sent.wait(20)))
        send_mail = app.task(name="tests.send_mail", queue="mail")(was_sent.set)
        read_file.defer()
        send_mail.defer()

        do_jobs(wait=False)
    finally:
        for name in ("tests.read_file", "tests.send_mail"):
            app.tasks.pop(name)

    assert seen == [True]
