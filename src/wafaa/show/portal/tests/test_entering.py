"""The way in by code and by link, by mail, SMS and WhatsApp; and what tries it without right."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.build import make_business, make_customer

from wafaa.act.messages.actions import suppress_address
from wafaa.act.messages.models import KeptMail
from wafaa.act.messages.rules import Cause
from wafaa.act.messages.tests.providers import read_json, set_up
from wafaa.kit import clock
from wafaa.kit.networks import read_allowed
from wafaa.kit.tests.receivers import Answer, receiving
from wafaa.know.consents.queries import list_standings
from wafaa.know.customers.models import Customer
from wafaa.show.portal.actions.entering import prove_by_link
from wafaa.show.portal.door import BROWSER, MEMBER
from wafaa.show.portal.errors import LinkOver
from wafaa.show.portal.models import Entry, MemberSession
from wafaa.show.portal.rules import digest_token
from wafaa.show.portal.tests.build import Phone, count_left, open_portal, read_mail, sign_in

pytestmark = pytest.mark.django_db

SARA = "sara@example.com"


@pytest.fixture
def sara(portal) -> Customer:
    return make_customer("1", name="Sara Ali", email=SARA, phone="+966501234567")


def test_a_code_by_mail_signs_in_the_browser_that_asked_and_no_other(sara, portal):
    phone, other = Phone(), Phone()
    assert phone.ask(" Sara@Example.com ")["Location"] == "/me/code/"
    portal.deliver()
    code, _link = read_mail(portal)

    assert other.type_code(code).status_code == 422
    response = phone.type_code(" ".join(code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))))

    assert (response.status_code, response["Location"]) == (303, "/me/")
    assert "Hello <bdi>Sara</bdi>" in phone.get("/me/").content.decode()
    assert portal.recipients == [[SARA]]
    assert portal.subjects == ["Your code for Palm"]
    assert phone.type_code(code).status_code == 422, "used once"
    assert not other.is_inside


def test_a_link_is_used_by_a_press_once_and_by_no_look(sara, portal):
    phone, scanner = Phone(), Phone()
    phone.ask(SARA)
    portal.deliver()
    _code, link = read_mail(portal)
    for _ in range(3):
        assert scanner.get(link).status_code == 200
        assert scanner.head(link).status_code == 200
    assert MemberSession.objects.count() == 0

    elsewhere = Phone()
    assert elsewhere.post(link)["Location"] == "/me/"

    assert elsewhere.is_inside
    assert (phone.post(link).status_code, phone.get(link).status_code) == (410, 410)
    assert phone.type_code(_code).status_code == 422, "the code of a used link is used, too"


def test_links_begin_with_the_site_that_was_set_whatever_host_is_asked(sara, portal, settings):
    settings.ALLOWED_HOSTS = ["*"]
    Phone(HTTP_HOST="evil.example").ask(SARA)
    portal.deliver()

    assert "https://palm.example/me/enter/" in portal.mails[-1].get_body(("plain",)).get_content()
    assert "evil" not in portal.mails[-1].as_string()


def test_nobodys_address_gets_the_same_answer_by_the_same_work_and_no_mail(sara, portal):
    def ask(address):
        phone = Phone()
        with CaptureQueriesContext(connection) as queries:
            asked = phone.ask(address)
            typed = phone.type_code("000000")
        shown = phone.get("/me/code/").content.decode().replace(address, "…")
        statements = [re.sub(r"'[^']*'|\d+", "?", one["sql"].split(" WHERE ")[0]) for one in queries]
        return asked.status_code, asked["Location"], typed.status_code, shown, statements

    assert ask(SARA) == ask("nobody@example.com")
    portal.deliver()
    assert portal.recipients == [[SARA]]
    assert ask("nobody@example.com")[2] == 422


def test_no_queue_and_no_row_holds_a_code(sara, portal):
    Phone().ask(SARA)
    job = ProcrastinateJob.objects.latest("id")
    assert job.args == {"entry": str(Entry.objects.get().uuid)}
    portal.deliver()

    code, link = read_mail(portal)
    held = str(Entry.objects.values().get())
    assert code not in held
    assert link.rstrip("/").rpartition("/")[2] not in held
    assert KeptMail.objects.count() == 0


def test_five_tries_then_the_right_code_is_wrong_too(sara, portal):
    phone = Phone()
    phone.ask(SARA)
    portal.deliver()
    code, _link = read_mail(portal)
    wrong = "000000" if code != "000000" else "111111"

    assert [phone.type_code(wrong).status_code for _ in range(5)] == [422] * 5
    assert phone.type_code(code).status_code == 422
    assert MemberSession.objects.count() == 0


def test_codes_and_links_last_ten_minutes(sara, portal):
    phone = Phone()
    phone.ask(SARA)
    portal.deliver()
    code, link = read_mail(portal)

    with clock.fixed_at(clock.now() + timedelta(minutes=11)):
        assert phone.type_code(code).status_code == 422
        assert phone.post(link).status_code == 410


def test_asking_and_guessing_are_limited_by_address_and_by_network(sara, portal):
    assert [Phone().ask(SARA).status_code for _ in range(4)] == [302, 302, 302, 422]
    assert Phone().ask("else@example.com").status_code == 302
    portal.deliver()
    assert len(portal.mails) == 3

    numbers = [Phone().ask(f"n{number}@example.com").status_code for number in range(20)]
    assert numbers.count(302) == 16, "twenty of a network; a refused one takes nothing"


def test_forms_of_other_sites_are_refused(sara, portal):
    for told in (
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
        {"HTTP_ORIGIN": "https://evil.example"},
        {"HTTP_ORIGIN": "null"},
    ):
        assert Phone(**told).ask(SARA).status_code == 403
    assert Entry.objects.count() == 0
    assert Phone(HTTP_SEC_FETCH_SITE="same-origin").ask(SARA).status_code == 302
    assert Phone(HTTP_ORIGIN="http://testserver").ask(SARA).status_code == 302


def test_no_address_of_a_request_is_followed(sara, portal):
    phone = Phone()
    phone.post("/me/sign-in/?next=https://evil.example", {"address": SARA, "next": "//evil.example"})
    portal.deliver()

    response = phone.post("/me/code/?next=//evil.example", {"code": read_mail(portal)[0]})

    assert response["Location"] == "/me/"


def test_two_presses_of_one_link_at_once_let_one_in(transactional_db, mailbox, settings):
    call_command("createcachetable")
    make_business(name="Palm")
    open_portal()
    make_customer("1", name="Sara", email=SARA)
    for _ in range(5):
        Entry.objects.all().delete()
        entry = Entry.objects.create(
            way="email", address=SARA, language="en", browser="", code="x", link=digest_token("t"),
            asked_at=clock.now(), ends_at=clock.now() + timedelta(minutes=9),
        )  # fmt: skip

        def press(number: int) -> bool:
            try:
                prove_by_link(token="t", browser=str(number))
            except LinkOver:
                return False
            finally:
                connection.close()
            return True

        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(press, range(4))) == 1
        entry.refresh_from_db()
        assert entry.proved_at is not None


def test_an_sms_brings_the_code_and_tells_browsers_whose_it_is(sara, portal, settings):
    settings.OUTBOUND_ALLOW_PRIVATE = read_allowed("127.0.0.1/32")
    phone = Phone()
    with receiving(lambda _request, _handler: Answer(body=b'{"data": [{"id": "7"}]}')) as there:
        set_up("gateway", there)
        assert phone.ask("٠٥٠ ١٢٣ ٤٥٦٧")["Location"] == "/me/code/"
        portal.deliver()

    (request,) = there.requests
    told = read_json(request)
    assert (told["to"].lstrip("+"), told["from"]) == ("966501234567", "Palm")
    first, last = told["text"].split("\n\n")
    code = last.removeprefix("@palm.example #")
    assert first == f"{code} is your code for Palm. Give it to nobody. It lasts 10 minutes."
    assert phone.type_code(code)["Location"] == "/me/"


def test_whatsapp_brings_it_by_an_approved_template_whose_button_copies_it(sara, portal, settings):
    settings.OUTBOUND_ALLOW_PRIVATE = read_allowed("127.0.0.1/32")
    open_portal(whatsapp_template="sign_in")
    phone = Phone()
    with receiving(lambda _request, _handler: Answer(body=b'{"messages": [{"id": "wamid.1"}]}')) as there:
        set_up("whatsapp_cloud", there)
        phone.ask("0501234567", way="whatsapp")
        portal.deliver()

    (request,) = there.requests
    template = read_json(request)["template"]
    code = template["components"][0]["parameters"][0]["text"]
    assert template["components"] == [
        {"type": "body", "parameters": [{"type": "text", "text": code}]},
        {"type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": code}]},
    ]
    assert phone.type_code(code)["Location"] == "/me/"


def test_a_blocked_address_gets_nothing(sara, portal):
    suppress_address(channel="email", address=SARA, cause=Cause.COMPLAINT)
    phone = Phone()
    assert phone.ask(SARA).status_code == 302
    portal.deliver()
    assert portal.mails == []


def test_who_shares_an_address_says_who_they_are_and_nobody_else_can_be_chosen(sara, portal):
    brother = make_customer("2", name="Omar Ali", email=SARA)
    stranger = make_customer("3", name="Else", email="else@example.com")
    phone = Phone()
    phone.ask(SARA)
    portal.deliver()
    assert phone.type_code(read_mail(portal)[0])["Location"] == "/me/who/"

    page = phone.get("/me/who/").content.decode()
    assert "Sara Ali" in page
    assert "Else" not in page
    assert phone.post("/me/who/", {"person": str(stranger.uuid)}).status_code == 410
    assert phone.post("/me/who/", {"person": str(brother.uuid)})["Location"] == "/me/"
    assert "Hello <bdi>Omar</bdi>" in phone.get("/me/").content.decode()
    assert Phone().post("/me/who/", {"person": str(brother.uuid)}).status_code == 410


def test_whoever_is_new_joins_where_they_may_with_what_they_said_yes_to(portal):
    phone = Phone()
    phone.ask("new@example.com")
    assert portal.deliver() == 1
    assert portal.mails == [], "nobody may join yet"

    open_portal(may_join=True)
    phone.ask("new@example.com")
    portal.deliver()
    assert phone.type_code(read_mail(portal)[0])["Location"] == "/me/join/"
    assert phone.post("/me/join/", {"name": " "}).status_code == 422
    assert phone.post("/me/join/", {"name": "Nora", "birth_date": "2999-01-01"}).status_code == 422
    told = {"name": "Nora Saad", "birth_date": "١٩٩٠-٠٢-٠٣", "agreed": ["marketing"]}
    assert phone.post("/me/join/", told)["Location"] == "/me/"

    nora = Customer.objects.get(email="new@example.com")
    assert (nora.name, nora.birth_date.isoformat(), nora.language, nora.source) == (
        "Nora Saad", "1990-02-03", "en", "portal",
    )  # fmt: skip
    said = {(one.channel, one.purpose): one.is_given for one in list_standings([nora.pk])[nora.pk]}
    assert said == {("email", "marketing"): True}
    assert phone.is_inside
    assert phone.post("/me/join/", told).status_code == 410, "the proof is used"


def test_a_door_that_is_shut_is_no_door(sara, portal, owner, client_as):
    open_portal(is_on=False)
    assert [Phone().get(path).status_code for path in ("/me/", "/me/sign-in/", "/me/enter/x/")] == [404] * 3
    assert Phone().ask(SARA).status_code == 404
    preview = client_as(owner, HTTP_ACCEPT_LANGUAGE="en").get("/me/sign-in/")
    assert "Only you see this" in preview.content.decode()


def test_cookies_are_closed_and_those_of_staff_open_nothing_here(sara, portal, owner, client_as):
    phone = Phone()
    sign_in(phone, SARA, portal)
    cookie = phone.cookies[MEMBER]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert phone.cookies[BROWSER].value == ""
    assert not MemberSession.objects.filter(key=cookie.value).exists()
    assert client_as(owner).get("/me/")["Location"] == "/me/sign-in/"
    assert phone.get("/customers/")["Location"].startswith("/sign-in/")
    assert count_left() == (1, 1)


def test_within_a_frame_of_the_shop_cookies_come_along_by_tls_alone(sara, portal, settings):
    open_portal(frame_sites=["https://shop.example"])
    settings.SECURE_COOKIES = True
    phone = Phone()
    sign_in(phone, SARA, portal)

    cookie = phone.cookies[MEMBER]
    assert (cookie["samesite"], cookie["secure"], cookie["httponly"]) == ("None", True, True)
