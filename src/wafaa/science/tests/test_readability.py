"""Readability: formulas by hand, Arabic with and without vowel marks, sentence ends, reasons."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wafaa.science.readability import compare_texts, measure_text
from wafaa.science.readability.formulas import ari, count_syllables, flesch, flesch_kincaid, osman
from wafaa.science.readability.splitting import find_language, list_words, split_sentences, strip_marks

SHORT = "يمكنك إرجاع المنتج خلال 14 يومًا. نُعيد لك المبلغ خلال أسبوع. هل لديك سؤال؟ اتصل بنا."
LEGAL = (
    "يَحِقُّ لِلْمُشْتَرِي بِمُوجَبِ هَذِهِ الشُّرُوطِ وَدُونَ الإِخْلَالِ بِأَحْكَامِ النِّظَامِ المَعْمُولِ بِهِ أَنْ يَطْلُبَ اسْتِرْدَادَ"
    " المَبْلَغِ المَدْفُوعِ خِلَالَ المُدَّةِ المُحَدَّدَةِ أَعْلَاهُ، عَلَى أَلَّا تَكُونَ البِضَاعَةُ قَدْ اسْتُعْمِلَتْ أَوْ تَضَرَّرَتْ."
)
CONTRACT = (
    "The Buyer shall, pursuant to the terms hereinafter set out and notwithstanding any provision to the contrary, be entitled to"
    " reimbursement, provided that the merchandise has not been utilised, damaged or altered in any respect whatsoever."
)
PLAIN = "You can send goods back within 14 days. We pay you back in a week. They must be new."


def cut(text):
    return [text[start:end] for start, end in split_sentences(text)]


def test_the_english_formulas_by_hand():
    # 100 words, 5 sentences, 150 syllables, 470 letters
    assert flesch(100, 5, 150) == pytest.approx(206.835 - 20.3 - 126.9)
    assert flesch_kincaid(100, 5, 150) == pytest.approx(7.8 + 17.7 - 15.59)
    assert ari(470, 100, 5) == pytest.approx(22.137 + 10 - 21.43)


@pytest.mark.parametrize(
    ("word", "syllables"),
    [("cat", 1), ("returned", 2), ("policy", 3), ("make", 1), ("table", 2), ("information", 4), ("the", 1)],
)
def test_syllables_of_usual_words(word, syllables):
    assert count_syllables(word) == syllables


def test_osman_without_marks_by_hand():
    # two words of 4 and 6 letters: one long; 10 letters less 2 alefs less 2 are 6 syllables; no marks, so none is complex
    assert osman(["كتاب", "مدرسات"], 1) == pytest.approx(200.791 - 1.015 * 2 - 24.181 * (1 + 6) / 2)


@pytest.mark.parametrize("text", [SHORT, LEGAL, SHORT + " " + LEGAL])
def test_vowel_marks_change_no_grade(text):
    bare = strip_marks(text)
    marked, plain = measure_text(text), measure_text(bare)

    assert marked.grade == pytest.approx(plain.grade)
    assert marked.formulas == plain.formulas
    assert [s.reasons for s in marked.sentences] == [s.reasons for s in plain.sentences]


@given(st.integers(0, 10**6))
def test_marks_strewn_anywhere_change_a_grade_by_less_than_three_points(seed):
    choose = random.Random(seed)
    text = "".join(
        char + choose.choice("\u064e\u0650\u064f\u0651\u0652\u064b\u0640")
        if char.isalpha() and choose.random() < 0.5
        else char
        for char in strip_marks(SHORT + " " + LEGAL)
    )

    assert abs(measure_text(text).grade - measure_text(strip_marks(text)).grade) <= 3


def test_a_legal_sentence_is_years_harder_than_short_ones():
    short, legal = measure_text(SHORT), measure_text(LEGAL)

    assert short.grade < 4
    assert legal.grade > 13
    assert [s.level for s in legal.sentences] == ["very_hard"]
    assert legal.sentences[0].reasons == ("long_sentence", "official_words")
    assert legal.advice == ("long_sentence", "official_words")


def test_arabic_sentences_end_at_arabic_signs():
    assert cut("هل وصل الطلب؟ نعم! شكرًا لك؛ نراك قريبًا. ") == [
        "هل وصل الطلب؟",
        "نعم!",
        "شكرًا لك؛",
        "نراك قريبًا.",
    ]


def test_the_lines_of_a_list_are_sentences_and_wrapped_lines_are_not():
    assert cut("Return rules\n- keep the box\n2) keep the bill\n٣. اتصل بنا") == [
        "Return rules",
        "keep the box",
        "keep the bill",
        "اتصل بنا",
    ]
    wrapped = (
        "This line is long enough to have been broken by a mail program and\nso it goes on here.\n\nNew one."
    )
    assert len(cut(wrapped)) == 2


def test_points_inside_figures_addresses_and_short_forms_end_nothing():
    assert cut("Pay 3.5 SAR to Mr. Ali at shop.example.com today. Done.") == [
        "Pay 3.5 SAR to Mr. Ali at shop.example.com today.",
        "Done.",
    ]


def test_the_language_is_that_of_most_letters():
    assert find_language("شراء iPhone جديد من المتجر") == "ar"
    assert find_language("Buy شاي now please") == "en"


def test_a_contract_is_hard_for_reasons_and_its_rewriting_is_easier():
    compared = compare_texts(CONTRACT, PLAIN)

    assert compared.is_easier
    assert compared.easier_by > 10
    assert set(compared.before.sentences[0].reasons) >= {"long_sentence", "official_words", "passive"}
    assert compared.after.sentences[0].level == "plain"


def test_spans_are_places_in_the_text_as_it_was_given():
    text = f"  {PLAIN}\n\n{SHORT}"
    for sentence in measure_text(text).sentences:
        assert text[sentence.start : sentence.end].strip() == text[sentence.start : sentence.end]


@given(st.text(max_size=300))
def test_any_text_is_measured_without_an_exception(text):
    found = measure_text(text)

    assert found.grade is None or 1 <= found.low <= found.grade <= found.high <= 20
    for sentence in found.sentences:
        assert 0 <= sentence.start < sentence.end <= len(text)


def test_nothing_to_read_has_no_grade():
    assert measure_text("… 12 — ").grade is None
    assert list_words("سَنةٌ 2.5 don't") == ["سنة", "2.5", "don't"]


def test_hostile_length_takes_no_long_time():
    assert measure_text("a" * 200_000).words == 1
    assert measure_text("، " * 50_000 + "كلمة").words == 1
