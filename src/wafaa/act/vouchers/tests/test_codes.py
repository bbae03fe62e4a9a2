"""How codes are written and read: one stored form, a check sign that finds slips, patterns."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from wafaa.act.vouchers.rules import (
    ALPHABET,
    count_guesses,
    draw_codes,
    find_slip,
    is_code,
    make_check,
    normalise_code,
    normalise_pattern,
    shape_code,
)

PATTERN = "SUMMER-####-####"
drawn = st.integers().map(lambda _seed: next(draw_codes(PATTERN, 1)))


@pytest.mark.parametrize(
    "typed",
    [
        "SUMMER-4711-XY",
        "summer 4711 xy",
        " Summer–4711—xY\u200f",
        "SUMMER٤٧١١XY",
        "summer۴۷۱۱xy",
        "ＳＵＭＭＥＲ4711XY",
    ],
)
def test_however_it_is_typed_it_is_one_code(typed):
    assert normalise_code(typed) == "SUMMER4711XY"


ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


@given(
    drawn,
    st.lists(
        st.sampled_from([str, str.lower, "-", " ", "–", "\u200e", "_", ARABIC, PERSIAN]),
        min_size=14,
        max_size=14,
    ),
)
def test_no_way_of_typing_it_makes_another_code(code, ways):
    typed = ""
    for sign, way in zip(code, ways, strict=True):
        typed += (
            way + sign
            if isinstance(way, str)
            else sign.translate(way)
            if isinstance(way, dict)
            else way(sign)
        )

    assert normalise_code(typed) == code


@given(st.text(max_size=70))
def test_what_may_be_kept_is_found_again_as_it_was_typed(text):
    stored = normalise_code(text)
    assume(is_code(stored))

    assert normalise_code(f" {stored[:3]}-{stored[3:]}\n") == stored


def test_the_alphabet_has_no_look_alikes_and_spells_no_words():
    assert not set(ALPHABET) & set("0ODQ1IL2Z5SG8BAEIOU")
    assert len(set(ALPHABET)) == len(ALPHABET) == 19


@given(drawn, st.data())
def test_every_single_slip_is_told(code, data):
    place = data.draw(st.integers(0, len(code) - 1))
    sign = data.draw(st.sampled_from("34679CFHJKMNPRTVWXY0125AOS"))
    assume(sign != code[place])
    mistyped = code[:place] + sign + code[place + 1 :]

    assert make_check(code) == 0
    assert find_slip(mistyped, PATTERN)


@given(drawn, st.data())
def test_two_signs_that_changed_places_are_told(code, data):
    one = data.draw(st.integers(6, len(code) - 2))
    other = data.draw(st.integers(one + 1, len(code) - 1))
    assume(code[one] != code[other])
    signs = list(code)
    signs[one], signs[other] = signs[other], signs[one]

    assert find_slip("".join(signs), PATTERN)


def test_what_has_another_length_or_beginning_is_no_slip():
    assert not find_slip("SUMMER123", PATTERN)
    assert not find_slip("WNTXYZ" + "47113479", PATTERN)


@pytest.mark.parametrize(
    ("told", "pattern"),
    [
        ("summer ####–####", PATTERN),
        ("--####  ####-", "####-####"),
        ("#####", ""),  # too few
        ("صيف-######", ""),
        ("SUMMER_####_####", PATTERN),
        ("A" * 40 + "######", ""),
    ],
)
def test_patterns_are_read_as_people_write_them(told, pattern):
    assert normalise_pattern(told) == pattern


def test_codes_are_drawn_evenly_and_shown_with_their_dashes():
    codes = list(draw_codes("####-####-##", 20_000))

    assert len(set(codes)) == 20_000
    assert shape_code(codes[0], "####-####-##").replace("-", "") == codes[0]
    for place in range(10):
        counts = [sum(code[place] == sign for code in codes) for sign in ALPHABET]
        assert 880 < min(counts) <= max(counts) < 1_230  # 1,053 on average; six deviations
    assert count_guesses("####-####-##", 100_000) == 19**9 // 100_000
