"""Directions: what is taken out of a value, what is isolated, and how many parts an SMS takes."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wafaa.act.messages.rendering.marks import (
    FSI,
    LRI,
    PDI,
    VALUE_CHARS_MAX,
    arabic_digits,
    clean,
    isolate_html,
    isolate_text,
)
from wafaa.act.messages.rendering.sms import count_parts

REACHING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@given(st.text())
@example("\u202egnp.exe\u2069")
@example("a\r\nBcc: x@y.example")
def test_a_cleaned_value_is_one_line_without_marks_that_reach_beyond_it(text):
    kept = clean(text)

    assert not set(kept) & set(REACHING)
    assert not any(unicodedata.category(char) in {"Cc", "Cs"} for char in kept)
    assert len(kept) <= VALUE_CHARS_MAX
    assert clean(kept) == kept


@given(st.text(), st.booleans())
def test_whatever_is_not_isolated_has_only_letters_of_its_sentences_direction(text, rtl):
    shown = isolate_text(clean(text), rtl=rtl)

    if shown[:1] in {FSI, LRI}:
        assert shown.endswith(PDI)
        return
    kinds = {unicodedata.bidirectional(char) for char in shown}
    assert not kinds & ({"L"} if rtl else {"R", "AL", "AN"})


@pytest.mark.parametrize(
    ("text", "rtl", "ltr", "shown"),
    [
        ("نورة", True, False, "نورة"),
        ("Emma", False, False, "Emma"),
        ("Ahmed-2 (VIP)", True, False, f"{FSI}Ahmed-2 (VIP){PDI}"),
        ("Ahmed-2 (VIP)", False, False, "Ahmed-2 (VIP)"),
        ("نورة", False, False, f"{FSI}نورة{PDI}"),
        ("+966 50 123 4567", True, True, f"{LRI}+966 50 123 4567{PDI}"),
        ("1,250.50", True, True, "1,250.50"),
        ("٢٥", True, True, "٢٥"),
        ("", True, False, ""),
    ],
)
def test_isolates_stand_where_the_directions_ask_for_them(text, rtl, ltr, shown):
    assert isolate_text(text, rtl=rtl, ltr=ltr) == shown


def test_html_has_bdi_and_what_has_no_letters_runs_to_the_right():
    assert isolate_html("نورة <b>") == "<bdi>نورة &lt;b&gt;</bdi>"
    assert isolate_html("+966 50") == '<bdi dir="ltr">+966 50</bdi>'
    assert isolate_html("كود-1", ltr=True) == '<bdi dir="ltr">كود-1</bdi>'
    assert isolate_html("") == ""


def test_arabic_digits_change_numbers_and_leave_full_stops_of_sentences():
    assert arabic_digits("1,234.50 ر.س. في 5.") == "١٬٢٣٤٫٥٠ ر.س. في ٥."


@pytest.mark.parametrize(
    ("text", "encoding", "units", "parts", "left"),
    [
        ("", "GSM-7", 0, 0, 160),
        ("a" * 160, "GSM-7", 160, 1, 0),
        ("a" * 161, "GSM-7", 161, 2, 145),
        ("€" * 80, "GSM-7", 160, 1, 0),
        ("€" * 81, "GSM-7", 162, 2, 143),  # a part of 153 holds 76 signs of two
        ("س" * 70, "UCS-2", 70, 1, 0),
        ("س" * 71, "UCS-2", 71, 2, 63),
        ("س" * 134, "UCS-2", 134, 2, 0),
        ("س" * 135, "UCS-2", 135, 3, 66),
        ("😀" * 35, "UCS-2", 70, 1, 0),
        ("😀" * 36, "UCS-2", 72, 2, 61),  # 33 of them in a part of 67
    ],
    ids=range(11),
)
def test_parts_of_an_sms(text, encoding, units, parts, left):
    counted = count_parts(text)

    assert (counted.encoding, counted.units, counted.parts, counted.left) == (encoding, units, parts, left)


def test_an_sms_tells_which_characters_make_it_longer():
    assert count_parts("Don’t wait – Emma’s gift").lengthens == ("’", "–")


@given(st.text(max_size=700))
def test_parts_never_hold_more_than_they_can(text):
    counted = count_parts(text)
    room = 153 if counted.encoding == "GSM-7" else 67

    assert counted.left >= 0
    assert counted.parts <= 1 or counted.units <= counted.parts * room
