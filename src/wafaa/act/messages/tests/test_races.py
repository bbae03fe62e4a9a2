"""Several at once: nobody gets a message twice, or more than the budget; a pause holds at once; a receipt waits for nobody."""

import threading
import time
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection

from wafaa.act.messages.actions import cancel_sending, change_settings, pause_sending, release_due
from wafaa.act.messages.delivering import LANES
from wafaa.act.messages.errors import SendingOver
from wafaa.act.messages.models import Message
from wafaa.act.messages.queries import count_states
from wafaa.act.messages.rules import Person
from wafaa.act.messages.tests.samples import ME, ask, make_reader, make_shop, make_template
from wafaa.kit import clock
from wafaa.know.consents.models import ConsentState
from wafaa.know.customers.models import Customer, DistinctId
from wafaa.run.outbox import make_senders
from wafaa.run.tests.processes import wait_until
from wafaa.stream import outbox
from wafaa.stream.models import Destination, Effect

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE_S = 60.0
ALWAYS = [{"country": one, "opens": "00:00", "closes": "24:00"} for one in ("", "SA")]


@pytest.fixture(autouse=True)
def shop():
    make_shop()
    change_settings(changes={"windows": ALWAYS}, by=None)


def race(*deeds):
    """All at the same moment, each with a connection of its own."""
    barrier, failures = threading.Barrier(len(deeds)), []

    def run(deed):
        try:
            barrier.wait(30)
            deed()
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert failures == []


def make_crowd(size):
    now = clock.now()
    people = Customer.objects.bulk_create(
        Customer(external_id=f"C{n}", email=f"c{n}@example.com", language="en", created_at=now, changed_in=1)
        for n in range(size)
    )
    DistinctId.objects.bulk_create(DistinctId(distinct_id=one.external_id, customer=one) for one in people)
    ConsentState.objects.bulk_create(
        ConsentState(distinct_id=one.external_id, channel="email", purpose="marketing", given_at=now)
        for one in people
    )
    return [Person(customer_id=one.pk) for one in people]


def test_the_same_asked_for_by_four_at_once_is_one_message():
    reader, template = make_reader(), make_template()

    race(*[lambda: ask(template, reader)] * 4)

    assert (Message.objects.count(), Effect.objects.count()) == (1, 1)


def test_four_sources_at_once_share_one_budget():
    reader, template = make_reader(), make_template()

    race(*[lambda number=number: ask(template, reader, reason=f"r{number}") for number in range(4)])

    assert sorted(Message.objects.values_list("state", flat=True)) == ["held", "held", "held", "queued"]
    assert Effect.objects.count() == 1


def test_two_who_release_at_once_never_overdraw_the_budget():
    readers, template = [make_reader(str(number)) for number in range(5)], make_template()
    due = clock.now() + timedelta(hours=1)
    for reason in ("a", "b", "c"):
        ask(template, *readers, reason=reason, due_at=due)
    Message.objects.update(due_at=clock.now())

    race(*[lambda: [release_due(limit=4) for _round in range(5)]] * 3)

    assert count_all() == {"queued": 5, "held": 10}
    assert Effect.objects.count() == 5


def count_all():
    states = list(Message.objects.values_list("state", flat=True))
    return {state: states.count(state) for state in set(states)}


def test_who_asks_while_it_is_cancelled_leaves_nothing_behind():
    crowd, template = make_crowd(400), make_template()
    ask(template, crowd[0], reason="c")

    def go_on():
        for start in range(1, 400, 40):
            with suppress(SendingOver):
                ask(template, *crowd[start : start + 40], reason="c")

    race(go_on, lambda: cancel_sending(reason="c"))

    assert set(count_all()) == {"cancelled"}
    assert Effect.objects.count() == 0


def is_waited_for():
    """Whether somebody waits for what this connection has locked."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        )
        return cursor.fetchone()[0] > 0


@pytest.mark.parametrize("turn", [pause_sending, cancel_sending])
def test_who_presses_pause_and_who_settles_lock_in_one_order(turn):
    ask(make_template(), make_reader(), lane="bulk")
    (effect,) = outbox.claim(kind=LANES[2], sender=ME, limit=1)
    has_locked = threading.Event()

    def wait_for_the_press(*_settled):
        """Has locked the destination, and will ask for the sending's state."""
        has_locked.set()
        wait_until(is_waited_for, PATIENCE_S)

    def settle():
        kind = replace(LANES[2], settled=wait_for_the_press)
        done = [(effect, outbox.Outcome(verdict=outbox.Verdict.DEFERRED))]
        outbox.settle_all(kind=kind, sender=ME, done=done)

    def press():
        has_locked.wait(PATIENCE_S)
        turn(reason="campaign")

    race(settle, press)

    assert Destination.objects.get(name__startswith="messages-bulk").is_paused
    assert count_all() == ({"queued": 1} if turn is pause_sending else {"cancelled": 1})


@pytest.fixture
def senders():
    """As the worker has them: bulk apart."""
    ending = threading.Event()
    started = make_senders(LANES, ending)
    threads = [threading.Thread(target=one.run, daemon=True) for one in started]
    for thread in threads:
        thread.start()
    yield
    ending.set()
    for one in started:
        one.wake()
    for thread in threads:
        thread.join(PATIENCE_S)


def test_a_pause_holds_within_two_seconds_and_a_receipt_waits_for_nobody(mailserver, senders):
    crowd, template = make_crowd(400), make_template()
    mailserver.slow_s = 0.02  # four at a time: two hundred a second, so the outbox is full for two seconds
    ask(template, *crowd, lane="bulk")
    wait_until(lambda: len(mailserver.taken) > 20, PATIENCE_S)

    ask(template, crowd[-1], reason="receipts", purpose="service", lane="urgent")
    asked_at = time.monotonic()
    wait_until(lambda: count_states("receipts") == {"sent": 1}, PATIENCE_S)
    assert time.monotonic() - asked_at < 2
    assert count_states("campaign").get("queued", 0) > 0, "the campaign was over: nothing was shown"

    pause_sending(reason="campaign")
    time.sleep(2)  # what this test is about
    standing = len(mailserver.taken)
    time.sleep(1)
    assert len(mailserver.taken) == standing < 401
    assert Effect.objects.filter(state="in_flight").count() == 0
    cancelled = cancel_sending(reason="campaign")
    assert count_states("campaign") == {"sent": standing - 1, "cancelled": cancelled}
