"""The newest events, as a page that follows the stream asks for them; how far consumers are behind."""

from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from tests.build import NOON, make_event

from wafaa.kit.clock import fixed_at
from wafaa.stream.actions import record_event, record_events
from wafaa.stream.drain import drain_until_quiet
from wafaa.stream.errors import UnknownConsumer
from wafaa.stream.queries import get_consumer, get_lag, list_consumers, list_latest_events
from wafaa.stream.rules import Consumer


def _record(*told):
    record_events(
        events=[
            make_event(name, message_id=one, distinct_id=one[0], source=source) for one, name, source in told
        ]
    )


def _ids(latest):
    return [event.message_id for event in latest.events]


@pytest.mark.django_db(transaction=True)
def test_the_newest_come_first_and_later_ones_follow_where_one_left_off():
    _record(("a1", "X", "s"), ("b1", "Y", "s"), ("a2", "X", "t"))

    first = list_latest_events(limit=2)
    assert _ids(first) == ["a2", "b1"]
    assert _ids(list_latest_events(before=first.looked_to)) == ["a1"]
    assert list_latest_events(before=first.looked_to).looked_to is None

    _record(("b2", "X", "s"))
    since = list_latest_events(after=first.newest)
    assert _ids(since) == ["b2"]
    nothing = list_latest_events(after=since.newest)
    assert (nothing.events, nothing.newest) == ([], since.newest)


@pytest.mark.django_db(transaction=True)
def test_they_are_found_by_name_source_type_and_distinct_id():
    _record(("a1", "X", "s"), ("b1", "Y", "s"), ("a2", "X", "t"), ("b2", "Z", "t"))

    assert _ids(list_latest_events(names=["X", "Y"])) == ["a2", "b1", "a1"]
    assert _ids(list_latest_events(source="t")) == ["b2", "a2"]
    assert _ids(list_latest_events(distinct_id="b")) == ["b2", "b1"]
    assert _ids(list_latest_events(distinct_id="b", names=["Y"])) == ["b1"]
    assert _ids(list_latest_events(names=["X"], source="s")) == ["a1"]
    assert _ids(list_latest_events(kind="track", limit=1)) == ["b2"]
    assert _ids(list_latest_events(kind="identify")) == []


@pytest.mark.django_db(transaction=True)
def test_a_search_for_a_rare_source_ends_after_so_many_and_says_where(monkeypatch):
    monkeypatch.setattr("wafaa.stream.queries.LOOKED_AT_MAX", 2)
    _record(("a1", "X", "rare"), ("a2", "X", "s"), ("a3", "X", "s"), ("a4", "X", "s"))

    first = list_latest_events(source="rare")
    assert first.events == []
    second = list_latest_events(source="rare", before=first.looked_to)
    assert _ids(second) == ["a1"]
    assert list_latest_events(source="rare", before=second.looked_to).looked_to is None


@pytest.mark.django_db(transaction=True)
def test_what_may_still_get_one_before_it_is_left_out_until_then():
    settings = connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}
    with psycopg.connect(**settings) as other:
        other.execute("SELECT pg_current_xact_id()")
        record_event(event=make_event(message_id="later"))
        assert list_latest_events().events == []
        other.rollback()
    assert _ids(list_latest_events()) == ["later"]


@pytest.mark.django_db
def test_a_lag_counts_what_waits_and_for_how_long():
    consumer = Consumer(name="notes", hears=("X",), handle=lambda heads: None)
    with fixed_at(NOON):
        _record(("a1", "X", "s"), ("b1", "X", "s"), ("z", "Y", "s"))

    lag = get_lag(consumer)
    assert (lag.consumer, lag.waiting, lag.moved_at, lag.parked) == ("notes", 2, None, 0)
    assert lag.oldest_s > 0

    with fixed_at(NOON + timedelta(minutes=1)):
        drain_until_quiet([consumer])
    lag = get_lag(consumer)
    assert (lag.waiting, lag.oldest_s, lag.moved_at) == (0, 0, NOON + timedelta(minutes=1))


@pytest.mark.django_db
def test_a_lag_of_a_consumer_of_everything_that_parks_what_it_hears():
    def fail(heads):
        raise ValueError("never")

    consumer = Consumer(name="notes", hears=(), handle=fail, lanes=2)
    _record(("a1", "X", "s"), ("b1", "X", "s"))
    assert get_lag(consumer).oldest_s > 0

    drain_until_quiet([consumer])

    assert (get_lag(consumer).waiting, get_lag(consumer).parked) == (0, 2)


def test_consumers_are_known_by_their_names():
    assert get_consumer(list_consumers()[0].name) is list_consumers()[0]
    with pytest.raises(UnknownConsumer, match=r"know\.orders"):
        get_consumer("know.nothing")
