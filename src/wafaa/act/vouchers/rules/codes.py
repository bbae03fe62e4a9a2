"""How codes are written: an alphabet without look-alikes, patterns, a check sign, and one stored form for every way of typing.

The alphabet leaves out what people take for one another (0 O D Q, 1 I L, 2 Z, 5 S, 6 G, 8 B, U V) but for one of 6 G and of U V,
and all vowels, so that no code spells a word. What is left are 19 signs: a prime, so the check sign finds every single
mistyped sign and every two that changed places within 18.
"""

import os
import unicodedata
from collections.abc import Iterator

from wafaa.kit.text import latin_digits, without_marks

ALPHABET = "34679CFHJKMNPRTVWXY"
# A sign of a code that is drawn; everything else in a pattern stands in every code of it.
DRAWN = "#"
PATTERN_DEFAULT = "####-####-##"
# A gift card is worth what is on it: one in some 40,000 million million guesses would hit one of a million.
CARD_PATTERN = "GC##-####-####-####"
# Of whom a card is for, and of what is said to them.
CARD_NAME_LETTERS_MAX = 100
CARD_WORDS_LETTERS_MAX = 500
PATTERN_LETTERS_MAX = 40
CODE_LETTERS_MAX = 64
# The last drawn sign is the check; so few others would be guessed in a minute.
DRAWN_MIN = 6
# Of so many guesses one at most may hit any code of a batch; more is refused.
GUESSES_MIN = 1_000

_BASE = len(ALPHABET)
# Those that are never drawn count too: a slip in the fixed part changes the check as well.
_ALL = "".join(dict.fromkeys(ALPHABET + "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
_VALUES = {sign: place % _BASE for place, sign in enumerate(_ALL)}
_DASHES = {"_", "\u2212", "\u00ad", "\u0640"}  # dashes that Unicode files elsewhere, and the Arabic tatweel
# A random byte becomes a sign; what would make some signs likelier than others is thrown away.
_FAIR = 256 // _BASE * _BASE
_SIGNS = bytes(ord(ALPHABET[byte % _BASE]) for byte in range(256))
_UNFAIR = bytes(range(_FAIR, 256))


def normalise_code(text: str) -> str:
    """The stored form of what somebody typed: Latin digits and capitals, without spaces, dashes and invisible marks."""
    told = unicodedata.normalize("NFKC", latin_digits(without_marks(text)).upper())
    return "".join(sign for sign in told if not _is_passed_over(sign))


def _is_passed_over(sign: str) -> bool:
    return sign in _DASHES or unicodedata.category(sign)[0] in "ZC" or unicodedata.category(sign) == "Pd"


def is_code(text: str) -> bool:
    """Whether a normalised text may be kept as a code: letters and digits that stay what they are."""
    return 0 < len(text) <= CODE_LETTERS_MAX and text.isalnum() and normalise_code(text) == text


def normalise_pattern(text: str) -> str:
    """With single dashes where one types dashes or spaces; "" for what is no pattern.

    A pattern has Latin letters and digits, and at least six signs that are drawn.
    """
    told = unicodedata.normalize("NFKC", latin_digits(without_marks(text)).upper())
    parts = "".join("-" if _is_passed_over(sign) else sign for sign in told).split("-")
    shape = "-".join(part for part in parts if part)
    fits = set(shape) <= {*_ALL, DRAWN, "-"} and len(shape) <= PATTERN_LETTERS_MAX
    return shape if fits and shape.count(DRAWN) >= DRAWN_MIN else ""


def count_guesses(pattern: str, codes: int) -> int:
    """How many guesses of well-formed codes it takes on average to hit one of so many."""
    return int(_BASE ** (pattern.count(DRAWN) - 1) // max(codes, 1))


def draw_codes(pattern: str, count: int) -> Iterator[str]:
    """So many codes of a normalised pattern, in their stored form, by the operating system's randomness. Two may be equal."""
    shape = pattern.replace("-", "")
    places = [place for place, sign in enumerate(shape) if sign == DRAWN]
    free, check = places[:-1], places[-1]
    signs = _draw_signs(len(free) * count)
    weights = _weigh(len(shape))
    fixed = sum(_VALUES[sign] * weights[place] for place, sign in enumerate(shape) if sign != DRAWN)
    form = shape.replace(DRAWN, "{}")
    inverse = pow(weights[check], -1, _BASE)
    told = [weights[place] for place in free]
    size = len(free)
    values = _VALUES
    for start in range(0, size * count, size):
        drawn = signs[start : start + size]
        total = fixed
        for sign, weight in zip(drawn, told, strict=True):
            total += values[sign] * weight
        yield form.format(*drawn, ALPHABET[-total * inverse % _BASE])


def _draw_signs(count: int) -> str:
    signs = b""
    while len(signs) < count:
        signs += os.urandom((count - len(signs)) * 256 // _FAIR + 16).translate(_SIGNS, _UNFAIR)
    return signs[:count].decode()


def _weigh(length: int) -> list[int]:
    """Each place's weight, never 0; neighbours, and any two within 18, have different ones."""
    return [place % (_BASE - 1) + 1 for place in range(length, 0, -1)]


def make_check(text: str) -> int:
    """0 for a code of ours that was typed as it was made."""
    weights = _weigh(len(text))
    return sum(_VALUES.get(sign, 0) * weight for sign, weight in zip(text, weights, strict=True)) % _BASE


def find_slip(text: str, pattern: str) -> bool:
    """Whether a normalised text is meant as a code of this pattern but mistyped: its length, and its check or a sign is wrong."""
    shape = pattern.replace("-", "")
    if len(text) != len(shape):
        return False
    fixed = [sign == told for sign, told in zip(text, shape, strict=True) if told != DRAWN]
    if fixed and not any(fixed):
        return False
    drawn = [sign for sign, told in zip(text, shape, strict=True) if told == DRAWN]
    return make_check(text) != 0 or not all(fixed) or not set(drawn) <= set(ALPHABET)


def shape_code(text: str, pattern: str) -> str:
    """As people read it: with the dashes of its pattern."""
    if len(pattern.replace("-", "")) != len(text):
        return text
    signs = iter(text)
    return "".join("-" if told == "-" else next(signs) for told in pattern)
