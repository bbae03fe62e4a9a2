"""The ingest API over HTTP: what is taken in, what is refused and kept, who may send."""

import base64
import gzip
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from wafaa.access.keys.actions import create_key, revoke_key
from wafaa.access.keys.rules import Scope
from wafaa.kit.clock import fixed_at
from wafaa.stream.models import Event, RefusedMessage

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def key():
    return create_key(name="Shop", scope=Scope.INGEST, by=None)


@pytest.fixture
def send(key):
    def post(path, body, **headers):
        basic = base64.b64encode(f"{key.text}:".encode()).decode()
        given = {"HTTP_AUTHORIZATION": f"Basic {basic}", **headers}
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        with fixed_at(NOON):
            return Client().post(path, content, content_type="application/json", **given)

    return post


def make_track(number=1, **more):
    return {"type": "track", "event": "Cart Viewed", "userId": "U1", "messageId": f"m{number}", **more}


def stored():
    return list(Event.objects.order_by("position"))


@pytest.mark.parametrize(
    ("path", "message", "name", "properties"),
    [
        ("track", {"event": "Product Viewed", "properties": {"sku": "A1"}}, "Product Viewed", {"sku": "A1"}),
        ("t", {"event": "سلة"}, "سلة", {}),
        ("identify", {"traits": {"name": "نورة"}}, "identify", {"name": "نورة"}),
        ("page", {"name": "Home", "properties": {"path": "/"}}, "page", {"name": "Home", "path": "/"}),
        ("s", {"name": "Cart"}, "screen", {"name": "Cart"}),
        ("group", {"groupId": 7, "traits": {"plan": "x"}}, "group", {"plan": "x", "groupId": "7"}),
        ("a", {"previousId": "old"}, "alias", {"previousId": "old"}),
    ],
)
def test_each_call_becomes_an_event(send, key, path, message, name, properties):
    response = send(f"/v1/{path}", {"userId": "U1", "messageId": "m", **message})

    assert (response.status_code, response.json()) == (200, {"success": True})
    (event,) = stored()
    assert (event.name, event.distinct_id, event.message_id, event.source) == (
        name,
        "U1",
        "m",
        f"key:{key.key.public_id}",
    )
    assert event.properties == properties
    assert event.received_at == event.occurred_at == NOON


def test_a_repeat_is_answered_with_success_and_changes_nothing(send):
    send("/v1/track", make_track(event="First"))
    again = send("/v1/track", make_track(event="Second"))
    in_a_batch = send("/v1/batch", {"batch": [make_track(event="Third"), make_track(2)]})

    assert (again.status_code, in_a_batch.status_code) == (200, 200)
    assert [(event.name, event.message_id) for event in stored()] == [("First", "m1"), ("Cart Viewed", "m2")]


def test_a_batch_keeps_the_good_ones_and_names_the_wrong_ones(send):
    batch = [
        make_track(1),
        {"type": "track", "userId": "U1"},
        make_track(3, userId=None),
        "no object",
        make_track(5, type="dance"),
        make_track(6, properties="no object"),
        make_track(7, properties={"text": "x" * 33_000}),
        make_track(8, timestamp="tomorrow"),
        make_track(9, userId="x" * 201),
        make_track(10, properties={"text": "a\x00b"}),
        make_track(11, properties={"text": "\\u0000 as letters"}),
    ]

    response = send("/v1/batch", {"batch": batch})

    assert response.status_code == 200
    assert [(one["index"], one["reason"]) for one in response.json()["refused"]] == [
        (1, "name_missing"),
        (2, "person_missing"),
        (3, "field_wrong"),
        (4, "type_unknown"),
        (5, "field_wrong"),
        (6, "too_large"),
        (7, "time_wrong"),
        (8, "too_long"),
        (9, "nul_character"),
    ]
    assert [event.message_id for event in stored()] == ["m1", "m11"]
    kept = RefusedMessage.objects.order_by("pk")
    assert [one.reason for one in kept] == [one["reason"] for one in response.json()["refused"]]
    assert json.loads(kept[0].body) == batch[1]


def test_a_wrong_single_message_is_refused_and_kept(send):
    response = send("/v1/track", {"userId": "U1"})

    assert response.status_code == 400
    assert response.json()["refused"] == [{"index": 0, "reason": "name_missing", "detail": ""}]
    assert (stored(), RefusedMessage.objects.count()) == ([], 1)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"batch": 1}', b"\xff\xfe", b"[" * 100_000])
@pytest.mark.parametrize("path", ["track", "batch"])
def test_what_is_no_message_is_refused_and_kept(send, path, body):
    response = send(f"/v1/{path}", body)

    assert response.status_code in {400, 413}
    assert stored() == []


@pytest.mark.parametrize(
    ("context", "reason"), [({"page": "x" * 5_000}, "too_large"), ({"page": "a\x00b"}, "nul_character")]
)
def test_what_a_batch_says_of_all_its_messages_is_small_because_each_keeps_it(send, context, reason):
    response = send("/v1/batch", {"batch": [make_track(n) for n in range(9)], "context": context})

    assert (response.status_code, response.json()["refused"][0]["reason"]) == (400, reason)
    assert (stored(), RefusedMessage.objects.count()) == ([], 1)


def test_an_anonymous_visitor_is_told_from_a_customer_of_the_same_number(send):
    send("/v1/track", make_track(1, userId=None, anonymousId="7"))
    send("/v1/track", make_track(2, userId="7", anonymousId="a-1"))

    assert [(event.distinct_id, event.context) for event in stored()] == [
        ("anonymous:7", {}),
        ("7", {"anonymousId": "a-1"}),
    ]


@pytest.mark.parametrize(
    ("timestamp", "sent_at", "moment"),
    [
        (None, None, NOON),
        ("2026-05-01T11:00:00.000Z", None, NOON - timedelta(hours=1)),
        # the sender's clock is a day late: what counts is that it happened a minute before it was sent
        ("2026-04-30T11:59:00Z", "2026-04-30T12:00:00Z", NOON - timedelta(minutes=1)),
        ("2026-05-01T15:00:00+03:00", "2026-05-01T12:00:30", NOON - timedelta(seconds=30)),
        ("2031-01-01T00:00:00Z", None, NOON),
        ("2020-01-01", None, datetime(2020, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_wrong_clock_is_corrected(send, timestamp, sent_at, moment):
    send("/v1/batch", {"batch": [make_track(timestamp=timestamp)], "sentAt": sent_at})

    assert [event.occurred_at for event in stored()] == [moment]


def test_the_key_may_stand_in_the_body_and_the_body_may_be_packed(send, key):
    body = gzip.compress(json.dumps({"batch": [make_track()], "writeKey": key.text}).encode())

    response = send("/v1/batch", body, HTTP_AUTHORIZATION="", HTTP_CONTENT_ENCODING="gzip")

    assert (response.status_code, len(stored())) == (200, 1)


@pytest.mark.parametrize("path", ["track", "batch"])
def test_a_body_beyond_the_limit_is_refused_also_when_it_is_packed(send, path):
    big = json.dumps({"batch": [make_track(properties={"text": "x" * 600_000})]}).encode()

    assert send(f"/v1/{path}", big).status_code == 413
    assert send(f"/v1/{path}", gzip.compress(big), HTTP_CONTENT_ENCODING="gzip").status_code == 413
    assert send(f"/v1/{path}", b"no gzip", HTTP_CONTENT_ENCODING="gzip").status_code == 400
    assert stored() == []


def test_only_a_working_ingest_key_may_send(send, key):
    reading = create_key(name="Reader", scope=Scope.WRITE, by=None)

    assert send("/v1/track", make_track(), HTTP_AUTHORIZATION="").status_code == 401
    assert send("/v1/track", make_track(), HTTP_AUTHORIZATION="Bearer nonsense").status_code == 401
    assert send("/v1/track", make_track(), HTTP_AUTHORIZATION=f"Bearer {reading.text}").status_code == 403
    revoke_key(key=key.key, by=None)
    assert send("/v1/track", make_track()).status_code == 401
    assert (stored(), RefusedMessage.objects.count()) == ([], 0)


def test_a_browser_may_ask_from_any_page_and_gets_its_settings(key):
    asked = Client().options("/v1/t", HTTP_ORIGIN="https://shop.example")
    settings = Client().get(f"/v1/projects/{key.text}/settings")

    assert (asked.status_code, asked["Access-Control-Allow-Origin"]) == (204, "*")
    assert settings.json()["integrations"]["Segment.io"]["apiHost"] == "testserver/v1"
    assert settings["Access-Control-Allow-Origin"] == "*"
    assert Client().get("/v1/projects/nonsense/settings").status_code == 401
    assert Client().get("/v1/track").status_code == 405


def test_other_addresses_of_the_api_go_on_to_it(key):
    assert Client().get("/v1/customers").json()["code"] == "key_missing"
