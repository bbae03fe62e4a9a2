"""Currencies as files write them: codes, signs and words."""

from functools import cache

from babel.core import Locale

SIGNS: dict[str, str] = {
    "£": "GBP", "$": "USD", "€": "EUR", "₺": "TRY", "₹": "INR", "¥": "JPY", "﷼": "SAR", "US$": "USD",
    "ر.س": "SAR", "ر.س.": "SAR", "ر س": "SAR", "رس": "SAR", "ريال": "SAR", "ريال سعودي": "SAR", "SR": "SAR",
    "د.إ": "AED", "د.إ.": "AED", "درهم": "AED", "درهم إماراتي": "AED", "DHS": "AED", "DH": "AED",
    "د.ك": "KWD", "د.ك.": "KWD", "دينار كويتي": "KWD", "KD": "KWD", "ر.ق": "QAR", "ر.ق.": "QAR", "ريال قطري": "QAR",
    "د.ب": "BHD", "د.ب.": "BHD", "دينار بحريني": "BHD", "BD": "BHD", "ر.ع.": "OMR", "ر.ع": "OMR", "ريال عماني": "OMR",
    "ج.م": "EGP", "ج.م.": "EGP", "جنيه": "EGP", "جنيه مصري": "EGP", "LE": "EGP", "JD": "JOD", "د.أ": "JOD",
    "دينار أردني": "JOD", "TL": "TRY",
}  # fmt: skip


@cache
def codes() -> frozenset[str]:
    """All ISO 4217 codes."""
    return frozenset(Locale("en").currencies)


def read_currency(text: str) -> str:
    """The ISO code for a code, sign or word; "" where it is none."""
    word = " ".join(text.upper().split())
    if word in codes():
        return word
    return SIGNS.get(word) or SIGNS.get(text.strip(), "")
