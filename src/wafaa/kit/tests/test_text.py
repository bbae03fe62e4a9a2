"""Text as people write it."""

import pytest

from wafaa.kit import text


@pytest.mark.parametrize(
    ("written", "latin"),
    [("١٢٣", "123"), ("۴۵۶", "456"), ("١٬٢٣٤٫٥", "1,234.5"), ("abc 7", "abc 7"), ("", "")],
)
def test_digits_of_both_shapes_become_latin(written, latin):
    assert text.latin_digits(written) == latin


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("أحمد", "احمد"),
        ("فاطِمَة", "فاطمه"),
        ("هُدى", "هدي"),
        ("مـــحمد", "محمد"),
        ("José  ÁLVAREZ", "jose alvarez"),
        ("\u200f17850\u200e", "17850"),
        ("مؤمن", "مومن"),
        ("٠٥٠", "050"),
    ],
)
def test_search_ignores_marks_case_and_letter_variants(one, other):
    assert text.fold(one) == text.fold(other)


def test_different_names_stay_different():
    assert text.fold("أحمد") != text.fold("حمد")


def test_an_isolated_text_is_wrapped_in_first_strong_isolate():
    assert text.isolate("A1") == "\u2068A1\u2069"
