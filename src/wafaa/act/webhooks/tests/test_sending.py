"""Deliveries over real sockets of this machine."""

import hashlib
import hmac
import json
import threading
from base64 import b64decode, b64encode
from datetime import timedelta

import pytest
from tests.build import NOON, make_customer, make_event

from wafaa.act.webhooks.actions import (
    erase_customer,
    replay_deliveries,
    rotate_secret,
    send_test,
    set_state,
)
from wafaa.act.webhooks.errors import EndpointOff
from wafaa.act.webhooks.models import Endpoint
from wafaa.act.webhooks.queries import export_customer, read_secrets
from wafaa.act.webhooks.rules import State, Why
from wafaa.act.webhooks.tests.samples import make_endpoint, send_due, tell_webhooks
from wafaa.kit import clock
from wafaa.kit.networks import read_allowed
from wafaa.kit.tests.receivers import Answer, receiving
from wafaa.stream.models import Attempt, Destination, Effect
from wafaa.stream.outbox import Verdict

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_network(settings):
    settings.OUTBOUND_ALLOW_PRIVATE = read_allowed("127.0.0.1/32")


def get_effect():
    return Effect.objects.select_related("destination").get()


def is_signed_with(secret, request):
    """As a receiver checks it, written from the standard and not with our code."""
    key = b64decode(secret.removeprefix("whsec_"))
    told = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}.".encode() + request.body
    wanted = "v1," + b64encode(hmac.digest(key, told, hashlib.sha256)).decode()
    return wanted in request.headers["webhook-signature"].split(" ")


def test_an_event_arrives_signed_with_all_that_it_says(owner):
    customer = make_customer("77")
    with receiving() as there, clock.fixed_at(NOON):
        endpoint = make_endpoint(owner, there.url, names=["Order Completed"])
        tell_webhooks(
            make_event(
                "Order Completed",
                distinct_id="77",
                message_id="m-1",
                at=NOON - timedelta(minutes=1),
                properties={"order_id": "9", "total": 12.5, "note": "قهوة"},
                source="key:1",
            )
        )
        send_due()

    (request,) = there.requests
    assert (request.method, request.headers["content-type"]) == ("POST", "application/json")
    assert request.headers["webhook-timestamp"] == str(int(NOON.timestamp()))
    assert is_signed_with(*read_secrets(endpoint), request)
    assert json.loads(request.body) == {
        "type": "Order Completed",
        "timestamp": "2026-03-01T11:59:00Z",
        "data": {
            "message_id": "m-1",
            "kind": "track",
            "distinct_id": "77",
            "customer_id": str(customer.uuid),
            "properties": {"order_id": "9", "total": 12.5, "note": "قهوة"},
            "context": {},
            "occurred_at": "2026-03-01T11:59:00Z",
            "received_at": "2026-03-01T12:00:00Z",
            "source": "key:1",
        },
    }
    assert get_effect().state == "delivered"
    attempt = Attempt.objects.get()
    assert (attempt.status, attempt.answer, attempt.error) == (200, "thanks", "")


def test_who_is_not_known_as_a_customer_has_none(owner):
    with receiving() as there:
        make_endpoint(owner, there.url)
        tell_webhooks(make_event(distinct_id="anonymous:1"))
        send_due()

    assert json.loads(there.requests[0].body)["data"]["customer_id"] is None


def test_after_a_failure_it_is_sent_again_under_the_same_id_with_a_fresh_time(owner):
    answers = [Answer(status=500, body=b"oh"), Answer(status=204)]
    with receiving(lambda *_: answers.pop(0)) as there:
        make_endpoint(owner, there.url)
        with clock.fixed_at(NOON):
            Endpoint.objects.update(heard_from=NOON)
            tell_webhooks(make_event())
            send_due()
        assert get_effect().state == "pending"
        with clock.fixed_at(NOON + timedelta(seconds=7)):
            send_due()

    first, second = there.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) == 7
    assert first.body == second.body
    assert get_effect().state == "delivered"
    assert list(Attempt.objects.values_list("status", "answer", "error")) == [
        (500, "oh", "status"),
        (204, "", ""),
    ]


@pytest.mark.parametrize(
    ("answer", "state", "error"),
    [
        (Answer(status=200), "delivered", ""),
        (Answer(status=299), "delivered", ""),
        (Answer(status=301, headers={"Location": "/else"}), "pending", "status"),
        (Answer(status=400), "pending", "status"),
        (Answer(status=404), "pending", "status"),
        (Answer(status=500), "pending", "status"),
        (Answer(status=410), "parked", "gone"),
    ],
)
def test_every_answer_but_2xx_is_a_failure(answer, state, error, owner):
    with receiving(lambda *_: answer) as there:
        make_endpoint(owner, there.url)
        tell_webhooks(make_event())
        send_due()

    assert len(there.requests) == 1  # a redirect is not followed
    assert (get_effect().state, Attempt.objects.get().error) == (state, error)


def test_who_asks_for_time_gets_it(owner):
    busy = Answer(status=429, headers={"Retry-After": "3600"})
    with receiving(lambda *_: busy) as there, clock.fixed_at(NOON):
        make_endpoint(owner, there.url)
        tell_webhooks(make_event())
        send_due()

    assert get_effect().due_at == NOON + timedelta(hours=1)


def test_a_redirect_to_this_machine_reaches_nobody(owner):
    with receiving(address="127.0.0.5") as inside:
        lure = Answer(status=307, headers={"Location": inside.url})
        with receiving(lambda *_: lure) as there:
            make_endpoint(owner, there.url)
            tell_webhooks(make_event())
            send_due()

    assert inside.requests == []
    assert Attempt.objects.get().status == 307


def test_an_address_that_came_to_lie_in_a_private_network_is_not_called(owner, settings):
    with receiving() as there:
        make_endpoint(owner, there.url)
        tell_webhooks(make_event())
        settings.OUTBOUND_ALLOW_PRIVATE = False
        send_due()

    assert there.requests == []
    assert (get_effect().state, Attempt.objects.get().error) == ("pending", "refused_network")


def test_a_long_answer_is_cut(owner):
    with receiving(lambda *_: Answer(body=b"x" * 100_000)) as there:
        make_endpoint(owner, there.url)
        tell_webhooks(make_event())
        send_due()

    assert Attempt.objects.get().answer == "x" * 2_048


def test_one_that_drips_bytes_is_cut_off_and_counts_by_its_status(owner):
    ending = threading.Event()

    def drip(_request, handler):
        handler.wfile.write(b"HTTP/1.1 500 No\r\n\r\nwait")
        while not ending.wait(0.02):
            handler.wfile.write(b".")

    with receiving(drip) as there:
        make_endpoint(owner, there.url)
        tell_webhooks(make_event())
        send_due()  # its answer is full before the deadline: 2 KB are enough
        ending.set()

    assert Attempt.objects.get().status == 500


def test_who_is_gone_is_told_of_nothing_more(owner):
    with receiving(lambda *_: Answer(status=410)) as there:
        endpoint = make_endpoint(owner, there.url)
        tell_webhooks(*(make_event() for _each in range(6)))
        send_due()
        send_due()
        tell_webhooks(make_event())

    endpoint.refresh_from_db()
    assert (endpoint.state, endpoint.why_off) == (State.OFF, Why.GONE)
    assert 1 <= len(there.requests) <= 4
    assert set(Effect.objects.values_list("state", flat=True)) == {"parked"}
    assert Effect.objects.count() == 6


def test_who_fails_for_five_days_is_turned_off(owner):
    with receiving(lambda *_: Answer(status=500)) as there:
        with clock.fixed_at(NOON):
            endpoint = make_endpoint(owner, there.url)
            tell_webhooks(make_event(message_id="first"))
            send_due()
        with clock.fixed_at(NOON + timedelta(days=5)):
            tell_webhooks(make_event(message_id="last"))
            send_due()

    endpoint.refresh_from_db()
    assert (endpoint.state, endpoint.why_off, endpoint.off_since) == (
        State.OFF,
        Why.FAILING,
        NOON + timedelta(days=5),
    )


def test_once_on_again_what_was_given_up_is_sent_when_asked_for(owner):
    answers = [Answer(status=410)]
    with receiving(lambda *_: answers.pop() if answers else Answer()) as there:
        endpoint = make_endpoint(owner, there.url)
        tell_webhooks(make_event())
        send_due()
        endpoint.refresh_from_db()
        with pytest.raises(EndpointOff):
            replay_deliveries(endpoint=endpoint, state="parked")
        endpoint = set_state(endpoint=endpoint, state=State.ON, by=owner)
        assert replay_deliveries(endpoint=endpoint, state="delivered") == 0
        assert replay_deliveries(endpoint=endpoint, state="parked") == 1
        send_due()

    assert get_effect().state == "delivered"
    assert there.requests[0].headers["webhook-id"] == there.requests[1].headers["webhook-id"]


def test_one_delivery_or_those_of_a_range_are_sent_again(owner):
    with receiving() as there:
        with clock.fixed_at(NOON):
            endpoint = make_endpoint(owner, there.url)
            tell_webhooks(make_event("A"), make_event("B"))
            send_due()
        with clock.fixed_at(NOON + timedelta(hours=1)):
            tell_webhooks(make_event("A"))
            send_due()

        one = Effect.objects.order_by("id")[1]
        assert replay_deliveries(endpoint=endpoint, delivery_uuid=one.uuid) == 1
        send_due()
        assert replay_deliveries(endpoint=endpoint, name="A", until=NOON + timedelta(hours=1)) == 1
        send_due()
        assert replay_deliveries(endpoint=endpoint) == 3

    types = [json.loads(request.body)["type"] for request in there.requests]
    assert types == ["A", "B", "A", "B", "A"]


def test_for_a_day_after_a_change_of_secrets_both_signatures_are_sent(owner):
    with receiving() as there:
        with clock.fixed_at(NOON):
            endpoint = make_endpoint(owner, there.url)
            (old,) = read_secrets(endpoint)
            endpoint = rotate_secret(endpoint=endpoint, by=owner)
        for hours in (23, 25):
            with clock.fixed_at(NOON + timedelta(hours=hours)):
                new = read_secrets(endpoint)[0]
                tell_webhooks(make_event())
                send_due()

    signed = [(is_signed_with(old, request), is_signed_with(new, request)) for request in there.requests]
    assert old != new
    assert signed == [(True, True), (False, True)]


def test_a_test_is_sent_whatever_waits_or_is_paused_and_blames_nobody(owner):
    answers = [Answer(status=500), Answer()]
    with receiving(lambda *_: answers.pop(0)) as there:
        endpoint = make_endpoint(owner, there.url)
        set_state(endpoint=endpoint, state=State.PAUSED, by=owner)
        tell_webhooks(make_event())
        send_test(endpoint=endpoint)
        send_due()
        send_test(endpoint=endpoint)
        send_due()

    told = [json.loads(request.body) for request in there.requests]
    assert [each["type"] for each in told] == ["Test Event", "Test Event"]
    assert told[0]["data"]["customer_id"] is None
    assert [effect.state for effect in Effect.objects.order_by("id")] == ["pending", "parked", "delivered"]
    assert set(Destination.objects.values_list("failures", flat=True)) == {0}


def test_a_test_that_arrives_wakes_what_rests(owner):
    with receiving() as there:
        endpoint = make_endpoint(owner, there.url)
        tell_webhooks(make_event())
        Destination.objects.update(failures=9, rests_until=clock.now() + timedelta(hours=1))
        assert send_due() == {}
        send_test(endpoint=endpoint)
        send_due()
        send_due()

    assert [json.loads(request.body)["type"] for request in there.requests] == ["Test Event", "Page Viewed"]


def test_a_lost_secret_key_sends_nothing_unsigned(owner, settings):
    with receiving() as there:
        make_endpoint(owner, there.url)
        tell_webhooks(make_event())
        settings.SECRET_KEY = "another one"
        (outcome,) = send_due().values()

    assert (outcome.verdict, outcome.error, there.requests) == (Verdict.PARKED, "secret_unreadable", [])


def test_what_was_told_of_a_person_is_given_out_and_erased(owner):
    with receiving() as there:
        make_endpoint(owner, there.url)
        tell_webhooks(
            make_event(distinct_id="7", message_id="m7"), make_event(distinct_id="8", message_id="m8")
        )
        send_due()

    (told,) = export_customer(customer_id=1, distinct_ids=["7"])["outgoing"]
    assert (told["event"], told["address"], told["state"]) == ("Page Viewed", there.url, "delivered")
    assert told["answers"][0]["answer"] == "thanks"

    assert erase_customer(customer_id=1, distinct_ids=["7", "9"]) == {"outgoing": 1}
    assert list(Effect.objects.values_list("subject", flat=True)) == ["8"]
    assert Attempt.objects.count() == 1


def test_an_event_that_was_erased_meanwhile_is_not_sent(owner):
    from django.db import connection

    with receiving() as there:
        make_endpoint(owner, there.url)
        tell_webhooks(make_event(distinct_id="7"))
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM stream_event WHERE distinct_id = '7'")
        (outcome,) = send_due().values()

    assert (outcome.verdict, outcome.error) == (Verdict.CANCELLED, "event_erased")
    assert (there.requests, get_effect().state) == ([], "cancelled")
