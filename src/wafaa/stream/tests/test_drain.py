"""The drain: in order, exactly once, and what fails is parked without holding anybody else up."""

import pytest
from django.db import DatabaseError, OperationalError, connection
from tests.build import make_event

from wafaa.stream.actions import record_event, record_events
from wafaa.stream.drain import drain_once, drain_until_quiet
from wafaa.stream.models import Checkpoint, Event, ParkedEvent
from wafaa.stream.parking import replay_parked
from wafaa.stream.queries import count_waiting, list_parked, list_waiting_ids, read_events
from wafaa.stream.rules import Consumer

pytestmark = pytest.mark.django_db


class Notes:
    """A handler that notes what it hears in a table of the same database, and fails when told so."""

    def __init__(self, name="notes", hears=(), lanes=1, after=()):
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TEMPORARY TABLE {name} (ordinal serial, event varchar)")
        self.table, self.bad, self.batches = name, set(), []
        self.consumer = Consumer(name=name, hears=hears, handle=self.handle, lanes=lanes, after=after)

    def handle(self, heads):
        events = read_events(heads)
        self.batches.append([event.message_id for event in events])
        for event in events:
            with connection.cursor() as cursor:
                cursor.execute(f"INSERT INTO {self.table} (event) VALUES (%s)", [event.message_id])
            if event.message_id in self.bad:
                raise ValueError(f"{event.message_id} is bad")

    def heard(self):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT event FROM {self.table} ORDER BY ordinal")
            return [event for (event,) in cursor.fetchall()]


def _record(ids, **told):
    record_events(events=[make_event(message_id=one, distinct_id=one[0], **told) for one in ids])


def test_a_consumer_hears_everything_once_and_in_order():
    notes = Notes()
    _record(["b1", "a1", "b2"])
    assert count_waiting([notes.consumer]) == 3

    assert drain_until_quiet([notes.consumer]) == 3
    assert drain_until_quiet([notes.consumer]) == 0
    _record(["a2"])
    assert drain_until_quiet([notes.consumer]) == 1

    assert notes.heard() == ["b1", "a1", "b2", "a2"]
    assert count_waiting([notes.consumer]) == 0


def test_a_consumer_of_names_hears_only_those_in_the_order_of_the_stream():
    notes = Notes(hears=("X", "Y"))
    _record(["a1"], name="Y")
    _record(["a2"], name="Other")
    _record(["a3"], name="X")
    _record(["a4"], name="Y")

    assert count_waiting([notes.consumer]) == 3
    assert drain_until_quiet([notes.consumer]) == 3
    assert notes.heard() == ["a1", "a3", "a4"]


def test_a_new_consumer_starts_at_the_beginning():
    early = Notes("early")
    _record(["a1"])
    drain_until_quiet([early.consumer])
    late = Notes("late")
    _record(["a2"])

    drain_until_quiet([early.consumer, late.consumer])

    assert early.heard() == late.heard() == ["a1", "a2"]


def test_a_batch_ends_at_its_limit():
    notes = Notes()
    _record(["a1", "a2", "a3"])

    assert drain_once([notes.consumer], limit=2) == 2
    assert drain_once([notes.consumer], limit=2) == 1
    assert notes.batches == [["a1", "a2"], ["a3"]]


def test_a_batch_ends_at_its_bytes_but_has_one_event_at_least(monkeypatch):
    monkeypatch.setattr("wafaa.stream.drain.BATCH_BYTES", 10)
    notes = Notes()
    _record(["a1", "a2"], properties={"text": "x" * 100})

    assert drain_once([notes.consumer]) == 1
    assert drain_once([notes.consumer]) == 1
    assert notes.batches == [["a1"], ["a2"]]


def test_what_fails_is_parked_alone_and_later_events_of_its_id_wait_behind_it():
    notes = Notes()
    notes.bad = {"a2"}
    _record(["a1", "b1", "a2", "c1", "a3", "b2"])

    assert drain_until_quiet([notes.consumer]) == 6
    _record(["a4", "b3"])
    drain_until_quiet([notes.consumer])

    assert notes.heard() == ["a1", "b1", "c1", "b2", "b3"]
    parked = list_parked(consumer="notes")
    assert [(one.distinct_id, one.error) for one in parked] == [
        ("a", "ValueError: a2 is bad"),
        ("a", ""),
        ("a", ""),
    ]
    assert count_waiting([notes.consumer]) == 0


def test_other_consumers_hear_what_one_has_parked():
    strict, calm = Notes("strict"), Notes("calm")
    strict.bad = {"a1"}
    _record(["a1", "a2"])

    drain_until_quiet([strict.consumer, calm.consumer])

    assert strict.heard() == []
    assert calm.heard() == ["a1", "a2"]


def test_parked_events_are_replayed_in_order_and_what_fails_again_stays():
    notes = Notes()
    notes.bad = {"a1", "b2"}
    _record(["a1", "b1", "a2", "b2", "b3"])
    drain_until_quiet([notes.consumer])
    assert notes.heard() == ["b1"]
    notes.bad = {"b2"}

    assert replay_parked(consumer=notes.consumer, distinct_ids=["a", "b"]) == 2

    assert notes.heard() == ["b1", "a1", "a2"]
    assert [(one.distinct_id, one.error) for one in list_parked()] == [
        ("b", "ValueError: b2 is bad"),
        ("b", ""),
    ]
    notes.bad = set()
    assert replay_parked(consumer=notes.consumer, distinct_ids=["b"]) == 2
    assert notes.heard() == ["b1", "a1", "a2", "b2", "b3"]
    assert not ParkedEvent.objects.exists()


def test_many_bad_events_are_all_found():
    notes = Notes()
    ids = [f"{chr(97 + i)}{i}" for i in range(20)]
    notes.bad = set(ids[::3])
    _record(ids)

    drain_until_quiet([notes.consumer])

    assert notes.heard() == [one for one in ids if one not in notes.bad]
    assert [one.error for one in list_parked()] == [f"ValueError: {one} is bad" for one in ids[::3]]


def test_a_failure_of_the_moment_parks_nothing_and_moves_nothing():
    notes = Notes()
    _record(["a1"])

    def lose_connection(heads):
        notes.handle(heads)
        raise OperationalError("the connection went away")

    broken = Consumer(name="notes", hears=(), handle=lose_connection)
    with pytest.raises(DatabaseError):
        drain_once([broken])

    assert notes.heard() == []
    assert not Checkpoint.objects.exists()
    assert not ParkedEvent.objects.exists()
    assert drain_until_quiet([notes.consumer]) == 1
    assert notes.heard() == ["a1"]


def test_a_consumer_that_cannot_read_on_delays_no_other():
    calm = Notes("calm")

    def fail(heads):
        raise OperationalError("no room")

    _record(["a1"])
    with pytest.raises(OperationalError):
        drain_once([Consumer(name="broken", hears=(), handle=fail), calm.consumer])

    assert calm.heard() == ["a1"]


def test_events_that_a_handler_records_are_heard_next():
    notes = Notes("notes", hears=("Second",))

    def answer(heads):
        for event in read_events(heads):
            record_event(event=make_event("Second", message_id=f"{event.message_id}-answer"))

    first = Consumer(name="first", hears=("First",), handle=answer, tells=True)
    _record(["a1"], name="First")

    drain_until_quiet([notes.consumer, first])

    assert notes.heard() == ["a1-answer"]


def test_lanes_share_the_events_by_their_distinct_ids():
    notes = Notes(hears=("X",), lanes=2)
    ids = [f"{letter}{ordinal}" for ordinal in range(3) for letter in "abcdefgh"]
    _record(ids, name="X")
    assert count_waiting([notes.consumer]) == 24

    assert drain_until_quiet([notes.consumer]) == 24
    assert count_waiting([notes.consumer]) == 0

    # so few are one batch of both lanes, in the order of the stream
    assert notes.batches == [ids]
    assert list(Checkpoint.objects.order_by("consumer").values_list("consumer", flat=True)) == [
        "notes/0",
        "notes/1",
    ]


def test_a_lane_passes_the_events_of_the_other():
    notes = Notes(lanes=2)
    _record([f"a{ordinal}" for ordinal in range(5)])

    assert drain_once([notes.consumer], limit=2) == 2
    assert drain_until_quiet([notes.consumer]) == 3

    places = Checkpoint.objects.values_list("consumer", "position").order_by("consumer")
    assert [name for name, _ in places] == ["notes/0", "notes/1"]
    assert len({position for _, position in places}) == 1


def test_a_consumer_that_gets_lanes_goes_on_where_it_was():
    notes = Notes()
    _record(["a1", "b1"])
    drain_until_quiet([notes.consumer])
    _record(["a2", "b2"])

    notes.consumer = Consumer(name="notes", hears=(), handle=notes.handle, lanes=2)
    assert count_waiting([notes.consumer]) == 2
    assert drain_until_quiet([notes.consumer]) == 2

    assert sorted(notes.heard()) == ["a1", "a2", "b1", "b2"]


def test_counting_what_waits_ends_at_its_limit():
    notes = Notes(lanes=2)
    _record([f"a{ordinal}" for ordinal in range(5)])

    assert count_waiting([notes.consumer], limit=3) == 3


def test_the_order_of_the_stream_is_that_of_numbers_where_transaction_ids_grow_by_a_digit():
    notes = Notes(hears=("X",))
    everything = Notes("everything")
    for one, xid in (("second", 1000), ("first", 999), ("third", 1001)):
        _record([one], name="X")
        Event.objects.filter(message_id=one).update(xid=xid)

    drain_until_quiet([notes.consumer, everything.consumer])

    assert notes.heard() == everything.heard() == ["first", "second", "third"]
    assert {str(place.xid) for place in Checkpoint.objects.all()} == {"1001"}


def test_a_consumer_comes_after_those_whose_effects_it_reads():
    orders, visits = Notes("orders", hears=("Order",), lanes=2), Notes("visits", hears=("Visit",))
    follower = Notes("follower", after=(orders.consumer, visits.consumer))
    for message_id, name in (("a1", "Page"), ("a2", "Order"), ("a3", "Page"), ("b4", "Visit")):
        _record([message_id], name=name)

    assert drain_once([follower.consumer]) == 1
    assert follower.heard() == ["a1"]
    drain_until_quiet([orders.consumer])
    assert drain_until_quiet([follower.consumer]) == 2
    assert drain_until_quiet([visits.consumer, follower.consumer]) == 2

    assert follower.heard() == ["a1", "a2", "a3", "b4"]


def test_what_is_parked_before_it_holds_no_follower_back():
    orders = Notes("orders", hears=("Order",))
    follower = Notes("follower", after=(orders.consumer,))
    orders.bad.add("a1")
    _record(["a1", "b1"], name="Order")

    drain_until_quiet([orders.consumer, follower.consumer])

    assert follower.heard() == ["a1", "b1"]


def test_whose_events_wait_is_told_up_to_a_number():
    notes = Notes()
    record_events(events=[make_event("Heard", distinct_id="1")])
    drain_until_quiet([notes.consumer])
    record_events(
        events=[make_event(name, distinct_id=who) for name, who in (("Heard", "2"), ("Other", "3"))]
    )

    assert list_waiting_ids(notes.consumer, names=["Heard"], limit=1) == {"2"}
    assert list_waiting_ids(notes.consumer, names=["Heard", "Other"], limit=1) is None
    drain_until_quiet([notes.consumer])
    assert list_waiting_ids(notes.consumer, names=["Heard"], limit=1) == set()
