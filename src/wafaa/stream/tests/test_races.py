"""Several connections at once: nothing lost, nothing doubled, whoever commits late or dies."""

import threading

import psycopg
import pytest
from django.db import OperationalError, connection
from tests.build import make_event

from wafaa.stream.actions import record_event, record_events
from wafaa.stream.drain import drain_once, drain_until_quiet, draining_meanwhile
from wafaa.stream.models import Checkpoint, Event
from wafaa.stream.queries import count_waiting, read_events
from wafaa.stream.rules import Consumer

pytestmark = pytest.mark.django_db(transaction=True)

INSERT = """
INSERT INTO stream_event
    (message_id, type, name, distinct_id, occurred_at, received_at, properties, context, source)
VALUES (%s, 'track', 'X', %s, now(), now(), '{}', '{}', 'test')
"""


@pytest.fixture
def other():
    """A second connection to the same database."""
    settings = connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}
    with psycopg.connect(**settings) as second:
        yield second


@pytest.fixture
def heard():
    """A table of what was heard; its rows come and go with the drain's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE heard (ordinal serial, event varchar)")
    yield _read_heard
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE heard")


def _read_heard():
    with connection.cursor() as cursor:
        cursor.execute("SELECT event FROM heard ORDER BY ordinal")
        return [event for (event,) in cursor.fetchall()]


def _note(heads):
    events = read_events(heads)
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO heard (event) VALUES (%s)", [(event.message_id,) for event in events])


NOTES = Consumer(name="notes", hears=(), handle=_note)


def test_an_older_transaction_that_commits_late_loses_nothing(other, heard):
    other.execute(INSERT, ["late", "a"])  # its transaction is older than the next one, and still open
    record_event(event=make_event(message_id="early"))

    assert drain_until_quiet([NOTES]) == 0  # "early" waits, for "late" may come before it
    assert count_waiting([NOTES]) == 1
    other.commit()

    assert drain_until_quiet([NOTES]) == 2
    assert heard() == ["late", "early"]
    assert count_waiting([NOTES]) == 0


def test_a_transaction_that_rolls_back_leaves_no_hole_to_wait_for(other, heard):
    other.execute(INSERT, ["never", "a"])
    record_event(event=make_event(message_id="stays"))
    other.rollback()

    assert drain_until_quiet([NOTES]) == 1
    assert heard() == ["stays"]


def test_a_drain_that_dies_in_the_middle_leaves_everything_as_before(heard):
    record_events(events=[make_event(message_id=str(i)) for i in range(5)])

    def die(events):
        _note(events)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        drain_once([Consumer(name="notes", hears=(), handle=die)])

    assert heard() == []
    assert not Checkpoint.objects.exists()
    assert drain_until_quiet([NOTES]) == 5
    assert heard() == ["0", "1", "2", "3", "4"]


def test_who_finds_the_checkpoint_taken_goes_on_without_waiting(other, heard):
    record_event(event=make_event(message_id="1"))
    drain_until_quiet([NOTES])
    record_event(event=make_event(message_id="2"))
    other.execute("SELECT FROM stream_checkpoint WHERE consumer = 'notes' FOR UPDATE")

    assert drain_once([NOTES]) == 0
    other.rollback()
    assert drain_once([NOTES]) == 1
    assert heard() == ["1", "2"]


def test_two_recorders_and_two_drains_at_once_hear_each_event_once_and_in_order(heard):
    failures = []

    def work(task):
        try:
            task()
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    def record(who):
        for batch in range(15):
            ids = [f"{who}-{batch * 4 + i}" for i in range(4)]
            record_events(events=[make_event(message_id=one, distinct_id=who) for one in ids])
            record_event(event=make_event(message_id=f"both-{batch}", distinct_id="both"))

    recorders = [threading.Thread(target=work, args=(lambda who=who: record(who),)) for who in "ab"]

    def drain():
        while any(one.is_alive() for one in recorders) or count_waiting([NOTES]):
            drain_once([NOTES])

    drains = [threading.Thread(target=work, args=(drain,)) for _ in range(2)]
    for thread in [*recorders, *drains]:
        thread.start()
    for thread in [*recorders, *drains]:
        thread.join(timeout=60)

    assert failures == []
    events = heard()
    assert len(events) == len(set(events)) == Event.objects.count() == 60 + 60 + 15
    for who in "ab":
        mine = [one for one in events if one.startswith(who) and not one.startswith("both")]
        assert mine == [f"{who}-{i}" for i in range(60)]


def test_the_drain_refuses_to_run_inside_another_transaction():
    from django.db import transaction

    record_event(event=make_event())
    with transaction.atomic(), pytest.raises(RuntimeError):
        drain_once([NOTES])


def test_a_transaction_in_another_database_holds_nobody_back(heard):
    elsewhere = connection.get_connection_params() | {"cursor_factory": psycopg.Cursor, "dbname": "postgres"}
    with psycopg.connect(**elsewhere) as stranger:
        stranger.execute("SELECT pg_current_xact_id()")
        record_event(event=make_event(message_id="1"))

        assert drain_until_quiet([NOTES]) == 1
        stranger.rollback()
    assert heard() == ["1"]


def test_a_drain_beside_the_recording_handles_each_event_once(heard):
    with draining_meanwhile([NOTES]):
        for ordinal in range(50):
            record_event(event=make_event(message_id=f"m{ordinal}"))
    while count_waiting([NOTES]):
        drain_until_quiet([NOTES])

    assert heard() == [f"m{ordinal}" for ordinal in range(50)]


def test_a_drain_beside_the_recording_that_fails_leaves_the_events_to_the_caller(heard):
    def interrupt(_events):
        raise KeyboardInterrupt

    with draining_meanwhile([Consumer(name="notes", hears=(), handle=interrupt)]):
        record_event(event=make_event(message_id="waits"))

    assert drain_until_quiet([NOTES]) == 1
    assert heard() == ["waits"]


def test_lanes_are_drained_side_by_side_where_much_waits(heard, monkeypatch):
    monkeypatch.setattr("wafaa.stream.drain.FAN_OUT_EVENTS", 10)
    ids = [f"{letter}-{ordinal}" for ordinal in range(10) for letter in "abcdefgh"]
    record_events(events=[make_event(message_id=one, distinct_id=one[0]) for one in ids])
    both_at_work, people = threading.Barrier(2, timeout=30), []

    def meet(heads):
        both_at_work.wait()
        people.append({head.distinct_id for head in heads})
        _note(heads)

    assert drain_once([Consumer(name="notes", hears=(), handle=meet, lanes=2)]) == 80

    assert len(people) == 2
    assert people[0].isdisjoint(people[1])
    assert sorted(heard()) == sorted(ids)
    for letter in "abcdefgh":
        assert [one for one in heard() if one[0] == letter] == [f"{letter}-{i}" for i in range(10)]


def test_a_lane_that_fails_leaves_the_other_alone(heard, monkeypatch):
    monkeypatch.setattr("wafaa.stream.drain.FAN_OUT_EVENTS", 10)
    record_events(events=[make_event(message_id=f"{i}", distinct_id=f"{i}") for i in range(40)])

    def fail_in_one(heads):
        if any(head.distinct_id == "0" for head in heads):
            raise OperationalError("no room")
        _note(heads)

    with pytest.raises(OperationalError):
        drain_once([Consumer(name="notes", hears=(), handle=fail_in_one, lanes=2)])
    assert 0 < len(heard()) < 40
    drain_until_quiet([Consumer(name="notes", hears=(), handle=_note, lanes=2)])

    assert sorted(heard(), key=int) == [f"{i}" for i in range(40)]
