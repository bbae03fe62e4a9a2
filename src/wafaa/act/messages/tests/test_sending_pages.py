"""The console's pages of what is sent: a sending, the mailbox, blocked addresses, hours and limits."""

import re
from datetime import UTC, datetime

import pytest

from wafaa.access.audit.models import Change
from wafaa.act.messages.actions import suppress_address
from wafaa.act.messages.models import KeptMail, Message, Sending, Suppression, Topic
from wafaa.act.messages.queries import get_house, list_suppressed
from wafaa.act.messages.rules import Budget, Cause
from wafaa.act.messages.tests.samples import ask, make_reader, make_shop, make_template
from wafaa.kit import clock

pytestmark = pytest.mark.django_db

ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}
MORNING = datetime(2026, 11, 22, 7, tzinfo=UTC)


@pytest.fixture
def page(client_as, manager):
    make_shop()
    return client_as(manager, **ENGLISH)


def read(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def bare(response) -> str:
    return re.sub(r"</?bdi[^>]*>", "", read(response))


def make_sending():
    with clock.fixed_at(MORNING):
        ask(make_template(), make_reader("1"), make_reader("2"), make_reader("3", consents=()))
    return Sending.objects.get()


def test_a_sending_shows_its_states_and_why(page):
    assert "Nothing was sent yet" in read(page.get("/messages/sendings/"))
    sending = make_sending()

    listed = bare(page.get("/messages/sendings/"))
    shown = bare(page.get(f"/messages/sendings/{sending.uuid}/"))

    assert "Winter" in listed
    assert "on its way" in shown
    assert "the customer has not agreed to it" in shown
    assert 'hx-trigger="every 2s"' in shown
    some = bare(
        page.get(f"/messages/sendings/{sending.uuid}/messages/", {"state": "refused", "why": "no_consent"})
    )
    assert "Person 3" in some
    assert "Person 1" not in some
    assert page.get("/messages/sendings/00000000-0000-0000-0000-000000000000/").status_code == 404


def test_a_sending_is_paused_goes_on_and_is_cancelled_for_good(page):
    sending = make_sending()
    place = f"/messages/sendings/{sending.uuid}/"

    def turn(state):
        said = bare(page.post(f"{place}state/", {"state": state}, follow=True))
        sending.refresh_from_db()
        return said

    assert "Paused" in turn("paused")
    assert sending.state == "paused"
    assert "every 2s" not in read(page.get(f"{place}progress/"))
    assert "It goes on" in turn("running")
    assert "Cancelled: 2 messages do not go." in turn("cancelled")
    assert "This sending was cancelled" in turn("running")
    assert sending.state == "cancelled"
    assert Message.objects.filter(state="cancelled").count() == 2


def test_the_mailbox_shows_a_mail_as_it_looks_as_text_and_as_source(page):
    mail = KeptMail.objects.create(
        key="message:1",
        channel="email",
        to="noura@example.com",
        subject="أهلًا بك",
        html="<p style='color:red'>Hello <script>alert(1)</script></p>",
        text="Hello plainly",
        headers={"List-Unsubscribe": "https://wafaa.example/u/1/"},
        at=MORNING,
    )
    assert "أهلًا بك" in read(page.get("/messages/mailbox/"))
    assert "No message like that" in read(page.get("/messages/mailbox/", {"search": "nobody"}))

    place = f"/messages/mailbox/{mail.uuid}/"
    assert "<iframe sandbox " in read(page.get(place))
    assert "Hello plainly" in read(page.get(place, {"view": "text"}))
    source = read(page.get(place, {"view": "source"}))
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in source
    frame = page.get(f"{place}frame/")
    assert "style='color:red'" in frame.content.decode()
    assert "script-src" not in frame["Content-Security-Policy"]
    assert "default-src 'none'" in frame["Content-Security-Policy"]
    page.post("/messages/mailbox/empty/")
    assert not KeptMail.objects.exists()


def test_an_address_is_blocked_found_and_let_in_again_with_a_reason(page, manager):
    assert "No address is blocked" in read(page.get("/messages/blocked/"))
    wrong = page.post("/messages/blocked/", {"channel": "email", "address": "nobody", "detail": "x"})
    assert (wrong.status_code, Suppression.objects.count()) == (422, 0)
    page.post(
        "/messages/blocked/", {"channel": "email", "address": "A@Example.com", "detail": "asked by phone"}
    )
    suppress_address(channel="email", address="b@example.com", cause=Cause.COMPLAINT)

    found = bare(page.get("/messages/blocked/", {"search": "a@"}))
    assert "A<wbr>@Example.com" in found
    assert "b<wbr>@example.com" not in found
    row = Suppression.objects.get(cause="hand")
    assert (row.staff, row.detail) == (manager, "asked by phone")

    lift = f"/messages/blocked/{row.pk}/lift/"
    assert page.post(lift, {"reason": " "}).status_code == 422
    assert Suppression.objects.count() == 2
    page.post(lift, {"reason": "asked again"})
    assert Suppression.objects.get().cause == "complaint"
    assert Change.objects.get(deed="lift_suppression").after == {"reason": "asked again"}
    assert page.get(lift).status_code == 404


@pytest.mark.parametrize(
    ("channel", "typed", "known"),
    [
        ("sms", "+966 50 123 4567", "+966501234567"),
        ("sms", "0501234567", "+966501234567"),
        ("whatsapp", "00966 (50) 123-4567", "+966501234567"),
        ("whatsapp", "٠٥٠ ١٢٣ ٤٥٦٧", "+966501234567"),
        ("sms", "+20 100 123 4567", "+201001234567"),
        ("email", "Noura@متجر.example", "noura@xn--pgbdv2a.example"),
    ],
)
def test_an_address_is_blocked_as_the_gate_will_ask_for_it(page, channel, typed, known):
    known = known.replace("xn--pgbdv2a", "متجر".encode("idna").decode())
    answer = page.post("/messages/blocked/", {"channel": channel, "address": typed, "detail": "asked"})

    assert answer.status_code == 302
    assert list_suppressed(channel, [known]) == {known: "hand"}


@pytest.mark.parametrize("typed", ["0501234567", "966501234567", "12345", "+966"])
def test_a_number_without_its_country_is_not_blocked_where_nobody_knows_it(page, typed):
    make_shop(time_zone="UTC")
    answer = page.post("/messages/blocked/", {"channel": "sms", "address": typed, "detail": "asked"})

    assert (answer.status_code, Suppression.objects.count()) == (422, 0)
    assert "Write the whole number with its country" in read(answer)


def fill_settings(**changes):
    return {
        "sender_name": "Palm",
        "site": "",
        "budgets-TOTAL_FORMS": "2",
        "budgets-INITIAL_FORMS": "1",
        "budgets-0-channel": "",
        "budgets-0-limit": "2",
        "budgets-0-hours": "24",
        "budgets-1-channel": "sms",
        "budgets-1-limit": "1",
        "budgets-1-hours": "168",
        "windows-TOTAL_FORMS": "1",
        "windows-INITIAL_FORMS": "0",
        "windows-0-country": "SA",
        "windows-0-channel": "",
        "windows-0-opens": "٠٩:٣٠",
        "windows-0-closes": "24:00",
        "windows-0-source": "our lawyer",
        "rates-TOTAL_FORMS": "1",
        "rates-INITIAL_FORMS": "0",
        "rates-0-name": "domain:Gmail.com",
        "rates-0-per_minute": "600",
        "senders-TOTAL_FORMS": "0",
        "senders-INITIAL_FORMS": "0",
        **changes,
    }


def test_hours_budgets_and_rates_are_set_in_one_form(page):
    text = read(page.get("/messages/settings/"))
    assert "Unifonic" in text
    assert "Saudi Arabia" in text

    response = page.post("/messages/settings/", fill_settings())

    assert response.status_code == 302
    house = get_house()
    assert house.budgets == (Budget(limit=2, hours=24), Budget(channel="sms", limit=1, hours=168))
    (window,) = house.own_windows
    assert (window.country, window.opens, window.closes, window.source) == ("SA", 570, 1440, "our lawyer")
    assert dict(house.rates) == {"domain:gmail.com": 600}
    assert house.sender_name == "Palm"
    taken = fill_settings(**{"budgets-0-DELETE": "on", "budgets-INITIAL_FORMS": "2"})
    page.post("/messages/settings/", taken)
    assert get_house().budgets == (Budget(channel="sms", limit=1, hours=168),)


@pytest.mark.parametrize(
    "changes",
    [
        {"windows-0-opens": "9"},
        {"windows-0-closes": "08:00"},
        {"rates-0-name": "what is this"},
        {"budgets-0-limit": "-1"},
        {"site": "javascript:alert(1)"},
        {"site": f"https://{'م' * 60}.example"},  # too long a name in ASCII
    ],
)
def test_what_cannot_be_set_is_refused_and_nothing_changes(changes, page):
    response = page.post("/messages/settings/", fill_settings(**changes))

    assert response.status_code == 422
    assert 'class="error-text"' in read(response)
    assert get_house().sender_name == ""


def test_an_arabic_address_of_the_site_is_kept_as_mails_can_name_it(page):
    page.post("/messages/settings/", fill_settings(site="https://متجر.السعودية:8443/وفاء"))

    name = "متجر.السعودية".encode("idna").decode()
    assert get_house().site == f"https://{name}:8443/%D9%88%D9%81%D8%A7%D8%A1"


def test_the_hours_of_a_country_become_ones_own(page):
    text = read(page.get("/messages/settings/", {"take": "AE"}))

    assert "The hours of the country stand below as your own" in text
    assert text.count('value="08:00"') == 2


def test_a_topic_is_named_in_both_languages(page):
    page.post("/messages/settings/topics/", {"key": "offers", "label_ar": "عروض", "label_en": "Offers"})
    page.post("/messages/settings/topics/", {"key": "Not a key", "label_ar": "x", "label_en": "x"})

    assert [(one.key, one.label_en) for one in Topic.objects.all()] == [("offers", "Offers")]
    assert "offers" in read(page.get("/messages/settings/"))
