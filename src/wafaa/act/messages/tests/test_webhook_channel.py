"""Messages to a system of the shop's own: a signed POST, and what it reports back."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from wafaa.act.messages.actions import change_settings
from wafaa.act.messages.actions.providing import open_secrets
from wafaa.act.messages.channels.webhook.standard import SECRET
from wafaa.act.messages.models import Message
from wafaa.act.messages.queries import count_whys
from wafaa.act.messages.rules import Person
from wafaa.act.messages.tests.providers import SITE, hear, list_marked, read_json, set_up
from wafaa.act.messages.tests.samples import ask, make_reader, make_shop, make_template, turn
from wafaa.kit import clock
from wafaa.kit.networks import read_allowed
from wafaa.kit.standard_webhooks import is_signed, write_headers
from wafaa.kit.tests.receivers import Answer, receiving
from wafaa.know.consents.actions import set_consent
from wafaa.know.consents.queries import may_contact

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 11, 22, 7, tzinfo=UTC)
TEXTS = {"en": {"webhook": {"text": "Winter is here"}}, "ar": {"webhook": {"text": "جاء الشتاء"}}}


@pytest.fixture(autouse=True)
def shop(settings):
    settings.OUTBOUND_ALLOW_PRIVATE = read_allowed("127.0.0.1/32")
    make_shop()
    change_settings(changes={"site": SITE}, by=None)
    with clock.fixed_at(MORNING):
        yield


def make_agreeing(way="push"):
    reader = make_reader("1")
    set_consent(customer=reader, channel=way, purpose="marketing", is_given=True, by=None, via="test")
    return reader


def send(reader):
    ask(make_template(TEXTS), Person(customer_id=reader.pk, channel="webhook"))
    return turn()


def test_it_is_signed_and_its_id_stays_the_same_at_every_try():
    reader = make_agreeing()
    answers = [Answer(status=503), Answer(body=b'{"id": "x-1"}')]
    with receiving(lambda _request, _handler: answers.pop(0)) as there:
        provider = set_up("standard_webhook", there)
        assert send(reader) == [("failed", "provider_busy")]
        with clock.fixed_at(MORNING + timedelta(minutes=10)):
            assert turn() == [("delivered", "")]

    message = Message.objects.get()
    first, second = there.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == f"msg_{message.uuid}"
    secret = open_secrets(provider)[SECRET]
    now = MORNING + timedelta(minutes=10)
    assert is_signed(secret=secret, headers=second.headers, body=second.body, now=now)
    assert not is_signed(secret=secret, headers=first.headers, body=first.body, now=now)
    told = read_json(second)
    assert (told["type"], told["data"]["text"], told["data"]["customer_id"]) == (
        "message.send",
        "Winter is here",
        str(reader.uuid),
    )
    assert (message.provider_id, message.is_unsure) == ("x-1", False)


def test_the_consent_of_the_way_that_it_stands_for_counts():
    reader = make_agreeing("sms")
    with receiving() as there:
        set_up("standard_webhook", there)
        assert send(reader) == []
    assert count_whys("campaign") == [("refused", "no_consent", 1)]


def test_one_press_ends_the_consent_of_the_way_behind_it():
    reader = make_agreeing()
    with receiving() as there:
        set_up("standard_webhook", there)
        send(reader)
    path = read_json(there.requests[0])["data"]["unsubscribe"].removeprefix(SITE)

    assert Client().get(path).status_code == 200
    assert Client().post(path, {"List-Unsubscribe": "One-Click"}).status_code == 204

    assert may_contact([reader.pk], "push", "marketing") == set()
    assert Client().get(path).status_code == 200


def test_it_reports_back_with_the_same_signature():
    reader = make_agreeing()
    with receiving() as there:
        provider = set_up("standard_webhook", there)
        send(reader)
    message = Message.objects.get()

    def tell(kind, secret):
        body = json.dumps({"type": f"message.{kind}", "data": {"message_id": str(message.uuid)}}).encode()
        headers = write_headers(secrets_now=[secret], message_id="e-1", now=MORNING, body=body)
        del headers["Content-Type"]
        path = f"/hooks/messages/{provider.uuid}/"
        return Client().post(path, body, content_type="application/json", headers=headers)

    assert tell("delivered", "whsec_" + "A" * 32).status_code == 401
    assert tell("delivered", open_secrets(provider)[SECRET]).status_code == 200
    assert tell("opened", open_secrets(provider)[SECRET]).status_code == 200
    hear()

    assert set(list_marked(message)) == {"delivered", "opened"}
