"""Money in minor units."""

from decimal import Decimal

import pytest

from wafaa.kit import money


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("2.55", "GBP", 255),
        ("0.001", "GBP", 0),
        ("0.005", "GBP", 1),
        ("-0.005", "GBP", -1),
        ("1.2345", "KWD", 1235),
        ("99.5", "JPY", 100),
        ("10", "", 1000),
    ],
)
def test_halves_are_rounded_away_from_zero(amount, currency, minor):
    assert money.to_minor(Decimal(amount), currency) == minor


@pytest.mark.parametrize(("minor", "currency"), [(12345, "SAR"), (-1, "KWD"), (7, "JPY"), (0, "")])
def test_minor_units_come_back_unchanged(minor, currency):
    assert money.to_minor(money.from_minor(minor, currency), currency) == minor


def test_money_is_written_with_latin_digits_in_both_languages():
    assert "1,234.50" in money.format_money(123450, "SAR", "ar")
    assert "1,234.50" in money.format_money(123450, "SAR", "en")
    assert money.format_money(123450, "", "en") == "1,234.50"
