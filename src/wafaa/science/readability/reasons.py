"""Why a sentence is hard, as keys that pages have words for."""

import re
from collections.abc import Sequence
from typing import Final

from wafaa.science.readability.splitting import Language, count_letters

# Each reason is also the key of its advice.
REASONS: Final[tuple[str, ...]] = (
    "long_sentence",
    "long_words",
    "many_clauses",
    "passive",
    "official_words",
    "double_negation",
)
# Words of a sentence that working memory still holds: 25 in English (gov.uk's rule); Arabic says the same in about a fifth fewer.
LONG_SENTENCE: Final[dict[Language, int]] = {"en": 25, "ar": 20}
LONG_WORD: Final[dict[Language, int]] = {"en": 10, "ar": 8}
CLAUSES: Final = 3

_PASSIVE: Final[dict[Language, re.Pattern[str]]] = {
    "en": re.compile(
        r"\b(?:am|is|are|was|were|be|been|being)\s+(?:\w+ly\s+)?(?:\w{2,}ed|made|done|given|taken|kept|paid|sent|held|"
        r"sold|found|known|shown|written|chosen|seen|told|put|set|bound|deemed)\b",
        re.IGNORECASE,
    ),
    "ar": re.compile(r"\b(?:ت|ي|سي|وي|وت|فت|في)تم(?:ت)?\s+ال?\w{3,}|\bتم(?:ت)?\s+\w{3,}|\bمن\s+قبل\s+\w+"),
}
_OFFICIAL: Final[dict[Language, re.Pattern[str]]] = {
    "en": re.compile(
        r"\b(?:hereinafter|hereby|herein|thereof|therein|hereto|aforementioned|notwithstanding|pursuant|whereas|"
        r"forthwith|in accordance with|in the event (?:of|that)|prior to|subsequent to|with respect to|shall|"
        r"commence|terminate|utili[sz]e|endeavou?r|facilitate|remuneration|indemnify|null and void|at its sole discretion)\b",
        re.IGNORECASE,
    ),
    "ar": re.compile(
        r"\b(?:[وفبل]?(?:المذكور(?:ة|ين)?\s+أعلاه|المشار\s+إلي(?:ه|ها)|آنف(?:ة|ا)?|سالف(?:ة)?\s+الذكر|بموجب(?:ه|ها)?|"
        r"عملا\s+ب\w+|دون\s+الإخلال|استنادا\s+إلى|بناء\s+على\s+ما|وفقا\s+لأحكام|لاغيا?(?:ة)?|باطل(?:ة|ا)?|"
        r"حسب\s+تقدير(?:ه|ها|نا)\s+المطلق|يحق\s+ل\w+|لا\s+يعتد|حيث\s+إن(?:ه|ها)?|قيد\s+التنفيذ|السالف|المبرم(?:ة)?|"
        r"ما\s+لم\s+ينص|على\s+ألا|شريطة\s+أن))\b"
    ),
}
_NEGATION: Final[dict[Language, re.Pattern[str]]] = {
    "en": re.compile(
        r"\b(?:not|no|never|none|nothing|without|unless|cannot|\w+n['\u2019]t|neither|nor)\b", re.IGNORECASE
    ),
    "ar": re.compile(r"\b[وف]?(?:لا|لم|لن|ليس(?:ت|وا)?|غير|دون|بدون|ما\s+لم|عدم|بعدم)\b"),
}
_CLAUSE: Final = re.compile("[,،;:()–—]|\\s[-]\\s")


def list_reasons(text: str, words: Sequence[str], language: Language) -> tuple[str, ...]:
    """Why this sentence (already without marks) is harder than it need be."""
    found = {
        "long_sentence": len(words) > LONG_SENTENCE[language],
        "long_words": _is_full_of_long_words(words, language),
        "many_clauses": len(_CLAUSE.findall(text)) > CLAUSES,
        "passive": bool(_PASSIVE[language].search(text)),
        "official_words": bool(_OFFICIAL[language].search(text)),
        "double_negation": len(_NEGATION[language].findall(text)) > 1,
    }
    return tuple(reason for reason in REASONS if found[reason])


def list_negations(text: str, language: Language) -> list[tuple[int, int]]:
    return [found.span() for found in _NEGATION[language].finditer(text)]


def _is_full_of_long_words(words: Sequence[str], language: Language) -> bool:
    long_words = sum(count_letters(word) >= LONG_WORD[language] and not word.isdigit() for word in words)
    return len(words) >= 5 and long_words * 4 >= len(words)
