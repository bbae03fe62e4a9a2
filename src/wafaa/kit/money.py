"""Money is an integer of minor units and an ISO 4217 currency (0, 2 or 3 decimals)."""

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.numbers import format_currency, format_decimal, get_currency_precision, get_currency_symbol

# A file or figure without a currency: two decimals, no sign.
NO_CURRENCY = ""


def decimals_of(currency: str) -> int:
    """How many decimals the currency has; 2 where there is none."""
    return get_currency_precision(currency) if currency else 2


def to_minor(amount: Decimal, currency: str) -> int:
    """Halves are rounded away from zero, as PostgreSQL's and DuckDB's round() do."""
    scaled = amount.scaleb(decimals_of(currency))
    return int(scaled.to_integral_value(rounding=ROUND_HALF_UP))


def from_minor(minor: int, currency: str) -> Decimal:
    return Decimal(minor).scaleb(-decimals_of(currency))


def babel_locale(language: str) -> str:
    """Arabic with Latin digits by default, as Gulf business software prints money."""
    return "ar" if language.startswith("ar") else "en"


@lru_cache(maxsize=10_000)  # pages and answers say the same amounts again and again
def format_money(minor: int, currency: str, language: str) -> str:
    """Human form, for instance `SAR 1,234.50` or `1,234.50 ر.س.`; always Latin digits."""
    amount = from_minor(minor, currency)
    locale = babel_locale(language)
    if not currency:
        return format_decimal(amount, format="#,##0.00", locale=locale, numbering_system="latn")
    text = format_currency(amount, currency, locale=locale, numbering_system="latn")
    local_sign, sign = get_currency_symbol(currency, locale), get_currency_symbol(currency, "en")
    if locale == "en":
        return text.replace(sign, f"{sign}\N{NO-BREAK SPACE}") if sign[-1].isalpha() else text
    # Arabic's own UK£ and US$ fall apart between two directions; the bare sign does not.
    return text.replace(local_sign, sign) if local_sign[0].isascii() else text


def name_currency(currency: str, language: str) -> str:
    """Its sign as it stands beside amounts: `SAR`, `ر.س.`, `€`."""
    sign = get_currency_symbol(currency, babel_locale(language))
    return str(get_currency_symbol(currency, "en") if sign[0].isascii() else sign)
