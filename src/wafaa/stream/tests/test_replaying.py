"""Ranges of the stream handed to a consumer again."""

import threading
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from tests.build import NOON, make_event

from wafaa.kit.clock import fixed_at
from wafaa.stream.actions import record_event, record_events
from wafaa.stream.drain import drain_consumer, drain_until_quiet
from wafaa.stream.errors import NotReplayable, ReplayGoesToTheEnd, ReplayUnderway
from wafaa.stream.models import Event, Replay
from wafaa.stream.queries import list_parked, list_replays, read_events
from wafaa.stream.replaying import cancel_replay, replay_on, replay_range, start_replay
from wafaa.stream.rules import Consumer

IDS = ["a1", "b1", "a2", "c1", "b2", "a3"]


class Notes:
    """Hears names X and Y and keeps them in a list; `known` is what a replayable handler makes of it."""

    def __init__(self, *, lanes=1, replayable=True, replays_to_end=False):
        self.heard, self.bad, self.known = [], set(), {}
        self.consumer = Consumer(
            name="notes",
            hears=("X", "Y"),
            handle=self.handle,
            lanes=lanes,
            replayable=replayable,
            replays_to_end=replays_to_end,
        )

    def handle(self, heads):
        ids = [event.message_id for event in read_events(heads)]
        if bad := self.bad.intersection(ids):
            raise ValueError(f"{min(bad)} is bad")
        self.heard += ids
        self.known |= {one[0]: one for one in ids}


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr("wafaa.stream.replaying.REST_S", 0)


def _record(ids, name="X", at=NOON):
    with fixed_at(at):
        record_events(events=[make_event(name, message_id=one, distinct_id=one[0]) for one in ids])


def _place_of(message_id):
    return Event.objects.get(message_id=message_id).position


@pytest.mark.django_db
@pytest.mark.parametrize("chunk", [1, 2, 100])
@pytest.mark.parametrize("lanes", [1, 2])
def test_all_of_the_past_is_heard_again_in_order_and_nothing_that_is_still_to_come(monkeypatch, chunk, lanes):
    monkeypatch.setattr("wafaa.stream.replaying.CHUNK_EVENTS", chunk)
    notes = Notes(lanes=lanes)
    _record(IDS)
    _record(["z"], name="Other")
    drain_until_quiet([notes.consumer])
    notes.heard.clear()
    _record(["a4"])  # the drain has not come to it

    replay = replay_range(consumer=notes.consumer)

    assert sorted(notes.heard) == sorted(IDS)
    for letter in "abc":
        assert [one for one in notes.heard if one[0] == letter] == [one for one in IDS if one[0] == letter]
    assert (replay.state, replay.done, replay.parked, replay.total) == ("done", 6, 0, 7)
    assert drain_until_quiet([notes.consumer]) == 1
    assert notes.heard.count("a4") == 1


@pytest.mark.django_db
def test_a_range_is_chosen_by_times_positions_names_and_distinct_ids():
    notes = Notes()
    _record(["a1", "b1"], at=NOON)
    _record(["a2", "b2"], name="Y", at=NOON + timedelta(hours=1))
    _record(["a3", "b3"], at=NOON + timedelta(hours=2))
    drain_until_quiet([notes.consumer])

    def replay(**asked):
        notes.heard.clear()
        replay_range(consumer=notes.consumer, **asked)
        return notes.heard

    assert replay(since=NOON + timedelta(hours=1)) == ["a2", "b2", "a3", "b3"]
    assert replay(until=NOON + timedelta(hours=1)) == ["a1", "b1"]
    assert replay(positions=(_place_of("b1"), _place_of("a2"))) == ["b1", "a2"]
    assert replay(names=["Y", "Other"]) == ["a2", "b2"]
    assert replay(names=["Other"]) == []
    assert replay(distinct_ids=["b"], since=NOON + timedelta(minutes=1)) == ["b2", "b3"]
    assert replay(distinct_ids=["b"], names=["X"]) == ["b1", "b3"]
    assert list_replays(consumer="notes").count() == 7


@pytest.mark.django_db
def test_a_consumer_that_does_not_say_so_is_given_nothing_again():
    notes = Notes(replayable=False)
    _record(IDS)
    drain_until_quiet([notes.consumer])

    with pytest.raises(NotReplayable):
        replay_range(consumer=notes.consumer)

    assert notes.heard == IDS
    assert not Replay.objects.exists()


@pytest.mark.django_db
def test_what_fails_in_a_replay_is_parked_and_what_was_parked_stays_so():
    notes = Notes()
    notes.bad = {"b2"}
    _record([*IDS, "b3"])
    drain_until_quiet([notes.consumer])
    notes.heard.clear()
    notes.bad = {"a2"}

    replay = replay_range(consumer=notes.consumer)

    assert notes.heard == ["a1", "b1", "c1"]
    places = {_place_of(one): one for one in [*IDS, "b3"]}
    assert [(places[one.position], bool(one.error)) for one in list_parked()] == [
        ("a2", True), ("b2", True), ("a3", False), ("b3", False),
    ]  # fmt: skip
    assert (replay.done, replay.parked) == (5, 2)


@pytest.mark.django_db
def test_a_cancelled_replay_stays_where_it_is_and_a_second_one_waits_for_its_end(monkeypatch):
    monkeypatch.setattr("wafaa.stream.replaying.CHUNK_EVENTS", 2)
    notes = Notes()
    _record(IDS)
    drain_until_quiet([notes.consumer])
    notes.heard.clear()
    replay = start_replay(consumer=notes.consumer)
    with pytest.raises(ReplayUnderway):
        start_replay(consumer=notes.consumer)

    assert replay_on(replay_uuid=replay.uuid, consumer=notes.consumer).done == 2
    assert cancel_replay(replay_uuid=replay.uuid)
    assert replay_on(replay_uuid=replay.uuid, consumer=notes.consumer).state == "cancelled"

    assert notes.heard == ["a1", "b1"]
    assert not cancel_replay(replay_uuid=replay.uuid)
    assert start_replay(consumer=notes.consumer).state == "waiting"


@pytest.mark.django_db(transaction=True)
def test_a_replay_that_is_cut_off_in_a_chunk_goes_on_as_if_nothing_had_been(monkeypatch):
    monkeypatch.setattr("wafaa.stream.replaying.CHUNK_EVENTS", 2)
    notes = Notes()
    _record(IDS)
    drain_until_quiet([notes.consumer])
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE again (ordinal serial, event varchar)")
    cuts = iter([False, True, False, False])

    def note(heads):
        with connection.cursor() as cursor:
            for event in read_events(heads):
                cursor.execute("INSERT INTO again (event) VALUES (%s)", [event.message_id])
        if next(cuts):
            raise OperationalError("the connection went away")

    consumer = Consumer(name="notes", hears=("X",), handle=note, replayable=True)
    replay = start_replay(consumer=consumer)
    states = []
    while replay.is_active:
        try:
            replay = replay_on(replay_uuid=replay.uuid, consumer=consumer)
        except OperationalError:
            states.append("cut off")

    with connection.cursor() as cursor:
        cursor.execute("SELECT event FROM again ORDER BY ordinal")
        heard = [event for (event,) in cursor.fetchall()]
        cursor.execute("DROP TABLE again")
    assert states == ["cut off"]
    assert heard == IDS
    assert replay.done == 6


@pytest.mark.django_db
def test_where_the_last_event_wins_a_replay_goes_on_to_the_newest_one(monkeypatch):
    monkeypatch.setattr("wafaa.stream.replaying.CHUNK_EVENTS", 2)
    notes = Notes(replayable=False, replays_to_end=True)
    _record(["a1", "b1", "c1", "d1"])
    drain_until_quiet([notes.consumer])
    for asked in ({"until": NOON}, {"positions": (1, 2)}, {"names": ["X"]}, {"distinct_ids": ["a"]}):
        with pytest.raises(ReplayGoesToTheEnd):
            replay_range(consumer=notes.consumer, **asked)

    replay = start_replay(consumer=notes.consumer)
    replay_on(replay_uuid=replay.uuid, consumer=notes.consumer)
    _record(["c2"])
    drain_until_quiet([notes.consumer])
    while replay_on(replay_uuid=replay.uuid, consumer=notes.consumer).is_active:
        pass

    assert notes.known == {"a": "a1", "b": "b1", "c": "c2", "d": "d1"}
    assert notes.heard[-1] == "c2"


@pytest.mark.django_db(transaction=True)
def test_a_new_event_does_not_overtake_a_chunk_and_is_handled_between_two(monkeypatch):
    monkeypatch.setattr("wafaa.stream.replaying.CHUNK_EVENTS", 2)
    notes = Notes()
    _record(IDS)
    drain_until_quiet([notes.consumer])
    in_chunk, may_end = threading.Event(), threading.Event()

    def linger(heads):
        in_chunk.set()
        assert may_end.wait(30)
        notes.handle(heads)

    lingering = Consumer(name="notes", hears=("X", "Y"), handle=linger, replayable=True)
    replay = start_replay(consumer=lingering)

    def run():
        try:
            replay_on(replay_uuid=replay.uuid, consumer=lingering)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    assert in_chunk.wait(30)
    record_event(event=make_event("X", message_id="a9", distinct_id="a"))
    turn = drain_consumer(notes.consumer)
    assert (turn.handled, turn.waits) == (0, True)
    may_end.set()
    thread.join(30)

    assert drain_consumer(notes.consumer).handled == 1
    while replay_on(replay_uuid=replay.uuid, consumer=notes.consumer).is_active:
        pass
    assert notes.heard == [*IDS, "a1", "b1", "a9", "a2", "c1", "b2", "a3"]
