"""A transaction that keeps its word to record nothing holds no reader back, however long it takes; and is held to its word."""

import threading

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from tests.build import make_event

from wafaa.kit.sql import load_sql
from wafaa.stream.actions import keep_silent, record_event, record_events
from wafaa.stream.drain import drain_consumer, drain_once, drain_until_quiet
from wafaa.stream.models import Event
from wafaa.stream.queries import list_parked
from wafaa.stream.rules import Consumer

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_S = 30


@pytest.fixture
def other():
    """A second connection to the same database."""
    settings = connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}
    with psycopg.connect(**settings) as second:
        yield second


def _hear(into):
    def note(heads):
        into.extend(head.position for head in heads)

    return note


def _in_thread(task):
    def run():
        try:
            task()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_events_recorded_while_a_consumer_is_slow_are_heard_by_another_at_once():
    at_work, may_end, heard = threading.Event(), threading.Event(), []

    def dawdle(heads):
        at_work.set()
        assert may_end.wait(PATIENCE_S)

    record_event(event=make_event(message_id="first"))
    slow = _in_thread(lambda: drain_consumer(Consumer(name="slow", hears=(), handle=dawdle)))
    assert at_work.wait(PATIENCE_S)
    record_event(event=make_event(message_id="second"))  # its transaction began after the slow one

    assert drain_until_quiet([Consumer(name="quick", hears=(), handle=_hear(heard))]) == 2
    assert len(heard) == 2
    may_end.set()
    slow.join(PATIENCE_S)
    assert not slow.is_alive()


def test_a_consumer_that_tells_is_waited_for_because_its_event_stands_before_later_ones():
    at_work, may_end, heard = threading.Event(), threading.Event(), []

    def answer(heads):
        record_event(event=make_event("Answer", message_id="answer"))
        at_work.set()
        assert may_end.wait(PATIENCE_S)

    quick = Consumer(name="quick", hears=(), handle=_hear(heard))
    record_event(event=make_event("Question", message_id="question"))
    telling = Consumer(name="telling", hears=("Question",), handle=answer, tells=True)
    slow = _in_thread(lambda: drain_consumer(telling))
    assert at_work.wait(PATIENCE_S)
    record_event(event=make_event("Other", message_id="later"))

    assert drain_until_quiet([quick]) == 1  # the question alone
    assert drain_consumer(quick).waits
    may_end.set()
    slow.join(PATIENCE_S)
    assert drain_until_quiet([quick]) == 2
    assert heard == [event.position for event in Event.objects.order_by("xid", "position")]


@pytest.mark.parametrize("record", ["one", "many"])
def test_a_consumer_that_records_without_saying_so_is_stopped(record):
    def answer(heads):
        if record == "one":
            record_event(event=make_event("Answer", message_id="answer"))
        else:
            record_events(events=[make_event("Answer", message_id="answer")])

    record_event(event=make_event("Question", message_id="question"))
    drain_until_quiet([Consumer(name="secret", hears=("Question",), handle=answer)])

    assert [one.message_id for one in Event.objects.all()] == ["question"]
    (parked,) = list_parked(consumer="secret")
    assert "Consumer.tells" in parked.error
    record_event(event=make_event(message_id="after"))  # the session itself may record again
    assert Event.objects.count() == 2


def test_bulk_work_that_promises_to_record_nothing_is_not_waited_for(other):
    heard = []
    quick = Consumer(name="quick", hears=(), handle=_hear(heard))
    other.execute(load_sql("wafaa.stream", "keep_silent"))
    other.execute("INSERT INTO stream_messageid (message_id) VALUES ('any write gives it an id')")
    record_event(event=make_event(message_id="meanwhile"))

    assert drain_once([quick]) == 1
    other.rollback()


def test_a_promise_that_comes_after_a_write_is_not_believed(other):
    quick = Consumer(name="quick", hears=(), handle=_hear([]))
    other.execute("INSERT INTO stream_messageid (message_id) VALUES ('a write')")
    other.execute(load_sql("wafaa.stream", "keep_silent"))
    record_event(event=make_event(message_id="meanwhile"))

    assert drain_once([quick]) == 0
    other.rollback()
    assert drain_once([quick]) == 1


def test_whoever_promised_silence_records_no_event():
    def promise_and_record():
        with transaction.atomic():
            keep_silent()
            record_event(event=make_event())

    with pytest.raises(DatabaseError, match=r"Consumer\.tells"):
        promise_and_record()
    assert not Event.objects.exists()
