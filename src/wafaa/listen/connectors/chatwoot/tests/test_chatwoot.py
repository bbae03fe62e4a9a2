"""What Chatwoot's webhooks become."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest

from wafaa.listen.connectors.chatwoot import CONNECTOR
from wafaa.listen.connectors.rules import ConnectorError, Why
from wafaa.listen.connectors.tests.hostile import NOT_JSON, read_or_refuse, spoil
from wafaa.listen.connectors.tests.stand_in import NOW, find_told, make_received, name_told

SARA = "chatwoot:1a2b3c4d:12"
CONVERSATION = {
    "id": 10,
    "inbox_id": 1,
    "channel": "Channel::Whatsapp",
    "can_reply": True,
    "contact_inbox": {"id": 12, "contact_id": 12, "source_id": "405f", "hmac_verified": False},
    "messages": [],
    "meta": {
        "sender": {
            "id": 12,
            "name": "سارة العتيبي",
            "email": "sara@example.sa",
            "phone_number": "+966551234567",
            "identifier": "17850",
            "type": "contact",
        },
        "assignee": {"id": 1, "name": "John", "type": "user"},
        "hmac_verified": False,
    },
    "status": "open",
    "timestamp": 1771920000,
    "created_at": 1771920000,
    "updated_at": 1771923600.25,
}
MESSAGE = {
    "event": "message_created",
    "id": 118,
    "content": "السلام عليكم",
    "created_at": "2026-02-24T08:02:48.000Z",
    "message_type": "incoming",
    "private": False,
    "sender": {"id": 12, "name": "سارة العتيبي", "type": "contact"},
    "conversation": CONVERSATION,
    "account": {"id": 1, "name": "Nujum"},
}


def read(body, **changes):
    return CONNECTOR.read(make_received(CONNECTOR, {**body, **changes})).told


def test_a_conversation_begins_with_its_customer_and_channel():
    told = read(CONVERSATION, event="conversation_created")

    assert name_told(told) == ["identify", "Support Conversation Started"]
    assert told[0].event.distinct_id == SARA
    assert told[0].event.properties == {
        "name": "سارة العتيبي",
        "email": "sara@example.sa",
        "phone": "+966551234567",
    }
    started = told[1].event
    assert started.distinct_id == SARA
    assert started.occurred_at == datetime(2026, 2, 24, 8, 0, tzinfo=UTC)
    assert started.properties == {"conversation_id": "10", "channel": "whatsapp", "agent": "John"}
    assert started.message_id == "chatwoot:1a2b3c4d:support-started:10:-"


def test_what_a_customer_writes_and_what_an_agent_answers():
    received = find_told(read(MESSAGE), "Support Message Received").event
    agent = {"id": 3, "name": "ليان", "email": "layan@nujum.sa", "type": "user"}
    reply = find_told(
        read(MESSAGE, message_type="outgoing", sender=agent, id=119), "Support Reply Sent"
    ).event

    assert (received.distinct_id, reply.distinct_id) == (SARA, SARA)
    assert received.occurred_at == datetime(2026, 2, 24, 8, 2, 48, tzinfo=UTC)
    assert reply.properties == {
        "conversation_id": "10",
        "channel": "whatsapp",
        "agent": "ليان",
        "message_id": "119",
    }
    assert "content" not in received.properties


@pytest.mark.parametrize(
    "changes",
    [
        {"private": True, "message_type": "outgoing"},
        {"message_type": "template"},
        {"message_type": "activity"},
        {"message_type": "outgoing", "sender": {"id": 1, "type": "agent_bot"}},
        {"message_type": "outgoing", "sender": None},
        {"event": "message_updated"},
        {"event": "conversation_typing_on"},
    ],
)
def test_notes_and_bots_are_no_reply(changes):
    assert list(read(MESSAGE, **changes)) == []


def test_a_conversation_ends_when_it_is_resolved_and_again_when_it_is_resolved_again():
    first = find_told(
        read(CONVERSATION, event="conversation_status_changed", status="resolved"),
        "Support Conversation Ended",
    ).event
    older = find_told(
        read(CONVERSATION, event="conversation_resolved", status="resolved"), "Support Conversation Ended"
    ).event
    later = find_told(
        read(CONVERSATION, event="conversation_status_changed", status="resolved", updated_at=1771930000.5),
        "Support Conversation Ended",
    ).event

    assert first.occurred_at == datetime(2026, 2, 24, 9, 0, 0, 250000, tzinfo=UTC)
    assert first.message_id == older.message_id != later.message_id
    assert list(read(CONVERSATION, event="conversation_status_changed", status="open")) == []


def test_the_shops_own_number_counts_only_where_chatwoot_has_checked_it():
    checked = {**CONVERSATION, "meta": {**CONVERSATION["meta"], "hmac_verified": True}}

    assert find_told(read(checked, event="conversation_created"), "identify").event.distinct_id == "17850"
    assert find_told(read(CONVERSATION, event="conversation_created"), "identify").event.distinct_id == SARA


def test_a_visitor_without_address_stays_unknown():
    visitor = {**CONVERSATION, "meta": {"sender": {"id": 14, "name": "little-haze-776", "email": None}}}

    told = read(visitor, event="conversation_created")

    assert name_told(told) == ["Support Conversation Started"]
    assert told[0].event.distinct_id == "chatwoot:1a2b3c4d:14"


def test_a_contact_that_changes_is_told():
    contact = {"id": 12, "name": "سارة", "email": "new@example.sa", "event": "contact_updated"}

    assert find_told(read(contact), "identify").event.properties == {
        "name": "سارة",
        "email": "new@example.sa",
    }


SECRET = "s3cret"


def sign(body: bytes, at: datetime = NOW, secret: str = SECRET) -> dict[str, str]:
    timestamp = str(int(at.timestamp()))
    digest = hmac.new(secret.encode(), f"{timestamp}.{body.decode()}".encode(), hashlib.sha256).hexdigest()
    return {"X-Chatwoot-Signature": f"sha256={digest}", "X-Chatwoot-Timestamp": timestamp}


def check(headers, *, secret=SECRET, settings=None, query=None, body=b"{}"):
    received = make_received(CONNECTOR, body, headers=headers, settings=settings, query=query)
    CONNECTOR.verify(received, {"secret": secret})


def test_the_signature_covers_time_and_body():
    check(sign(b"{}"))
    good = sign(b"{}")
    for wrong in (
        {},
        sign(b"{ }"),
        sign(b"{}", secret="x"),
        {**good, "X-Chatwoot-Timestamp": str(int(NOW.timestamp()) - 1)},
        {**good, "X-Chatwoot-Signature": good["X-Chatwoot-Signature"].removeprefix("sha256=")},
    ):
        with pytest.raises(ConnectorError) as refusal:
            check(wrong)
        assert refusal.value.why == Why.UNSIGNED
    with pytest.raises(ConnectorError) as refusal:
        check(sign(b"{}", at=NOW - timedelta(minutes=6)))
    assert refusal.value.why == Why.STALE
    with pytest.raises(ConnectorError):
        check({}, query={"token": SECRET})  # the secret in the address was not chosen


def test_older_releases_show_the_secret_of_the_address():
    older = {"strategy": "address"}
    check({}, settings=older, query={"token": SECRET})
    for query in ({}, {"token": ""}, {"token": "x"}):
        with pytest.raises(ConnectorError):
            check({}, settings=older, query=query)


@pytest.mark.parametrize(
    "body",
    [
        MESSAGE,
        {**CONVERSATION, "event": "conversation_created"},
        {**CONVERSATION, "event": "conversation_status_changed", "status": "resolved"},
    ],
)
def test_a_hostile_body_is_refused_or_read_and_never_breaks(body):
    bodies = [*NOT_JSON, *spoil(json.loads(json.dumps(body)))]

    refused = sum(read_or_refuse(CONNECTOR, make_received(CONNECTOR, one)) is None for one in bodies)

    assert refused > 10
