"""Store visits: from gateways by signed JSON, from visitors by a QR code."""

import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from django.test import Client
from tests.build import NOON, make_business, make_store
from tests.draining import drain_all

from wafaa.kit import clock
from wafaa.listen.connectors.actions import disconnect, end_stays
from wafaa.listen.connectors.models import Connection, Stay
from wafaa.listen.connectors.presence.connector import open_store, sign_store
from wafaa.listen.connectors.tests.sending import SECRET, make_connection, post
from wafaa.stream.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def gateway(db) -> Connection:
    make_business()
    return make_connection("presence", secret=SECRET)


def send(gateway: Connection, *sightings: dict, at=NOON, signed_at=None) -> int:
    raw = json.dumps({"sightings": sightings}).encode()
    stamp = str(int((signed_at or at).timestamp()))
    signature = hmac.new(SECRET.encode(), f"{stamp}.".encode() + raw, hashlib.sha256).hexdigest()
    with clock.fixed_at(at):
        return post(gateway, raw, {"x-wafaa-timestamp": stamp, "x-wafaa-signature": signature})


def seen(what: str, minutes: int, person: str = "C7", store: str = "R1") -> dict:
    return {
        "person": person,
        "store": store,
        "what": what,
        "at": (NOON + timedelta(minutes=minutes)).isoformat(),
    }


def told() -> list[tuple]:
    events = Event.objects.filter(name__startswith="Store ").order_by("position")
    return [(one.name, one.distinct_id, one.properties.get("dwell_s")) for one in events]


def test_entering_and_leaving_is_told_with_the_time_between(gateway):
    later = NOON + timedelta(hours=2)
    assert send(gateway, seen("enter", 0), seen("seen", 5), seen("exit", 20), at=later) == 200

    assert told() == [("Store Entered", "C7", None), ("Store Exited", "C7", 1200)]


def test_who_comes_back_at_once_never_left(gateway):
    later = NOON + timedelta(hours=2)
    send(gateway, seen("enter", 0), seen("exit", 10), seen("enter", 20), seen("enter", 60), at=later)

    assert [name for name, _who, _dwell in told()] == ["Store Entered", "Store Exited", "Store Entered"]


def test_a_repeated_delivery_and_a_late_one_change_nothing(gateway):
    later = NOON + timedelta(hours=2)
    for _time in range(2):
        send(gateway, seen("enter", 30), at=later)
    send(gateway, seen("enter", 10), at=later)

    assert told() == [("Store Entered", "C7", None)]
    assert Stay.objects.get().entered_at == NOON + timedelta(minutes=30)


def test_who_is_silent_has_left_when_last_seen(gateway):
    send(gateway, seen("enter", 0), seen("seen", 12), at=NOON + timedelta(minutes=13))
    with clock.fixed_at(NOON + timedelta(minutes=30)):
        assert end_stays() == 0
    with clock.fixed_at(NOON + timedelta(minutes=43)):
        assert (end_stays(), end_stays()) == (1, 0)

    assert told()[-1] == ("Store Exited", "C7", 720)


def test_an_old_signature_is_refused(gateway):
    assert send(gateway, seen("enter", 0), signed_at=NOON - timedelta(minutes=6)) == 401
    assert send(gateway, seen("enter", 0), signed_at=NOON + timedelta(minutes=6)) == 401
    assert send(gateway, seen("enter", 0), signed_at=NOON - timedelta(minutes=4)) == 200


@pytest.mark.parametrize("wrong", [{"store": ""}, {"what": "dance"}, {"person": ""}, {"at": "soon"}])
def test_what_cannot_be_read_is_said(gateway, wrong):
    assert send(gateway, {**seen("enter", 0), **wrong}) == 422
    assert told() == []


def test_a_sighting_ahead_of_its_time_is_of_now(gateway):
    send(gateway, seen("enter", 600))
    assert Stay.objects.get().entered_at == NOON


def test_a_visitor_scans_taps_and_is_noted_once(gateway):
    make_store("R1", "فرع العليا")
    address, visitor = f"/p/{sign_store(gateway.uuid8, 'R1')}/", Client()

    greeting = visitor.get(address)
    assert "فرع العليا" in greeting.content.decode()
    assert told() == [], "looking is no visit"
    assert visitor.cookies.get("wafaa_visit") is None

    for _tap in range(2):
        assert visitor.post(address).status_code == 200
    ((name, who, _dwell),) = told()
    assert (name, who.startswith("anonymous:")) == ("Store Entered", True)
    drain_all()


@pytest.mark.parametrize(
    ("contact", "who"),
    [("Noura@Example.com", "email:noura@example.com"), ("٠٥٠١٢٣٤٥٦٧", "phone:+966501234567")],
)
def test_a_visitor_may_say_who_they_are(gateway, contact, who):
    Client().post(f"/p/{sign_store(gateway.uuid8, 'R1')}/", {"contact": contact})

    (event,) = Event.objects.filter(name="Store Entered")
    assert (event.distinct_id, event.properties) == (who, {"store": "R1", "via": "qr"})


def test_what_is_neither_mail_nor_number_is_said(gateway):
    response = Client().post(f"/p/{sign_store(gateway.uuid8, 'R1')}/", {"contact": "me"})
    assert response.status_code == 422
    assert told() == []


def test_a_code_that_we_did_not_sign_or_that_is_over_says_so(gateway):
    signed = sign_store(gateway.uuid8, "R1")
    assert open_store(signed) == (gateway.uuid8, "R1")
    assert Client().get(f"/p/{signed}x/").status_code == 404
    disconnect(connection=gateway, staff=None)
    assert Client().get(f"/p/{signed}/").status_code == 404


def test_the_code_is_drawn_for_a_store(gateway, client_as, cast):
    client = client_as(cast["owner"])
    assert client.get(f"/connections/{gateway.uuid}/qr/").status_code == 200
    page = client.get(f"/connections/{gateway.uuid}/qr/", {"store": "R1"}).content.decode()
    assert "<svg" in page
    assert sign_store(gateway.uuid8, "R1") in page
