"""What could not become an event: read again, put right, given up, forgotten."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client, override_settings

from wafaa.access.keys.actions import create_key
from wafaa.access.keys.rules import Scope
from wafaa.kit.clock import fixed_at
from wafaa.stream.actions import discard_refused, forget_refused, retry_refused
from wafaa.stream.models import Event, RefusedMessage
from wafaa.stream.queries import list_refused

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=2)


@pytest.fixture
def key():
    return create_key(name="Shop", scope=Scope.INGEST, by=None)


@pytest.fixture
def send(key):
    def post(path, body):
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        with fixed_at(NOON):
            return Client().post(
                path, content, content_type="application/json", HTTP_AUTHORIZATION=f"Bearer {key.text}"
            )

    return post


def make_track(**more):
    return {"type": "track", "event": "Cart Viewed", "userId": "U1", "messageId": "m1", **more}


def retry(body=""):
    with fixed_at(LATER):
        return retry_refused(ids=[one.id for one in list_refused()], body=body)


def test_a_message_put_right_becomes_the_event_that_it_would_have_been(send, key):
    send(
        "/v1/batch",
        {
            "batch": [make_track(event="", timestamp="2026-04-30T11:00:00Z")],
            "sentAt": "2026-04-30T12:00:00Z",
            "context": {"locale": "ar"},
        },
    )

    left = retry(json.dumps(make_track(timestamp="2026-04-30T11:00:00Z")))

    (event,) = Event.objects.all()
    assert (left, RefusedMessage.objects.count()) == ([], 0)
    assert (event.name, event.source, event.context) == (
        "Cart Viewed",
        f"key:{key.key.public_id}",
        {"locale": "ar"},
    )
    assert (event.occurred_at, event.received_at) == (NOON - timedelta(hours=1), LATER)


def test_the_address_still_says_what_kind_of_message_it_was(send):
    send("/v1/identify", {"traits": {"name": "نورة"}})

    retry(json.dumps({"traits": {"name": "نورة"}, "userId": "U1"}))

    assert [(event.name, event.distinct_id) for event in Event.objects.all()] == [("identify", "U1")]


def test_what_is_still_wrong_stays_with_its_new_reason(send):
    send("/v1/track", make_track(event=""))

    left = retry(json.dumps(make_track(userId=None)))

    assert [(one.reason, json.loads(one.body)["userId"]) for one in left] == [("person_missing", None)]
    assert [one.reason for one in list_refused()] == ["person_missing"]
    assert [one.reason for one in list_refused(reason="name_missing")] == []
    assert Event.objects.count() == 0


def test_as_it_stands_it_is_refused_again(send):
    send("/v1/track", b"{")

    assert [one.reason for one in retry()] == ["broken"]


def test_a_batch_that_could_not_be_read_becomes_its_events_and_what_is_wrong_of_them_stays(send):
    send("/v1/batch", b'{"batch": [')

    left = retry(json.dumps({"batch": [make_track(), make_track(event="", messageId="m2")]}))

    assert left == []
    assert [event.message_id for event in Event.objects.all()] == ["m1"]
    assert [one.reason for one in list_refused()] == ["name_missing"]


def test_a_message_that_came_a_second_time_meanwhile_is_no_second_event(send):
    send("/v1/track", make_track(event=""))
    send("/v1/track", make_track())

    assert retry(json.dumps(make_track())) == []
    assert (Event.objects.count(), RefusedMessage.objects.count()) == (1, 0)


@pytest.mark.parametrize("sent_at", ["a\x00b", "x" * 5_000, 5, 1e300])
def test_whatever_a_batch_says_of_its_time_is_kept(send, sent_at):
    response = send("/v1/batch", {"batch": [make_track(event="", timestamp="2026-05-01")], "sentAt": sent_at})

    assert (response.status_code, RefusedMessage.objects.count()) == (200, 1)


def test_what_is_given_up_is_gone(send):
    send("/v1/track", make_track(event=""))

    assert discard_refused(ids=[one.id for one in list_refused()]) == 1
    assert RefusedMessage.objects.count() == 0


def test_nobody_keeps_them_for_ever(send):
    send("/v1/track", make_track(event=""))

    with override_settings(REFUSED_KEPT_DAYS=90):
        with fixed_at(NOON + timedelta(days=89)):
            assert forget_refused() == 0
        with fixed_at(NOON + timedelta(days=91)):
            assert forget_refused() == 1
