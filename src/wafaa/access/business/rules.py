"""What a business may choose from: currencies and time zones, named in the reader's language."""

from functools import cache
from zoneinfo import available_timezones

from babel.core import Locale, get_global
from babel.dates import get_timezone_location
from babel.numbers import get_currency_name, get_territory_currencies

from wafaa.kit.money import babel_locale

# First users sell here; every other currency and zone follows by name.
NEAR_CURRENCIES = ("SAR", "AED", "KWD", "QAR", "BHD", "OMR", "JOD", "EGP", "IQD", "MAD", "USD", "EUR", "GBP")
NEAR_ZONES = (
    "Asia/Riyadh",
    "Asia/Dubai",
    "Asia/Kuwait",
    "Asia/Qatar",
    "Asia/Bahrain",
    "Asia/Muscat",
    "Asia/Amman",
    "Asia/Beirut",
    "Asia/Baghdad",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Europe/London",
)
Choices = list[tuple[str, str]]


@cache
def list_currencies(language: str) -> Choices:
    """Every currency that is legal tender somewhere today."""
    locale = Locale.parse(babel_locale(language))
    codes = {
        code for country in get_global("territory_currencies") for code in get_territory_currencies(country)
    }
    named = {code: f"{get_currency_name(code, locale=locale)} ({code})" for code in codes}
    far = sorted(codes - set(NEAR_CURRENCIES), key=lambda code: named[code])
    return [(code, named[code]) for code in (*NEAR_CURRENCIES, *far)]


@cache
def list_time_zones(language: str) -> Choices:
    """Places by name; of the aliases that share a name only the first is offered."""
    locale = Locale.parse(babel_locale(language))
    continents = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
    zones = {zone for zone in available_timezones() if zone.startswith(continents)}
    named = {zone: get_timezone_location(zone, locale=locale, return_city=True) for zone in zones}
    far = sorted(zones - set(NEAR_ZONES), key=lambda zone: (named[zone], zone))
    offered: dict[str, str] = {}
    for zone in (*NEAR_ZONES, *far):
        offered.setdefault(named[zone], zone)
    return [(zone, name) for name, zone in offered.items()]
