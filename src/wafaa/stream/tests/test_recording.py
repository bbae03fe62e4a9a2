"""Recording: once each, in order, single and in bulk."""

import uuid
from datetime import UTC, datetime

import pytest
from django.db import DataError, connection
from tests.build import NOON, make_event

from wafaa.kit.clock import fixed_at
from wafaa.stream.actions import (
    ensure_partitions,
    erase_source,
    record_event,
    record_events,
    record_events_csv,
    record_selected,
    start_epoch,
)
from wafaa.stream.models import Event, MessageId, ParkedEvent
from wafaa.stream.queries import get_epoch, list_events

pytestmark = pytest.mark.django_db


def test_a_recorded_event_can_be_read_back():
    with fixed_at(NOON):
        position = record_event(
            event=make_event("Cart Viewed", properties={"name": "قهوة", "n": 1}, message_id="m1")
        )

    (event,) = list_events(["1"])
    assert event.position == position
    assert (event.message_id, event.type, event.name, event.source) == ("m1", "track", "Cart Viewed", "test")
    assert (event.occurred_at, event.received_at) == (NOON, NOON)
    assert event.properties == '{"name":"قهوة","n":1}'
    assert event.context == "{}"


def test_a_message_id_counts_once_for_good():
    first = record_event(event=make_event(message_id="same"))
    again = record_event(event=make_event("Something Else", message_id="same"))

    assert first is not None
    assert again is None
    assert list(Event.objects.values_list("name", flat=True)) == ["Page Viewed"]


def test_bulk_events_keep_their_order_and_doubles_count_once():
    record_event(event=make_event(message_id="b"))
    ids = ["c", "b", "a", "c", "d"]

    new = record_events(events=(make_event(f"Event {i}", message_id=one) for i, one in enumerate(ids)))

    assert new == 3
    stored = Event.objects.order_by("position").values_list("message_id", "name")
    assert list(stored) == [("b", "Page Viewed"), ("c", "Event 0"), ("a", "Event 2"), ("d", "Event 4")]


def test_csv_rows_are_recorded_like_events():
    row = uuid.uuid4()
    csv = (
        f'{row},track,Order Completed,17850,2010-12-01 08:26:00+00,"{{""order_id"":""536365""}}",,file\n'
        f"{row},track,Order Completed,17850,2010-12-01 08:26:00+00,,,file\n"
    )

    assert record_events_csv(csv=csv.encode()) == 1
    assert record_events_csv(csv=memoryview(csv.encode())) == 0
    (event,) = list_events(["17850"])
    assert event.message_id == str(row)
    assert event.occurred_at == datetime(2010, 12, 1, 8, 26, tzinfo=UTC)
    assert (event.properties, event.context) == ('{"order_id":"536365"}', "{}")


def test_broken_json_records_nothing():
    csv = (
        b"m1,track,X,1,2010-12-01 08:26:00+00,{},{},file\nm2,track,X,1,2010-12-01 08:26:00+00,{oops,{},file\n"
    )

    with pytest.raises(Exception, match="invalid input syntax for type json"):
        record_events_csv(csv=csv)


def test_an_id_that_is_too_long_is_refused():
    with pytest.raises(DataError):
        record_event(event=make_event(distinct_id="x" * 201))


def test_the_timeline_is_paged_backwards_over_several_ids():
    for minute in range(4):
        at = NOON.replace(minute=minute)
        record_event(event=make_event(f"Event {minute}", distinct_id="ab"[minute % 2], at=at))

    first = list_events(["a", "b"], limit=3)
    rest = list_events(["a", "b"], before=(first[-1].occurred_at, first[-1].position), limit=3)

    assert [event.name for event in first] == ["Event 3", "Event 2", "Event 1"]
    assert [event.name for event in rest] == ["Event 0"]


def test_erasing_a_source_leaves_the_others():
    record_events(
        events=[make_event(message_id="d", source="demo"), make_event(message_id="f", source="file")]
    )
    demo = Event.objects.get(source="demo")
    ParkedEvent.objects.create(
        consumer="c", xid=demo.xid, position=demo.position, name="x", distinct_id="1", parked_at=NOON
    )

    assert erase_source(source="demo") == 1
    assert list(Event.objects.values_list("source", flat=True)) == ["file"]
    assert list(MessageId.objects.values_list("message_id", flat=True)) == ["f"]
    assert not ParkedEvent.objects.exists()


def test_this_month_and_the_next_have_partitions_and_rows_of_the_default_one_move_along():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 'stream_event_' || to_char(now() AT TIME ZONE 'UTC', 'YYYY_MM')")
        name = cursor.fetchone()[0]
        cursor.execute(f"DROP TABLE {name}")
        record_event(event=make_event(message_id="m"))
        with_default = "SELECT tableoid::regclass::text FROM stream_event"
        cursor.execute(with_default)
        assert cursor.fetchall() == [("stream_event_default",)]

        ensure_partitions()
        ensure_partitions()

        cursor.execute(with_default)
        assert cursor.fetchall() == [(name,)]


def test_events_that_a_query_gives_are_recorded_in_its_order_and_once():
    query = """
    SELECT 'm' || ordinal, 'track', 'Counted', who, %(at)s::timestamptz, json_build_object('n', ordinal), '{}', 'test'
    FROM unnest(%(whose)s::text[]) WITH ORDINALITY AS given (who, ordinal)
    ORDER BY ordinal
    """
    values = {"at": NOON, "whose": ["b", "a"]}

    assert record_selected(query=query, values=values) == 2
    assert record_selected(query=query, values=values) == 0

    told = Event.objects.order_by("position").values_list("message_id", "name", "distinct_id", "occurred_at")
    assert list(told) == [("m1", "Counted", "b", NOON), ("m2", "Counted", "a", NOON)]


def test_other_rooms_read_events_by_a_view():
    record_event(event=make_event("Cart Viewed", message_id="m1"))

    with connection.cursor() as cursor:
        cursor.execute("SELECT message_id, name, distinct_id FROM stream_events")
        assert cursor.fetchall() == [("m1", "Cart Viewed", "1")]


def test_an_event_received_long_ago_goes_to_the_default_partition():
    with fixed_at(datetime(2001, 1, 1, tzinfo=UTC)):
        record_event(event=make_event())

    assert Event.objects.count() == 1


def test_an_epoch_starts_anew():
    before = get_epoch()
    epoch = start_epoch()

    assert get_epoch() == epoch != before
