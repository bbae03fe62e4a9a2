"""WhatsApp's Cloud API: templates and the 24 hours, consent of its own, what Meta tells."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from wafaa.act.messages.actions import change_settings
from wafaa.act.messages.actions.providing import open_secrets
from wafaa.act.messages.channels.carriers import HOOK_SECRET
from wafaa.act.messages.models import Message
from wafaa.act.messages.queries import count_whys
from wafaa.act.messages.rules import Person
from wafaa.act.messages.tests.providers import SITE, WHATSAPP, hear, list_marked, read_json, set_up, tell_meta
from wafaa.act.messages.tests.samples import ask, list_told, make_reader, make_shop, make_template, turn
from wafaa.kit import clock
from wafaa.kit.networks import read_allowed
from wafaa.kit.tests.receivers import Answer, receiving
from wafaa.know.consents.actions import set_consent
from wafaa.know.consents.queries import may_contact

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 11, 22, 7, tzinfo=UTC)
NUMBER = "+966501234567"
TAKEN = Answer(
    body=b'{"messaging_product": "whatsapp", "contacts": [{"wa_id": "966501234567"}], "messages": [{"id": "wamid.1"}]}'
)


@pytest.fixture(autouse=True)
def shop(settings):
    settings.OUTBOUND_ALLOW_PRIVATE = read_allowed("127.0.0.1/32")
    make_shop()
    change_settings(changes={"site": SITE}, by=None)
    with clock.fixed_at(MORNING):
        yield


@pytest.fixture
def client():
    return Client(enforce_csrf_checks=True)


def make_agreeing(number="1", language="en", agrees=True):
    reader = make_reader(number, phone=NUMBER, language=language)
    if agrees:
        set_consent(
            customer=reader, channel="whatsapp", purpose="marketing", is_given=True, by=None, via="test"
        )
    return reader


def send(reader, **given):
    ask(make_template(WHATSAPP), Person(customer_id=reader.pk, channel="whatsapp"), **given)
    return turn()


def stamp(moment):
    return str(int(moment.timestamp()))


def test_an_approved_template_goes_with_its_parameters():
    reader = make_agreeing()
    with receiving(lambda _request, _handler: TAKEN) as there:
        set_up("whatsapp_cloud", there)
        assert send(reader) == [("delivered", "")]

    (request,) = there.requests
    message = Message.objects.get()
    assert request.path == "/v23.0/555/messages"
    assert request.headers["authorization"] == "Bearer t0ken"
    assert read_json(request) == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "966501234567",
        "biz_opaque_callback_data": str(message.uuid),
        "type": "template",
        "template": {
            "name": "order_ready",
            "language": {"code": "en_US"},
            "components": [
                {
                    "type": "body",
                    "parameters": [{"type": "text", "text": "Person"}, {"type": "text", "text": "7"}],
                }
            ],
        },
    }
    assert message.provider_id == "wamid.1"


def test_free_text_goes_only_within_a_day_of_the_customers_last_message(client):
    reader = make_agreeing(language="ar")
    with receiving(lambda _request, _handler: TAKEN) as there:
        provider = set_up("whatsapp_cloud", there)
        assert send(reader, purpose="service") == [("parked", "window_closed")]
        answer = {"from": "966501234567", "id": "wamid.in", "timestamp": stamp(MORNING), "type": "text",
                  "text": {"body": "متى يصل طلبي؟"}}  # fmt: skip
        assert tell_meta(client, provider, messages=[answer]).status_code == 200
        hear()
        with clock.fixed_at(MORNING + timedelta(hours=23)):
            assert send(reader, step="2", purpose="service") == [("delivered", "")]
        with clock.fixed_at(MORNING + timedelta(hours=24)):
            assert send(reader, step="3", purpose="service") == [("parked", "window_closed")]

    (request,) = there.requests
    assert read_json(request)["text"] == {"body": "طلبك جاهز", "preview_url": False}
    ((_name, whose, told),) = list_told("Message Replied")
    assert (whose, told["text"]) == ("1", "متى يصل طلبي؟")


def test_even_about_an_order_nobody_is_written_to_who_did_not_agree_or_write_first(client):
    reader = make_agreeing(agrees=False)
    with receiving(lambda _request, _handler: TAKEN) as there:
        provider = set_up("whatsapp_cloud", there)
        assert send(reader, purpose="service") == []
        assert count_whys("campaign") == [("refused", "no_consent", 1)]
        answer = {"from": "966501234567", "id": "wamid.in", "timestamp": stamp(MORNING), "type": "text",
                  "text": {"body": "hello"}}  # fmt: skip
        tell_meta(client, provider, messages=[answer])
        hear()
        assert send(reader, step="2", purpose="service") == [("delivered", "")]


@pytest.mark.parametrize(
    ("status", "code", "verdict", "error"),
    [
        (400, 130429, "failed", "provider_busy"),
        (400, 131056, "failed", "provider_busy"),
        (500, 131000, "failed", "line_lost"),
        (401, 190, "failed", "sign_in_refused"),
        (400, 131050, "parked", "reader_stopped"),
        (400, 131047, "parked", "window_closed"),
        (400, 132001, "parked", "provider_refused"),
    ],
)
def test_what_meta_answers(status, code, verdict, error):
    body = b'{"error": {"message": "x", "code": %d, "error_data": {"details": "y"}}}' % code
    with receiving(lambda _request, _handler: Answer(status=status, body=body)) as there:
        set_up("whatsapp_cloud", there)

        assert send(make_agreeing()) == [(verdict, error)]


def test_who_stopped_offers_on_whatsapp_still_hears_of_orders():
    reader = make_agreeing()
    body = b'{"error": {"code": 131050}}'
    with receiving(lambda _request, _handler: Answer(status=400, body=body)) as there:
        set_up("whatsapp_cloud", there)
        send(reader)

    assert may_contact([reader.pk], "whatsapp", "marketing") == set()
    assert may_contact([reader.pk], "whatsapp", "service") == {reader.pk}
    assert set(list_told("Message Unsubscribed")[0][2]) >= {"channel", "purpose"}


def test_read_before_delivered_comes_to_the_same(client):
    with receiving(lambda _request, _handler: TAKEN) as there:
        provider = set_up("whatsapp_cloud", there)
        send(make_agreeing())
    message = Message.objects.get()

    def tell(status, after):
        at = MORNING + timedelta(seconds=after)
        told = {"id": "wamid.1", "status": status, "timestamp": stamp(at), "recipient_id": "966501234567"}
        with clock.fixed_at(at):
            tell_meta(client, provider, statuses=[told])

    tell("read", 60)
    hear()
    assert list_marked(message)["delivered"] == MORNING + timedelta(seconds=60)
    tell("delivered", 20)
    with clock.fixed_at(MORNING + timedelta(minutes=5)):
        hear()

    assert list_marked(message) == {
        "delivered": MORNING + timedelta(seconds=20),
        "opened": MORNING + timedelta(seconds=60),
    }
    assert [name for name, *_rest in list_told("Message Delivered", "Message Opened")] == [
        "Message Delivered",
        "Message Opened",
    ]


def test_a_status_names_our_key_where_the_answer_was_lost(client):
    with receiving(lambda _request, _handler: None) as there:
        provider = set_up("whatsapp_cloud", there)
        assert send(make_agreeing()) == [("failed", "line_lost")]
        message = Message.objects.get()
        told = {"id": "wamid.8", "status": "sent", "timestamp": stamp(MORNING), "recipient_id": "966501234567",
                "biz_opaque_callback_data": str(message.uuid)}  # fmt: skip
        tell_meta(client, provider, statuses=[told])
        hear()
        with clock.fixed_at(MORNING + timedelta(minutes=5)):
            assert turn() == [("delivered", "")]

    message.refresh_from_db()
    assert (len(there.requests), message.state, message.provider_id, message.is_unsure) == (
        1,
        "sent",
        "wamid.8",
        False,
    )


def test_whatsapps_own_stop_ends_offers(client):
    reader = make_agreeing()
    with receiving(lambda _request, _handler: TAKEN) as there:
        provider = set_up("whatsapp_cloud", there)
        send(reader)
    wish = {"wa_id": "966501234567", "category": "marketing_messages", "value": "stop",
            "timestamp": stamp(MORNING + timedelta(minutes=1))}  # fmt: skip

    with clock.fixed_at(MORNING + timedelta(minutes=2)):
        tell_meta(client, provider, preferences=[wish])
        hear()

    assert may_contact([reader.pk], "whatsapp", "marketing") == set()


def test_meta_asks_once_whether_the_address_is_ours(client):
    provider = set_up("whatsapp_cloud")
    path = f"/hooks/messages/{provider.uuid}/"
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444"}

    right = client.get(path, asked | {"hub.verify_token": open_secrets(provider)[HOOK_SECRET]})
    wrong = client.get(path, asked | {"hub.verify_token": "x"})

    assert (right.status_code, right.content) == (200, b"1158201444")
    assert wrong.status_code == 401
    provider.refresh_from_db()
    assert provider.refused == 1


def test_a_wrong_signature_of_meta_is_refused(client):
    provider = set_up("whatsapp_cloud")

    assert tell_meta(client, provider, secret="another").status_code == 401
    assert (
        client.post(f"/hooks/messages/{provider.uuid}/", "{}", content_type="application/json").status_code
        == 401
    )
