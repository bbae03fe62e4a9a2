from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from wafaa.design import formats


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (None, 0, "–"),
        (1234567, 0, "1,234,567"),
        (1234.56, 1, "1,234.6"),
        (-5, 0, "−5"),
        (-0.01, 1, "0.0"),
        (Decimal("0.5"), 2, "0.50"),
    ],
)
def test_numbers_are_grouped_and_a_rounded_nothing_has_no_sign(value, digits, text):
    assert formats.format_number(value, digits) == text


@pytest.mark.parametrize(
    ("share", "text"), [(0.2346, "+23.5%"), (-0.05, "−5.0%"), (0, "0.0%"), (0.0001, "0.0%"), (None, "–")]
)
def test_a_change_carries_its_sign(share, text):
    assert formats.format_change(share) == text


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (0, "0 يوم"),
        (1, "يوم واحد"),
        (2, "يومان"),
        (3, "3 أيام"),
        (11, "11 يومًا"),
        (100, "100 يوم"),
        (1234, "1,234 يومًا"),
    ],
)
def test_days_take_the_six_arabic_forms(days, text):
    with translation.override("ar"):
        assert formats.format_days(days) == text


def test_a_fraction_of_days_keeps_its_digits():
    with translation.override("ar"):
        assert formats.format_days(1.5, 1) == "1.5 أيام"
    with translation.override("en"):
        assert formats.format_days(1.5, 1) == "1.5 days"


def test_months_are_named_in_both_languages_with_latin_digits():
    day = date(2011, 1, 15)
    assert (formats.format_month(day, "ar"), formats.format_month(day, "en")) == (
        "يناير 2011",
        "January 2011",
    )
    assert (formats.format_date(day, "ar"), formats.format_date(day, "en")) == (
        "15 يناير 2011",
        "15 January 2011",
    )
    assert formats.format_moment(datetime(2011, 1, 15, 9, 5, tzinfo=UTC), "ar") == "15 يناير 2011 09:05"


@pytest.mark.parametrize(
    ("told", "language", "name"),
    [
        ("SA", "en", "Saudi Arabia"),
        ("sa", "ar", "المملكة العربية السعودية"),
        ("United Kingdom", "ar", "United Kingdom"),
        ("XQ", "en", "XQ"),
        ("", "en", ""),
    ],
)
def test_a_country_code_is_named_in_the_readers_language(told, language, name):
    assert formats.name_country(told, language) == name


@pytest.mark.parametrize(
    ("told", "language", "name"),
    [("ar", "en", "Arabic"), ("en-GB", "ar", "الإنجليزية"), ("klingonish", "en", "klingonish")],
)
def test_a_language_code_is_named_in_the_readers_language(told, language, name):
    assert formats.name_language(told, language) == name


def test_countries_and_languages_are_offered_by_their_names():
    countries, languages = formats.list_countries("ar"), formats.list_languages("en")

    assert ("SA", "المملكة العربية السعودية") in countries
    assert not {"EU", "ZZ", "150"} & set(dict(countries))
    assert ("ar", "Arabic") in languages
    assert languages[0] == ("ab", "Abkhazian")
