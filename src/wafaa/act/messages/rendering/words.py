"""How a value is written in a language: numbers, money, days of two calendars, and nouns with their numbers."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from django.utils import translation
from hijridate import Gregorian

from wafaa.act.messages.rendering.marks import arabic_digits
from wafaa.act.messages.rendering.names import YES_NO
from wafaa.act.messages.rendering.rules import Digits, Setting
from wafaa.act.messages.rendering.values import Amount, Code, Link
from wafaa.design.formats import format_date, format_pattern
from wafaa.kit.money import babel_locale, format_money, to_minor

# What `| date: "…"` may say; Babel's patterns stay ours, so that each language has its own.
DATES: dict[str, dict[str, str]] = {
    "long": {"ar": "d MMMM y", "en": "d MMMM y"},
    "full": {"ar": "EEEE d MMMM y", "en": "EEEE, d MMMM y"},
    "short": {"ar": "d/M/y", "en": "d MMM y"},
    "day": {"ar": "d MMMM", "en": "d MMMM"},
    "weekday": {"ar": "EEEE d MMMM", "en": "EEEE, d MMMM"},
    "time": {"ar": "HH:mm", "en": "HH:mm"},
    "year": {"ar": "y", "en": "y"},
}
HIJRI_MONTHS_EN = (
    "Muharram", "Safar", "Rabi al-Awwal", "Rabi al-Thani", "Jumada al-Ula", "Jumada al-Akhirah",
    "Rajab", "Shaban", "Ramadan", "Shawwal", "Dhul Qadah", "Dhul Hijjah",
)  # fmt: skip
HIJRI_MONTHS_AR = (
    "محرم", "صفر", "ربيع الأول", "ربيع الآخر", "جمادى الأولى", "جمادى الآخرة",
    "رجب", "شعبان", "رمضان", "شوال", "ذو القعدة", "ذو الحجة",
)  # fmt: skip


def say(value: Any, language: str, setting: Setting) -> str:
    """The value as people of the language read it."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool):
        with translation.override(language):
            return str(YES_NO[0] if value else YES_NO[1])
    return say_digits(_say_latin(value, language, setting), language, setting.digits)


def _say_latin(value: Any, language: str, setting: Setting) -> str:
    if isinstance(value, Amount):
        return say_money(value, value.currency or setting.currency, language)
    if isinstance(value, int | Decimal | float):
        return say_number(value)
    if isinstance(value, datetime):
        local = value.astimezone(setting.zone)
        return f"{format_date(local.date(), language)} {local:%H:%M}"
    return format_date(value, language) if isinstance(value, date) else ""


def say_digits(text: str, language: str, digits: str) -> str:
    return arabic_digits(text) if digits == Digits.ARABIC and language.startswith("ar") else text


def say_number(value: Decimal | float) -> str:
    """No more decimals than it has, three at most."""
    number = value if isinstance(value, int) else round(Decimal(str(value)), 3)
    text = f"{number:,f}" if isinstance(number, Decimal) else f"{number:,}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def say_money(amount: Decimal, currency: str, language: str) -> str:
    """To the currency's last decimal. Its own marks of direction go: it stands between isolates, and an SMS pays for each."""
    return format_money(to_minor(amount, currency), currency, language).replace("\u200f", "")


def say_date(value: date, shape: str, language: str, zone: ZoneInfo) -> str:
    """Raises KeyError for a shape that is none of DATES."""
    pattern = DATES[shape]["ar" if language.startswith("ar") else "en"]
    if isinstance(value, datetime):
        value = value.astimezone(zone)
        if shape == "time":
            return f"{value:%H:%M}"
        value = value.date()
    return format_pattern(value, pattern, language)


def say_hijri(day: date, language: str) -> str | None:
    """By the Umm al-Qura calendar; None for a day outside the years that it covers."""
    try:
        hijri = Gregorian.fromdate(day).to_hijri()
    except (OverflowError, ValueError):
        return None
    if language.startswith("ar"):
        return f"{hijri.day} {HIJRI_MONTHS_AR[hijri.month - 1]} {hijri.year} هـ"
    return f"{hijri.day} {HIJRI_MONTHS_EN[hijri.month - 1]} {hijri.year} AH"


def say_plural(count: Decimal | float, forms: Mapping[str, str], language: str) -> str | None:
    """The form that the language has for the number, with # for the number itself; None where none of them serves."""
    rule = Locale(babel_locale(language)).plural_form
    form = forms.get(rule(count)) or forms.get("other")
    return None if form is None else form.replace("#", say_number(count))


def runs_ltr(value: Any) -> bool:
    """Codes and numbers; words, money and days take the direction of their first letter."""
    return isinstance(value, Code | Link) or (
        isinstance(value, int | Decimal | float) and not isinstance(value, bool | Amount)
    )
