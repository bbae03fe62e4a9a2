"""SMS by Twilio, Unifonic and a gateway described by data: what goes over the wire, and what an answer means."""

import json
from base64 import b64decode
from datetime import UTC, datetime

import pytest

from wafaa.act.messages.actions import change_settings
from wafaa.act.messages.channels.sms.gateway import find, read_headers
from wafaa.act.messages.models import KeptMail, Message
from wafaa.act.messages.queries import count_whys
from wafaa.act.messages.rules import Person
from wafaa.act.messages.senders import SenderRule, write_sender
from wafaa.act.messages.tests.providers import SITE, SMS, read_form, read_json, set_up
from wafaa.act.messages.tests.samples import ask, list_told, make_reader, make_shop, make_template, turn
from wafaa.kit import clock
from wafaa.kit.networks import read_allowed
from wafaa.kit.tests.receivers import Answer, receiving
from wafaa.know.consents.actions import set_consent

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 11, 22, 7, tzinfo=UTC)
CREATED = Answer(status=201, body=b'{"sid": "SM1", "status": "queued", "error_code": null}')


@pytest.fixture(autouse=True)
def shop(settings):
    settings.OUTBOUND_ALLOW_PRIVATE = read_allowed("127.0.0.1/32")
    settings.EMAIL_HOST = ""
    make_shop()
    change_settings(changes={"site": SITE}, by=None)
    with clock.fixed_at(MORNING):
        yield


@pytest.fixture
def reader():
    return make_agreeing("1")


def make_agreeing(number, phone="+966501234567", **traits):
    customer = make_reader(number, phone=phone, **traits)
    set_consent(customer=customer, channel="sms", purpose="marketing", is_given=True, by=None, via="test")
    return customer


def send(reader, **given):
    ask(make_template(SMS), Person(customer_id=reader.pk, channel="sms"), **given)
    return turn()


def answering(body=b"", status=200, headers=None):
    return receiving(lambda _request, _handler: Answer(status=status, body=body, headers=headers or {}))


def test_without_a_provider_the_mailbox_keeps_it(reader):
    assert send(reader) == [("delivered", "")]
    assert KeptMail.objects.get().to == "+966501234567"


def test_twilio_gets_what_it_documents_and_its_id_is_kept(reader):
    with receiving(lambda _request, _handler: CREATED) as there:
        provider = set_up("twilio", there)
        assert send(reader) == [("delivered", "")]

    (request,) = there.requests
    message = Message.objects.get()
    assert (request.method, request.path) == ("POST", "/2010-04-01/Accounts/AC1/Messages.json")
    assert b64decode(request.headers["authorization"].removeprefix("Basic ")) == b"AC1:secret-token"
    assert read_form(request) == {
        "To": "+966501234567",
        "From": "Palm-AD",  # an offer, to a number in Saudi Arabia
        "Body": "Your order is here",
        "StatusCallback": f"{SITE}/hooks/messages/{provider.uuid}/?m={message.uuid}",
    }
    assert (message.state, message.provider_id, message.is_unsure) == ("sent", "SM1", False)
    assert [name for name, *_rest in list_told("Message Sent")] == ["Message Sent"]


def test_what_belongs_to_an_order_comes_from_the_shop_by_its_own_name(reader):
    with receiving(lambda _request, _handler: CREATED) as there:
        set_up("twilio", there)
        send(reader, purpose="service")

    assert read_form(there.requests[0])["From"] == "Palm"


@pytest.mark.parametrize(
    ("status", "body", "verdict", "error"),
    [
        (400, b'{"code": 21211, "message": "Invalid To"}', "parked", "no_such_address"),
        (400, b'{"code": 21610, "message": "unsubscribed"}', "parked", "reader_stopped"),
        (400, b'{"code": 21617, "message": "too long"}', "parked", "provider_refused"),
        (401, b'{"code": 20003, "message": "Authenticate"}', "failed", "sign_in_refused"),
        (429, b'{"code": 20429, "message": "Too many"}', "failed", "provider_busy"),
        (503, b"", "failed", "provider_busy"),
        (500, b"no json", "failed", "line_lost"),
    ],
)
def test_what_twilio_answers_decides_whether_it_is_tried_again(reader, status, body, verdict, error):
    with answering(body, status) as there:
        set_up("twilio", there)

        assert send(reader) == [(verdict, error)]


@pytest.mark.parametrize(
    ("code", "whys", "told"),
    [
        (21211, ["no_such_address", "suppressed_bounce"], ["Message Failed", "Message Bounced"]),
        (21610, ["reader_stopped", "suppressed_unsubscribe"], ["Message Failed"]),
    ],
)
def test_what_is_said_of_a_number_at_once_holds_for_what_comes_after(reader, code, whys, told):
    with answering(f'{{"code": {code}}}'.encode(), 400) as there:
        set_up("twilio", there)
        send(reader)
        ask(make_template(SMS), Person(customer_id=reader.pk, channel="sms"), step="2", purpose="service")

    assert list(Message.objects.order_by("id").values_list("why", flat=True)) == whys
    assert [name for name, *_rest in list_told("Message Failed", "Message Bounced")] == told


def test_where_nobody_listens_nothing_was_sent_and_it_is_tried_again(reader):
    with answering() as there:
        set_up("twilio", there)

    assert send(reader) == [("failed", "no_provider")]
    assert Message.objects.get().state == "queued"


def test_a_private_address_is_not_called(reader, settings):
    with receiving() as there:
        set_up("twilio", there)
        settings.OUTBOUND_ALLOW_PRIVATE = read_allowed("")

        assert send(reader) == [("failed", "refused_network")]
    assert there.requests == []


def test_a_line_that_breaks_after_the_request_leaves_a_doubt(reader):
    with receiving(lambda _request, _handler: None) as there:
        set_up("twilio", there)

        assert send(reader) == [("failed", "line_lost")]
    assert len(there.requests) == 1


def test_unifonic_gets_what_it_documents(reader):
    body = b'{"success": "true", "message": "", "errorCode": "ER-00", "data": {"MessageID": 77, "Status": "Queued"}}'
    with answering(body) as there:
        set_up("unifonic", there)
        assert send(reader) == [("delivered", "")]

    (request,) = there.requests
    message = Message.objects.get()
    assert request.path == "/rest/SMS/messages"
    assert read_form(request) == {
        "AppSid": "sid-1",
        "SenderID": "Palm-AD",
        "Recipient": "966501234567",
        "Body": "Your order is here",
        "responseType": "JSON",
        "CorrelationID": str(message.uuid),
        "async": "false",
    }
    assert message.provider_id == "77"


@pytest.mark.parametrize(
    ("status", "body", "verdict", "error"),
    [
        (
            200,
            b'{"success": "false", "errorCode": "ER-480", "message": "sender"}',
            "parked",
            "provider_refused",
        ),
        (409, b'{"success": "false", "message": "This message is duplicate"}', "parked", "provider_refused"),
        (410, b'{"success": "false", "message": "Invalid recipient"}', "parked", "no_such_address"),
        (402, b'{"success": "false", "message": "Missing parameter AppSid"}', "failed", "sign_in_refused"),
        (599, b'{"success": "false", "message": "Request failed"}', "failed", "line_lost"),
    ],
)
def test_what_unifonic_answers(reader, status, body, verdict, error):
    with answering(body, status) as there:
        set_up("unifonic", there)

        assert send(reader) == [(verdict, error)]


def test_a_gateway_gets_what_its_description_says_and_quotes_stay_inside(reader):
    texts = {"en": {"sms": {"text": 'He said "yes"\n{{ customer.name }}'}}}
    with answering(b'{"data": [{"id": "g-9"}]}') as there:
        set_up("gateway", there, key_header="Idempotency-Key")
        ask(make_template(texts), Person(customer_id=reader.pk, channel="sms"))
        assert turn() == [("delivered", "")]

    (request,) = there.requests
    message = Message.objects.get()
    assert request.headers["authorization"] == "Bearer k3y"
    assert request.headers["idempotency-key"] == message.key
    assert read_json(request) == {
        "to": "+966501234567",
        "from": "Palm-AD",
        "text": 'He said "yes"\nPerson 1',
        "reference": str(message.uuid),
    }
    assert message.provider_id == "g-9"


def test_a_gateway_may_be_asked_by_its_address_alone(reader):
    with answering(b'{"error": ""}') as there:
        set_up(
            "gateway",
            there,
            method="GET",
            form="nothing",
            headers="",
            url=f"{there.url}/send?to={{number}}&text={{text}}&key={{secret}}",
        )
        assert send(reader) == [("delivered", "")]

    assert there.requests[0].path == "/send?to=966501234567&text=Your%20order%20is%20here&key=k3y"


def test_an_error_in_the_clothes_of_a_success_is_one(reader):
    with answering(json.dumps({"error": {"code": "no credit"}}).encode()) as there:
        set_up("gateway", there, error_path="error.code")

        assert send(reader) == [("parked", "provider_refused")]


def test_who_has_no_whole_number_has_no_address():
    reader = make_agreeing("2", phone="12345")

    assert send(reader) == []
    assert count_whys("campaign") == [("refused", "no_address", 1)]


def test_quiet_hours_and_consent_hold_for_sms(reader):
    silent = make_reader("3", phone="+966501234568")
    template = make_template(SMS)

    with clock.fixed_at(datetime(2026, 11, 22, 18, tzinfo=UTC)):  # 21:00 in Riyadh, where SMS ends at 20:00
        for one in (reader, silent):
            ask(template, Person(customer_id=one.pk, channel="sms"))

    assert sorted(count_whys("campaign")) == [("held", "hours", 1), ("refused", "no_consent", 1)]


@pytest.mark.parametrize(
    ("name", "country", "written"),
    [
        ("Palm", "SA", "Palm-AD"),
        ("Palm-AD", "SA", "Palm-AD"),
        ("PalmRoastery", "SA", "PalmRoas-AD"),
        ("Palm", "AE", "AD-Palm"),
        ("PalmRoastery", "AE", "AD-PalmRoas"),
        ("Palm", "EG", "Palm"),
        ("+15551234567", "SA", "+15551234567"),
        ("MG" + "a" * 32, "AE", "MG" + "a" * 32),
    ],
)
def test_offers_are_called_as_the_country_asks(name, country, written):
    from wafaa.act.messages.senders import list_pack_senders

    assert write_sender(name, country=country, rules=list_pack_senders()) == written


def test_what_the_business_says_of_a_country_goes_first():
    change_settings(changes={"senders": [{"country": "SA", "suffix": ".AD", "chars_max": 11}]}, by=None)
    from wafaa.act.messages.queries import get_house

    assert write_sender("Palm", country="SA", rules=get_house().senders) == "Palm.AD"
    assert get_house().own_senders == (SenderRule(country="SA", suffix=".AD"),)


def test_headers_and_paths_of_a_description():
    assert read_headers("A: b\n\nC:d") == [("A", "b"), ("C", "d")]
    with pytest.raises(ValueError, match="no colon"):
        read_headers("no colon")
    assert find({"data": [{"id": 7}]}, "data.0.id") == "7"
    assert find({"data": []}, "data.0.id") == find([], "x") == find({"a": None}, "a") == ""
