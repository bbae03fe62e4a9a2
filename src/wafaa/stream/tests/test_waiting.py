"""`Prefer: wait`: answered when the effects are there, or with 202."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from tests.build import make_event

from wafaa.access.keys.actions import create_key
from wafaa.access.keys.rules import Scope
from wafaa.config.flow import CONSUMERS
from wafaa.stream import door, waiting
from wafaa.stream.actions import record_events
from wafaa.stream.drain import drain_until_quiet
from wafaa.stream.models import Event
from wafaa.stream.queries import find_newest_place
from wafaa.stream.rules import Consumer
from wafaa.stream.waiting import Room, is_handled, read_wait
from wafaa.stream.writing import DESK


@pytest.fixture
def threads_closed():
    """Their connections would keep the test's database from going away."""
    yield
    DESK.close()
    for pool in (door._LOOKUPS, waiting._LOOKS):
        pool.submit(close).result()


def close():
    """Of the thread that calls it."""
    connection.close()


def send(key, prefer, *, number=1):
    message = {"event": "Cart Viewed", "userId": "U1", "messageId": f"m{number}"}
    return Client().post(
        "/v1/track",
        json.dumps(message),
        content_type="application/json",
        HTTP_AUTHORIZATION=f"Bearer {key}",
        HTTP_PREFER=prefer,
    )


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("wait=5", 5),
        ("respond-async, wait=10", 10),
        ("wait=10, return=minimal", 10),
        ('Wait = "3"; x', 3),
        ("wait=0", 0),
        ("wait=600", 30),
        ("await=3", None),
        ("wait=soon", None),
        ("return=minimal", None),
        ("", None),
    ],
)
def test_the_header_is_read_as_the_standard_has_it(header, seconds):
    assert read_wait(header) == seconds


@pytest.mark.django_db(transaction=True)
def test_the_answer_comes_when_everybody_has_handled_the_event(threads_closed):
    key = create_key(name="Site", scope=Scope.INGEST, by=None).text
    with ThreadPoolExecutor(1) as senders:
        answer = senders.submit(send, key, "wait=20")
        while not answer.done():
            drain_until_quiet(CONSUMERS)
        senders.submit(close).result()

    response = answer.result()
    assert (response.status_code, response["Preference-Applied"]) == (200, "wait")
    assert is_handled(find_newest_place())


@pytest.mark.django_db
def test_it_is_202_when_the_time_is_over_and_the_event_is_kept():
    key = create_key(name="Site", scope=Scope.INGEST, by=None).text

    response = send(key, "wait=0")

    assert (response.status_code, response.json()) == (202, {"success": True})
    assert "Preference-Applied" not in response
    assert Event.objects.count() == 1


@pytest.mark.django_db
def test_without_the_header_nobody_waits():
    response = send(create_key(name="Site", scope=Scope.INGEST, by=None).text, "")

    assert (response.status_code, "Preference-Applied" in response) == (200, False)


@pytest.mark.django_db
def test_a_parked_event_counts_as_handled(settings):
    settings.STREAM_CONSUMERS = "wafaa.stream.tests.test_waiting.FAILING"
    record_events(events=[make_event("Cart Viewed")])
    until = find_newest_place()

    assert not is_handled(until)
    drain_until_quiet(FAILING)
    assert is_handled(until)


@pytest.mark.django_db
def test_what_comes_later_keeps_nobody_waiting(settings):
    settings.STREAM_CONSUMERS = "wafaa.stream.tests.test_waiting.FAILING"
    record_events(events=[make_event("Cart Viewed")])
    drain_until_quiet(FAILING)
    until = find_newest_place()
    record_events(events=[make_event("Cart Viewed"), make_event("Nobody Hears")])

    assert is_handled(until)
    assert not is_handled(find_newest_place())


def test_over_the_bound_nobody_waits():
    assert not Room(0).wait_until_handled(30)


def fail(heads):
    raise ValueError("never")


FAILING = (Consumer(name="failing", hears=("Cart Viewed",), handle=fail),)
