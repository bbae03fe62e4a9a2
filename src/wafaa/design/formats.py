"""Numbers, money and time as people read them: Latin digits in both languages, names of months in theirs."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from babel import Locale
from babel.dates import format_date as babel_date
from babel.dates import format_time as babel_time
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from wafaa.kit.money import babel_locale
from wafaa.kit.text import fold

Number = int | float | Decimal
# A true minus is as wide as a plus; the hyphen is not.
MINUS = "\u2212"
NOTHING = "–"
# Two letters in CLDR that name unions, oceans and tests.
NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
# Channels that shops name alike everywhere; any other name stays as it was told.
CHANNELS = {"store": _("In store"), "web": _("Website"), "app": _("App")}


def format_number(value: Number | None, digits: int = 0) -> str:
    """1234.5 with one digit: `1,234.5`; None is a dash."""
    if value is None:
        return NOTHING
    text = f"{abs(value):,.{digits}f}"
    return f"{MINUS}{text}" if value < 0 and text.strip("0.,") else text


def format_percent(share: Number | None, digits: int = 1) -> str:
    """A share from 0 to 1 as per cent: 0.2345 is `23.5%`."""
    return NOTHING if share is None else f"{format_number(share * 100, digits)}%"


def format_change(share: Number | None, digits: int = 1) -> str:
    """A relative change with its sign: 0.05 is `+5.0%`."""
    if share is None:
        return NOTHING
    text = format_percent(share, digits)
    return text if text.startswith(MINUS) or not text.strip("0.%") else f"+{text}"


def format_days(days: Number | None, digits: int = 0) -> str:
    """A number of days with its noun."""
    if days is None:
        return NOTHING
    count = round(days) if digits == 0 else int(days) + 2  # a fraction takes the form of many
    return ngettext("%(days)s day", "%(days)s days", count) % {"days": format_number(days, digits)}


def format_date(day: date, language: str) -> str:
    """15 January 2011, 15 يناير 2011."""
    return babel_date(day, "d MMMM y", locale=babel_locale(language))


def format_short_date(day: date, language: str) -> str:
    return babel_date(day, "d MMM y", locale=babel_locale(language))


def format_month(day: date, language: str) -> str:
    """January 2011, يناير 2011."""
    return babel_date(day, "MMMM y", locale=babel_locale(language))


def format_moment(moment: datetime, language: str) -> str:
    """Day and time of an aware moment that already stands in the reader's zone."""
    return f"{format_date(moment.date(), language)} {babel_time(moment, 'HH:mm', locale='en')}"


def format_pattern(day: date, pattern: str, language: str) -> str:
    """A day by one of Babel's patterns, for axes and tight places."""
    return babel_date(day, pattern, locale=babel_locale(language))


def name_country(told: str, language: str) -> str:
    """`SA` as its name in the language; whatever is no two-letter code of ISO 3166 stays as it was told."""
    names: Mapping[str, str] = Locale(babel_locale(language)).territories
    return names.get(told.upper(), told) if len(told) == 2 else told


def list_countries(language: str) -> list[tuple[str, str]]:
    """The codes of ISO 3166 with their names, as a reader of the language looks them up."""
    names: Mapping[str, str] = Locale(babel_locale(language)).territories
    return _sorted(
        {code: name for code, name in names.items() if code.isalpha() and code not in NO_COUNTRIES}
    )


def name_channel(told: str) -> str:
    """`store`, `web` and `app` in the reader's language; what a shop calls otherwise stays as it was told."""
    return str(CHANNELS.get(told.lower(), told))


def name_language(told: str, language: str) -> str:
    """`ar` or `en-GB` as the language's name; what is no known code stays as it was told."""
    code = told.replace("_", "-").split("-")[0].lower()
    names: Mapping[str, str] = Locale(babel_locale(language)).languages
    return names.get(code, told)


def list_languages(language: str) -> list[tuple[str, str]]:
    """The codes of ISO 639-1 with the languages' names, as a reader of the language looks them up."""
    names: Mapping[str, str] = Locale(babel_locale(language)).languages
    return _sorted({code: name for code, name in names.items() if len(code) == 2})


def _sorted(names: Mapping[str, str]) -> list[tuple[str, str]]:
    return sorted(names.items(), key=lambda named: fold(named[1]))
