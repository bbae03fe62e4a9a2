"""What providers tell of messages: signed, kept before it is answered, read in any order and however often."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client

from wafaa.act.messages.actions import cancel_sending, change_settings, handle_callbacks, prune_callbacks
from wafaa.act.messages.actions.hearing import read_failed_again
from wafaa.act.messages.actions.providing import open_secrets, remove_provider, turn_provider
from wafaa.act.messages.channels.carriers import HOOK_SECRET
from wafaa.act.messages.delivering import LANES
from wafaa.act.messages.errors import ProviderNeeded
from wafaa.act.messages.foreseeing import foresee_sms
from wafaa.act.messages.models import Callback, KeptMail, Mark, Message, Provider, Suppression
from wafaa.act.messages.rules import Person
from wafaa.act.messages.template_queries import get_look
from wafaa.act.messages.tests.providers import SITE, SMS, hear, list_marked, set_up, tell_twilio
from wafaa.act.messages.tests.samples import ME, ask, list_told, make_shop, make_template, turn
from wafaa.act.messages.tests.test_sms import CREATED, make_agreeing
from wafaa.kit import clock
from wafaa.kit.networks import read_allowed
from wafaa.kit.tests.receivers import receiving
from wafaa.know.consents.actions import set_consent
from wafaa.know.consents.queries import may_contact
from wafaa.stream import outbox

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 11, 22, 7, tzinfo=UTC)
NUMBER = "+966501234567"


@pytest.fixture(autouse=True)
def shop(settings):
    settings.OUTBOUND_ALLOW_PRIVATE = read_allowed("127.0.0.1/32")
    settings.EMAIL_HOST = ""
    make_shop()
    change_settings(changes={"site": SITE}, by=None)
    with clock.fixed_at(MORNING):
        yield


@pytest.fixture
def client():
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def reader():
    return make_agreeing("1", phone=NUMBER)


@pytest.fixture
def provider():
    with receiving(lambda _request, _handler: CREATED) as there:
        yield set_up("twilio", there)


@pytest.fixture
def message(reader, provider):
    ask(make_template(SMS), Person(customer_id=reader.pk, channel="sms"))
    assert turn() == [("delivered", "")]
    return Message.objects.get()


def test_a_receipt_is_kept_then_read_then_told(client, provider, message):
    answer = tell_twilio(client, provider, message=message, MessageSid="SM1", MessageStatus="delivered")

    assert (answer.status_code, answer["content-type"]) == (200, "text/xml")
    assert Callback.objects.get().handled_at is None
    assert list_marked(message) == {}
    assert hear() == 1
    assert list_marked(message) == {"delivered": MORNING}
    ((_name, whose, told),) = list_told("Message Delivered")
    assert (whose, told["message_id"], told["channel"]) == ("1", str(message.uuid), "sms")
    assert hear() == 0


def test_the_same_told_again_is_no_news(client, provider, message):
    for _each in range(3):
        tell_twilio(client, provider, message=message, MessageSid="SM1", MessageStatus="delivered")
    hear()
    with clock.fixed_at(MORNING + timedelta(hours=1)):
        tell_twilio(client, provider, message=message, MessageSid="SM1", MessageStatus="delivered", Again="1")
        hear()

    assert list_marked(message) == {"delivered": MORNING}
    assert len(list_told("Message Delivered")) == 1
    assert Callback.objects.count() == Provider.objects.get().received == 2


@pytest.mark.parametrize("token", ["another", ""])
def test_what_is_not_signed_is_refused_counted_and_forgotten(client, provider, message, token):
    answer = tell_twilio(
        client, provider, message=message, token=token, MessageSid="SM1", MessageStatus="delivered"
    )

    provider.refresh_from_db()
    assert answer.status_code == 401
    assert (provider.refused, provider.last_refusal, provider.received) == (1, "signature", 0)
    assert not Callback.objects.exists()
    assert client.post("/hooks/messages/00000000-0000-0000-0000-000000000000/").status_code == 404


def test_a_number_that_does_not_exist_is_blocked_a_phone_that_is_off_is_not(client, provider, message):
    tell_twilio(
        client, provider, message=message, MessageSid="SM1", MessageStatus="undelivered", ErrorCode="30003"
    )
    hear()
    assert not Suppression.objects.exists()

    tell_twilio(
        client,
        provider,
        message=message,
        MessageSid="SM1",
        MessageStatus="undelivered",
        ErrorCode="30005",
        To=NUMBER,
    )
    hear()

    assert Mark.objects.get(kind="bounced").is_hard
    assert (Suppression.objects.get().address, Suppression.objects.get().cause) == (NUMBER, "bounce")
    ((_name, _whose, told),) = list_told("Message Bounced")
    assert (told["is_hard"], told["code"]) == (False, "30003")


@pytest.mark.parametrize("words", ["STOP", "إيقاف", " الغاء. ", "Stop!", "إلغاء الاشتراك"])
def test_who_answers_stop_gets_no_more_by_this_way(client, provider, message, reader, words):
    set_consent(customer=reader, channel="email", purpose="marketing", is_given=True, by=None, via="test")
    with clock.fixed_at(MORNING + timedelta(minutes=1)):
        tell_twilio(
            client,
            provider,
            MessageSid="SM9",
            From=NUMBER,
            To="+15550001111",
            Body=words,
            SmsStatus="received",
        )
        hear()
        hear()

    assert may_contact([reader.pk], "sms", "marketing") == set()
    assert may_contact([reader.pk], "email", "marketing") == {reader.pk}
    assert may_contact([reader.pk], "sms", "service") == {reader.pk}
    assert len(list_told("Message Replied")) == 1
    ended = [told["purpose"] for _name, _whose, told in list_told("Message Unsubscribed")]
    assert ended == ["marketing", "surveys"]
    assert set(list_marked(message)) == {"replied", "unsubscribed"}


def test_a_sentence_with_the_word_in_it_is_for_people_to_read(client, provider, message, reader):
    tell_twilio(
        client,
        provider,
        MessageSid="SM9",
        From=NUMBER,
        Body="Please don't stop the offers",
        SmsStatus="received",
    )
    hear()

    assert may_contact([reader.pk], "sms", "marketing") == {reader.pk}
    ((_name, _whose, told),) = list_told("Message Replied")
    assert (told["text"], told["is_stop"]) == ("Please don't stop the offers", False)


def test_a_stop_that_comes_late_does_not_undo_a_later_yes(client, provider, message, reader):
    tell_twilio(client, provider, MessageSid="SM9", From=NUMBER, Body="stop", SmsStatus="received")
    with clock.fixed_at(MORNING + timedelta(hours=1)):
        set_consent(customer=reader, channel="sms", purpose="marketing", is_given=True, by=None, via="test")
    with clock.fixed_at(MORNING + timedelta(hours=2)):
        hear()

    assert may_contact([reader.pk], "sms", "marketing") == {reader.pk}


def test_who_told_twilio_itself_to_stop_has_told_us(client, provider, message, reader):
    tell_twilio(
        client, provider, message=message, MessageSid="SM1", MessageStatus="failed", ErrorCode="21610"
    )
    hear()

    assert may_contact([reader.pk], "sms", "marketing") == set()


def test_what_cannot_be_read_is_noted_and_holds_nothing_up(client, provider, message):
    tell_twilio(client, provider, message=message, MessageStatus="delivered")  # without its id
    tell_twilio(client, provider, message=message, MessageSid="SM1", MessageStatus="delivered")
    assert hear() == 2

    first, second = Callback.objects.order_by("id")
    assert (first.error, second.error) == ("KeyError 'MessageSid'", "")
    assert set(list_marked(message)) == {"delivered"}
    read_failed_again(provider=provider)
    assert Callback.objects.filter(handled_at=None).count() == 1


def test_what_was_told_goes_with_its_person_and_with_time(client, provider, message, reader):
    from wafaa.act.messages.actions import erase_customer

    tell_twilio(client, provider, message=message, MessageSid="SM1", MessageStatus="delivered", To=NUMBER)
    hear()
    assert Callback.objects.get().customers == [reader.pk]

    erase_customer(customer_id=reader.pk, distinct_ids=["1"])
    assert not Callback.objects.exists()
    assert not Mark.objects.exists()
    tell_twilio(client, provider, MessageSid="SM2", MessageStatus="delivered")
    with clock.fixed_at(MORNING + timedelta(days=15)):
        assert prune_callbacks() == 1


def test_a_message_whose_answer_was_lost_waits_for_the_providers_word_and_is_not_sent_twice(client, reader):
    """The line breaks after the request; Twilio has the message all the same and says so."""
    with receiving(lambda _request, _handler: None) as there:
        provider = set_up("twilio", there)
        ask(make_template(SMS), Person(customer_id=reader.pk, channel="sms"))
        assert turn() == [("failed", "line_lost")]
        message = Message.objects.get()
        with clock.fixed_at(MORNING + timedelta(seconds=30)):
            assert turn() == [("deferred", "")]
        tell_twilio(client, provider, message=message, MessageSid="SM7", MessageStatus="sent")
        assert handle_callbacks() == 1
        message.refresh_from_db()
        assert (message.state, message.provider_id, message.is_unsure) == ("sent", "SM7", False)
        with clock.fixed_at(MORNING + timedelta(minutes=3)):
            assert turn() == [("delivered", "")]

    message.refresh_from_db()
    assert len(there.requests) == 1
    assert (message.state, message.provider_id, message.is_unsure) == ("sent", "SM7", False)
    assert [name for name, *_rest in list_told("Message Sent")] == ["Message Sent"]


def test_if_no_word_comes_it_is_tried_again_and_marked(client, reader):
    answers = [None, CREATED]
    with receiving(lambda _request, _handler: answers.pop(0)) as there:
        set_up("twilio", there)
        ask(make_template(SMS), Person(customer_id=reader.pk, channel="sms"))
        turn()
        with clock.fixed_at(MORNING + timedelta(seconds=30)):
            assert turn() == [("deferred", "")]
        with clock.fixed_at(MORNING + timedelta(minutes=3)):
            assert turn() == [("delivered", "")]

    message = Message.objects.get()
    assert len(there.requests) == 2
    assert (message.state, message.is_unsure) == ("sent", True)


def test_who_would_have_told_us_of_it_is_asked_as_often_as_the_line_breaks(client, reader):
    answers = [None, None, CREATED]
    with receiving(lambda _request, _handler: answers.pop(0)) as there:
        set_up("twilio", there)
        ask(make_template(SMS), Person(customer_id=reader.pk, channel="sms"))
        came = []
        for minutes in (0, 3, 9):
            with clock.fixed_at(MORNING + timedelta(minutes=minutes)):
                came += turn()

    assert came == [("failed", "line_lost"), ("failed", "line_lost"), ("delivered", "")]


def test_from_a_laptop_nothing_comes_back_so_nothing_is_waited_for(reader):
    change_settings(changes={"site": ""}, by=None)
    answers = [None, CREATED]
    with receiving(lambda _request, _handler: answers.pop(0)) as there:
        set_up("twilio", there)
        ask(make_template(SMS), Person(customer_id=reader.pk, channel="sms"))
        turn()
        with clock.fixed_at(MORNING + timedelta(seconds=30)):
            assert turn() == [("delivered", "")]


def test_unifonic_and_gateways_prove_themselves_by_a_word(client, reader):
    body = json.dumps({"id": "g-1", "status": "DELIVRD", "reference": "%s"})
    with receiving(lambda _request, _handler: CREATED) as there:
        provider = set_up("gateway", there, id_path="sid")
        ask(make_template(SMS), Person(customer_id=reader.pk, channel="sms"))
        turn()
    message = Message.objects.get()
    told = body % message.uuid
    path = f"/hooks/messages/{provider.uuid}/"
    word = open_secrets(provider)[HOOK_SECRET]

    assert client.post(path, told, content_type="application/json").status_code == 401
    assert client.post(f"{path}?key=x", told, content_type="application/json").status_code == 401
    assert client.post(f"{path}?key={word}", told, content_type="application/json").status_code == 200
    hear()

    assert "key" not in Callback.objects.get().query
    assert set(list_marked(message)) == {"delivered"}
    unifonic = set_up("unifonic")
    word = open_secrets(unifonic)[HOOK_SECRET]
    receipt = f"MessageID=5&CorrelationID={message.uuid}&DLR=Undeliverable&Recipient=966501234567"
    path = f"/hooks/messages/{unifonic.uuid}/?key={word}"
    assert client.post(path, receipt, content_type="application/x-www-form-urlencoded").status_code == 200
    hear()
    assert set(list_marked(message)) == {"delivered", "bounced"}


def test_the_customers_page_and_the_sending_say_what_became_of_it(
    client, provider, message, client_as, manager, reader
):
    tell_twilio(client, provider, message=message, MessageSid="SM1", MessageStatus="delivered")
    hear()
    page = client_as(manager, HTTP_ACCEPT_LANGUAGE="en")

    panel = page.get(f"/customers/{reader.uuid}/panels/messages/").content.decode()
    assert ">arrived</span>" in panel
    assert "Message object" not in panel
    sending = page.get(f"/messages/sendings/{message.sending.uuid}/").content.decode()
    assert "What came back" in sending
    assert "100.0" in sending


def test_what_an_sms_will_cost_is_known_before_anything_is_asked_for(reader):
    arabic = make_agreeing("2", phone="+966501234568", language="ar")
    look = get_look()
    look.sms_part_price_minor = 12
    look.save()
    texts = {
        "en": {"sms": {"text": "x" * 161}},
        "ar": {"sms": {"text": "{{ customer.first_name }}" + "ع" * 60 + " https://shop.example/a"}},
    }

    found = foresee_sms(
        template=make_template(texts, names=["customer.first_name"]).uuid,
        people=[Person(customer_id=reader.pk, channel="sms"), Person(customer_id=arabic.pk, channel="sms")],
    )

    assert (found.messages, found.parts, found.unwritten, found.cost_minor) == (2, 4, 0, 48)


def test_what_was_in_the_air_at_a_crash_is_settled_by_the_providers_word(client, provider, reader):
    """The sender dies after the request went out and before anything was written down."""
    ask(make_template(SMS), Person(customer_id=reader.pk, channel="sms"))
    (kind,) = [one for one in LANES if one.name == "messages"]
    with clock.fixed_at(MORNING):
        (claimed,) = outbox.claim(kind=kind, sender=ME, limit=10)
        kind.prepare([claimed])[claimed.id]()  # it arrives, and then the machine stops
    with clock.fixed_at(MORNING + timedelta(seconds=10)):
        assert outbox.free_lost() == 1
        assert turn() == [("deferred", "")]
    message = Message.objects.get()
    with clock.fixed_at(MORNING + timedelta(seconds=20)):
        tell_twilio(client, provider, message=message, MessageSid="SM1", MessageStatus="delivered")
        hear()
    with clock.fixed_at(MORNING + timedelta(minutes=5)):
        assert turn() == [("delivered", "")]

    message.refresh_from_db()
    assert (message.state, message.provider_id, message.is_unsure) == ("sent", "SM1", False)
    assert set(list_marked(message)) == {"delivered"}


def test_a_channel_whose_provider_was_turned_off_waits_and_is_not_said_to_be_sent(provider, reader):
    turn_provider(provider=provider, is_active=False, by=None)
    ask(make_template(SMS), Person(customer_id=reader.pk, channel="sms"))

    assert turn() == [("failed", "provider_off")]
    assert Message.objects.get().state == "queued"
    assert not KeptMail.objects.exists()


def test_the_last_provider_of_a_channel_stays_while_messages_wait_for_it(provider, reader):
    turn_provider(provider=provider, is_active=False, by=None)
    ask(make_template(SMS), Person(customer_id=reader.pk, channel="sms"))

    with pytest.raises(ProviderNeeded):
        remove_provider(provider=provider, by=None)
    assert turn() == [("failed", "provider_off")]
    assert not KeptMail.objects.exists()

    other = set_up("unifonic")
    remove_provider(provider=provider, by=None)
    cancel_sending(reason="campaign")
    remove_provider(provider=other, by=None)
    assert not Provider.objects.exists()


def test_what_the_database_cannot_hold_stops_nothing_else(client, provider, message):
    tell_twilio(client, provider, MessageSid="SM\0", MessageStatus="sent")
    tell_twilio(client, provider, message=message, MessageSid="SM1", MessageStatus="delivered")
    hear()

    first, second = Callback.objects.order_by("id").values_list("error", flat=True)
    assert (bool(first), second) == (True, "")
    assert set(list_marked(message)) == {"delivered"}


@pytest.mark.django_db(transaction=True)
def test_the_same_request_twice_at_the_same_moment_is_kept_once():
    provider = set_up("twilio")
    told = {"MessageSid": "SM1", "MessageStatus": "delivered"}

    def tell(_number):
        try:
            with clock.fixed_at(MORNING):
                return tell_twilio(Client(), provider, **told).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as hands:
        assert list(hands.map(tell, range(8))) == [200] * 8

    assert Callback.objects.count() == Provider.objects.get().received == 1
