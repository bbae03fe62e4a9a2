"""Sentences with numbers inside: every value is escaped and isolated, so that Arabic and Latin never mix up their order."""

from datetime import date

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext, npgettext

from wafaa.design import formats
from wafaa.kit.money import format_money
from wafaa.learn.measures.rules import Figure, Unit

# One decimal tells 12.3 % from 12.8 %; a share to be checked against other tools is given with two.
DIGITS_OF_RATES = 1
DIGITS_OF_ORDERS = 2
SECONDS_MAX, MINUTES_UP_TO_HOURS, HOURS_MAX = 90, 2, 48


def say(text: str, **values: object) -> SafeString:
    """The translated text with its {placeholders} filled; values that are not marked safe are escaped."""
    return format_html(text, **values) if values else format_html("{}", text)


def join(*parts: SafeString) -> SafeString:
    """Sentences one after the other."""
    return format_html_join(" ", "{}", ((part,) for part in parts))


def number(value: float | None, digits: int = 0) -> SafeString:
    return format_html('<bdi dir="ltr">{}</bdi>', formats.format_number(value, digits))


def span(low: float, high: float) -> SafeString:
    """Whole numbers from low to high, or the only one."""
    text = formats.format_number(low)
    return format_html(
        '<bdi dir="ltr">{}</bdi>', text if high <= low else f"{text}–{formats.format_number(high)}"
    )


def percent(share: float | None, digits: int = DIGITS_OF_RATES) -> SafeString:
    return format_html('<bdi dir="ltr">{}</bdi>', formats.format_percent(share, digits))


def money(minor: float | None, currency: str) -> SafeString:
    if minor is None:
        return format_html("{}", formats.NOTHING)
    return format_html('<bdi class="money">{}</bdi>', format_money(round(minor), currency, language()))


def days(value: float | None) -> SafeString:
    """With its noun, which Arabic bends by the number: 22 days."""
    digits = 0 if value is None or float(value).is_integer() else 1
    return format_html("<bdi>{}</bdi>", formats.format_days(value, digits))


def hours(value: float | None) -> SafeString:
    """A time to wait, in the unit that people would say it in: minutes up to two hours, days from two days on."""
    if value is None:
        return format_html("{}", formats.NOTHING)
    if value >= HOURS_MAX:
        return days(round(value / 24, 1))
    if value <= MINUTES_UP_TO_HOURS:
        minutes = round(value * 60)
        text = ngettext("{count} minute", "{count} minutes", minutes)
        return format_html("<bdi>{}</bdi>", say(text, count=number(minutes)))
    form = int(value) + 11  # a fraction takes the form of many
    text = ngettext("{count} hour", "{count} hours", form)
    return format_html("<bdi>{}</bdi>", say(text, count=number(value, 1)))


def duration(seconds: float) -> SafeString:
    """What people need for something they do at once: seconds up to a minute and a half, then minutes, then hours."""
    if seconds >= SECONDS_MAX:
        return hours(seconds / 3600)
    whole = round(seconds)
    text = ngettext("{count} second", "{count} seconds", whole)
    return format_html("<bdi>{}</bdi>", say(text, count=number(whole)))


def within_days(count: float) -> SafeString:
    """A number of days as it follows a preposition (within, after), whose case Arabic shows."""
    digits = 0 if float(count).is_integer() else 1
    form = int(count) if digits == 0 else int(count) + 11  # a fraction takes the form of many
    text = npgettext("after a preposition", "{count} day", "{count} days", form)
    return say(text, count=number(count, digits))


def name(text: str) -> SafeString:
    return format_html("<bdi>{}</bdi>", text)


def day(value: date) -> SafeString:
    return format_html("<bdi>{}</bdi>", formats.format_date(value, language()))


def month(value: date) -> SafeString:
    return format_html("<bdi>{}</bdi>", formats.format_month(value, language()))


def quantity(value: float | None, unit: Unit, currency: str) -> SafeString:
    """A value in the form of its unit."""
    if unit == "money":
        return money(value, currency)
    if unit == "rate":
        return percent(value)
    if unit == "days":
        return days(value)
    if unit == "hours":
        return hours(value)
    return number(value, DIGITS_OF_ORDERS if unit in {"orders", "number"} else 0)


def figure(found: Figure | None, currency: str) -> SafeString:
    return quantity(found.value, found.unit, currency) if found else format_html("{}", formats.NOTHING)


def signed(text: SafeString, value: float) -> SafeString:
    """The size of a move with its sign before it."""
    sign = "+" if value > 0 else formats.MINUS if value < 0 else ""
    return format_html('<bdi dir="ltr">{}{}</bdi>', sign, text)


def language() -> str:
    return get_language() or "ar"
