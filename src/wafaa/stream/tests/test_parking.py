"""Parked events: tried again all at once, or discarded."""

import pytest
from tests.build import make_event

from wafaa.stream.actions import record_events
from wafaa.stream.drain import drain_until_quiet
from wafaa.stream.errors import ParkedEventGone, ParkedEventWaits
from wafaa.stream.models import Event, ParkedEvent
from wafaa.stream.parking import discard_parked, replay_all_parked, replay_parked
from wafaa.stream.queries import list_parked, read_events
from wafaa.stream.rules import Consumer

pytestmark = pytest.mark.django_db


class Notes:
    def __init__(self):
        self.heard, self.bad = [], set()
        self.consumer = Consumer(name="notes", hears=(), handle=self.handle)

    def handle(self, heads):
        ids = [event.message_id for event in read_events(heads)]
        if bad := self.bad.intersection(ids):
            raise ValueError(f"{min(bad)} is bad")
        self.heard += ids


@pytest.fixture
def notes():
    """a2 and b1 are parked, what stands behind them waits."""
    notes = Notes()
    notes.bad = {"a2", "b1"}
    ids = ["a1", "a2", "b1", "a3", "c1", "b2", "a4"]
    record_events(events=[make_event(message_id=one, distinct_id=one[0]) for one in ids])
    drain_until_quiet([notes.consumer])
    assert notes.heard == ["a1", "c1"]
    return notes


def _parked():
    messages = dict(Event.objects.values_list("position", "message_id"))
    return [(messages[one.position], one.error) for one in list_parked()]


@pytest.mark.parametrize("chunk", [1, 2, 1000])
def test_all_that_is_parked_is_tried_again_in_order_chunk_by_chunk(notes, monkeypatch, chunk):
    monkeypatch.setattr("wafaa.stream.parking.CHUNK_EVENTS", chunk)
    notes.bad = {"b1"}
    tried = []

    assert replay_all_parked(consumer=notes.consumer, on_progress=tried.append) == 3

    assert notes.heard == ["a1", "c1", "a2", "a3", "a4"]
    assert _parked() == [("b1", "ValueError: b1 is bad"), ("b2", "")]
    assert tried[-1] == 5


def test_what_fails_later_than_before_holds_up_what_stands_behind_it(notes):
    notes.bad = {"a3"}

    assert replay_parked(consumer=notes.consumer, distinct_ids=["a"]) == 1

    assert _parked() == [
        ("b1", "ValueError: b1 is bad"),
        ("a3", "ValueError: a3 is bad"),
        ("b2", ""),
        ("a4", ""),
    ]


def test_a_discarded_event_lets_those_behind_it_go_on(notes):
    failed = list_parked(consumer="notes", distinct_id="a", only_failed=True).get()

    discarded = discard_parked(consumer=notes.consumer, xid=failed.xid, position=failed.position)
    freed = replay_parked(consumer=notes.consumer, distinct_ids=[discarded.distinct_id])

    assert (discarded.name, discarded.error, freed) == (failed.name, "ValueError: a2 is bad", 2)
    assert notes.heard == ["a1", "c1", "a3", "a4"]
    assert Event.objects.filter(message_id="a2").exists()
    assert [one for one, _ in _parked()] == ["b1", "b2"]
    with pytest.raises(ParkedEventGone):
        discard_parked(consumer=notes.consumer, xid=failed.xid, position=failed.position)


def test_what_only_waits_cannot_be_discarded(notes):
    waits = list_parked(consumer="notes", distinct_id="a").last()

    with pytest.raises(ParkedEventWaits):
        discard_parked(consumer=notes.consumer, xid=waits.xid, position=waits.position)

    assert ParkedEvent.objects.count() == 5


def test_parked_events_are_found_by_what_is_known_of_them(notes):
    assert list_parked(error="A2 is").get().distinct_id == "a"
    assert list_parked(distinct_id="b").count() == 2
    assert list_parked(consumer="other").count() == 0
    assert list_parked(only_failed=True).count() == 2
    assert list_parked(name=list_parked()[0].name).count() == 5
