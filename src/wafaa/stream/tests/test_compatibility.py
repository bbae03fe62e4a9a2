"""What libraries that speak Segment's specification do, each in its own way."""

import base64
import gzip
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from wafaa.access.keys.actions import create_key
from wafaa.access.keys.rules import Scope
from wafaa.kit.clock import fixed_at
from wafaa.stream.models import Event, RefusedMessage

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def key():
    return create_key(name="Shop", scope=Scope.INGEST, by=None).text


def post(path, body, *, content_type="application/json", **headers):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    with fixed_at(NOON):
        return Client().post(path, content, content_type=content_type, **headers)


def make_message(number=1, **more):
    return {"type": "track", "event": "Cart Viewed", "userId": "U1", "messageId": f"m{number}", **more}


def test_a_beacon_sends_text_and_its_key_in_the_body(key):
    response = post("/v1/t", make_message(writeKey=key), content_type="text/plain;charset=UTF-8")

    assert (response.status_code, Event.objects.count()) == (200, 1)


def test_each_message_of_a_batch_may_carry_the_key(key):
    response = post("/v1/b", {"batch": [make_message(1, writeKey=key), make_message(2, writeKey=key)]})

    assert (response.status_code, Event.objects.count()) == (200, 2)


def test_a_batch_under_several_keys_is_refused(key):
    other = create_key(name="Other", scope=Scope.INGEST, by=None).text

    response = post("/v1/b", {"batch": [make_message(1, writeKey=key), make_message(2, writeKey=other)]})

    assert (response.status_code, Event.objects.count()) == (401, 0)


def test_a_server_library_sends_packed_batches_with_basic_authentication(key):
    basic = base64.b64encode(f"{key}:".encode()).decode()
    body = gzip.compress(json.dumps({"batch": [make_message()], "sentAt": "2026-05-01T12:00:00Z"}).encode())

    response = post("/v1/batch", body, HTTP_AUTHORIZATION=f"Basic {basic}", HTTP_CONTENT_ENCODING="gzip")

    assert (response.status_code, Event.objects.count()) == (200, 1)


def test_history_keeps_its_times(key):
    old = make_message(timestamp="2019-03-01T08:00:00.000Z")

    assert post("/v1/import", {"batch": [old], "writeKey": key}).status_code == 200
    assert Event.objects.get().occurred_at == datetime(2019, 3, 1, 8, tzinfo=UTC)


def test_what_a_library_says_of_itself_is_kept_and_its_wishes_for_other_tools_are_passed_over(key):
    library = {"library": {"name": "analytics-node", "version": "2.3.0"}, "ip": "203.0.113.7"}

    post(
        "/v1/track", make_message(writeKey=key, context=library, integrations={"All": False, "Amplitude": {}})
    )

    event = Event.objects.get()
    assert (event.context, event.properties) == (library, {})


@pytest.mark.parametrize(
    ("timestamp", "sent_at", "moment"),
    [
        (1_777_633_200, None, NOON - timedelta(hours=1)),
        (1_777_633_200_000, None, NOON - timedelta(hours=1)),
        (1_777_633_200.5, 1_777_636_800.5, NOON - timedelta(hours=1)),
        (1_777_633_200_000, "2026-05-01T12:00:00Z", NOON - timedelta(hours=1)),
    ],
)
def test_times_may_be_numbers(key, timestamp, sent_at, moment):
    post("/v1/track", make_message(writeKey=key, timestamp=timestamp, sentAt=sent_at))

    assert Event.objects.get().occurred_at == moment


@pytest.mark.parametrize("timestamp", [1e300, -5, 10**40, True, [1]])
def test_numbers_that_are_no_time_are_refused_and_kept(key, timestamp):
    response = post("/v1/track", make_message(writeKey=key, timestamp=timestamp))

    assert (response.status_code, Event.objects.count(), RefusedMessage.objects.count()) == (400, 0, 1)


def test_the_browser_library_tells_nobody_how_it_fares(key):
    settings = Client().get(f"/v1/projects/{key}/settings").json()

    assert settings["metrics"] == {"host": "testserver/v1", "sampleRate": 0}
    assert post("/v1/m", {"series": []}).json() == {"success": True}


def test_a_wrong_key_in_the_address_of_the_settings_stands_in_no_line_of_the_log(caplog):
    with caplog.at_level("DEBUG"):
        response = Client().get("/v1/projects/wf_ingest_of_somebody/settings")

    assert response.status_code == 401
    assert "wf_ingest_of_somebody" not in caplog.text
