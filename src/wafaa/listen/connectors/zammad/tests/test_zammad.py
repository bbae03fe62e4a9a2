"""What the webhooks of Zammad's triggers become."""

import hashlib
import hmac
from datetime import UTC, datetime

import pytest

from wafaa.listen.connectors.rules import ConnectorError, Why
from wafaa.listen.connectors.tests.hostile import NOT_JSON, read_or_refuse, spoil
from wafaa.listen.connectors.tests.stand_in import find_told, make_received, name_told
from wafaa.listen.connectors.zammad import CONNECTOR

EMILY = "zammad:1a2b3c4d:8"
TICKET = {
    "id": 81,
    "number": "10081",
    "article_count": 1,
    "create_article_sender": "Customer",
    "create_article_type": "phone",
    "created_at": "2026-02-13T14:34:35.282Z",
    "updated_at": "2026-02-13T14:34:35.333Z",
    "close_at": None,
    "customer": {
        "id": 8,
        "email": "emily@example.com",
        "firstname": "إيميلي",
        "lastname": "آدمز",
        "phone": "0551234567",
        "updated_at": "2026-02-13T14:34:37.366Z",
    },
    "customer_id": 8,
    "group": {"id": 3, "name": "Service Desk"},
    "owner": {"id": 5, "firstname": "Emma", "lastname": "Taylor", "email": "emma@shop.example"},
    "owner_id": 5,
    "priority": {"id": 2, "name": "2 normal"},
    "state": "open",
    "title": "Webhook-Test",
}
ARTICLE = {
    "id": 104,
    "ticket_id": 81,
    "body": "<div>أين طلبي؟</div>",
    "internal": False,
    "sender": "Customer",
    "type": "phone",
    "created_at": "2026-02-13T14:34:35.318Z",
    "created_by": {"id": 3, "firstname": "Christopher", "lastname": "Miller"},
}


def read(ticket=None, article=ARTICLE, **settings):
    body = {"ticket": {**TICKET, **(ticket or {})}, "article": article}
    return CONNECTOR.read(make_received(CONNECTOR, body, settings=settings)).told


def test_a_new_ticket_is_its_customer_its_beginning_and_its_message():
    told = read()

    assert name_told(told) == ["identify", "Support Conversation Started", "Support Message Received"]
    assert {one.event.distinct_id for one in told} == {EMILY}
    assert told[0].event.properties == {
        "name": "إيميلي آدمز",
        "email": "emily@example.com",
        "phone": "0551234567",
    }
    assert told[1].event.properties == {
        "conversation_id": "81",
        "ticket_number": "10081",
        "channel": "phone",
        "team": "Service Desk",
        "agent": "Emma Taylor",
    }
    assert told[1].event.occurred_at == datetime(2026, 2, 13, 14, 34, 35, 282000, tzinfo=UTC)
    assert told[2].event.properties["message_id"] == "104"


def test_an_agents_answer_names_the_agent():
    reply = find_told(
        read(article={**ARTICLE, "id": 105, "sender": "Agent", "type": "email"}), "Support Reply Sent"
    )

    assert reply.event.properties["agent"] == "Christopher Miller"
    assert reply.event.properties["channel"] == "email"
    assert reply.event.message_id == "zammad:1a2b3c4d:support-reply:105:-"


@pytest.mark.parametrize("changes", [{"internal": True}, {"sender": "System"}])
def test_notes_and_the_systems_own_are_no_message(changes):
    assert name_told(read(article={**ARTICLE, **changes})) == ["identify", "Support Conversation Started"]


def test_a_closed_ticket_ends_once_however_many_triggers_tell_it():
    closed = {"state": "closed", "close_at": "2026-02-14T10:00:00.000Z"}
    first, again = read(closed), read({**closed, "updated_at": "2026-02-14T11:00:00Z"}, article=None)
    reopened = read({"state": "closed", "close_at": "2026-02-15T10:00:00.000Z"})

    ended = [find_told(told, "Support Conversation Ended").event for told in (first, again, reopened)]
    assert ended[0].message_id == ended[1].message_id != ended[2].message_id
    assert ended[0].occurred_at == datetime(2026, 2, 14, 10, tzinfo=UTC)


def test_the_states_that_end_a_ticket_are_the_shops_own():
    ticket = {"state": {"id": 9, "name": "مغلقة"}, "close_at": "2026-02-14T10:00:00Z"}

    assert "Support Conversation Ended" not in name_told(read(ticket))
    assert "Support Conversation Ended" in name_told(read(ticket, ended="closed, مغلقة"))


def test_a_customer_that_is_told_by_address_alone():
    told = read({"customer": "Emily@Example.com", "owner": "-", "owner_id": 1})

    assert told[0].event.distinct_id == "email:emily@example.com"
    assert "agent" not in told[0].event.properties


def sign(body: bytes, secret: str = "s3cret") -> str:
    return "sha1=" + hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()


def test_the_signature_is_the_hex_hmac_sha1_of_the_raw_body():
    def check(given, secret="s3cret"):
        CONNECTOR.verify(
            make_received(CONNECTOR, b"{}", headers={"X-Hub-Signature": given}), {"secret": secret}
        )

    check(sign(b"{}"))
    wrong = [("", "s3cret"), (sign(b"[]"), "s3cret"), (sign(b"{}")[5:], "s3cret"), (sign(b"{}", ""), "")]
    for given, secret in wrong:
        with pytest.raises(ConnectorError) as refusal:
            check(given, secret)
        assert refusal.value.why == Why.UNSIGNED


def test_a_delivery_is_known_by_its_own_id():
    assert (
        CONNECTOR.delivery_id(make_received(CONNECTOR, b"{}", headers={"X-Zammad-Delivery": "d-1"})) == "d-1"
    )


def test_a_hostile_body_is_refused_or_read_and_never_breaks():
    bodies = [*NOT_JSON, *spoil({"ticket": {**TICKET, "state": "closed"}, "article": ARTICLE})]

    refused = sum(read_or_refuse(CONNECTOR, make_received(CONNECTOR, one)) is None for one in bodies)

    assert refused > 10
