"""Senders of the outbox: side by side, slow, killed."""

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection
from tests.build import make_event

from wafaa.act.webhooks.actions import create_endpoint
from wafaa.act.webhooks.handlers import on_any_event
from wafaa.kit.tests.receivers import Answer, receiving
from wafaa.run.outbox import OutboxSender
from wafaa.run.tests.processes import wait_until
from wafaa.stream import outbox
from wafaa.stream.actions import record_events
from wafaa.stream.drain import drain_until_quiet
from wafaa.stream.models import Attempt, Effect
from wafaa.stream.outbox import Kind, NewEffect, Outcome, Verdict
from wafaa.stream.rules import Consumer

pytestmark = pytest.mark.django_db(transaction=True)

# Longer than any machine takes for what is decided by events.
PATIENCE_S = 60.0
DELIVERED = Outcome(verdict=Verdict.DELIVERED, status=200)
HEARS_ALL = Consumer(name="act.webhooks", hears=(), handle=on_any_event)


def ask(*keys, to="there"):
    outbox.enqueue(kind="test", effects=[NewEffect(key=key, destination=to) for key in keys])


def make_kind(deliver, **given):
    """`deliver` gets the effect, in a thread without a database."""

    def prepare(effects):
        return {effect.id: (lambda effect=effect: deliver(effect)) for effect in effects}

    return Kind(name="test", prepare=prepare, **given)


@contextmanager
def sending(kind, *, senders=1, lease_s=outbox.LEASE_S):
    started = [OutboxSender([kind], lease_s=lease_s) for _one in range(senders)]
    threads = [threading.Thread(target=sender.run, daemon=True) for sender in started]
    for thread in threads:
        thread.start()
    try:
        yield started
    finally:
        for sender in started:
            sender.ending.set()
            sender.wake()
        for thread in threads:
            thread.join(PATIENCE_S)
            assert not thread.is_alive()


def count_states():
    return Counter(Effect.objects.values_list("state", flat=True))


def test_what_is_asked_for_is_done_at_once_and_settled():
    done = []
    kind = make_kind(lambda effect: done.append(effect.key) or DELIVERED)
    # with such a lease it would look by itself after a hundred seconds: only the notice can have woken it
    with sending(kind, lease_s=500):
        ask("first")
        wait_until(lambda: count_states() == {"delivered": 1}, PATIENCE_S)
        ask("second", "third")
        wait_until(lambda: count_states() == {"delivered": 3}, PATIENCE_S)

    assert sorted(done) == ["first", "second", "third"]
    assert set(Attempt.objects.values_list("status", flat=True)) == {200}


def test_a_destination_that_hangs_delays_no_other():
    release, hanging = threading.Event(), threading.Semaphore(0)

    def deliver(effect):
        if effect.destination == "hanging":
            hanging.release()
            assert release.wait(PATIENCE_S)
        return DELIVERED

    with sending(make_kind(deliver, senders=6, width=4)):
        ask(*[f"h{number}" for number in range(40)], to="hanging")
        for _one in range(4):
            assert hanging.acquire(timeout=PATIENCE_S)
        ask(*[f"q{number}" for number in range(40)], to="quick")

        # all of these arrive while the others still hang
        wait_until(lambda: count_states()["delivered"] == 40, PATIENCE_S)
        assert count_states() == {"delivered": 40, "in_flight": 4, "pending": 36}
        release.set()
        wait_until(lambda: count_states() == {"delivered": 80}, PATIENCE_S)


def test_two_senders_never_have_the_same_effect_at_the_same_time():
    lock, flying, met, done = threading.Lock(), set(), [], Counter()

    def deliver(effect):
        with lock:
            met.extend([effect.key] if effect.key in flying else [])
            flying.add(effect.key)
        done[effect.key] += 1
        with lock:
            flying.discard(effect.key)
        return DELIVERED

    keys = [f"k{number}" for number in range(200)]
    with sending(make_kind(deliver, width=50), senders=3):
        ask(*keys[:100], to="one")
        ask(*keys[100:], to="two")
        wait_until(lambda: count_states() == {"delivered": 200}, PATIENCE_S)

    assert met == []
    assert done == dict.fromkeys(keys, 1)


def test_a_slow_delivery_keeps_its_lease_while_its_sender_lives():
    release, begun = threading.Event(), []

    def deliver(effect):
        begun.append(effect.key)
        assert release.wait(PATIENCE_S)
        return DELIVERED

    with sending(make_kind(deliver), senders=2, lease_s=1.0):
        ask("slow")
        wait_until(lambda: begun, PATIENCE_S)
        first = Effect.objects.get().leased_until
        # renewed again and again, far beyond the first lease
        wait_until(lambda: (Effect.objects.get().leased_until - first).total_seconds() > 2.0, PATIENCE_S)
        release.set()
        wait_until(lambda: count_states() == {"delivered": 1}, PATIENCE_S)

    assert begun == ["slow"]


def test_a_delivery_that_breaks_and_one_that_cannot_be_prepared_are_tried_again_later():
    def deliver(effect):
        raise KeyError("ours")

    with sending(make_kind(deliver)):
        ask("a")
        wait_until(Attempt.objects.exists, PATIENCE_S)
    assert (Attempt.objects.get().error, count_states()) == ("KeyError", {"pending": 1})

    def refuse(effects):
        raise KeyError("ours")

    Effect.objects.all().delete()
    with sending(Kind(name="test", prepare=refuse)):
        ask("b")
        wait_until(Attempt.objects.exists, PATIENCE_S)
    assert (Attempt.objects.get().error, count_states()) == ("not_prepared", {"pending": 1})


def test_what_is_in_flight_at_the_end_is_settled():
    begun = threading.Event()

    def deliver(effect):
        begun.set()
        return DELIVERED

    with sending(make_kind(deliver)):
        ask("a")
        assert begun.wait(PATIENCE_S)

    assert count_states() == {"delivered": 1}


SENDER = """
import django
django.setup()
from wafaa.act.webhooks.sending import WEBHOOKS
from wafaa.run.outbox import OutboxSender
OutboxSender([WEBHOOKS]).run()
"""


@pytest.fixture
def start_sender():
    """In a process of its own; ends them with the test."""
    url = psycopg.conninfo.make_conninfo(
        **{
            name: value
            for name, value in connection.get_connection_params().items()
            if name in {"dbname", "user", "password", "host", "port"}
        }
    )
    started = []

    def start():
        process = subprocess.Popen(
            [sys.executable, "-c", SENDER],
            env={
                **os.environ,
                "WAFAA_DATABASE_URL": url,
                "WAFAA_OUTBOUND_ALLOW_PRIVATE": "1",
                "DJANGO_SETTINGS_MODULE": "wafaa.config.settings",
            },
            stdin=subprocess.DEVNULL,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.mark.slow
def test_a_sender_that_is_killed_before_it_could_settle_is_followed_by_another(start_sender, owner, settings):
    settings.OUTBOUND_ALLOW_PRIVATE = True
    arrived, release = threading.Event(), threading.Event()

    def hold_the_first(_request, _handler):
        if not arrived.is_set():
            arrived.set()
            assert release.wait(PATIENCE_S)
        return Answer()

    with receiving(hold_the_first) as there:
        create_endpoint(url=there.url, names=["Order Completed"], by=owner)
        record_events(events=[make_event("Order Completed", message_id="m1", properties={"order_id": "9"})])
        drain_until_quiet([HEARS_ALL])
        dying = start_sender()
        assert arrived.wait(PATIENCE_S)

        dying.send_signal(signal.SIGKILL)
        dying.wait()
        release.set()
        assert Effect.objects.get().state == "in_flight"
        start_sender()
        wait_until(lambda: count_states() == {"delivered": 1}, PATIENCE_S)

    first, second = there.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    assert list(Attempt.objects.order_by("id").values_list("error", "status")) == [
        ("sender_lost", None),
        ("", 200),
    ]
