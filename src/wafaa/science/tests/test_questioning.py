"""Questions that a careful reader would mend, and ones that nobody should be told about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wafaa.science.questioning import ADVICE, review_question


def find(text, language="en", type="csat", options=()):  # noqa: A002
    return [
        (finding.kind, text[finding.start : finding.end])
        for finding in review_question(text, language, type, options)
    ]


@pytest.mark.parametrize(
    ("text", "language", "kind", "place"),
    [
        ("How satisfied are you with the speed and quality?", "en", "double_barrelled", "speed and quality"),
        ("Was it clean? Was it quiet?", "en", "double_barrelled", "Was it clean? Was it quiet?"),
        ("ما مدى رضاك عن السرعة والجودة؟", "ar", "double_barrelled", "السرعة والجودة"),
        ("ما مدى رضاك عن السُّرعةِ وَالجودة؟", "ar", "double_barrelled", "السُّرعةِ وَالجودة"),
        ("How much did you enjoy the visit?", "en", "leading", "How much did you enjoy"),
        ("Don't you think the shop is clean?", "en", "leading", "Don't you"),
        ("ألا تعتقد أن المتجر نظيف؟", "ar", "leading", "ألا تعتقد"),
        ("كيف تقيّم خدمتنا الرائعة؟", "ar", "leading", "خدمتنا الرائعة"),
        ("How seamless was the fulfilment?", "en", "jargon", "seamless"),
        ("ما تقييمك لنقاط التماس لدينا؟", "ar", "jargon", "لنقاط التماس"),
        ("Would you not buy without a discount?", "en", "double_negation", "not buy without"),
        ("هل لا تشتري بدون خصم؟", "ar", "double_negation", "لا تشتري بدون"),
    ],
)
def test_what_is_wrong_is_named_at_its_place(text, language, kind, place):
    assert (kind, place) in find(text, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("How satisfied are you with your order?", "en"),
        ("How likely are you to recommend us to a friend, between 0 and 10?", "en"),
        ("The shop made it easy for me to solve my problem.", "en"),
        ("Do you accept the terms and conditions?", "en"),
        ("How satisfied or dissatisfied are you with the delivery?", "en"),
        ("ما مدى رضاك عن طلبك؟", "ar"),
        ("ما احتمال أن توصي بنا صديقًا أو قريبًا؟", "ar"),
        ("هل وصل طلبك في الوقت المحدد أم لا؟", "ar"),
        ("ما رأيك في وقت وصول الطلب؟", "ar"),
        ("سهّل عليّ المتجر حلّ مشكلتي.", "ar"),
    ],
)
def test_sound_questions_are_left_in_peace(text, language):
    assert find(text, language) == []


def test_two_things_may_be_asked_where_people_write():
    assert find("Tell us about the food and the service.", type="long_text") == []


def test_too_many_words():
    text = "Thinking back on your visit " + "of the other day " * 6 + "how was it?"

    assert ("too_long", text) in find(text)


def test_options_are_balanced_or_named():
    assert find("Your visit?", options=["Excellent", "Very good", "Good", "Bad"])[0][0] == "unbalanced"
    assert find("زيارتك؟", "ar", options=["ممتازة", "جيدة جدًا", "جيدة", "سيئة"])[0][0] == "unbalanced"
    assert find("Your visit?", options=["Very good", "Good", "Neither", "Bad", "Very bad"]) == []
    assert find("رضاك؟", "ar", options=["راضٍ جدًا", "راضٍ", "محايد", "غير راضٍ", "غير راضٍ أبدًا"]) == []


def test_ranges_that_share_a_number_are_named():
    assert find("Your age?", options=["18-25", "25-35", "36 to 50"])[0][0] == "overlapping"
    assert find("Your age?", options=["18-25", "26-35", "36 to 50"]) == []


@given(st.text(max_size=200), st.sampled_from(["ar", "en", "xx"]), st.lists(st.text(max_size=20), max_size=5))
def test_any_text_is_reviewed_without_an_exception(text, language, options):
    for finding in review_question(text, language, "single", options):
        assert 0 <= finding.start <= finding.end <= len(text)
        assert finding.advice_key == ADVICE[finding.kind]
