"""HubSpot's webhooks, contacts fetched from a stand-in and given to it by real HTTP."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest

from wafaa.listen.connectors.hubspot import CONNECTOR
from wafaa.listen.connectors.hubspot.connector import decode_address
from wafaa.listen.connectors.rules import ConnectorError, Contact, Wanted, Why
from wafaa.listen.connectors.tests.hostile import NOT_JSON, read_or_refuse, spoil
from wafaa.listen.connectors.tests.stand_in import (
    NOW,
    Answered,
    Asked,
    make_connected,
    make_received,
    open_system,
    read_past,
    send,
)

SECRET = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy"
CHANGE = {
    "eventId": 567890123,
    "subscriptionId": 234567,
    "portalId": 12345678,
    "appId": 987654,
    "occurredAt": 1708986598741,
    "subscriptionType": "contact.propertyChange",
    "attemptNumber": 0,
    "objectId": 65059681032,
    "propertyName": "phone",
    "propertyValue": "0551234567",
    "changeSource": "CRM_UI",
    "sourceId": "userId:45678",
}


def sign(body: bytes, *, at: datetime = NOW, address: str, secret: str = SECRET, method: str = "POST"):
    """Written from the documentation, apart from the code."""
    timestamp = str(int(at.timestamp() * 1000))
    text = method + address + body.decode() + timestamp
    digest = hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()
    return {
        "X-HubSpot-Signature-v3": base64.b64encode(digest).decode(),
        "X-HubSpot-Request-Timestamp": timestamp,
    }


ADDRESS = "https://wafaa.example/hooks/00000000-0000-7000-8000-00001a2b3c4d/"


def check(headers, *, body=b"[]", address=ADDRESS, secret=SECRET):
    CONNECTOR.verify(make_received(CONNECTOR, body, headers=headers, address=address), {"secret": secret})


def test_the_signature_covers_method_address_body_and_time():
    headers = sign(b"[]", address=ADDRESS)

    check(headers)
    for wrong in (
        {},
        sign(b"[1]", address=ADDRESS),
        sign(b"[]", address=ADDRESS, method="GET"),
        sign(b"[]", address=ADDRESS.replace("https", "http")),
        sign(b"[]", address=ADDRESS, secret="other"),
        {**headers, "X-HubSpot-Request-Timestamp": str(int(NOW.timestamp() * 1000) + 1)},
        {**headers, "X-HubSpot-Signature-v3": "???"},
    ):
        with pytest.raises(ConnectorError) as refusal:
            check(wrong)
        assert refusal.value.why == Why.UNSIGNED
    with pytest.raises(ConnectorError):
        check(sign(b"[]", address=ADDRESS, secret=""), secret="")


@pytest.mark.parametrize("minutes", [-6, 6])
def test_what_was_signed_more_than_five_minutes_off_is_stale(minutes):
    with pytest.raises(ConnectorError) as refusal:
        check(sign(b"[]", address=ADDRESS, at=NOW + timedelta(minutes=minutes)))

    assert refusal.value.why == Why.STALE


def test_the_address_is_decoded_as_hubspot_does_it():
    asked = f"{ADDRESS}?a=b%3Ac%2fd&name=%D9%88"

    assert decode_address(asked) == f"{ADDRESS}?a=b:c/d&name=%D9%88"
    check(sign(b"[]", address=decode_address(asked)), address=asked)


def read(*changes):
    return CONNECTOR.read(make_received(CONNECTOR, list(changes)))


def test_changed_contacts_are_named_once_each_to_be_fetched():
    reading = read(
        CHANGE,
        {**CHANGE, "propertyName": "email"},
        {**CHANGE, "objectId": 7, "subscriptionType": "contact.creation"},
        {**CHANGE, "objectId": 8, "subscriptionType": "object.creation", "objectTypeId": "0-1"},
        {**CHANGE, "objectId": 9, "subscriptionType": "object.creation", "objectTypeId": "0-2"},
        {**CHANGE, "objectId": 10, "subscriptionType": "company.creation"},
    )

    assert list(reading.named) == ["65059681032", "7", "8"]
    assert list(reading.told) == []


def test_what_our_own_push_changed_is_no_news():
    ours = {**CHANGE, "changeSource": "INTEGRATION", "sourceId": "987654"}
    another = {**CHANGE, "objectId": 5, "changeSource": "INTEGRATION", "sourceId": "111"}

    assert list(read(ours, another).named) == ["5"]


def test_a_deleted_contact_is_a_question_for_people_and_an_erasure_a_request():
    reading = read(
        {**CHANGE, "subscriptionType": "contact.deletion"},
        {**CHANGE, "objectId": 7, "subscriptionType": "contact.privacyDeletion"},
    )

    assert [(one.what, one.distinct_id) for one in reading.asks] == [
        (Wanted.DELETED, "hubspot:1a2b3c4d:65059681032"),
        (Wanted.ERASE, "hubspot:1a2b3c4d:7"),
    ]
    assert list(reading.named) == []


def test_a_hostile_body_is_refused_or_read_and_never_breaks():
    refused = 0
    for body in [*NOT_JSON, *spoil([CHANGE]), b"[" + b"1," * 2000 + b"1]"]:
        reading = read_or_refuse(CONNECTOR, make_received(CONNECTOR, body))
        refused += reading is None
        assert reading is None or all(one.isdigit() and len(one) < 2001 for one in reading.named)

    assert refused > 10


class Portal:
    """A portal with 250 contacts."""

    def __init__(self) -> None:
        self.busy = 0
        self.policy = "TEN_SECONDLY_ROLLING"
        self.upserted: list[dict] = []
        self.refused = ""

    def answer(self, asked: Asked) -> Answered:
        if asked.headers.get("authorization") != "Bearer pat":
            return Answered({"status": "error", "category": "INVALID_AUTHENTICATION"}, status=401)
        if self.busy:
            self.busy -= 1
            return Answered(
                {"status": "error", "errorType": "RATE_LIMIT", "policyName": self.policy}, status=429
            )
        path = asked.path.removeprefix("/crm/v3/objects/contacts")
        if asked.path == "/account-info/v3/details":
            return Answered({"portalId": 12345678, "uiDomain": "app.hubspot.com"})
        if path == "/search":
            return Answered({"total": 250, "results": []})
        if path == "/batch/read":
            ids = [one["id"] for one in asked.content["inputs"]]
            return Answered(
                {"status": "COMPLETE", "results": [make_contact(int(one)) for one in ids if int(one) < 250]},
                status=207,
            )
        if path == "/batch/upsert":
            rows = asked.content["inputs"]
            if any(row["id"] == self.refused for row in rows):
                return Answered({"status": "error", "category": "VALIDATION_ERROR"}, status=400)
            self.upserted += rows
            return Answered({"status": "COMPLETE", "results": []})
        start, limit = int(asked.query.get("after", 0)), int(asked.query["limit"])
        body = {"results": [make_contact(number) for number in range(start, min(start + limit, 250))]}
        if start + limit < 250:
            body["paging"] = {"next": {"after": str(start + limit), "link": "https://api.hubapi.com/x"}}
        return Answered(body, headers={"X-HubSpot-RateLimit-Remaining": "90"})


def make_contact(number: int) -> dict:
    return {
        "id": str(number),
        "properties": {
            "email": f"c{number}@example.sa",
            "firstname": "سارة",
            "lastname": "العتيبي",
            "phone": "0551234567",
            "mobilephone": None,
            "city": "الرياض",
            "country": "Saudi Arabia",
            "hs_language": "ar-sa",
            "date_of_birth": "1990-05-01",
        },
        "createdAt": "2025-10-30T03:30:17.883Z",
        "updatedAt": "2026-01-07T16:50:06.678Z",
        "archived": False,
    }


def connect(address, token="pat"):
    return make_connected(CONNECTOR, secrets={"token": token}, settings={"api_address": address})


def test_all_contacts_are_read_by_the_cursor_of_hubspot():
    with open_system(Portal().answer) as (address, asked):
        pages = read_past(CONNECTOR, connect(address))

    told = [one for page in pages for one in page.reading.told]
    assert [page.cursor for page in pages] == ["100", "200", None]
    assert [one.event.distinct_id for one in told] == [f"hubspot:1a2b3c4d:{number}" for number in range(250)]
    assert told[3].event.properties == {
        "name": "سارة العتيبي",
        "email": "c3@example.sa",
        "phone": "0551234567",
        "city": "الرياض",
        "country": "Saudi Arabia",
        "language": "ar",
        "birthday": "1990-05-01",
    }
    assert told[3].version == datetime(2026, 1, 7, 16, 50, 6, 678000, tzinfo=UTC)
    assert "archived=false" in "&".join(f"{key}={value}" for key, value in asked[0].query.items())


@pytest.mark.parametrize(("policy", "wait_s"), [("TEN_SECONDLY_ROLLING", 10.0), ("DAILY", 3600.0)])
def test_a_refusal_for_the_rate_waits_as_its_policy_wants(policy, wait_s):
    portal = Portal()
    portal.busy, portal.policy = 1, policy
    with open_system(portal.answer) as (address, _asked):
        page = CONNECTOR.next_page(connect(address), "100", send)

    assert (page.cursor, page.wait_s, list(page.reading.told)) == ("100", wait_s, [])


def test_named_contacts_are_fetched_and_those_that_are_gone_are_left_out():
    portal = Portal()
    with open_system(portal.answer) as (address, _asked):
        page = CONNECTOR.fetch(connect(address), ["7", "999"], send)
        portal.busy = 1
        again = CONNECTOR.fetch(connect(address), ["7"], send)

    assert [one.event.distinct_id for one in page.reading.told] == ["hubspot:1a2b3c4d:7"]
    assert page.cursor is None
    assert (again.cursor is None, again.wait_s) == (False, 10.0)


def test_the_test_names_the_account_and_a_wrong_token_is_said():
    with open_system(Portal().answer) as (address, _asked):
        assert CONNECTOR.test(connect(address), send) == "app.hubspot.com 12345678, 250"
        with pytest.raises(ConnectorError) as refusal:
            CONNECTOR.test(connect(address, token="old"), send)

    assert refusal.value.why == Why.TOKEN_WRONG


def make_ours(number, *, name="محمد بن علي العتيبي", email=None, ids=("17850",)):
    return Contact(
        uuid=str(number),
        distinct_ids=ids,
        name=name,
        email=f"P{number}@example.sa" if email is None else email,
        phone="+966551234567",
        country="SA",
        city="",
    )


def test_customers_are_upserted_by_address_in_batches_of_a_hundred():
    portal = Portal()
    with open_system(portal.answer) as (address, asked):
        CONNECTOR.push(connect(address), [make_ours(number) for number in range(230)], send)

    assert [len(one.content["inputs"]) for one in asked] == [100, 100, 30]
    assert portal.upserted[0] == {
        "idProperty": "email",
        "id": "p0@example.sa",
        "properties": {
            "firstname": "محمد بن علي",
            "lastname": "العتيبي",
            "phone": "+966551234567",
            "country": "SA",
        },
    }


def test_names_that_came_from_hubspot_stay_as_they_are_there():
    portal = Portal()
    with open_system(portal.answer) as (address, _asked):
        CONNECTOR.push(connect(address), [make_ours(1, ids=("hubspot:1a2b3c4d:5",))], send)

    assert portal.upserted[0]["properties"] == {"phone": "+966551234567", "country": "SA"}


def test_one_address_that_is_refused_holds_no_other_back():
    portal = Portal()
    portal.refused = "none"
    with open_system(portal.answer) as (address, _asked):
        CONNECTOR.push(
            connect(address),
            [make_ours(1), make_ours(2, email="none"), make_ours(3), make_ours(4, email="")],
            send,
        )

    assert [one["id"] for one in portal.upserted] == ["p1@example.sa", "p3@example.sa"]
