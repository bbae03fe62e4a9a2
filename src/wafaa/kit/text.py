"""Text as people write it: digits of both shapes, Arabic letter variants, bidirectional isolation."""

import unicodedata
from collections.abc import Mapping

from django.utils.translation import get_language

_ARABIC_DIGITS = {ord(char): str(index) for index, char in enumerate("٠١٢٣٤٥٦٧٨٩")}
_PERSIAN_DIGITS = {ord(char): str(index) for index, char in enumerate("۰۱۲۳۴۵۶۷۸۹")}
# Arabic decimal and thousands separators
_NUMBER_SIGNS = {0x066B: ".", 0x066C: ","}
_LATIN_NUMBERS = _ARABIC_DIGITS | _PERSIAN_DIGITS | _NUMBER_SIGNS

# Invisible direction marks, joiners and the byte order mark: they never carry meaning in an id or a number.
_INVISIBLE = dict.fromkeys(
    (8203, 8204, 8205, 8206, 8207, 1564, 65279, *range(8234, 8239), *range(8294, 8298))
)

_LETTER_VARIANTS = str.maketrans(
    {
        "أ": "ا",
        "إ": "ا",
        "آ": "ا",
        "ٱ": "ا",
        "ى": "ي",
        "ی": "ي",
        "ئ": "ي",
        "ؤ": "و",
        "ة": "ه",
        "ک": "ك",
        "ـ": None,
    }
)


def latin_digits(text: str) -> str:
    """Arabic-Indic and Persian digits and number signs as Latin ones."""
    return text.translate(_LATIN_NUMBERS)


def without_marks(text: str) -> str:
    """The text without invisible direction marks, trimmed."""
    return text.translate(_INVISIBLE).strip()


def fold(text: str) -> str:
    """The form by which search compares: no case, no vowel marks or accents, one letter per Arabic variant."""
    decomposed = unicodedata.normalize("NFKD", latin_digits(without_marks(text)).translate(_LETTER_VARIANTS))
    kept = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(kept.translate(_LETTER_VARIANTS).casefold().split())


def isolate(text: str) -> str:
    """The text between FIRST STRONG ISOLATE and POP: safe inside a sentence of the other direction."""
    return f"\u2068{text}\u2069"


def choose_words(words: Mapping[str, str], language: str = "") -> str:
    """What was written in several languages: in this one, or the reader's own where none is named; else in another."""
    return words.get((language or get_language() or "")[:2]) or next(
        (one for one in words.values() if one), ""
    )
