"""The whole measurement: language, grade with its range, sentences with reasons, formulas and advice."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import Final, Literal

from wafaa.science.readability.formulas import (
    ari,
    count_all,
    count_syllables,
    flesch,
    flesch_kincaid,
    grade_arabic,
    limit,
    osman,
)
from wafaa.science.readability.reasons import REASONS, list_reasons
from wafaa.science.readability.splitting import (
    Language,
    find_language,
    list_words,
    split_sentences,
    strip_marks,
)

Level = Literal["plain", "hard", "very_hard"]

# As in Hemingway: sentences of 14 words or more are hard from grade 10, very hard from 14. Arabic says the same in fewer words.
HARD_FROM: Final = 10.0
VERY_HARD_FROM: Final = 14.0
HARD_WORDS: Final[dict[Language, int]] = {"en": 14, "ar": 12}
# No formula knows a reader better than this.
GRADE_ERROR: Final[dict[Language, float]] = {"en": 1.0, "ar": 1.5}
# With fewer words a grade is a guess (Flesch measured samples of 100).
ENOUGH_WORDS: Final = 30
ADVICE_MAX: Final = 3


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """Where it stands in the text (characters, end exclusive), how hard it is and why (reasons.REASONS)."""

    start: int
    end: int
    grade: float
    level: Level
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Readability:
    """`grade` is the school year that the text asks for, honest to within low..high; None without any word.

    `advice` are keys of reasons.REASONS, what would help most first.
    """

    language: Language
    grade: float | None
    low: float | None
    high: float | None
    words: int
    sentences: tuple[Sentence, ...] = ()
    formulas: dict[str, float] = field(default_factory=dict)
    advice: tuple[str, ...] = ()

    @property
    def is_enough(self) -> bool:
        return self.words >= ENOUGH_WORDS


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """`easier_by` is in grades, above nothing where the new text is easier; `is_easier` only beyond both ranges."""

    before: Readability
    after: Readability
    easier_by: float | None
    is_easier: bool


def measure_text(text: str, language: Language | None = None) -> Readability:
    """Measure a text; its language is found where it is not given.

    Arabic is measured without vowel marks, so that writing them changes nothing.
    """
    language = language or find_language(text)
    spans = [
        (span, words) for span in split_sentences(text) if (words := list_words(text[span[0] : span[1]]))
    ]
    if not spans:
        return Readability(language=language, grade=None, low=None, high=None, words=0)
    sentences = tuple(
        _measure_sentence(start, end, strip_marks(text[start:end]), words, language)
        for (start, end), words in spans
    )
    all_words = [word for _, words in spans for word in words]
    formulas = _find_formulas(all_words, len(spans), language)
    grade, model = _find_grade(formulas, language)
    half = sqrt(model**2 + _find_sampling_error([len(words) for _, words in spans], language) ** 2)
    return Readability(
        language=language,
        grade=grade,
        low=limit(grade - half),
        high=limit(grade + half),
        words=len(all_words),
        sentences=sentences,
        formulas=formulas,
        advice=_advise(sentences),
    )


def compare_texts(before: str, after: str, language: Language | None = None) -> Comparison:
    """Two versions of one text, both measured in the language of the first."""
    language = language or find_language(before or after)
    first, second = measure_text(before, language), measure_text(after, language)
    if first.grade is None or second.grade is None:
        return Comparison(before=first, after=second, easier_by=None, is_easier=False)
    return Comparison(
        before=first,
        after=second,
        easier_by=first.grade - second.grade,
        is_easier=(second.high or 0.0) < (first.low or 0.0),
    )


def _measure_sentence(start: int, end: int, text: str, words: Sequence[str], language: Language) -> Sentence:
    formulas = _find_formulas(words, 1, language)
    grade = _find_grade(formulas, language)[0]
    level: Level = "plain"
    if len(words) >= HARD_WORDS[language] and grade >= HARD_FROM:
        level = "very_hard" if grade >= VERY_HARD_FROM else "hard"
    return Sentence(
        start=start, end=end, grade=grade, level=level, reasons=list_reasons(text, words, language)
    )


def _find_formulas(words: Sequence[str], sentences: int, language: Language) -> dict[str, float]:
    n, letters = len(words), count_all(words)
    if language == "ar":
        return {"grade_arabic": grade_arabic(letters, n, sentences), "osman": osman(words, sentences)}
    syllables = sum(count_syllables(word) for word in words)
    return {
        "flesch": flesch(n, sentences, syllables),
        "flesch_kincaid": flesch_kincaid(n, sentences, syllables),
        "ari": ari(letters, n, sentences),
    }


def _find_grade(formulas: dict[str, float], language: Language) -> tuple[float, float]:
    """The grade, and how far formulas alone leave it open: half of what lies between two of them, at least GRADE_ERROR."""
    if language == "ar":
        return limit(formulas["grade_arabic"]), GRADE_ERROR["ar"]
    middle = (formulas["flesch_kincaid"] + formulas["ari"]) / 2
    return limit(middle), max(GRADE_ERROR["en"], abs(formulas["flesch_kincaid"] - formulas["ari"]) / 2)


def _find_sampling_error(lengths: Sequence[int], language: Language) -> float:
    """What another few sentences by the same writer would change: grades per word of length times its standard error."""
    n = len(lengths)
    if n < 2:
        return 0.0
    mean = sum(lengths) / n
    variance = sum((length - mean) ** 2 for length in lengths) / (n - 1)
    return (0.42 if language == "ar" else 0.45) * sqrt(variance / n)


def _advise(sentences: Sequence[Sentence]) -> tuple[str, ...]:
    """The reasons that most hard sentences share; where none is hard, those of any."""
    hard = [sentence for sentence in sentences if sentence.level != "plain"]
    weights: Counter[str] = Counter()
    for sentence in hard or sentences:
        weights.update(sentence.reasons)
    order = sorted(weights, key=lambda reason: (-weights[reason], REASONS.index(reason)))
    return tuple(order[:ADVICE_MAX])
