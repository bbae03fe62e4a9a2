"""Occasions, shares, cool-downs and first questions, without a database."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from wafaa.decide.asking.rules import Happening, Trigger, is_cool, is_drawn, name_occasion
from wafaa.decide.asking.rules.questions import describe_review
from wafaa.decide.asking.tests.build import CONTENT
from wafaa.listen.surveys.rules.content import read_content
from wafaa.listen.surveys.rules.first_question import describe_survey

NOW = datetime(2026, 11, 22, tzinfo=UTC)
LINK = "https://shop.example/s/abc/"


def happening(message_id="m", **properties):
    return Happening(
        customer_id=7, name="Order Delivered", at=NOW, message_id=message_id, properties=properties
    )


def describe(kind, language="en", **question):
    told = {"key": "q1", "type": kind, "text": {"en": "How?", "ar": "كيف؟"}, **question}
    content = {**CONTENT, "pages": [{"key": "p1", "questions": [told]}]}
    return describe_survey(read_content(content), language=language, link=LINK)


@pytest.mark.parametrize(
    ("properties", "occasion"),
    [
        ({"order_id": "A1"}, "order:A1:7"),
        ({"order_id": 12, "call_id": "9"}, "order:12:7"),
        ({"call_id": "9"}, "call:9:7"),
        ({"order_id": ["x"]}, "event:m"),
        ({"order_id": True}, "event:m"),
        ({}, "event:m"),
    ],
)
def test_an_occasion_is_the_order_the_call_or_the_event(properties, occasion):
    assert name_occasion(happening(**properties)) == occasion


def test_a_huge_order_number_still_names_one_occasion():
    one, other = (name_occasion(happening(message_id="x" * 500 + end)) for end in "ab")

    assert len(one) <= 110
    assert one != other


def test_a_share_of_people_is_the_same_people_each_time():
    rule = uuid.UUID(int=5)
    drawn = [one for one in range(10_000) if is_drawn(rule, one, 2_500)]

    assert len(drawn) == 2_503
    assert drawn == [one for one in range(10_000) if is_drawn(rule, one, 2_500)]
    assert set(drawn) < {one for one in range(10_000) if is_drawn(rule, one, 5_000)}
    assert all(is_drawn(rule, one, 10_000) for one in range(100))


def test_conditions_are_met_as_people_write_them():
    trigger = Trigger(names=("Order Delivered",), where=(("is_gift", "true"), ("total", "12")))

    assert trigger.fits("Order Delivered", {"is_gift": True, "total": 12})
    assert not trigger.fits("Order Delivered", {"is_gift": False, "total": 12})
    assert not trigger.fits("Order Completed", {"is_gift": True, "total": 12})
    assert not Trigger(names=("Order Refunded",)).ends


def test_a_cool_down_ends_to_the_second():
    assert is_cool(None, NOW, 30)
    assert is_cool(NOW - timedelta(days=30), NOW, 30)
    assert not is_cool(NOW - timedelta(days=30, seconds=-1), NOW, 30)


def test_scales_become_numbers_faces_and_stars_with_an_address_each():
    nps = describe("nps")
    assert [one["label"] for one in nps["choices"]] == [str(one) for one in range(11)]
    assert (nps["low"], nps["high"]) == ("Not at all likely", "Extremely likely")
    assert nps["choices"][10]["url"] == f"{LINK}?a.q1=10"
    faces = describe("csat", "ar", scale={"points": 5, "style": "faces"})
    assert "".join(one["label"] for one in faces["choices"]) == "😠😞😐😊😀"
    assert faces["question"] == "كيف؟"
    stars = describe("rating", scale={"points": 5, "style": "stars"})
    assert {one["label"] for one in stars["choices"]} == {"★"}
    assert describe("csat", scale={"points": 10, "style": "faces"})["style"] == "numbers"
    assert len(describe("ces")["choices"]) == 7


def test_yes_and_no_and_few_options_stand_below_each_other():
    assert [one["label"] for one in describe("yes_no", "ar")["choices"]] == ["نعم", "لا"]
    options = [{"key": f"o{one}", "text": {"en": f"Option {one}"}} for one in range(8)]
    few = describe("single", options=options[:3])
    assert (few["style"], few["choices"][2]["url"]) == ("rows", f"{LINK}?a.q1=o2")
    assert "choices" not in describe("single", options=options)


def test_what_no_mail_can_show_is_left_to_the_page():
    assert describe("long_text") == {"link": LINK, "name": "Customer satisfaction", "question": "How?"}
    hidden = {"of": "profile", "key": "city", "is": "equals", "value": "x"}
    assert "question" not in describe("nps", show_if=hidden)
    assert "question" not in describe("nps", text={"en": "Hi {{profile.first_name}}"})
    assert (
        describe_review(language="en", link=LINK, product_id=4)["choices"][4]["url"] == f"{LINK}?rating-4=5"
    )
