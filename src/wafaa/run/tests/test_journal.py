"""What a dead sender's journal tells: nothing that was done is done again, nothing that was not begun counts as a try."""

import os
import signal
import subprocess
import sys
import uuid

import psycopg
import pytest
from django.db import connection

from wafaa.run.journal import Journal, read_journal, recover_dead
from wafaa.run.tests.processes import wait_until
from wafaa.stream import outbox
from wafaa.stream.models import Attempt, Effect
from wafaa.stream.outbox import Kind, NewEffect, Outcome, Verdict

PATIENCE_S = 60.0
DELIVERED = Outcome(verdict=Verdict.DELIVERED, status=250, answer="2.0.0 queued\nas 7")


def make_kind(told):
    return Kind(
        name="test",
        prepare=lambda effects: {},
        settled_all=told.extend,
        width=100,
        senders=100,
    )


@pytest.fixture
def claimed(db):
    """Four effects in the hands of a sender; its journal is in `folder`."""
    outbox.enqueue(kind="test", effects=[NewEffect(key=key, destination="there") for key in "abcd"])
    sender = uuid.uuid4()
    return sender, {one.key: one for one in outbox.claim(kind=make_kind([]), sender=sender, limit=10)}


def test_the_journal_of_a_dead_sender_is_settled_and_only_what_was_begun_is_in_doubt(claimed, tmp_path):
    sender, effects = claimed
    journal = Journal(tmp_path, sender)
    for key in "abc":
        journal.begin(effects[key].id)
    journal.end(effects["a"].id, DELIVERED)
    journal.end(effects["b"].id, Outcome(verdict=Verdict.FAILED, status=451))
    assert recover_dead(tmp_path, [make_kind([])]) == 0  # it lives: it holds the lock
    die(journal)

    told = []
    assert recover_dead(tmp_path, [make_kind(told)]) == 1

    states = {row.key: (row.state, row.attempts) for row in Effect.objects.all()}
    assert states == {
        "a": ("delivered", 1),
        "b": ("pending", 0),  # was refused: nothing of it is anywhere
        "c": ("in_flight", 1),  # nobody knows
        "d": ("pending", 0),
    }
    assert [(one.effect.key, one.outcome.answer) for one in told if one.state == "delivered"] == [
        ("a", "2.0.0 queued as 7")
    ]
    assert outbox.free_lost() == 1
    assert list(Attempt.objects.order_by("effect").values_list("effect__key", "error")) == [
        ("a", ""),
        ("c", "sender_lost"),
    ]
    assert list(tmp_path.iterdir()) == []
    again = outbox.claim(kind=make_kind([]), sender=uuid.uuid4(), limit=10)
    assert {one.key: one.is_unsure for one in again} == {"b": False, "c": True, "d": False}


def die(journal):
    """The process is gone, and with it its lock."""
    journal._map.close()
    os.close(journal._file)


def test_what_another_sender_has_begun_meanwhile_is_left_to_it(claimed, tmp_path):
    sender, effects = claimed
    journal = Journal(tmp_path, sender)
    for one in effects.values():
        journal.begin(one.id)
        journal.end(one.id, DELIVERED)
    Effect.objects.update(leased_until="2020-01-01T00:00:00Z")
    outbox.free_lost()
    other = uuid.uuid4()
    taken = outbox.claim(kind=make_kind([]), sender=other, limit=1)
    die(journal)

    recover_dead(tmp_path, [make_kind([])])

    states = dict(Effect.objects.values_list("key", "state"))
    assert states == {"a": "in_flight", "b": "delivered", "c": "delivered", "d": "delivered"}
    assert outbox.settle(kind=make_kind([]), sender=other, effect=taken[0], outcome=DELIVERED)


def test_a_sender_that_was_only_cut_off_may_still_say_that_it_is_done(claimed):
    sender, effects = claimed
    Effect.objects.update(leased_until="2020-01-01T00:00:00Z")
    outbox.free_lost()

    done = [(effects["a"], DELIVERED), (effects["b"], Outcome(verdict=Verdict.FAILED, status=500))]
    assert outbox.settle_all(kind=make_kind([]), sender=sender, done=done) == {effects["a"].id}

    assert dict(Effect.objects.values_list("key", "state")) == {
        "a": "delivered",
        "b": "pending",
        "c": "pending",
        "d": "pending",
    }


def test_a_long_journal_is_written_anew_with_what_is_in_hand(tmp_path, monkeypatch):
    monkeypatch.setattr("wafaa.run.journal.SIZE_BYTES", 200)
    journal = Journal(tmp_path, uuid.uuid4())
    (path,) = tmp_path.iterdir()
    for number in range(20):
        journal.begin(number)
        journal.end(number, DELIVERED)
        if number != 7:
            journal.forget([number])
    journal.begin(99)

    known = read_journal(path)

    # what is settled may stand there until it is full again
    assert 7 in known.done
    assert len(known.done) < 8
    assert known.begun == {99}
    assert path.stat().st_size == 200
    assert list(tmp_path.iterdir()) == [path]


def test_a_line_that_was_cut_off_is_no_word(tmp_path):
    path = tmp_path / "x.log"
    path.write_bytes(b"B 1\nD 1 250 ok\nB 2\nD")

    known = read_journal(path)

    assert (set(known.done), known.begun) == ({1}, {2})


SENDER = """
import sys
import django
django.setup()
from django.conf import settings
settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(sys.argv[1])
from wafaa.act.messages.delivering import BULK
from wafaa.run.outbox import OutboxSender
OutboxSender([BULK]).run()
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_send_through_five_kills_loses_nothing_and_repeats_only_what_was_in_the_air(tmp_path):
    """With plain SMTP a mail may come twice only if it was being handed over when its sender was killed."""
    from wafaa.act.messages.actions import change_settings
    from wafaa.act.messages.models import Message
    from wafaa.act.messages.rules import Person
    from wafaa.act.messages.tests.samples import ask, make_shop, make_template
    from wafaa.act.messages.tests.servers import serving_mail
    from wafaa.kit import clock
    from wafaa.know.consents.models import ConsentState
    from wafaa.know.customers.models import Customer, DistinctId

    mails, kills = 1_000, 5
    make_shop()
    change_settings(
        changes={"windows": [{"country": one, "opens": "00:00", "closes": "24:00"} for one in ("", "SA")]},
        by=None,
    )
    now = clock.now()
    people = Customer.objects.bulk_create(
        Customer(external_id=f"C{n}", email=f"c{n}@example.com", language="en", created_at=now, changed_in=1)
        for n in range(mails)
    )
    DistinctId.objects.bulk_create(DistinctId(distinct_id=one.external_id, customer=one) for one in people)
    ConsentState.objects.bulk_create(
        ConsentState(distinct_id=one.external_id, channel="email", purpose="marketing", given_at=now)
        for one in people
    )
    sent = ask(make_template(), *[Person(customer_id=one.pk) for one in people], lane="bulk")
    assert sent.counts == {"queued": mails}
    with serving_mail() as server:
        for kill in range(kills):
            process = start_sender(server.port, tmp_path)
            target = min(mails, (kill + 1) * mails // (kills + 2))
            wait_until(lambda target=target: len(server.taken) >= target, PATIENCE_S)
            process.send_signal(signal.SIGKILL)
            process.wait()
        process = start_sender(server.port, tmp_path)
        try:
            wait_until(lambda: Message.objects.filter(state="sent").count() == mails, PATIENCE_S)
        finally:
            process.kill()
            process.wait()
        got = [to for to, _mail in server.taken]

    assert set(got) == {one.email for one in people}  # none is lost
    repeated = {to for to in got if got.count(to) > 1}
    unsure = set(Message.objects.filter(is_unsure=True).values_list("customer__email", flat=True))
    assert repeated <= unsure  # each is listed
    assert len(got) - len(set(got)) <= len(unsure) <= kills * 4  # at most one for each thread and kill


def start_sender(port, home):
    url = psycopg.conninfo.make_conninfo(
        **{
            name: value
            for name, value in connection.get_connection_params().items()
            if name in {"dbname", "user", "password", "host", "port"}
        }
    )
    return subprocess.Popen(
        [sys.executable, "-c", SENDER, str(port)],
        env={
            **os.environ,
            "WAFAA_DATABASE_URL": url,
            "WAFAA_HOME": str(home),
            "DJANGO_SETTINGS_MODULE": "wafaa.config.settings",
        },
        stdin=subprocess.DEVNULL,
    )
