"""The inbox on the shop's pages: who sees what, until when, and what is told of it."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from tests.build import make_event, tell

from wafaa.access.keys.actions import create_key, revoke_key
from wafaa.access.keys.rules import Scope
from wafaa.act.messages.actions import erase_customer
from wafaa.act.messages.actions.judging import judge_touches
from wafaa.act.messages.models import InboxEntry, Message
from wafaa.act.messages.proving import make_secret
from wafaa.act.messages.rules import Person
from wafaa.act.messages.tests.pages import ShopPage, b64, sign
from wafaa.act.messages.tests.samples import ask, list_told, make_reader, make_shop, make_template, turn
from wafaa.kit import clock
from wafaa.know.customers.queries import list_distinct_ids

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 11, 22, 7, tzinfo=UTC)
TEXTS = {
    "en": {
        "in_app": {
            "subject": "Hello {{ customer.first_name | default: 'there' }}",
            "text": "Your beans are here.",
            "url": "https://shop.example/beans",
        }
    },
    "ar": {"in_app": {"subject": "مرحبًا", "text": "وصلت حبوبك."}},
}


@pytest.fixture(autouse=True)
def shop():
    make_shop()
    with clock.fixed_at(MORNING):
        yield


def put_in(*readers, purpose="marketing", step="1", **given):
    people = [Person(customer_id=one.pk, channel="in_app") for one in readers]
    ask(make_template(TEXTS, purpose=purpose), *people, purpose=purpose, step=step, **given)
    return turn()


def test_a_message_lies_in_the_inbox_of_its_customer():
    reader = make_reader()

    assert put_in(reader) == [("delivered", "")]

    shown = ShopPage("1").look()
    (entry,) = shown["entries"]
    assert shown["unread"] == 1
    assert (entry["title"], entry["text"]) == ("Hello Person", "Your beans are here.")
    assert (entry["language"], entry["direction"], entry["isRead"]) == ("en", "ltr", False)
    assert entry["id"] == str(Message.objects.get().uuid)
    assert entry["url"].startswith("http://127.0.0.1:8000/l/")


def test_an_arabic_reader_gets_it_in_arabic_from_right_to_left():
    put_in(make_reader(language="ar"))

    (entry,) = ShopPage("1").look()["entries"]

    assert (entry["title"], entry["direction"], entry["url"]) == ("مرحبًا", "rtl", "")


def test_what_a_page_has_got_and_shown_is_told_once_however_often_it_asks():
    put_in(make_reader())
    page = ShopPage("1")
    entry = page.look()["entries"][0]
    page.look()
    for _time in range(2):
        assert page.ask("inbox/read", ids=[entry["id"]]).status_code == 200

    after = page.look()
    assert (after["unread"], after["entries"][0]["isRead"]) == (0, True)
    judge_touches(after=timedelta(0))
    told = list_told("Message Delivered", "Message Opened")
    assert [(name, whose, about["channel"]) for name, whose, about in told] == [
        ("Message Delivered", "1", "in_app"),
        ("Message Opened", "1", "in_app"),
    ]


def test_its_link_is_a_first_party_one():
    put_in(make_reader())
    address = ShopPage("1").look()["entries"][0]["url"]

    reply = Client().get(address.removeprefix("http://127.0.0.1:8000"))

    assert (reply.status_code, reply["Location"]) == (302, "https://shop.example/beans")


def test_a_page_that_has_it_all_hears_nothing_more():
    put_in(make_reader())
    page = ShopPage("1")
    version = page.look()["version"]

    version = page.look()["version"]
    assert page.look(version=version) == {"version": version, "unchanged": True}
    put_in(make_reader("1"), step="2", purpose="service")
    assert len(page.look(version=version)["entries"]) == 2


def test_at_its_deadline_it_is_gone():
    put_in(make_reader(), deadline=MORNING + timedelta(hours=2))
    page = ShopPage("1")
    assert page.look()["unread"] == 1

    with clock.fixed_at(MORNING + timedelta(hours=2)):
        assert ShopPage("1").look()["entries"] == []


def test_somebody_else_sees_nothing_of_it_and_reads_nothing_for_them():
    put_in(make_reader())
    make_reader("2")
    entry = ShopPage("1").look()["entries"][0]
    other = ShopPage("2")

    assert other.look()["entries"] == []
    other.ask("inbox/read", ids=[entry["id"]])
    assert InboxEntry.objects.get().read_at is None
    assert ShopPage("nobody").look()["entries"] == []


def test_who_only_says_who_they_are_is_not_believed():
    """The key stands in the page's source, so a stranger may identify as anybody; their device then belongs to that customer."""
    reader = make_reader()
    put_in(reader)
    tell(
        make_event("identify", distinct_id="1", properties={"anonymous_id": "stranger"}, message_id="claimed")
    )
    page = ShopPage("1")
    for token in ("", "1", "anonymous:stranger", page.sign("anonymous:stranger")):
        reply = page.ask(token=token)
        assert (reply.status_code, reply.json()["code"]) == (401, "user_unproven"), token
    assert InboxEntry.objects.get().delivered_at is None


def bad_tokens(page):
    now = int(MORNING.timestamp())
    secret = make_secret(page.key.key.public_id)
    good = page.sign("1")
    head, claims, signature = good.split(".")
    return {
        "another secret": sign("x" * 64, sub="1", exp=now + 60),
        "another key's secret": ShopPage("1").token,
        "no signature": f"{head}.{claims}.",
        "alg none": f"{b64(json.dumps({'alg': 'none'}).encode())}.{claims}.",
        "alg none, signed": sign(secret, header={"alg": "none"}, sub="1", exp=now + 60),
        "another algorithm": sign(secret, header={"alg": "HS512"}, sub="1", exp=now + 60),
        "critical": sign(secret, header={"alg": "HS256", "crit": ["b64"]}, sub="1", exp=now + 60),
        "other claims": f"{head}.{b64(json.dumps({'sub': '2', 'exp': now + 60}).encode())}.{signature}",
        "no expiry": sign(secret, sub="1"),
        "for ever": sign(secret, sub="1", exp=now + 10 * 365 * 86_400),
        "too early": sign(secret, sub="1", exp=now + 3_600, nbf=now + 600),
        "nobody": sign(secret, sub="", exp=now + 60),
        "zero letter": sign(secret, sub="1\x00", exp=now + 60),
        "a list": sign(secret, sub=["1"], exp=now + 60),
        "four parts": f"{good}.x",
        "no text": "é",
    }


def test_a_token_that_is_not_the_shops_opens_nothing():
    put_in(make_reader())
    page = ShopPage("1")

    for what, token in bad_tokens(page).items():
        reply = page.ask(token=token)
        assert (reply.status_code, reply.json()["code"]) == (401, "user_unproven"), what
    assert page.look()["unread"] == 1


def test_a_token_is_good_until_it_expires_and_says_so():
    page = ShopPage("1")
    token = page.sign("1", exp=int(MORNING.timestamp()) + 600)

    assert page.ask(token=token).status_code == 200
    with clock.fixed_at(MORNING + timedelta(minutes=12)):
        reply = page.ask(token=token)
    assert (reply.status_code, reply.json()["code"]) == (401, "user_token_expired")


def test_numbers_may_be_numbers_and_an_older_secret_key_still_holds(settings):
    put_in(make_reader("17"))
    page = ShopPage("17")
    assert page.look(token=page.sign(17))["unread"] == 1

    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another one that is long enough to be a key"
    assert page.look()["unread"] == 1
    settings.SECRET_KEY_FALLBACKS = []
    assert page.ask().status_code == 401


def test_a_key_that_does_not_send_or_is_revoked_opens_nothing():
    put_in(make_reader())
    page = ShopPage("1")

    reading = ShopPage("1", key=create_key(name="r", scope=Scope.READ, by=None))
    assert reading.ask().status_code == 403
    revoke_key(key=page.key.key, by=None)
    assert page.ask().status_code in {401, 403}
    assert ShopPage("1").client.post("/v1/inbox", "{}", content_type="text/plain").status_code == 401


def test_pages_of_any_origin_ask_and_no_cookie_is_read_or_set():
    put_in(make_reader())
    page = ShopPage("1")

    reply = page.ask()
    assert reply["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in reply
    assert (reply["Cache-Control"], "Set-Cookie" in reply, dict(reply.cookies)) == ("no-store", False, {})
    asked = page.client.options("/v1/inbox")
    assert (asked.status_code, asked["Access-Control-Allow-Methods"]) == (204, "POST, OPTIONS")
    assert page.client.get("/v1/inbox").status_code == 405
    assert page.client.post("/v1/inbox/other", "{}", content_type="text/plain").status_code == 404
    assert page.client.post("/v1/inbox", "no json", content_type="text/plain").status_code == 400
    assert page.client.post("/v1/inbox", "x" * 20_000, content_type="text/plain").status_code == 413


def test_who_asks_too_often_waits(settings):
    settings.RATE_LIMITS = True
    page = ShopPage("1")

    replies = [page.ask() for _time in range(61)]

    assert [one.status_code for one in replies] == [200] * 60 + [429]
    assert int(replies[-1]["Retry-After"]) > 0
    for _time in range(30):
        page.ask(token="x.y.z")
    assert page.ask(token="x.y.z").status_code == 429


def test_offers_obey_a_refusal_and_service_needs_no_word():
    silent, refusing = make_reader("1", consents=()), make_reader("2", consents=())
    no = {"channel": "in_app", "purpose": "marketing"}
    tell(make_event("Consent Withdrawn", distinct_id="2", properties=no))

    put_in(silent, refusing)
    put_in(silent, refusing, purpose="service", step="2")

    whys = Message.objects.order_by("id").values_list("customer", "purpose", "state", "why")
    assert list(whys) == [
        (silent.pk, "marketing", "sent", ""),
        (refusing.pk, "marketing", "refused", "no_consent"),
        (silent.pk, "service", "sent", ""),
        (refusing.pk, "service", "sent", ""),
    ]


def test_what_is_cancelled_before_it_is_sent_lies_nowhere():
    reader = make_reader()
    ask(make_template(TEXTS), Person(customer_id=reader.pk, channel="in_app"))
    Message.objects.update(state="cancelled")

    assert turn() == [("cancelled", "cancelled")]
    assert ShopPage("1").look()["entries"] == []


def test_who_is_erased_leaves_nothing_in_any_inbox():
    reader = make_reader()
    put_in(reader)

    erase_customer(customer_id=reader.pk, distinct_ids=list_distinct_ids([reader.pk])[reader.pk])

    assert InboxEntry.objects.count() == 0
    assert ShopPage("1").look()["entries"] == []


def test_hours_and_budget_hold_for_it_as_for_mail_and_not_for_service():
    reader = make_reader()
    with clock.fixed_at(MORNING + timedelta(hours=14)):  # midnight in Riyadh
        assert put_in(reader) == []
        assert put_in(reader, purpose="service", step="2") == [("delivered", "")]
    assert put_in(reader, step="3") == [("delivered", "")]
    assert put_in(reader, step="4") == []

    states = Message.objects.order_by("id").values_list("step", "state", "why")
    assert list(states) == [
        ("1", "held", "hours"),
        ("2", "sent", ""),
        ("3", "sent", ""),
        ("4", "held", "budget"),
    ]
