"""E-mail by ESPs through Anymail: the request that goes out, and the events that come back."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote_plus

import pytest
from django.test import Client

from wafaa.act.messages.actions import change_settings
from wafaa.act.messages.actions.providing import open_secrets, turn_provider
from wafaa.act.messages.channels.carriers import HOOK_SECRET
from wafaa.act.messages.models import Message, Suppression
from wafaa.act.messages.tests.providers import ACCOUNTS, SITE, hear, list_marked, read_json, set_up
from wafaa.act.messages.tests.samples import ask, list_told, make_reader, make_shop, make_template, turn
from wafaa.kit import clock
from wafaa.kit.networks import read_allowed
from wafaa.kit.standard_webhooks import sign
from wafaa.kit.tests.receivers import Answer, receiving
from wafaa.know.consents.queries import may_contact

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 11, 22, 7, tzinfo=UTC)
ANSWERS = {
    "postmark": b'{"To": "p1@example.com", "SubmittedAt": "x", "MessageID": "pm-id", "ErrorCode": 0, "Message": "OK"}',
    "mailgun": b'{"id": "<mg-id@mg.example>", "message": "Queued. Thank you."}',
    "brevo": b'{"messageId": "<b-id@x>"}',
    "sparkpost": b'{"results": {"total_rejected_recipients": 0, "total_accepted_recipients": 1, "id": "sp-id"}}',
    "mailjet": json.dumps(
        {
            "Messages": [
                {
                    "Status": "success",
                    "To": [
                        {
                            "Email": "p1@example.com",
                            "MessageUUID": "u",
                            "MessageID": 12345,
                            "MessageHref": "h",
                        }
                    ],
                    "Cc": [],
                    "Bcc": [],
                }
            ]
        }
    ).encode(),
    "resend": b'{"id": "re-id"}',
}
INACTIVE = (
    b'{"ErrorCode": 406, "Message": "You tried to send to recipient(s) that have been marked as inactive.\\n'
    b"Found inactive addresses: p1@example.com.\\n"
    b'Inactive recipients are ones that have generated a hard bounce or a spam complaint. "}'
)
IDS = {
    "postmark": "pm-id",
    "mailgun": "<mg-id@mg.example>",
    "brevo": "<b-id@x>",
    "sparkpost": "sp-id",
    "mailjet": "12345",
    "resend": "re-id",
}


@pytest.fixture(autouse=True)
def shop(settings):
    settings.OUTBOUND_ALLOW_PRIVATE = read_allowed("127.0.0.1/32")
    settings.DEFAULT_FROM_EMAIL = "shop@palm.example"
    make_shop()
    change_settings(changes={"site": SITE}, by=None)
    with clock.fixed_at(MORNING):
        yield


@pytest.fixture
def client():
    return Client(enforce_csrf_checks=True)


def send_by(kind, answer=None):
    """One mail by this ESP; what came of it, the account, and what the stand-in got."""
    answer = answer or Answer(body=ANSWERS[kind])
    with receiving(lambda _request, _handler: answer) as there:
        provider = set_up(kind, there)
        ask(make_template(), make_reader())
        came = turn()
    return came, provider, there.requests


@pytest.mark.parametrize("kind", list(ANSWERS))
def test_a_mail_leaves_by_the_esps_api_and_its_id_is_kept(kind):
    came, _provider, requests = send_by(kind)

    message = Message.objects.get()
    (request,) = requests
    assert came == [("delivered", "")]
    assert (message.state, message.provider_id) == ("sent", IDS[kind])
    body = unquote_plus(request.body.decode("utf-8", "replace"))
    assert str(message.uuid) in body  # our key, which comes back with each event
    for part in ("p1@example.com", "shop@palm.example", "Palm Roastery", "List-Unsubscribe"):
        assert part in body


def test_what_postmark_gets():
    _came, _provider, ((request),) = send_by("postmark")

    told = read_json(request)
    assert request.headers["x-postmark-server-token"] == "pm-1"
    assert (told["Subject"], told["HtmlBody"]) == ("Hello Person", "<p>Your order <bdi>is here</bdi></p>")
    assert {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"} in told["Headers"]
    assert told["TrackLinks"] == "None"


def test_resend_gets_our_key_as_an_idempotency_key():
    _came, _provider, (request,) = send_by("resend")

    assert request.headers["idempotency-key"] == Message.objects.get().key


@pytest.mark.parametrize(
    ("status", "body", "verdict", "error"),
    [
        (429, b"{}", "failed", "provider_busy"),
        (401, b"{}", "failed", "sign_in_refused"),
        (500, b"{}", "failed", "line_lost"),
        (200, b"no json", "failed", "line_lost"),
        (422, b'{"ErrorCode": 300, "Message": "Invalid \'From\' address"}', "parked", "provider_refused"),
        (422, INACTIVE, "parked", "provider_refused"),
        (422, b'{"ErrorCode": 406, "Message": "in words that nobody knows"}', "failed", "line_lost"),
    ],
)
def test_what_an_esp_answers(status, body, verdict, error):
    came, _provider, _requests = send_by("postmark", Answer(status=status, body=body))

    assert came == [(verdict, error)]


def test_a_line_that_breaks_and_a_line_that_is_none_are_told_apart():
    with receiving(lambda _request, _handler: None) as there:
        set_up("postmark", there)
        ask(make_template(), make_reader())
        assert turn() == [("failed", "line_lost")]
    ask(make_template(), make_reader("2"), step="2")
    assert turn() == [("failed", "no_provider")]


def test_without_an_active_esp_mails_go_through_the_operators_server(mailserver):
    with receiving() as there:
        turn_provider(provider=set_up("postmark", there), is_active=False, by=None)
        ask(make_template(), make_reader())
        assert turn() == [("delivered", "")]

    assert (len(mailserver.taken), there.requests) == (1, [])


def post(client, provider, told, *, key=True, headers=None):
    word = open_secrets(provider).get(HOOK_SECRET)
    path = f"/hooks/messages/{provider.uuid}/" + (f"?key={word}" if key and word else "")
    return client.post(path, json.dumps(told), content_type="application/json", headers=headers or {})


def test_postmarks_words_become_marks_and_a_hard_bounce_blocks_the_address(client):
    _came, provider, _requests = send_by("postmark")
    message = Message.objects.get()
    own = {"MessageID": "pm-id", "Metadata": {"wafaa": str(message.uuid)}}

    told = {
        "RecordType": "Delivery",
        "Recipient": "p1@example.com",
        "DeliveredAt": "2026-11-22T06:59:30Z",
        **own,
    }
    assert post(client, provider, told, key=False).status_code == 401
    assert post(client, provider, told).status_code == 200
    post(client, provider, {"RecordType": "Bounce", "Type": "SoftBounce", "Email": "p1@example.com", "ID": 1,
                            "BouncedAt": "2026-11-22T06:59:40Z", **own})  # fmt: skip
    hear()
    assert list_marked(message)["delivered"] == MORNING - timedelta(seconds=30)
    assert not Suppression.objects.exists()

    post(client, provider, {"RecordType": "Bounce", "Type": "HardBounce", "Email": "p1@example.com", "ID": 2,
                            "BouncedAt": "2026-11-22T06:59:50Z", **own})  # fmt: skip
    hear()
    assert (Suppression.objects.get().address, Suppression.objects.get().cause) == (
        "p1@example.com",
        "bounce",
    )
    names = [name for name, *_rest in list_told("Message Delivered", "Message Bounced")]
    assert sorted(names) == ["Message Bounced", "Message Delivered"]


def test_a_complaint_blocks_and_an_unsubscription_ends_the_consent(client):
    _came, provider, _requests = send_by("brevo")
    message = Message.objects.get()
    own = {"email": "p1@example.com", "message-id": "<b-id@x>", "ts_epoch": (MORNING.timestamp() + 60) * 1000,
           "X-Mailin-custom": json.dumps({"wafaa": str(message.uuid)})}  # fmt: skip

    with clock.fixed_at(MORNING + timedelta(minutes=5)):
        post(client, provider, {"event": "unsubscribe", **own})
        hear()
        assert may_contact([message.customer_id], "email", "marketing") == set()
        post(client, provider, {"event": "spam", **own})
        hear()

    assert Suppression.objects.get().cause == "complaint"
    assert set(list_marked(message)) == {"unsubscribed", "complained"}


def test_brevo_says_itself_which_openings_are_a_proxys(client):
    _came, provider, _requests = send_by("brevo")
    message = Message.objects.get()
    own = {"email": "p1@example.com", "message-id": "<b-id@x>",
           "X-Mailin-custom": json.dumps({"wafaa": str(message.uuid)})}  # fmt: skip

    post(
        client, provider, {"event": "unique_proxy_open", "ts_epoch": (MORNING.timestamp() - 50) * 1000, **own}
    )
    hear()
    assert list_marked(message) == {}
    post(client, provider, {"event": "opened", "ts_epoch": (MORNING.timestamp() - 10) * 1000, **own})
    hear()

    assert list_marked(message) == {"opened": MORNING - timedelta(seconds=10)}
    assert len(list_told("Message Opened")) == 1


def test_mailgun_signs_what_it_tells(client):
    _came, provider, _requests = send_by("mailgun")
    message = Message.objects.get()

    def tell(key):
        signed = {"timestamp": "1795330800", "token": "t" * 50}
        mac = hmac.new(key.encode(), f"1795330800{'t' * 50}".encode(), hashlib.sha256).hexdigest()
        event = {
            "event": "failed",
            "severity": "permanent",
            "timestamp": MORNING.timestamp() - 9,
            "id": "e-1",
            "recipient": "p1@example.com",
            "message": {"headers": {"message-id": "mg-id@mg.example"}},
            "user-variables": {"wafaa": str(message.uuid)},
            "delivery-status": {"code": 550, "message": "no such user"},
        }
        return post(client, provider, {"signature": {**signed, "signature": mac}, "event-data": event})

    assert tell("another").status_code == 401
    assert tell("mg-sign").status_code == 200
    hear()

    assert list_marked(message) == {"bounced": MORNING - timedelta(seconds=9)}
    assert Suppression.objects.get().address == "p1@example.com"


def test_resend_signs_as_the_standard_has_it_under_other_names(client):
    _came, provider, _requests = send_by("resend")
    message = Message.objects.get()
    told = {
        "type": "email.delivered",
        "created_at": "2026-11-22T06:59:00.000Z",
        "data": {
            "email_id": "re-id",
            "to": ["p1@example.com"],
            "headers": [{"name": "X-Metadata", "value": json.dumps({"wafaa": str(message.uuid)})}],
        },
    }

    def tell(secret):
        body = json.dumps(told).encode()
        timestamp = int(MORNING.timestamp())
        signature = sign(secret=secret, message_id="msg_1", timestamp=timestamp, body=body)
        headers = {"svix-id": "msg_1", "svix-timestamp": str(timestamp), "svix-signature": signature}
        return post(client, provider, told, headers=headers)

    assert tell("whsec_" + base64.b64encode(b"x" * 24).decode()).status_code == 401
    assert tell(ACCOUNTS["resend"]["signing_secret"]).status_code == 200
    hear()

    assert list_marked(message) == {"delivered": MORNING - timedelta(minutes=1)}


def test_sparkpost_and_mailjet_tell_many_at_once(client):
    _came, provider, _requests = send_by("sparkpost")
    message = Message.objects.get()

    def wrap(kind, **more):
        return {"msys": {"message_event": {"type": kind, "timestamp": str(int(MORNING.timestamp()) - 5),
                "message_id": "x", "transmission_id": "sp-id", "rcpt_to": "p1@example.com", "event_id": kind,
                "rcpt_meta": {"wafaa": str(message.uuid)}, **more}}}  # fmt: skip

    told = [wrap("delivery"), wrap("bounce", bounce_class="10"), {"msys": {}}]
    assert post(client, provider, told).status_code == 200
    hear()
    assert set(list_marked(message)) == {"delivered", "bounced"}
    assert Suppression.objects.get().cause == "bounce"


def test_mailjets_events(client):
    _came, provider, _requests = send_by("mailjet")
    message = Message.objects.get()
    event = {"time": int(MORNING.timestamp()) - 5, "MessageID": 12345, "email": "p1@example.com",
             "Payload": json.dumps({"wafaa": str(message.uuid)})}  # fmt: skip

    assert post(client, provider, [{"event": "sent", **event}, {"event": "click", "url": "https://shop.example/",
                "agent": "Mozilla/5.0 (iPhone)", **event}]).status_code == 200  # fmt: skip
    hear()

    assert set(list_marked(message)) == {"delivered", "opened", "clicked"}
