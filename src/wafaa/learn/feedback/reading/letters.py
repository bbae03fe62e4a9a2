"""Letters and words of comments: one form per Arabic letter variant, light stems, and which language it is."""

import re
from functools import lru_cache

from wafaa.kit.text import fold

_STRETCHED = re.compile(r"(.)\1{2,}")
_NO_WORD = re.compile(r"[^\w\s!?😀-🙏❤♥👍👎👏💔💯😍🌹⭐✨🤢🤮🤬🤩🥰☹☺]")
_SIGN = re.compile(r"([!?]|[☀-➿]|[\U0001F300-\U0001FAFF])")
_DIGITS = re.compile(r"\d+")
_ARABIC = re.compile(r"[\u0621-\u064a\u066e-\u06d3]")
_LATIN = re.compile(r"[a-zA-Z]")
_ENGLISH_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|0|[!?]|[☀-➿]|[\U0001F300-\U0001FAFF]|[.,;:]")

# Text beyond this adds nothing to what somebody feels, and may be anything.
LONGEST = 4_000


# Letters that most comments are made of, and what fold makes of each: five times as quick as folding the text.
_COMMON = re.compile(r"[ -~\n\r\t\u0621-\u0652\u0660-\u0669\u060c\u061b\u061f]*")
_FOLDED = {code: fold(chr(code)) for code in (*range(0x21, 0x7F), *range(0x621, 0x653), *range(0x660, 0x66A))}


def _words(line: str) -> frozenset[str]:
    return frozenset(line.split())


ARABIC_NEGATIONS = _words(
    "لا ما مو مب مش موب مهو ماهو ماهي ليس ليست لم لن غير بدون ولا عدم مافي مافيه مفيش محد ماحد محدش مابي"
)
ENGLISH_NEGATIONS = _words(
    "not no never nothing nobody without hardly cannot nor isn't wasn't don't didn't doesn't can't "
    "couldn't won't wouldn't aren't weren't ain't haven't hadn't shouldn't"
)
_PREFIXES = ("وال", "بال", "كال", "فال", "ولل", "لل", "ال", "و", "ب", "ل", "ف")
_SUFFIXES = (
    "هما",
    "كما",
    "تها",
    "ها",
    "هم",
    "هن",
    "كم",
    "نا",
    "ات",
    "ون",
    "ين",
    "ان",
    "يه",
    "ته",
    "ه",
    "ي",
    "ت",
)

# Words of languages with Latin letters that hardly stand alone in another.
_ENGLISH_STOPS = _words(
    "the and is was it to of i my for not with this very but are you good great bad they we on at have "
    "had so in be a an that were all too me no from your there here their just nice never order service "
    "love after when"
)
_OTHER_STOPS = _words(
    "le la les et est pas une un des je nous pour avec tres très der die das und ist nicht ich sehr el "
    "los las es muy que con por para una ve bir çok bu için değil ng ang sa ko dan yang tidak di ini"
)
# Letters of Persian and Urdu that Arabic dialects hardly write, and short words of theirs.
_NOT_ARABIC_LETTERS = re.compile(r"[ٹڈڑںےھ]|ہ")
_PERSIAN_STOPS = _words("است این که را از برای خیلی بود نیست می ہے کے کی میں سے نہیں بہت")


def detect_language(text: str) -> str:
    """ "ar", "en" or "other": by script, then by words that are in every sentence."""
    text = text[:LONGEST]
    arabic, latin = len(_ARABIC.findall(text)), len(_LATIN.findall(text))
    if arabic and arabic * 2 >= latin:
        words = text.split()
        foreign = sum(word in _PERSIAN_STOPS for word in words) + len(_NOT_ARABIC_LETTERS.findall(text))
        return "other" if foreign > len(words) / 6 else "ar"
    if not latin:
        return "other"
    strange = sum(1 for char in text if char.isalpha() and not char.isascii())
    words = re.findall(r"[^\W\d_]+", text.lower())
    english, other = (
        sum(word in _ENGLISH_STOPS for word in words),
        sum(word in _OTHER_STOPS for word in words),
    )
    return "other" if other > english or strange > latin / 5 else "en"


def fold_quickly(text: str) -> str:
    """What kit.text.fold says."""
    return " ".join(text.translate(_FOLDED).split()) if _COMMON.fullmatch(text) else fold(text)


@lru_cache(maxsize=1_024)  # a comment is compared by letters, by seeds and by weights
def normalise(text: str) -> str:
    """What models and lexica compare: folded letters, no stretched ones, signs of feeling as words of their own."""
    folded = _STRETCHED.sub(r"\1\1", fold_quickly(text[:LONGEST]))
    spaced = _SIGN.sub(r" \1 ", _NO_WORD.sub(" ", folded))
    return " ".join(_DIGITS.sub("0", spaced).split())


def split_english(text: str) -> list[str]:
    """Words in small letters with their apostrophes, and the signs between that end a negation."""
    small = _STRETCHED.sub(r"\1\1", text[:LONGEST].lower().replace("’", "'"))
    return _ENGLISH_WORD.findall(_DIGITS.sub("0", small))


@lru_cache(maxsize=50_000)  # words repeat
def stem_arabic(word: str) -> str:
    """The word without one prefix and one suffix, where three letters stay."""
    for prefix in _PREFIXES:
        if word.startswith(prefix) and len(word) - len(prefix) >= 3:
            word = word[len(prefix) :]
            break
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            return word[: -len(suffix)]
    return word
