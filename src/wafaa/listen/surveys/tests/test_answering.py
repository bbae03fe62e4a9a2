"""The public pages: plain forms that save page by page, in two languages, without cookies, and say clearly what went wrong."""

import gzip
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from wafaa.kit import clock
from wafaa.listen.surveys.actions import (
    Invitee,
    close_survey,
    make_collector,
    make_invitations,
    make_survey,
    publish_survey,
    sign_customer,
)
from wafaa.listen.surveys.models import Answer, Collector, Invitation, Response, Survey, Upload
from wafaa.listen.surveys.tests.conftest import MOMENT
from wafaa.listen.surveys.tests.samples import EVERY_TYPE

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


@pytest.fixture
def client() -> Client:
    return Client(enforce_csrf_checks=True, headers={"accept-language": "en"})


def read_state(page) -> str:
    return re.search(r'name="state" value="([^"]+)"', page.content.decode())[1]


def send(client: Client, address: str, **fields):
    """What a browser does with the form: post, and follow to the next page."""
    page = client.get(address)
    posted = client.post(address, {"state": read_state(page), "language": "en", **fields})
    assert posted.status_code == 303, posted.content.decode()
    return posted.headers["Location"]


def test_a_survey_is_answered_to_its_end_without_a_cookie(client, link):
    address = f"/s/{link.token}/?order_id=A-5&lang=en"
    second = send(client, address, **{"a.nps": "4", "a.csat": "2"})
    page = client.get(second).content.decode()
    assert "What went wrong?" in page
    assert "Tell us more about order A-5" in page
    third = send(client, second, **{"a.why": "late", "a.more": "<script>alert(1)</script>"})
    end = send(client, third, **{"a.again": "no"})
    last = client.get(end)

    assert "We are sorry" in last.content.decode()
    assert "Change my answers" in last.content.decode()
    assert client.cookies == {}
    assert Response.objects.get().hidden == {"order_id": "A-5"}
    assert Answer.objects.get(question_key="more").text == "<script>alert(1)</script>"


def test_whoever_comes_back_goes_on_and_finds_what_was_answered(client, link):
    second = send(client, f"/s/{link.token}/?lang=en", **{"a.nps": "4", "a.csat": "2"})
    assert "What went wrong?" in client.get(second).content.decode()

    first = client.get(f"{second}&page=p1").content.decode()
    assert re.search(r'name="a.nps" value="4" checked', first)
    assert "<script" not in client.get(second).content.decode()


def test_a_page_is_not_passed_over_because_a_later_one_asks_for_something(client, db, at_moment):
    pages = [
        {
            "key": key,
            "questions": [{"key": f"q{key}", "type": "yes_no", "text": {"en": key}, "required": key == "p3"}],
        }
        for key in ("p1", "p2", "p3")
    ]
    content = {"languages": ["en"], "main_language": "en", "title": {"en": "Three"}, "pages": pages}
    survey = make_survey(name="Three", content=content, by=None)
    publish_survey(survey=survey, by=None)
    link = make_collector(survey=survey, kind="link", by=None)

    second = send(client, f"/s/{link.token}/", **{"a.qp1": "yes"})
    assert 'name="a.qp2"' in client.get(second).content.decode()
    third = send(client, second)
    assert 'name="a.qp3"' in client.get(third).content.decode()


def test_a_wrong_answer_shows_the_page_again_with_everything_that_was_written(client, link):
    second = send(client, f"/s/{link.token}/?lang=en", **{"a.nps": "4", "a.csat": "2"})
    page = client.get(second)
    wrong = client.post(
        second,
        {
            "state": read_state(page),
            "a.why": "gone",
            "a.more": '"><script>alert(1)</script>',
            "language": "en",
        },
    )

    text = wrong.content.decode()
    assert wrong.status_code == 422
    assert "This choice does not belong to the question." in text
    assert "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<script" not in text


@pytest.mark.parametrize(
    ("fields", "status", "says"),
    [
        ({}, 422, "Please answer this question."),
        ({"a.nps": "4", "website": "https://spam.example"}, 422, "A field that must stay empty was filled."),
        ({"a.nps": "4", "hidden.order_id": "x", "a.hidden": "y"}, 422, "An answer came to a question"),
        ({"a.nps": "4", "state": "forged"}, 400, "This page was not sent as we made it."),
        ({"a.nps": "4", "a.more": "x" * 5_000_000}, 413, "What you sent is too large."),
    ],
)
def test_what_is_hostile_is_told_clearly_and_changes_nothing(client, link, fields, status, says):
    state = read_state(client.get(f"/s/{link.token}/"))
    sent = {"state": state, "language": "en", **fields}
    body = "&".join(f"{name}={value}" for name, value in sent.items())
    answered = client.post(
        f"/s/{link.token}/",
        body,
        content_type="application/x-www-form-urlencoded",
        headers={"accept-language": "en"},
    )

    assert answered.status_code == status
    assert says in answered.content.decode()
    assert Response.objects.count() == 0


def test_opening_a_link_with_a_value_chooses_it_and_answers_nothing(client, survey, customer):
    [invitation] = make_invitations(survey=survey, people=[Invitee(customer_id=customer.pk)])
    page = client.get(f"/s/{invitation.token}/?a.nps=9").content.decode()

    assert re.search(r'name="a.nps" value="9" checked', page)
    assert Response.objects.count() == 0
    assert Invitation.objects.get().opened_at == MOMENT


def test_a_customer_is_believed_only_where_the_address_is_signed(client, link, customer):
    signed = sign_customer(collector=link, customer_id=customer.pk)
    send(client, signed, **{"a.nps": "9"})
    send(client, f"/s/{link.token}/?customer={customer.pk}", **{"a.nps": "8"})

    assert list(Response.objects.order_by("id").values_list("customer", flat=True)) == [customer.pk, None]


def test_pages_speak_arabic_and_lie_from_right_to_left(link):
    page = (
        Client(headers={"accept-language": "ar-SA,ar;q=0.9,en;q=0.8"})
        .get(f"/s/{link.token}/")
        .content.decode()
    )

    assert '<html lang="ar" dir="rtl">' in page
    assert "هل توصي بنا؟" in page
    assert 'href="?lang=en"' in page


def test_pages_may_be_framed_only_where_that_is_asked_for(client, link):
    plain, embedded = client.get(f"/s/{link.token}/"), client.get(f"/s/{link.token}/?embed=1")

    assert "frame-ancestors 'none'" in plain.headers["Content-Security-Policy"]
    assert plain.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors *" in embedded.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in embedded.headers
    assert 'action="?embed=1"' in embedded.content.decode()


def test_a_kiosk_begins_anew_by_itself(client, survey):
    kiosk = make_collector(survey=survey, kind="kiosk", by=None, settings={"reset_seconds": 7})
    address = f"/s/{kiosk.token}/?lang=en"
    end = send(client, send(client, address, **{"a.nps": "10"}), **{"a.again": "yes"})

    assert f'content="7;url=/s/{kiosk.token}/?lang=en"' in client.get(end).content.decode()
    assert f'content="60;url=/s/{kiosk.token}/?lang=en"' in client.get(address).content.decode()


def test_what_cannot_be_answered_says_why(client, survey, link, customer):
    unknown = client.get("/s/nothing-here/")
    [invitation] = make_invitations(survey=survey, people=[Invitee(customer_id=customer.pk)])
    with clock.fixed_at(MOMENT + timedelta(days=90)):
        expired = client.get(f"/s/{invitation.token}/")
    close_survey(survey=survey, by=None)
    closed = client.get(f"/s/{link.token}/")

    assert [page.status_code for page in (unknown, expired, closed)] == [404, 410, 410]
    assert "This link leads to no survey." in unknown.content.decode()
    assert "This link is too old" in expired.content.decode()
    assert "This survey has ended" in closed.content.decode()
    assert client.put(f"/s/{link.token}/").status_code == 405


def test_machines_are_slowed_down(client, link, settings):
    settings.RATE_LIMITS = True
    state = read_state(client.get(f"/s/{link.token}/"))
    sent = [client.post(f"/s/{link.token}/", {"state": state, "a.nps": "4"}).status_code for _ in range(121)]

    assert (set(sent[:120]), sent[120]) == ({303}, 429)
    assert Response.objects.count() == 1


@pytest.fixture
def everything(db, at_moment) -> Collector:
    survey: Survey = make_survey(name="Everything", content=EVERY_TYPE, by=None)
    publish_survey(survey=survey, by=None)
    return make_collector(survey=survey, kind="link", by=None)


ALL = {
    "a.rating": "4",
    "a.ces": "7",
    "a.single": "-other",
    "a.single.-other": "شيء آخر",
    "a.multiple": ["a", "b"],
    "a.picture": "a",
    "a.yes": "yes",
    "a.short": "قصير",
    "a.long": "طويل\r\nجدا",
    "a.number": "١٢٫٥",
    "a.date": "٢٠٢٦-٠٣-٢١",
    "a.matrix.staff": "good",
    "a.matrix.price": "bad",
    "a.ranking.a": "2",
    "a.ranking.b": "1",
    "a.consent": "yes",
    "a.contact.email": "sara@example.com",
    "a.contact.phone": "٠٥٠١٢٣٤٥٦٧",
}


def test_every_type_of_question_is_asked_and_answered(client, everything, settings, tmp_path: Path):
    settings.FILES_ROOT = tmp_path
    address = f"/s/{everything.token}/?lang=ar"
    page = client.get(address)
    assert 'maxlength="10000"' in client.get(address.replace("=ar", "=en")).content.decode()
    posted = client.post(
        address, {"state": read_state(page), **ALL, "a.file": SimpleUploadedFile("../صورة.html", PNG)}
    )
    assert posted.status_code == 303, posted.content.decode()

    answers = {one.question_key: one for one in Answer.objects.all()}
    assert {key: int(answers[key].number) for key in ("rating", "ces", "yes", "consent")} == {
        "rating": 4,
        "ces": 7,
        "yes": 1,
        "consent": 1,
    }
    assert (answers["single"].choices, answers["single"].text) == (["other"], "شيء آخر")
    assert (answers["multiple"].choices, answers["multiple"].points) == (["a", "b"], 3)
    assert (str(answers["number"].number), answers["date"].text) == ("12.500000", "2026-03-21")
    assert answers["long"].text == "طويل\nجدا"
    assert (answers["matrix.staff"].choices, answers["matrix.price"].choices) == (["good"], ["bad"])
    assert answers["ranking"].choices == ["b", "a"]
    assert answers["contact"].text == '{"email": "sara@example.com", "phone": "0501234567"}'
    [upload] = Upload.objects.all()
    assert (upload.name, upload.kind, (tmp_path / "answers" / upload.stored_as).read_bytes()) == (
        "صورة.png",
        "png",
        PNG,
    )
    assert Response.objects.get().points == 3


def test_a_page_of_every_type_is_light(client, everything):
    page = client.get(f"/s/{everything.token}/", headers={"accept-encoding": "identity"})
    style = Path(__file__).parents[1] / "static" / "surveys" / "answer.css"

    assert len(gzip.compress(page.content)) + len(gzip.compress(style.read_bytes())) < 15_000
    assert len(page.content) + style.stat().st_size < 50_000


def test_a_file_that_is_no_picture_is_refused(client, everything):
    address = f"/s/{everything.token}/?lang=en"
    page = client.get(address)
    posted = client.post(
        address, {"state": read_state(page), **ALL, "a.file": SimpleUploadedFile("a.png", b"<html>")}
    )

    assert posted.status_code == 422
    assert "Only pictures and PDF files of at most" in posted.content.decode()
    assert Response.objects.count() == 0
