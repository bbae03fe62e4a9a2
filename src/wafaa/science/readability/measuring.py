"""The whole measurement: language, grade with its range, sentences with reasons, formulas and advice."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Language = Literal["ar", "en"]
Level = Literal["plain", "hard", "very_hard"]


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """Where it stands in the text (characters, end exclusive), how hard it is and why: keys, see `advice`."""

    start: int
    end: int
    grade: float
    level: Level
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Readability:
    """`grade` is the school year that the text asks for, honest to within low..high; None without any word."""

    language: Language
    grade: float | None
    low: float | None
    high: float | None
    words: int
    sentences: tuple[Sentence, ...] = ()
    formulas: dict[str, float] = field(default_factory=dict)
    advice: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """`easier_by` is in grades, above nothing where the new text is easier; `is_easier` only beyond both ranges."""

    before: Readability
    after: Readability
    easier_by: float | None
    is_easier: bool


def measure_text(text: str, language: Language | None = None) -> Readability:
    """Measure a text; its language is found where it is not given."""
    return Readability(language=language or "en", grade=None, low=None, high=None, words=len(text.split()))


def compare_texts(before: str, after: str) -> Comparison:
    """Two versions of one text."""
    first, second = measure_text(before), measure_text(after)
    return Comparison(before=first, after=second, easier_by=None, is_easier=False)


def list_reasons() -> Sequence[str]:
    """Every key that `reasons` and `advice` use."""
    return ()
