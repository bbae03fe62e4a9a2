"""Requests that share a commit: each event once, nobody answered before it lasts, nobody spoiled by a neighbour."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import msgspec
import psycopg
import pytest

from wafaa.stream.messages import Envelope, read_message
from wafaa.stream.models import Event, RefusedMessage
from wafaa.stream.rules import NewEvent
from wafaa.stream.writing import Desk, Load, Row, Writer, connect, make_row

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def desk():
    desk = Desk()
    yield desk
    desk.close()


@pytest.fixture
def writer():
    writer = Writer()
    yield writer
    writer.close()


def make_new(message_id, **more):
    given = {
        "type": "track",
        "name": "Cart Viewed",
        "distinct_id": "U1",
        "occurred_at": NOON,
        "source": "key:x",
    }
    return make_row(NewEvent(message_id=message_id, **{**given, **more}), NOON.isoformat())


def stored():
    return sorted(Event.objects.values_list("message_id", flat=True))


def test_each_event_counts_once_however_many_bring_it_at_the_same_time(desk):
    start = threading.Barrier(12)

    def bring(number):
        start.wait()
        return sum(
            desk.write(Load(rows=[make_new(f"own-{number}-{turn}"), make_new(f"shared-{turn}")]))
            for turn in range(20)
        )

    with ThreadPoolExecutor(12) as senders:
        new = list(senders.map(bring, range(12)))

    expected = {f"own-{number}-{turn}" for number in range(12) for turn in range(20)}
    assert stored() == sorted(expected | {f"shared-{turn}" for turn in range(20)})
    assert sum(new) == 12 * 20 + 20


def test_of_equal_ids_in_one_load_the_first_stands(desk):
    assert (
        desk.write(Load(rows=[make_new("a", name="First"), make_new("a", name="Second"), make_new("b")])) == 2
    )
    assert list(Event.objects.order_by("position").values_list("name", flat=True)) == ["First", "Cart Viewed"]


def test_who_spoils_the_transaction_fails_alone(writer):
    good, bad = (
        Load(rows=[make_new("good")]),
        Load(rows=[Row(message_id="bad", name="X", line=b"no row at all\n")]),
    )
    also_good = Load(rows=[make_new("also good")])

    writer.write([good, bad, also_good])

    assert stored() == ["also good", "good"]
    assert (good.error, also_good.error) == (None, None)
    assert isinstance(bad.error, psycopg.DataError)
    assert (good.is_written, bad.is_written) == (True, False)


def test_a_failure_is_raised_to_everybody_whom_it_concerns_and_the_next_one_may_write(desk):
    with pytest.raises(psycopg.DataError):
        desk.write(Load(rows=[Row(message_id="bad", name="X", line=b"no row at all\n")]))

    assert desk.write(Load(rows=[make_new("good")])) == 1


def test_a_connection_that_died_is_replaced(writer):
    writer.write([Load(rows=[make_new("before")])])
    with connect() as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%wafaa_stream%'"
        )

    load = Load(rows=[make_new("after")])
    writer.write([load])

    assert (load.error, stored()) == (None, ["after", "before"])


def test_a_writer_that_reaches_no_server_says_so_and_tries_again_next_time():
    lines = iter([psycopg.OperationalError("no server"), connect()])

    def dial():
        line = next(lines)
        if isinstance(line, Exception):
            raise line
        return line

    writer = Writer(dial)
    lost, found = Load(rows=[make_new("lost")]), Load(rows=[make_new("found")])
    writer.write([lost])
    writer.write([found])
    writer.close()

    assert isinstance(lost.error, psycopg.OperationalError)
    assert (lost.is_written, found.is_written, stored()) == (False, True, ["found"])


def test_whatever_stands_in_a_value_arrives_as_it_was(desk):
    odd = 'tab\t newline\n return\r backslash\\ \\N \\. quote" سلة'
    message = {"event": odd, "userId": odd, "messageId": odd, "properties": {odd: odd, "path": "C:\\n\\t"}}
    envelope = Envelope(received_at=NOON, source="key:x", type="track")

    event = read_message(msgspec.json.encode(message), envelope)
    desk.write(Load(rows=[make_row(event, NOON.isoformat())]))

    (kept,) = Event.objects.all()
    assert (kept.name, kept.distinct_id, kept.message_id) == (odd, odd, odd)
    assert kept.properties == {odd: odd, "path": "C:\\n\\t"}


def test_what_is_refused_lasts_with_the_events(desk):
    kept = ("{}", '{"type": "track"}', "name_missing", "", "key:x", NOON)

    assert desk.write(Load(rows=[make_new("a")], refused=[kept, kept])) == 1
    assert (RefusedMessage.objects.count(), stored()) == (2, ["a"])
