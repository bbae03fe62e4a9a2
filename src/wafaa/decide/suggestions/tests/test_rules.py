"""Which words suggest the same, in Arabic and English."""

import pytest

from wafaa.decide.suggestions.rules import is_nothing, list_words, make_key, rank_similar, read_text, shorten

WISHES = {
    1: "أتمنى التوصيل مساءً بعد العمل",
    2: "ليتكم توصلون الطلبات في المساء",
    3: "أضيفوا الدفع عند الاستلام",
    4: "الدفع نقدًا عند استلام الطلب",
    5: "مواقف السيارات قليلة أمام الفرع",
    6: "Please deliver in the evening",
    7: "evening deliveries after work",
    8: "cash on delivery",
    9: "more parking in front of the branch",
}


def similar_to(key):
    others = {one: list_words(text) for one, text in WISHES.items() if one != key}
    return [one for one, _alike in rank_similar(list_words(WISHES[key]), others)]


@pytest.mark.parametrize(("key", "first"), [(3, 4), (4, 3), (6, 7), (7, 6)])
def test_what_asks_for_the_same_comes_first(key, first):
    assert similar_to(key)[0] == first


@pytest.mark.parametrize("key", [5, 9])
def test_what_nobody_else_asks_for_has_nothing_like_it(key):
    assert similar_to(key) == []


def test_marks_variants_and_prefixes_make_no_difference():
    assert make_key("وَالتَّوصيلُ مساءً!") == make_key("توصيل مساء")
    assert make_key("Deliveries, PLEASE") == make_key("delivery")


@pytest.mark.parametrize(
    "text", ["لا", "لا يوجد.", "لا شُكرًا", "-", "  ", "N/A", "None!", "No, thanks", "كلُّ شيءٍ ممتاز"]
)
def test_nothing_is_no_suggestion(text):
    assert is_nothing(read_text(text))


@pytest.mark.parametrize("given", [None, 3, ["x"], {"a": 1}, True])
def test_what_is_no_text_suggests_nothing(given):
    assert read_text(given) == ""


def test_long_text_is_cut_and_what_turns_its_surroundings_goes():
    assert read_text("a\u202eb\x00c\r\nd") == "abc\nd"
    assert len(read_text("ا" * 100_000)) == 4_000
    assert len(shorten("كلمة " * 200)) == 200
    assert len(list_words("كلمات مختلفة " * 2_000)) == 60


def test_words_of_nobody_are_alike_to_nothing():
    assert rank_similar([], {1: ["x"]}) == []
    assert rank_similar(["x"], {1: [], 2: ["x"]})[0][0] == 2
