"""What readers open from a message: links, one-click, the preference centre. No sign-in, no cookies, no JavaScript."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from wafaa.act.messages.actions import judge_touches, save_topic
from wafaa.act.messages.links import Use, make_token, read_token
from wafaa.act.messages.models import Message
from wafaa.act.messages.pages.readers import OPENING
from wafaa.act.messages.queries import count_whys
from wafaa.act.messages.tests.samples import ask, list_told, make_reader, make_shop, make_template, turn
from wafaa.act.messages.tracking import find_link
from wafaa.kit import clock
from wafaa.know.consents.queries import list_standings, may_contact

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 11, 22, 7, tzinfo=UTC)
LINKED = {
    "en": {
        "email": {
            "subject": "Hello",
            "html": "<p>Hello</p>",
            "text": "See https://shop.example/winter?x=1 or {{ links.unsubscribe }}",
        }
    }
}


@pytest.fixture(autouse=True)
def shop():
    make_shop()
    with clock.fixed_at(MORNING):
        yield


@pytest.fixture
def reader():
    return make_reader()


@pytest.fixture
def token(reader, mailserver):
    ask(make_template(LINKED), reader)
    turn()
    return make_token(Use.PREFERENCES, Message.objects.get().pk)


@pytest.fixture
def browser():
    """Refuses what a browser of another site would be refused."""
    return Client(enforce_csrf_checks=True)


def test_a_link_leads_on_and_says_whose_press_it_was(browser, token, mailserver):
    text = mailserver.mails[0].get_body(("plain",)).get_content()
    path = re.search(r"http://127.0.0.1:8000(/l/\S+)", text)[1]

    browser.defaults["HTTP_USER_AGENT"] = "Mozilla/5.0 (iPhone) Mobile/15E148"
    answer = browser.get(path)

    assert (answer.status_code, answer["Location"]) == (302, "https://shop.example/winter?x=1")
    assert (answer["Referrer-Policy"], answer.cookies) == ("no-referrer", {})
    browser.get(path)  # impatient fingers
    browser.head(path)
    assert list_told("Message Clicked") == []  # it is judged a little later whether a person pressed
    with clock.fixed_at(MORNING + timedelta(minutes=1)):
        judge_touches()
    ((_name, distinct_id, told),) = list_told("Message Clicked")
    assert (distinct_id, told["url"]) == ("1", "https://shop.example/winter?x=1")
    assert told["message_id"] == str(Message.objects.get().uuid)


def test_nobody_makes_up_an_address(browser, reader):
    link = find_link("https://shop.example/")
    good = make_token(Use.LINK, link, 1)

    assert read_token(Use.LINK, good) == (link, 1)
    assert read_token(Use.PREFERENCES, good) is None
    other = ("A" if good[0] != "A" else "B") + good[1:]
    for wrong in ("", "x", "é", good[:-1], other, good * 5, "A" * 14):
        assert read_token(Use.LINK, wrong) is None
    for path in ("/l/nonsense", "/u/nonsense/", "/choices/nonsense/"):
        assert browser.get(path).status_code == 404


def test_links_of_an_earlier_secret_key_lead_on(settings):
    token = make_token(Use.LINK, 1, 2)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another" * 9

    assert read_token(Use.LINK, token) == (1, 2)
    settings.SECRET_KEY_FALLBACKS = []
    assert read_token(Use.LINK, token) is None


def test_one_click_of_a_mail_program_ends_it(browser, token, reader):
    path = reverse("message-unsubscribe", args=[token])

    answer = browser.post(path, {"List-Unsubscribe": "One-Click"})

    assert (answer.status_code, answer.content, answer.cookies) == (204, b"", {})
    assert may_contact([reader.pk], "email", "marketing") == set()
    assert [name for name, *_rest in list_told("Consent Withdrawn", "Message Unsubscribed")] == [
        "Consent Withdrawn",
        "Message Unsubscribed",
    ]
    browser.post(path, {"List-Unsubscribe": "One-Click"})
    assert len(list_told("Consent Withdrawn")) == 1
    ask(make_template(), reader, step="2")
    assert ("refused", "no_consent", 1) in count_whys("campaign", step="2")


def test_looking_ends_nothing_and_a_person_presses_once(browser, token, reader):
    path = reverse("message-unsubscribe", args=[token])

    page = browser.get(path)
    browser.head(path)

    assert page.status_code == 200
    assert 'dir="ltr"' in page.content.decode()
    assert "p…@example.com" in page.content.decode()
    assert "p1@example.com" not in page.content.decode()
    assert may_contact([reader.pk], "email", "marketing") == {reader.pk}
    answer = browser.post(path, {"language": "en"})
    assert (answer.status_code, answer["Location"]) == (302, reverse("message-preferences", args=[token]))
    assert may_contact([reader.pk], "email", "marketing") == set()


def test_the_preference_centre_shows_what_holds_and_saves_what_is_chosen(browser, token, reader):
    save_topic(key="new_goods", label_ar="وصل حديثًا", label_en="New in", by=None)
    save_topic(key="sale", label_ar="تخفيضات", label_en="Sale", by=None)
    path = reverse("message-preferences", args=[token])

    page = browser.get(path).content.decode()
    assert re.search(r'name="email.marketing" checked', page)
    assert re.search(r'name="email.surveys">', page)
    assert re.search(r'value="sale" checked', page)
    answer = browser.post(path, {"email.marketing": "on", "email.surveys": "on", "topic": ["sale"]})

    assert (answer.status_code, answer["Location"]) == (302, f"{path}?saved=1&language=en")
    assert may_contact([reader.pk], "email", "surveys") == {reader.pk}
    assert may_contact([reader.pk], "email", "service") == set()  # it stood there and was left out
    ask(make_template(), reader, step="new", topic="new_goods")
    ask(make_template(), reader, step="sale", topic="sale")
    assert dict(Message.objects.exclude(step="1").values_list("step", "why")) == {
        "new": "topic_refused",
        "sale": "budget",
    }


def test_nothing_any_more_is_one_press(browser, token, reader):
    browser.post(reverse("message-preferences", args=[token]), {"nothing": "1", "email.marketing": "on"})

    for purpose in ("marketing", "surveys", "service"):
        assert may_contact([reader.pk], "email", purpose) == set()


def read_standings(reader):
    return {
        (one.channel, one.purpose): one.is_given
        for one in list_standings([reader.pk])[reader.pk]
        if one.moments
    }


def test_what_is_left_as_it_is_stays_unasked_and_says_nothing(browser, mailserver):
    reader = make_reader(phone="+966501234567")
    ask(make_template(LINKED), reader)
    path = reverse("message-preferences", args=[make_token(Use.PREFERENCES, Message.objects.get().pk)])
    page = browser.get(path).content.decode()
    shown = set(re.findall(r'name="(\w+\.\w+)"', page))
    ticked = re.findall(r'name="(\w+\.\w+)" checked', page)
    told = list_told("Consent Given", "Consent Withdrawn", "Message Unsubscribed")

    browser.post(path, dict.fromkeys(ticked, "on"))

    assert {"email.marketing", "email.service", "whatsapp.service"} <= set(ticked) < shown
    assert read_standings(reader) == {
        ("email", "marketing"): True
    }  # and WhatsApp about orders was not agreed to
    assert list_told("Consent Given", "Consent Withdrawn", "Message Unsubscribed") == told

    browser.post(path, {"nothing": "1"})

    assert read_standings(reader) == {tuple(name.split(".")): False for name in shown}


def test_scanners_that_follow_every_link_keep_nobody_from_unsubscribing(browser, token, reader, settings):
    settings.RATE_LIMITS = True
    path = reverse("message-unsubscribe", args=[token])

    assert {browser.get(path).status_code for _look in range(OPENING.burst + 1)} == {200}
    tries = [browser.get("/u/nonsense/").status_code for _try in range(OPENING.burst + 1)]

    assert tries == [404] * OPENING.burst + [429]
    assert browser.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 204
    assert may_contact([reader.pk], "email", "marketing") == set()


def test_the_pages_speak_arabic_to_who_reads_it(browser, token):
    page = browser.get(reverse("message-preferences", args=[token]) + "?language=ar").content.decode()

    assert '<html lang="ar" dir="rtl">' in page
    assert "ما يصلك منا" in page


def test_the_panel_shows_what_was_sent_what_was_not_and_why(client_as, agent, token, reader):
    ask(make_template(), reader, step="2")
    suppressed = ask(make_template(), reader, step="3", topic="", purpose="surveys")
    assert suppressed.counts == {"refused": 1}

    page = client_as(agent).get(
        reverse("customer-panel-messages", args=[reader.uuid]), headers={"HX-Request": "true"}
    )

    text = page.content.decode()
    assert page.status_code == 200
    assert text.count("<li>") == 3
    for words in (
        "the customer has not agreed to it",
        "the customer got enough messages lately",
        "contact budget",
    ):
        assert words in text or page.wsgi_request.LANGUAGE_CODE == "ar"
