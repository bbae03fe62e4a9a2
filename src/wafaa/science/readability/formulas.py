"""The formulas: Flesch, Flesch-Kincaid and ARI for English; OSMAN and an own grade for Arabic."""

import re
from collections.abc import Sequence
from typing import Final

from wafaa.science.readability.splitting import count_letters, strip_marks

# Years of school that a grade is cut at: beyond a doctorate nothing is said.
GRADE_MAX: Final = 20.0
# Own Arabic grade = A words a sentence + B letters a word - C. Length of sentences weighs nearly as in Flesch-Kincaid (0.39), a
# little more because Arabic joins "and", "the" and pronouns to their words; letters a word weigh as in Al-Heeti's grade
# (4.414 letters - 13.468, 1984), less because it knew no sentences. C is set so that sentences of 6 words with 4.1 letters
# ask for the third year and a newspaper (25 words, 4.9 letters) for the thirteenth. It is not fitted to readers: see record 0046.
AR_BY_SENTENCE: Final = 0.42
AR_BY_WORD: Final = 3.2
AR_START: Final = 12.7

_GROUPS: Final = re.compile(r"[aeiouy]+")
_SILENT: Final = re.compile(r"(?:[^laeiouy]e|[^laeiouytd]ed|[^aeiouscxzgh]es)$")
_SHORT_VOWELS: Final = "\u064e\u064f\u0650"
_STRESS: Final = re.compile("[\u064b\u064c\u064d\u0651]")
_ANY_VOWEL: Final = re.compile("[\u064e\u064b\u064f\u064c\u0650\u064d\u0651]")
_FASEEH: Final = re.compile("[\u0626\u0621\u0624\u0630\u0638]|\u0648\u0627|\u0648\u0646")
_UNCOUNTED: Final = re.compile("[\u0627\u0649?.!,\\s]")


def count_syllables(word: str) -> int:
    """Of an English word: groups of vowels, less a silent e. Within one of a dictionary for nine words of ten."""
    bare = re.sub(r"[^a-z]", "", word.lower())
    if not bare:
        return 1
    count = len(_GROUPS.findall(bare))
    if count > 1 and _SILENT.search(bare):
        count -= 1
    return max(1, count)


def flesch(words: int, sentences: int, syllables: int) -> float:
    """Reading ease: 60 and above is plain (Flesch 1948)."""
    return 206.835 - 1.015 * words / sentences - 84.6 * syllables / words


def flesch_kincaid(words: int, sentences: int, syllables: int) -> float:
    """A grade of US schools (Kincaid and others, 1975)."""
    return 0.39 * words / sentences + 11.8 * syllables / words - 15.59


def ari(letters: int, words: int, sentences: int) -> float:
    """The automated readability index (Smith and Senter 1967), by which Hemingway grades."""
    return 4.71 * letters / words + 0.5 * words / sentences - 21.43


def grade_arabic(letters: int, words: int, sentences: int) -> float:
    """The own grade, from words without their marks."""
    return AR_BY_SENTENCE * words / sentences + AR_BY_WORD * letters / words - AR_START


def osman(words: Sequence[str], sentences: int) -> float:
    """OSMAN of words as they are written (El-Haj and Rayson, LREC 2016, L16-1038), as it is ported to Python.

    With vowel marks it counts syllables by them, without any it counts letters instead: one text scored 39 with and 118 without.
    So the house gives it words without marks, and never grades by it.
    """
    n = len(words)
    long_words = sum(len(strip_marks(word)) > 5 for word in words)
    complex_words = sum(len(_ANY_VOWEL.findall(word)) > 5 for word in words)
    faseeh = sum(_count_arabic_syllables([word]) > 5 and bool(_FASEEH.search(word)) for word in words)
    hardness = long_words + _count_arabic_syllables(words) + complex_words + faseeh
    return 200.791 - 1.015 * n / sentences - 24.181 * hardness / n


def limit(grade: float) -> float:
    return min(GRADE_MAX, max(1.0, grade))


def count_all(words: Sequence[str]) -> int:
    return sum(count_letters(word) for word in words)


def _count_arabic_syllables(words: Sequence[str]) -> int:
    """Short ones count one, long and stressed ones two."""
    text = "".join(words)
    short = long = 0
    for place, char in enumerate(text):
        if char in _SHORT_VOWELS:
            if text[place + 1 : place + 2] in {"\u0627", "\u0648", "\u064a"}:
                long += 1
            else:
                short += 1
    if short == 0:
        short = max(0, len(_UNCOUNTED.sub("", text)) - 2)
    return short + 2 * (long + len(_STRESS.findall(text)))
