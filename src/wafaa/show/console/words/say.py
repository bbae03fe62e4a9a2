"""Sentences with numbers inside: every value is escaped and isolated, so that Arabic and Latin never mix up their order."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, npgettext

from wafaa.design.formats import MINUS, NOTHING, format_number, format_percent
from wafaa.kit.money import format_money
from wafaa.learn.measures.rules import Unit

# One decimal tells 12.3 % from 12.8 %; a second one would be read as precision that samples of a shop don't have.
DIGITS_OF_RATES = 1
DIGITS_OF_ORDERS = 2


def say(text: str, **values: object) -> SafeString:
    """The translated text with its {placeholders} filled; values that are not marked safe are escaped."""
    return format_html(text, **values) if values else format_html("{}", text)


def number(value: float | None, digits: int = 0) -> SafeString:
    return format_html('<bdi dir="ltr">{}</bdi>', format_number(value, digits))


def percent(share: float | None, digits: int = DIGITS_OF_RATES) -> SafeString:
    return format_html('<bdi dir="ltr">{}</bdi>', format_percent(share, digits))


def money(minor: float | None, currency: str) -> SafeString:
    if minor is None:
        return format_html("{}", NOTHING)
    text = format_money(round(minor), currency, get_language() or "")
    return format_html('<bdi class="money">{}</bdi>', text)


def within_days(count: float) -> SafeString:
    """A number of days as it follows a preposition (within, after), whose case Arabic shows."""
    digits = 0 if float(count).is_integer() else 1
    form = int(count) if digits == 0 else int(count) + 11  # a fraction takes the form of many
    text = npgettext("after a preposition", "{count} day", "{count} days", form)
    return say(text, count=number(count, digits))


def quantity(value: float | None, unit: Unit, currency: str) -> SafeString:
    """A value in the form of its unit."""
    if unit == "money":
        return money(value, currency)
    if unit == "rate":
        return percent(value)
    return number(value, DIGITS_OF_ORDERS if unit == "orders" else 0)


def signed(text: SafeString, value: float) -> SafeString:
    """The size of a move with its sign before it."""
    sign = "+" if value > 0 else MINUS if value < 0 else ""
    return format_html('<bdi dir="ltr">{}{}</bdi>', sign, text)
