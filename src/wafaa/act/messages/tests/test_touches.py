"""People and machines: which openings and presses count, and that the order in which things are told changes nothing."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wafaa.act.messages.actions import change_settings, judge_touches
from wafaa.act.messages.actions.marking import TOUCHES_MAX, NewTouch, note_touches
from wafaa.act.messages.actions.wording import apply_words
from wafaa.act.messages.back import UNNAMED, Back, Word, is_stop
from wafaa.act.messages.links import Use, make_token
from wafaa.act.messages.models import Mark, Message, Suppression, Touch
from wafaa.act.messages.tests.samples import ask, list_told, make_reader, make_shop, make_template, turn
from wafaa.act.messages.touches import Seen, find_machines, is_machine_agent
from wafaa.act.messages.tracking import find_link
from wafaa.kit import clock
from wafaa.stream.models import Event

MORNING = datetime(2026, 11, 22, 7, tzinfo=UTC)
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148"
GMAIL = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"


@pytest.mark.parametrize(
    "agent",
    [
        "",
        "Mozilla/5.0",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/42.0.2311.135 Safari/537.36 Edge/12.246 Mozilla/5.0",
        "curl/8.5.0",
        "python-requests/2.32",
        "Barracuda Sentinel (EE)",
        "Slackbot-LinkExpanding 1.0",
        "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/120.0",
    ],
)
def test_machines_are_known_by_their_names(agent):
    assert is_machine_agent(agent)


@pytest.mark.parametrize("agent", [PHONE, GMAIL, UNNAMED, "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15"])
def test_people_are_too(agent):
    assert not is_machine_agent(agent)


def test_gmails_proxy_is_a_person_but_right_after_the_mail_arrived():
    early = Seen(Back.OPENED, "", MORNING + timedelta(seconds=3), GMAIL)
    late = Seen(Back.OPENED, "", MORNING + timedelta(minutes=3), GMAIL)

    assert find_machines([early, late], arrived_at=MORNING) == [True, False]
    assert find_machines([early], arrived_at=None) == [False]


def test_who_presses_two_links_within_a_second_reads_none():
    first = Seen(Back.CLICKED, "a", MORNING, PHONE)
    second = Seen(Back.CLICKED, "b", MORNING + timedelta(milliseconds=800), PHONE)
    again = Seen(Back.CLICKED, "a", MORNING + timedelta(seconds=20), PHONE)

    for seen in itertools.permutations([first, second, again]):
        machines = dict(zip(seen, find_machines(seen, arrived_at=None), strict=True))
        assert machines == {first: True, second: True, again: False}


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 20)), max_size=10))
def test_every_press_near_one_of_another_link_is_found(told):
    seen = [Seen(Back.CLICKED, to, MORNING + timedelta(seconds=at / 4), PHONE) for to, at in told]

    near = [
        any(other.target != one.target and abs(other.at - one.at) <= timedelta(seconds=1) for other in seen)
        for one in seen
    ]
    assert find_machines(seen, arrived_at=None) == near


@pytest.mark.parametrize("text", ["STOP", "stop.", "«إيقاف»", "الغاء", "إِلغاء", "أوقف!", "unsubscribe"])
def test_words_that_mean_stop(text):
    assert is_stop(text)


@pytest.mark.parametrize("text", ["", "don't stop", "هل يمكن إلغاء طلبي؟", "stopwatch", "متى الإيقاف"])
def test_words_that_do_not(text):
    assert not is_stop(text)


LINKED = {
    "en": {
        "email": {
            "subject": "Hello",
            "html": "<html><body><p>Hi</p></body></html>",
            "text": "https://shop.example/a",
        }
    }
}


@pytest.fixture
def sent(mailserver):
    make_shop()
    with clock.fixed_at(MORNING):
        ask(make_template(LINKED), make_reader())
        turn()
        yield Message.objects.get()


def press(message, url, agent=PHONE, after=60.0, method="get"):
    with clock.fixed_at(MORNING + timedelta(seconds=after)):
        path = f"/l/{make_token(Use.LINK, find_link(url), message.pk)}"
        return getattr(Client(), method)(path, headers={"User-Agent": agent})


def judge():
    with clock.fixed_at(MORNING + timedelta(minutes=10)):
        return judge_touches()


@pytest.mark.django_db
def test_a_persons_press_is_told_once_and_counts_as_opened(sent):
    press(sent, "https://shop.example/a")
    press(sent, "https://shop.example/a", after=61)
    press(sent, "https://shop.example/a", after=62, method="head")
    assert list_told("Message Clicked") == []  # others of the same second may still come

    assert judge() == 1
    ((_name, whose, told),) = list_told("Message Clicked")
    assert (whose, told["url"]) == ("1", "https://shop.example/a")
    assert {one.kind: one.at for one in Mark.objects.all()} == {
        "opened": MORNING + timedelta(seconds=60),
        "clicked": MORNING + timedelta(seconds=60),
    }
    assert judge() == 0


@pytest.mark.django_db
def test_scanners_lead_on_and_count_for_nothing(sent):
    for number, url in enumerate(("https://shop.example/a", "https://shop.example/b")):
        assert press(sent, url, after=5 + number / 10).status_code == 302
    press(sent, "https://shop.example/a", agent="Mimecast-URL-Scanner", after=100)
    judge()

    assert list_told("Message Clicked") == []
    assert not Mark.objects.exists()
    assert set(Touch.objects.values_list("is_machine", flat=True)) == {True}


@pytest.mark.django_db
def test_of_a_link_that_is_pressed_without_end_only_so_many_are_kept(sent):
    def press_often(first, many, seconds=0):
        note_touches(
            [
                NewTouch(
                    message_id=sent.pk,
                    kind=Back.CLICKED,
                    at=MORNING + timedelta(seconds=10 * number + seconds),
                    url="https://shop.example/a",
                    agent=PHONE,
                )
                for number in range(first, first + many)
            ]
        )

    press_often(0, 150, seconds=5)
    press_often(150, 150)
    assert Touch.objects.count() == TOUCHES_MAX

    press_often(0, 1)  # what is kept may still be heard to have been earlier
    assert (Touch.objects.count(), Touch.objects.earliest("at").at) == (TOUCHES_MAX, MORNING)


@pytest.mark.django_db
def test_the_picture_is_there_only_if_asked_for(mailserver):
    make_shop()
    with clock.fixed_at(MORNING):
        ask(make_template(LINKED), make_reader())
        turn()
        change_settings(changes={"sees_opens": True}, by=None)
        ask(make_template(LINKED), make_reader("2"), reason="second")
        turn()
    first, second = (mail.get_body(("html",)).get_content() for mail in mailserver.mails)
    assert "/o/" not in first
    path = second[second.index("/o/") : second.index(".gif") + 4]

    with clock.fixed_at(MORNING + timedelta(seconds=2)):
        answer = Client().get(path, headers={"User-Agent": GMAIL})  # fetched ahead
    assert (answer["content-type"], answer["cache-control"]) == (
        "image/gif",
        "max-age=0, no-cache, no-store, must-revalidate, private",
    )
    judge()
    assert list_told("Message Opened") == []
    with clock.fixed_at(MORNING + timedelta(hours=2)):
        Client().get(path, headers={"User-Agent": GMAIL})
    with clock.fixed_at(MORNING + timedelta(hours=3)):
        judge_touches()
    assert [whose for _name, whose, _told in list_told("Message Opened")] == ["2"]
    assert Client().get("/o/nonsense.gif").status_code == 200


WORDS = st.lists(
    st.builds(
        Word,
        kind=st.sampled_from([one for one in Back if one is not Back.REPLIED]),
        at=st.integers(0, 40).map(lambda seconds: MORNING + timedelta(seconds=seconds)),
        code=st.sampled_from(["", "x", "y"]),
        is_hard=st.booleans(),
        url=st.sampled_from(["https://shop.example/a", "https://shop.example/b"]),
        agent=st.sampled_from([PHONE, GMAIL, UNNAMED, "curl/8"]),
        address=st.just("p1@example.com"),
    ),
    min_size=1,
    max_size=6,
)


def tell(message, words):
    """What is known in the end: marks, blocked addresses, what the stream was told by its keys."""
    Mark.objects.all().delete()
    Touch.objects.all().delete()
    Suppression.objects.all().delete()
    Message.objects.filter(pk=message.pk).update(state="queued", provider_id="", settled_at=None)
    before = set(Event.objects.values_list("message_id", flat=True))
    for number, word in enumerate(words):
        with clock.fixed_at(MORNING + timedelta(minutes=1, seconds=number)):
            apply_words([(number, "email", word)])
    judge()
    marks = sorted(Mark.objects.values_list("kind", "at", "is_hard", "code"))
    touches = sorted(Touch.objects.values_list("kind", "url", "beat", "at", "is_machine"))
    blocked = sorted(Suppression.objects.values_list("channel", "address"))
    told = set(Event.objects.values_list("message_id", flat=True)) - before
    message.refresh_from_db()
    return marks, touches, blocked, message.state, message.settled_at, told


@pytest.mark.django_db(transaction=False)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=WORDS, data=st.data())
def test_the_order_of_words_and_their_repetition_change_nothing(sent, words, data):
    """Unsubscriptions aside, whose consents are the business of their room: what is known is a function of what was told."""
    from django.db import transaction

    words = [
        Word(**{**{name: getattr(one, name) for name in Word.__slots__}, "message": sent.uuid})
        for one in words
        if one.kind is not Back.UNSUBSCRIBED
    ]
    shuffled = data.draw(st.permutations([*words, *words[:2]]))
    results = []
    for some in (words, shuffled):
        savepoint = transaction.savepoint()
        results.append(tell(sent, some))
        transaction.savepoint_rollback(savepoint)

    assert results[0] == results[1]
