"""The page and the operation: what is said of a text, in both languages, and that nothing of it is kept."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from wafaa.show.api.tests.calls import call, make_key

pytestmark = pytest.mark.django_db

CONTRACT = (
    "The Buyer shall, pursuant to the terms hereinafter set out and notwithstanding any provision to the contrary, be entitled to"
    " reimbursement, provided that the merchandise has not been utilised, damaged or altered in any respect whatsoever."
)
PLAIN = "You can send goods back within 14 days. We pay you back in a week. They must be new."


def words_of(response):
    return re.sub(r"\s+", " ", re.sub("<[^>]+>|[\u2066-\u2069\u200e]", " ", response.content.decode()))


@pytest.fixture
def send(client_as, cashier):
    def post(language="en", **given):
        return client_as(cashier, HTTP_ACCEPT_LANGUAGE=language).post(reverse("readability"), given)

    return post


def test_whoever_signs_in_may_measure_and_others_are_asked_to(client, client_as, cashier):
    assert client_as(cashier).get(reverse("readability")).status_code == 200
    assert client.get(reverse("readability")).status_code == 302


def test_a_hard_sentence_is_marked_and_told_why(send):
    page = send(text=CONTRACT)

    assert page.status_code == 200
    assert '<mark class="very-hard">' in page.content.decode()
    assert "Official words" in words_of(page)


def test_two_versions_stand_side_by_side(send):
    page = send(text=CONTRACT, rewritten=PLAIN)

    assert "The rewritten text is easier, beyond the margin of both." in words_of(page)
    assert page.content.decode().count('class="measured-text"') == 2


def test_what_was_pasted_is_shown_as_text(send):
    page = send(text="<script>alert(1)</script> says hello to you. " * 3)

    assert "<script>alert(1)" not in page.content.decode()
    assert "&lt;script&gt;alert(1)" in page.content.decode()


@pytest.mark.parametrize("text", ["", "  \n ", "123 – 456", "a" * 20_001])
def test_what_is_no_text_is_refused_and_told(send, text):
    page = send(text=text)

    assert page.status_code == 422
    assert 'class="measured-text"' not in page.content.decode()


def test_what_was_pasted_is_kept_nowhere(client_as, cashier):
    client = client_as(cashier)
    with CaptureQueriesContext(connection) as asked:
        client.post(reverse("readability"), {"text": CONTRACT})

    assert [query["sql"] for query in asked if "pursuant" in query["sql"]] == []


def test_programs_get_places_reasons_and_advice():
    answer = call("POST", "/v1/readability", key=make_key(), body={"text": f"{PLAIN} {CONTRACT}"})

    told = answer.json()
    assert answer.status_code == 200
    assert (told["language"], told["is_enough"]) == ("en", True)
    assert told["low"] < told["grade"] < told["high"]
    assert [one["level"] for one in told["sentences"]] == ["plain", "plain", "plain", "very_hard"]
    assert {one["key"] for one in told["sentences"][3]["reasons"]} >= {"long_sentence", "official_words"}
    assert told["advice"][0]["advice"]


def test_programs_compare_a_text_with_its_rewriting():
    body = {"text": CONTRACT, "rewritten": PLAIN}
    told = call("POST", "/v1/readability/compare", key=make_key(), body=body).json()

    assert told["is_easier"]
    assert told["easier_by"] == pytest.approx(told["before"]["grade"] - told["after"]["grade"])
    assert [one["level"] for one in told["after"]["sentences"]] == ["plain"] * 3


def test_programs_that_send_too_much_or_the_unknown_are_told():
    key = make_key()

    def send(body):
        return call("POST", "/v1/readability", key=key, body=body).status_code

    assert send({"text": "a" * 20_001}) == 422
    assert send({"text": 5}) == 422
    assert send({"text": "a", "of": "b"}) == 422
    assert send({"text": "a", "language": "fr"}) == 422
