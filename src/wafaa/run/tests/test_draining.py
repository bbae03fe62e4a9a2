"""The consumers' threads: each for itself, woken at once, idle otherwise; several processes share the stream."""

import json
import os
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import psycopg
import pytest
from django.db import OperationalError, connection
from tests.build import make_event

from wafaa.kit.sql import load_sql
from wafaa.run.draining import RETRY_S_MAX, Drains, choose_backoff, read_names
from wafaa.run.tests.processes import wait_until
from wafaa.stream.actions import record_event, record_events
from wafaa.stream.models import Checkpoint, ParkedEvent
from wafaa.stream.queries import count_waiting, read_events
from wafaa.stream.rules import Consumer

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_S = 30
NEVER_S = 3600.0
TAKEOVER_S = 5.0
UNANNOUNCED = """
INSERT INTO stream_event
    (message_id, type, name, distinct_id, occurred_at, received_at, properties, context, source)
VALUES (%s, 'track', 'X', 'a', now(), now(), '{}', '{}', 'test')
"""


@contextmanager
def draining(*consumers):
    drains = Drains(consumers)
    thread = threading.Thread(target=drains.run, name="test-drains")
    thread.start()
    try:
        yield drains
    finally:
        drains.ending.set()
        thread.join(PATIENCE_S)
        assert not thread.is_alive()


def ask(query, *values):
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchone()[0]


class Ear:
    """A handler that notes what it hears, and lets one wait for it."""

    def __init__(self, name="ear", hears=()):
        self._heard, self._changed = [], threading.Condition()
        self.consumer = Consumer(name=name, hears=hears, handle=self.handle)

    def handle(self, heads):
        with self._changed:
            self._heard += [event.message_id for event in read_events(heads)]
            self._changed.notify_all()

    def wait_for(self, *ids):
        with self._changed:
            assert self._changed.wait_for(lambda: self._heard == list(ids), PATIENCE_S), self._heard


def test_a_slow_consumer_delays_nobody_else():
    ear, at_work, may_end = Ear(), threading.Event(), threading.Event()

    def dawdle(heads):
        at_work.set()
        assert may_end.wait(PATIENCE_S)

    with draining(Consumer(name="slow", hears=(), handle=dawdle), ear.consumer):
        record_event(event=make_event(message_id="1"))
        assert at_work.wait(PATIENCE_S)
        for number in "2345":
            record_event(event=make_event(message_id=number))
        ear.wait_for("1", "2", "3", "4", "5")
        assert not Checkpoint.objects.filter(consumer="slow", position__gt=0).exists()
        may_end.set()


def test_a_consumer_that_keeps_failing_for_a_reason_of_the_moment_backs_off_alone_and_loses_nothing(
    monkeypatch,
):
    monkeypatch.setattr("wafaa.run.draining.RETRY_S", 0.01)
    ear, late, tries, is_back = Ear(), Ear("late"), [], threading.Event()

    def fail(heads):
        tries.append(len(heads))
        if not is_back.is_set():
            raise OperationalError("no room")
        late.handle(heads)

    with draining(Consumer(name="late", hears=(), handle=fail), ear.consumer):
        for number in "123":
            record_event(event=make_event(message_id=number))
        ear.wait_for("1", "2", "3")
        wait_until(lambda: len(tries) > 6, PATIENCE_S)
        assert not ParkedEvent.objects.exists()
        is_back.set()
        late.wait_for("1", "2", "3")


def test_the_pause_after_failures_grows_to_half_a_minute():
    assert [choose_backoff(failures) for failures in (1, 2, 3, 4, 100)] == [0.5, 1, 2, 4, RETRY_S_MAX]


def test_a_recording_wakes_at_once_and_not_by_polling(monkeypatch):
    monkeypatch.setattr("wafaa.run.draining.POLL_S", NEVER_S)
    ear = Ear()
    listening = "SELECT count(*) FROM pg_stat_activity WHERE query = 'LISTEN wafaa_stream' AND datname = current_database()"
    drains = Drains([ear.consumer])
    thread = threading.Thread(target=drains.run, daemon=True)  # it would stop at the next notice
    thread.start()
    wait_until(lambda: ask(listening) == 1, PATIENCE_S)
    record_event(event=make_event(message_id="1"))
    ear.wait_for("1")
    record_events(events=[make_event(message_id="2"), make_event(message_id="3")])
    ear.wait_for("1", "2", "3")

    drains.ending.set()
    record_event(event=make_event(message_id="4"))
    thread.join(PATIENCE_S)
    assert not thread.is_alive()


@pytest.mark.parametrize(
    ("payloads", "names"),
    [
        (['["A","B"]', '["C"]'], {"A", "B", "C"}),
        ([json.dumps(['a"b\\', "طلب"])], {'a"b\\', "طلب"}),
        (['["A"]', ""], None),
    ],
)
def test_a_notice_says_which_events_there_are_or_nothing(payloads, names):
    assert read_names(payloads) == names


def test_a_notice_wakes_only_who_hears_what_was_recorded(monkeypatch):
    monkeypatch.setattr("wafaa.run.draining.POLL_S", NEVER_S)
    everything, mine, others = Ear("everything"), Ear("mine", ("Mine",)), Ear("others", ("Other",))
    drains = Drains([everything.consumer, mine.consumer, others.consumer])
    woken = list[str]()
    for thread in drains._threads:
        monkeypatch.setattr(thread, "wake", lambda name=thread.name: woken.append(name))

    drains.wake(frozenset({"Mine", "x"}))
    drains.wake(frozenset({"x"}))
    drains.wake()

    assert woken == ["everything", "mine", "everything", "everything", "mine", "others"]


def test_an_event_whose_notice_was_lost_is_found_by_the_poll(monkeypatch):
    monkeypatch.setattr("wafaa.run.draining.POLL_S", 0.05)
    ear = Ear()
    with draining(ear.consumer):
        record_event(event=make_event(message_id="1"))
        ear.wait_for("1")
        with connection.cursor() as cursor:
            cursor.execute(UNANNOUNCED, ["2"])
        ear.wait_for("1", "2")


def test_an_event_without_a_notice_is_found_however_often_others_are_told_of(monkeypatch):
    monkeypatch.setattr("wafaa.run.draining.POLL_S", 0.2)
    ear, over = Ear(hears=("X",)), threading.Event()
    tell = """SELECT pg_notify('wafaa_stream', '["Other"]')"""

    def chatter():
        with psycopg.connect(
            **connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}
        ) as told:
            told.autocommit = True
            while not over.wait(0.01):
                told.execute(tell)

    with draining(ear.consumer):
        speaker = threading.Thread(target=chatter)
        speaker.start()
        try:
            time.sleep(0.3)  # who listens has heard of others, and is never left in peace for POLL_S
            with connection.cursor() as cursor:
                cursor.execute(UNANNOUNCED, ["1"])
            ear.wait_for("1")
        finally:
            over.set()
            speaker.join(PATIENCE_S)


def test_a_listener_whose_connection_was_ended_listens_again(monkeypatch):
    monkeypatch.setattr("wafaa.run.draining.RETRY_S", 0.01)
    ear = Ear()
    with draining(ear.consumer):
        record_event(event=make_event(message_id="1"))
        ear.wait_for("1")
        wait_until(lambda: count_waiting([ear.consumer]) == 0, PATIENCE_S)  # it is committed
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
        record_event(event=make_event(message_id="2"))
        ear.wait_for("1", "2")


def test_an_event_behind_a_transaction_in_flight_is_heard_when_that_ends_without_a_notice(monkeypatch):
    monkeypatch.setattr("wafaa.run.draining.POLL_S", 0.05)
    ear = Ear()
    settings = connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}
    with draining(ear.consumer), psycopg.connect(**settings) as other:
        other.execute("SELECT pg_current_xact_id()")
        record_event(event=make_event(message_id="1"))
        assert count_waiting([ear.consumer]) == 1
        other.rollback()
        ear.wait_for("1")


# A worker in a process of its own whose handler notes what it hears and, asked to, never returns.
WORKER = """
import sys, time
import django
django.setup()
from django.db import connection
from wafaa.kit.sql import load_sql
from wafaa.run.draining import Drains, guard_sessions
from wafaa.stream.queries import read_events
from wafaa.stream.rules import Consumer

def handle(heads):
    with connection.cursor() as cursor:
        for event in read_events(heads):
            cursor.execute("INSERT INTO heard (event) VALUES (%s)", [event.message_id])
        if sys.argv[1] == "in_python":
            print("in the batch", flush=True)
            time.sleep(3600)
        if sys.argv[1] == "in_a_statement":
            print("in the batch", flush=True)
            cursor.execute("SELECT pg_sleep(3600)")

guard_sessions()
print("ready", flush=True)
Drains([Consumer(name="shared", hears=(), handle=handle)]).run()
"""


@pytest.fixture
def start_worker():
    """Ends them with the test."""
    url = psycopg.conninfo.make_conninfo(
        **{
            name: value
            for name, value in connection.get_connection_params().items()
            if name in {"dbname", "user", "password", "host", "port"}
        }
    )
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE heard (ordinal serial, event varchar)")
    started = []

    def start(manner):
        process = subprocess.Popen(
            [sys.executable, "-c", WORKER, manner],
            env={**os.environ, "WAFAA_DATABASE_URL": url},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout.readline() == "ready\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE heard")


def _read_heard():
    with connection.cursor() as cursor:
        cursor.execute("SELECT event FROM heard ORDER BY ordinal")
        return [event for (event,) in cursor.fetchall()]


@pytest.mark.slow
@pytest.mark.parametrize("manner", ["in_python", "in_a_statement"])
def test_a_worker_that_is_killed_in_a_batch_is_followed_by_another_within_5_seconds(start_worker, manner):
    dying = start_worker(manner)
    ids = [f"m{number}" for number in range(500)]
    record_events(events=[make_event(message_id=one) for one in ids])
    assert dying.stdout.readline() == "in the batch\n"
    start_worker("well")

    dying.kill()
    killed_at = time.monotonic()
    wait_until(_read_heard, PATIENCE_S)
    took_s = time.monotonic() - killed_at
    print(f"\n{manner}: taken over after {took_s:.2f} s")

    assert _read_heard() == ids
    assert took_s < TAKEOVER_S


def test_the_sessions_of_a_worker_end_soon_after_it_or_its_machine():
    settings = connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}
    with psycopg.connect(**settings) as session:
        session.execute(load_sql("wafaa.run", "guard_session"))
        shown = [
            session.execute(f"SHOW {name}").fetchone()[0]
            for name in ("client_connection_check_interval", "idle_in_transaction_session_timeout")
        ]
    assert shown == ["1s", "30s"]
