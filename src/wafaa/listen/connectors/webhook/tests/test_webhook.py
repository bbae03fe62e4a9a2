"""Webhooks that are described by data, and the calls that are ready."""

import base64
import hmac
from datetime import UTC, datetime, timedelta

import pytest

from wafaa.listen.connectors.rules import ConnectorError, Why
from wafaa.listen.connectors.tests.hostile import NOT_JSON, WRONG, read_or_refuse, spoil
from wafaa.listen.connectors.tests.stand_in import (
    NOW,
    find_told,
    make_connected,
    make_received,
    name_told,
    send,
)
from wafaa.listen.connectors.webhook import CONNECTOR
from wafaa.listen.connectors.webhook.paths import check_path, find, read_pairs

CALL = {
    "call_id": "c-77",
    "agent": {"name": "ليان"},
    "duration": 75,
    "direction": "incoming",
    "customer_number": "0551234567",
    "ended_at": "2026-02-26T09:00:00+03:00",
    "queue": "الدعم",
}
CALLS = {"preset": "calls", "properties": "agent=agent.name"}


def read(body, **settings):
    return CONNECTOR.read(make_received(CONNECTOR, body, settings=settings)).told


def test_a_call_that_has_ended_finds_its_customer_by_the_number():
    call = find_told(read(CALL, **CALLS), "Support Call Ended").event

    assert call.distinct_id == "phone:+966551234567"
    assert call.occurred_at == datetime(2026, 2, 26, 6, tzinfo=UTC)
    assert call.properties == {
        "call_id": "c-77",
        "agent": "ليان",
        "duration_s": 75,
        "direction": "inbound",
        "phone": "0551234567",
        "queue": "الدعم",
    }
    assert call.message_id == "webhook:1a2b3c4d:support-call-ended:c-77:-"


@pytest.mark.parametrize(
    ("duration", "seconds"), [(75, 75), ("75", 75), ("75.9", 75), ("1:15", 75), ("1:00:15", 3615), ("٧٥", 75)]
)
def test_how_long_a_call_was_is_read_in_every_form(duration, seconds):
    call = find_told(read({**CALL, "duration": duration}, **CALLS), "Support Call Ended").event

    assert call.properties["duration_s"] == seconds


@pytest.mark.parametrize("duration", ["soon", "-5", -5, "1:2:3:4", "NaN", ":"])
def test_a_length_that_is_none_is_refused_by_its_field(duration):
    with pytest.raises(ConnectorError) as refusal:
        read({**CALL, "duration": duration}, **CALLS)

    assert refusal.value.why == Why.UNREADABLE
    assert "duration" in refusal.value.detail


def test_a_call_of_nobody_is_still_a_call():
    call = find_told(read({**CALL, "customer_number": ""}, **CALLS), "Support Call Ended").event

    assert call.distinct_id == "anonymous:1a2b3c4d-c-77"
    assert call.properties["anonymous"] is True


def test_an_own_description_says_where_everything_stands():
    body = {
        "payload": {
            "kind": "ticket.rated",
            "uid": 9,
            "when": 1772092800000,
            "who": {"no": 17850, "mail": "Sara@Example.sa", "full": "سارة"},
            "stars": 4,
            "open": False,
            "tags": ["a", "b"],
        }
    }
    settings = {
        "event_path": "payload.kind",
        "events": "ticket.rated=Ticket Rated, ticket.opened=Support Conversation Started",
        "id_path": "$.payload.uid",
        "at_path": "payload.when",
        "person_path": "payload.who.no",
        "email_path": "payload.who.mail",
        "name_path": "payload.who.full",
        "properties": "rating=payload.stars, open=payload.open, tag=payload.tags[1], tags=payload.tags, missing=payload.x",
    }

    told = read(body, **settings)

    assert name_told(told) == ["identify", "Ticket Rated"]
    assert told[0].event.properties == {"name": "سارة", "email": "Sara@Example.sa"}
    event = told[1].event
    assert event.distinct_id == "webhook:1a2b3c4d:17850"
    assert event.occurred_at == datetime(2026, 2, 26, 8, tzinfo=UTC)
    assert event.properties == {"rating": 4, "open": False, "tag": "b"}
    assert read(body, **settings, people="ours")[-1].event.distinct_id == "17850"
    assert read({"payload": {**body["payload"], "kind": "ticket.seen"}}, **settings) == []


def test_several_events_of_one_delivery():
    body = {"events": [{"event": "Store Visited", "id": number, "email": "a@b.sa"} for number in range(3)]}

    told = read(body, each_path="events")

    assert [one.event.message_id for one in told] == [
        f"webhook:1a2b3c4d:store-visited:{number}:-" for number in range(3)
    ]
    with pytest.raises(ConnectorError):
        read({"events": [{"event": "x"}] * 201}, each_path="events")


def test_what_has_no_id_is_known_by_its_content():
    first, again, other = (
        read({"event": "Thing Done", "email": "a@b.sa", "n": number})[0].event.message_id
        for number in (1, 1, 2)
    )

    assert first == again != other


def test_times_without_an_offset_are_of_the_zone_that_was_told():
    body = {"event": "Thing Done", "at": "2026-02-26 09:00:00", "email": "a@b.sa"}

    assert read(body)[0].event.occurred_at == datetime(2026, 2, 26, 9, tzinfo=UTC)
    assert read(body, zone="Asia/Riyadh")[0].event.occurred_at == datetime(2026, 2, 26, 6, tzinfo=UTC)
    with pytest.raises(ConnectorError):
        read(body, zone="../../etc/passwd")


def test_paths():
    body = {"a": {"b": [{"c": 1}, {"c": 2}]}, "d": "", "e e": 3}

    assert find(body, "a.b[1].c") == find(body, "$.a.b[1].c") == 2
    assert find(body, "d|x.y|e e") == 3
    assert find(body, "=Fixed | text") == "Fixed | text"
    assert find(body, "a.b[9].c") is None
    assert find(body, "a.b.c") is None
    assert find(body, "") is None
    assert read_pairs("a=b.c, d ,=x, e = f") == {"a": "b.c", "d": "d", "e": "f"}
    assert [check_path(one) for one in ("a.b[0]", "=x", "a|b", "a..b", "a[x]", "", "a|")] == [
        True,
        True,
        True,
        False,
        False,
        False,
        False,
    ]


def test_a_description_that_cannot_be_followed_is_said():
    assert (
        CONNECTOR.test(make_connected(CONNECTOR, settings={"preset": "calls"}), send) == "Support Call Ended"
    )
    with pytest.raises(ConnectorError) as refusal:
        CONNECTOR.test(make_connected(CONNECTOR, settings={"at_path": "a..b"}), send)
    assert refusal.value.detail == "at"


SECRET = "s3cret"
TIME = str(int(NOW.timestamp()))


def check(headers, *, body=b"{}", secret=SECRET, **settings):
    received = make_received(CONNECTOR, body, headers=headers, settings=settings)
    CONNECTOR.verify(received, {"secret": secret})


def mac(content: bytes, algorithm="sha256", secret=SECRET) -> bytes:
    return hmac.new(secret.encode(), content, algorithm).digest()


SCHEMES = [
    ({"header": "X-Signature"}, {"X-Signature": mac(b"{}").hex()}),
    ({"header": "X-Signature"}, {"X-Signature": mac(b"{}").hex().upper()}),
    (
        {"header": "X-Hub-Signature-256", "prefix": "sha256="},
        {"X-Hub-Signature-256": "sha256=" + mac(b"{}").hex()},
    ),
    (
        {"header": "X-Hub-Signature", "prefix": "sha1=", "algorithm": "sha1"},
        {"X-Hub-Signature": "sha1=" + mac(b"{}", "sha1").hex()},
    ),
    ({"header": "X-S", "scheme": "base64"}, {"X-S": base64.b64encode(mac(b"{}")).decode()}),
    ({"header": "X-S", "scheme": "base64"}, {"X-S": base64.b64encode(mac(b"{}")).decode().rstrip("=")}),
    (
        {"header": "X-S", "scheme": "base64", "algorithm": "sha512"},
        {"X-S": base64.b64encode(mac(b"{}", "sha512")).decode()},
    ),
    (
        {"header": "X-S", "timestamp_header": "X-T"},
        {"X-S": mac(TIME.encode() + b".{}").hex(), "X-T": TIME},
    ),
    (
        {"header": "X-S", "timestamp_header": "X-T", "signed": "timestamp:body"},
        {"X-S": mac(TIME.encode() + b":{}").hex(), "X-T": TIME},
    ),
    (
        {"header": "X-S", "timestamp_header": "X-T", "signed": "timestamp+body"},
        {"X-S": mac(TIME.encode() + b"{}").hex(), "X-T": TIME},
    ),
    (
        {"header": "Authorization", "scheme": "token", "prefix": "Bearer"},
        {"Authorization": f"Bearer {SECRET}"},
    ),
]


@pytest.mark.parametrize(("scheme", "headers"), SCHEMES)
def test_every_scheme_takes_what_is_right_and_nothing_else(scheme, headers):
    check(headers, **scheme)

    wrong = [
        ({}, b"{}", SECRET),
        ({name: value[:-4] for name, value in headers.items()}, b"{}", SECRET),
        (headers, b"{}", "other"),
        (headers, b"{}", ""),
    ]
    if scheme.get("scheme") != "token":
        wrong.append((headers, b"{ }", SECRET))
    for given, body, secret in wrong:
        with pytest.raises(ConnectorError) as refusal:
            check(given, body=body, secret=secret, **scheme)
        assert refusal.value.why == Why.UNSIGNED


@pytest.mark.parametrize("minutes", [-6, 6])
def test_what_was_signed_more_than_five_minutes_off_is_stale(minutes):
    at = str(int((NOW + timedelta(minutes=minutes)).timestamp()))
    headers = {"X-S": mac(at.encode() + b".{}").hex(), "X-T": at}

    with pytest.raises(ConnectorError) as refusal:
        check(headers, header="X-S", timestamp_header="X-T")
    assert refusal.value.why == Why.STALE


def test_a_prefix_that_is_asked_for_has_to_stand_there():
    with pytest.raises(ConnectorError):
        check({"X-S": mac(b"{}").hex()}, header="X-S", prefix="sha256=")


@pytest.mark.parametrize(
    ("body", "description"),
    [
        (CALL, CALLS),
        (
            {"event": "Thing Done", "id": 1, "email": "a@b.sa", "at": "2026-02-26", "a": {"b": [1]}},
            {"properties": "x=a.b[0], y=a"},
        ),
        ({"events": [{"event": "x", "id": 2}]}, {"each_path": "events"}),
    ],
)
def test_a_hostile_body_is_refused_or_read_and_never_breaks(body, description):
    bodies = [*NOT_JSON, *spoil(body)]

    refused = sum(
        read_or_refuse(CONNECTOR, make_received(CONNECTOR, one, settings=description)) is None
        for one in bodies
    )

    assert refused > 10


def test_hostile_settings_break_nothing():
    for key in (
        "preset",
        "event_path",
        "events",
        "properties",
        "id_path",
        "zone",
        "header",
        "signed",
        "algorithm",
    ):
        for wrong in WRONG:
            read_or_refuse(CONNECTOR, make_received(CONNECTOR, CALL, settings={**CALLS, key: wrong}))
