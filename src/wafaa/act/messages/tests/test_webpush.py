"""Web push: sealed for one browser, sent in our name, and forgotten where the push service says so."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from wafaa.act.messages.actions import erase_customer
from wafaa.act.messages.actions.judging import judge_touches
from wafaa.act.messages.channels import find_addresses
from wafaa.act.messages.channels.parcels import Parcel
from wafaa.act.messages.channels.webpush import write_body
from wafaa.act.messages.channels.webpush.sealing import PLAIN_BYTES_MAX, seal_message
from wafaa.act.messages.models import Message, PushKey, PushSubscription
from wafaa.act.messages.push_keys import get_key, get_public_key
from wafaa.act.messages.queries import export_customer, find_readers
from wafaa.act.messages.rules import Person
from wafaa.act.messages.tests.pages import Browser, ShopPage, b64, open_sealed, serving_push, unb64
from wafaa.act.messages.tests.samples import ask, list_told, make_reader, make_shop, make_template, turn
from wafaa.kit import clock
from wafaa.know.consents.models import Consent
from wafaa.know.consents.queries import may_contact

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 11, 22, 7, tzinfo=UTC)
TEXTS = {
    "en": {
        "push": {
            "subject": "Order {{ order.number }}",
            "text": "It is on its way.",
            "url": "https://shop.example/o",
        }
    },
    "ar": {"push": {"subject": "طلبك {{ order.number }}", "text": "طلبك في الطريق."}},
}
ORDER = {"order": {"number": "77"}}


@pytest.fixture(autouse=True)
def shop(settings):
    settings.OUTBOUND_ALLOW_PRIVATE = True
    make_shop()
    with clock.fixed_at(MORNING):
        yield


@pytest.fixture
def service():
    with serving_push() as running:
        yield running


def push(*readers, purpose="marketing", step="1", **given):
    people = [Person(customer_id=one.pk, channel="push", values=ORDER) for one in readers]
    ask(make_template(TEXTS, purpose=purpose), *people, purpose=purpose, step=step, **given)
    return turn()


def test_it_seals_as_the_standard_shows():
    """RFC 8291, appendix A."""
    number = int.from_bytes(unb64("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big")
    sealed = seal_message(
        b"When I grow up, I want to be a watermelon",
        p256dh=unb64(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
        ),
        auth=unb64("BTBZMqHH6r4Tts7J_aSIgg"),
        own=ec.derive_private_key(number, ec.SECP256R1()),
        salt=unb64("DGv6ra1nlYgDCS1FRnbzlw"),
    )

    assert b64(sealed) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_y"
        "l95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_a_subscribed_browser_gets_what_only_it_can_read(service):
    reader, page = make_reader(), ShopPage("1")
    phone = Browser(service, "phone")
    assert page.subscribe(phone, place="https://shop.example/\x00account").status_code == 200

    assert push(reader, deadline=MORNING + timedelta(hours=6)) == [("delivered", "")]

    ((name, headers, told),) = service.came
    message = Message.objects.get()
    assert (name, told["title"], told["body"]) == ("phone", "Order 77", "It is on its way.")
    assert (told["lang"], told["dir"], told["tag"]) == ("en", "ltr", f"message:{message.uuid}")
    assert told["url"].startswith("http://127.0.0.1:8000/l/")
    assert (headers["TTL"], headers["Urgency"], headers["Topic"]) == (
        str(6 * 3600),
        "normal",
        message.uuid.hex,
    )
    assert message.state == "sent"


def test_the_subscription_is_the_consent_with_where_it_was_given(service):
    reader, page = make_reader(consents=()), ShopPage("1")
    assert push(reader) == []
    assert Message.objects.get().why == "no_address"

    browser = Browser(service, "b")
    for _time in range(2):
        page.subscribe(browser, place="https://shop.example/a", textVersion="3")

    assert may_contact([reader.pk], "push", "marketing") == {reader.pk}
    consent = Consent.objects.get(channel="push")
    assert (consent.is_given, consent.place, consent.text_version) == (True, "https://shop.example/a", "3")
    assert consent.source == f"key:{page.key.key.public_id}"
    assert [name for name, _whose, _about in list_told("Push Subscribed", "Consent Given")] == [
        "Push Subscribed",
        "Consent Given",
    ]
    assert push(reader, step="2") == [("delivered", "")]


def test_for_orders_only_is_for_orders_only(service):
    reader = make_reader(consents=())
    ShopPage("1").subscribe(Browser(service, "b"), purposes=["service"])

    push(reader)
    push(reader, step="2", purpose="service")

    assert list(Message.objects.order_by("id").values_list("state", "why")) == [
        ("refused", "no_consent"),
        ("sent", ""),
    ]
    assert service.came[0][1]["Urgency"] == "high"


def test_every_browser_gets_it_and_one_that_is_gone_is_forgotten_and_told(service):
    reader, page = make_reader(), ShopPage("1")
    for name in ("old", "new", "lost"):
        page.subscribe(Browser(service, name))
    service.answers = {"old": (410, {}), "lost": (404, {})}

    assert push(reader) == [("delivered", "")]

    assert [name for name, _headers, _told in service.came] == ["new"]
    assert PushSubscription.objects.count() == 1
    told = list_told("Push Unsubscribed")
    assert [(whose, about["why"]) for _name, whose, about in told] == [("1", "gone")] * 2
    assert may_contact([reader.pk], "push", "marketing") == {reader.pk}


def test_where_all_are_gone_it_failed_and_says_why(service):
    reader, page = make_reader(), ShopPage("1")
    page.subscribe(Browser(service, "old"))
    service.answers = {"old": (410, {})}

    assert push(reader) == [("parked", "push_gone")]

    message = Message.objects.get()
    assert (message.state, message.why) == ("failed", "push_gone")


@pytest.mark.parametrize(
    ("status", "headers", "verdict", "error"),
    [
        (429, {"Retry-After": "90"}, "failed", "push_busy"),
        (503, {}, "failed", "push_busy"),
        (413, {}, "parked", "push_refused"),
        (403, {}, "parked", "push_refused"),
    ],
)
def test_what_the_push_service_answers_decides(service, status, headers, verdict, error):
    reader, page = make_reader(), ShopPage("1")
    page.subscribe(Browser(service, "b"))
    service.answers = {"b": (status, headers)}

    assert push(reader) == [(verdict, error)]
    assert PushSubscription.objects.count() == 1


def test_an_address_in_our_own_network_is_never_called(service, settings):
    reader, page = make_reader(), ShopPage("1")
    page.subscribe(Browser(service, "b"))
    settings.OUTBOUND_ALLOW_PRIVATE = False

    assert push(reader) == [("parked", "push_gone")]
    assert (service.came, PushSubscription.objects.count()) == ([], 0)
    assert page.subscribe(Browser(service, "c")).json()["code"] == "push_subscription_wrong"


@pytest.mark.parametrize(
    "change",
    [
        {"endpoint": "ftp://x.example/1"},
        {"endpoint": ""},
        {"endpoint": "https://u:p@push.example/1"},
        {"keys": {"p256dh": "AAAA", "auth": "AAAAAAAAAAAAAAAAAAAAAA"}},
        {"keys": {"p256dh": b64(b"\x04" + b"\1" * 64), "auth": "AAAAAAAAAAAAAAAAAAAAAA"}},
        {"keys": {"p256dh": "", "auth": ""}},
        {"expirationTime": 1e300},
    ],
)
def test_what_is_no_subscription_is_refused(service, change):
    make_reader()
    told = Browser(service, "b").subscription | change

    reply = ShopPage("1").ask("push", subscription=told)

    assert (reply.status_code, reply.json()["code"]) == (422, "push_subscription_wrong")
    assert PushSubscription.objects.count() == 0


def test_a_stranger_subscribes_for_nobody(service):
    make_reader()
    page = ShopPage("1")

    assert page.subscribe(Browser(service, "b"), token="").status_code == 401
    assert page.subscribe(Browser(service, "b"), token=page.sign("anonymous:7")).status_code == 401
    assert (PushSubscription.objects.count(), Consent.objects.filter(channel="push").count()) == (0, 0)


def test_a_browser_is_one_persons_at_a_time(service):
    first, second = make_reader("1"), make_reader("2")
    shared = Browser(service, "shared")
    ShopPage("1").subscribe(shared)
    page = ShopPage("2")

    assert page.ask("push/check", endpoint=shared.endpoint).json() == {"subscribed": False}
    assert PushSubscription.objects.count() == 0
    page.subscribe(shared)
    ShopPage("1").subscribe(shared)
    page.subscribe(shared)

    assert page.ask("push/check", endpoint=shared.endpoint).json() == {"subscribed": True}
    push(first, second)
    assert [told["tag"] for _name, _headers, told in service.came] == [
        f"message:{Message.objects.get(customer=second).uuid}"
    ]


def test_stopping_on_the_last_browser_withdraws_and_signing_out_does_not(service):
    reader, page = make_reader(consents=()), ShopPage("1")
    phone, desktop = Browser(service, "phone"), Browser(service, "desktop")
    page.subscribe(phone)
    page.subscribe(desktop)

    page.ask("push/end", token="", endpoint=phone.endpoint, why="stopped")
    assert may_contact([reader.pk], "push", "marketing") == {reader.pk}
    page.ask("push/end", token="", endpoint=desktop.endpoint, why="signed_out")
    assert may_contact([reader.pk], "push", "marketing") == {reader.pk}
    with clock.fixed_at(MORNING + timedelta(minutes=1)):
        page.subscribe(phone)
    with clock.fixed_at(MORNING + timedelta(minutes=2)):
        page.ask("push/end", token="", endpoint=phone.endpoint, why="stopped")

    assert may_contact([reader.pk], "push", "marketing") == set()
    assert PushSubscription.objects.count() == 0


def test_what_a_notification_tells_of_itself_is_told_once(service):
    reader, page = make_reader(), ShopPage("1")
    page.subscribe(Browser(service, "b"))
    push(reader)
    told = service.came[0][2]
    browser = page.client

    for address in (told["delivered"], told["opened"]) * 2:
        assert browser.post(address.removeprefix("http://127.0.0.1:8000")).status_code == 200
    assert browser.post("/v1/push/delivered/AbCd").status_code == 404

    judge_touches(after=timedelta(0))
    assert [name for name, _whose, _about in list_told("Message Delivered", "Message Opened")] == [
        "Message Delivered",
        "Message Opened",
    ]


def test_the_key_is_made_once_and_sealed():
    key = get_public_key()

    assert get_public_key() == key
    assert len(unb64(key)) == 65
    assert PushKey.objects.get().private.startswith("gAAAA")


def test_with_a_secret_key_that_was_lost_nothing_is_sent_and_says_why(service, settings):
    reader, page = make_reader(), ShopPage("1")
    page.subscribe(Browser(service, "b"))
    get_key()
    settings.SECRET_KEY = "another one that is long enough to be a key"

    assert push(reader) == [("parked", "push_key_unreadable")]


def test_a_long_text_is_cut_to_what_push_services_take():
    reader = find_readers([make_reader().pk]).popitem()[1]
    parcel = Parcel(
        key="message:00000000-0000-0000-0000-000000000001",
        message_id=1,
        reader=reader,
        address="x",
        subject="مرحبًا",
        text="شكرًا لك " * 1_000,
        language="ar",
        site="https://loyalty.example",
    )
    private = ec.generate_private_key(ec.SECP256R1())

    body = write_body(parcel)

    assert PLAIN_BYTES_MAX - 60 < len(body) <= PLAIN_BYTES_MAX
    point = Browser.public.fget(type("B", (), {"private": private}))
    sealed = seal_message(body, p256dh=point, auth=b"\0" * 16)
    assert len(sealed) <= 4_096
    assert open_sealed(sealed, private, b"\0" * 16) == body


def test_subscriptions_are_handed_out_and_erased_with_their_person(service):
    reader = make_reader()
    ShopPage("1").subscribe(Browser(service, "b"), place="https://shop.example/a")

    (row,) = export_customer(customer_id=reader.pk, distinct_ids=["1"])["push_subscriptions"]
    assert row["place"] == "https://shop.example/a"
    erase_customer(customer_id=reader.pk, distinct_ids=["1"])
    assert PushSubscription.objects.count() == 0


def test_who_can_be_reached_is_asked_once_for_all(service, django_assert_max_num_queries):
    readers = [make_reader(str(number), consents=()) for number in range(1, 9)]
    ShopPage("3").subscribe(Browser(service, "b"))
    found = find_readers([one.pk for one in readers])

    with django_assert_max_num_queries(2):
        addresses = find_addresses(("push", one) for one in found.values())

    assert {pk for (_channel, pk), address in addresses.items() if address} == {readers[2].pk}
