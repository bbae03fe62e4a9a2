"""Directions: which inserted values need an isolate, what is taken out of them first, and digits of both shapes."""

import re
import unicodedata
from functools import lru_cache
from html import escape

LRI, RLI, FSI, PDI = "\u2066", "\u2067", "\u2068", "\u2069"
# Longer ones are cut: no name, title or address is, and nothing that somebody was told may fill a message.
VALUE_CHARS_MAX = 2_000
# Embeddings, overrides and isolates reach beyond the value if they are not closed, so none may be in it. The marks LRM,
# RLM and ALM reach nowhere, and joiners belong to words.
_REACHING = {ord(char): None for char in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"}
# Anything of that, any space but a single plain one.
_UNCLEAN = re.compile(
    r"[\x00-\x1f\x7f-\xa0\u1680\u2000-\u200a\u2028-\u202f\u205f\u2066-\u2069\u3000\ufeff\ud800-\udfff]|  "
)
_SPACE = re.compile(r"\s+")
# One run of digits keeps its order in any direction; signs, spaces and letters beside it do not.
_ONE_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)*%?|[٠-٩]+(?:[٫٬][٠-٩]+)*٪?")
_TO_ARABIC = str.maketrans("0123456789.,%", "٠١٢٣٤٥٦٧٨٩٫٬٪")


def clean(text: str) -> str:
    """One line without control characters and without marks of direction that reach beyond it."""
    if _UNCLEAN.search(text):
        kept = "".join(
            char if unicodedata.category(char) not in {"Cc", "Cs"} else " "
            for char in text.translate(_REACHING)
        )
        text = _SPACE.sub(" ", kept)
    return text.strip()[:VALUE_CHARS_MAX].rstrip()


@lru_cache(maxsize=8_192)
def needs_isolate(text: str, *, rtl: bool) -> bool:
    """Whether the text, put into a sentence of the direction, could fall apart or move what stands beside it.

    Pure words of the sentence's own direction cannot, nor one number: an isolate there would only cost room in an SMS.
    """
    if text.isascii() and not rtl:
        return False
    if rtl and _ONE_NUMBER.fullmatch(text):
        return False
    other = {"L", "EN", "AN"} if rtl else {"R", "AL", "AN"}
    return any(unicodedata.bidirectional(char) in other for char in text)


def isolate_text(text: str, *, rtl: bool, ltr: bool = False) -> str:
    """For plain text: between isolates where it needs them. `ltr`: numbers, phones and codes, which run to the right."""
    if not needs_isolate(text, rtl=rtl):
        return text
    return f"{LRI if ltr else FSI}{text}{PDI}"


def isolate_html(text: str, *, ltr: bool = False) -> str:
    """Escaped and in <bdi>; what has no letter and so no direction of its own runs to the right."""
    if not text:
        return ""
    shown = escape(text)
    if ltr or not has_letters(text):
        return f'<bdi dir="ltr">{shown}</bdi>'
    return f"<bdi>{shown}</bdi>"


@lru_cache(maxsize=8_192)
def has_letters(text: str) -> bool:
    """Whether some character has a direction of its own."""
    return any(unicodedata.bidirectional(char) in {"L", "R", "AL"} for char in text)


def arabic_digits(text: str) -> str:
    """١٬٢٣٤٫٥٠ of 1,234.50; a full stop or comma that stands between no digits stays what it is."""
    return re.sub(r"[0-9]+(?:[.,][0-9]+)*%?", lambda found: found[0].translate(_TO_ARABIC), text)
