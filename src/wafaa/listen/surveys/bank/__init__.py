"""The bank of recommended questions: written by people in both languages, with the scale and the measure that fit each.

A question of the bank is plain data; `make_question` makes of it one of a survey's content, under any key.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from wafaa.kit.text import fold

FOLDER = Path(__file__).parent
LANGUAGES = ("ar", "en")
Words = dict[str, str]

# The two ends of a scale, where a question says nothing else, and how many points it has.
ENDS: Mapping[str, tuple[Words, Words]] = {
    "nps": (
        {"ar": "غير محتمل إطلاقًا", "en": "Not at all likely"},
        {"ar": "محتمل جدًا", "en": "Extremely likely"},
    ),
    "csat": ({"ar": "غير راضٍ إطلاقًا", "en": "Very dissatisfied"}, {"ar": "راضٍ جدًا", "en": "Very satisfied"}),
    "ces": ({"ar": "أعارض بشدة", "en": "Strongly disagree"}, {"ar": "أوافق بشدة", "en": "Strongly agree"}),
    "rating": ({"ar": "ضعيف", "en": "Poor"}, {"ar": "ممتاز", "en": "Excellent"}),
}
POINTS: Mapping[str, int] = {"csat": 5, "ces": 7, "rating": 5, "nps": 11}
# The columns of a matrix, where a question has none of its own.
COLUMNS: tuple[tuple[str, str, str, int], ...] = (
    ("very_low", "غير راضٍ إطلاقًا", "Very dissatisfied", 1),
    ("low", "غير راضٍ", "Dissatisfied", 2),
    ("middle", "محايد", "Neutral", 3),
    ("high", "راضٍ", "Satisfied", 4),
    ("very_high", "راضٍ جدًا", "Very satisfied", 5),
)


@dataclass(frozen=True, kw_only=True)
class BankQuestion:
    """One recommendation; `told` is what its file says of it."""

    key: str  # theme.name
    theme: str
    type: str
    measure: str
    text: Words
    told: Mapping[str, Any]


def list_bank(*, search: str = "", theme: str = "") -> list[BankQuestion]:
    """Those whose words, in any language, hold what is searched for; marks and letter variants don't matter."""
    wanted = fold(search)
    return [
        question
        for question in _read().values()
        if (not theme or question.theme == theme)
        and (not wanted or any(wanted in fold(text) for text in question.text.values()))
    ]


def list_themes() -> list[str]:
    return list(dict.fromkeys(question.theme for question in _read().values()))


def find_bank_question(key: str) -> BankQuestion | None:
    return _read().get(key)


@cache
def _read() -> dict[str, BankQuestion]:
    themes = tomllib.loads((FOLDER / "questions.toml").read_text(encoding="utf-8"))
    return {
        f"{theme}.{name}": BankQuestion(
            key=f"{theme}.{name}",
            theme=theme,
            type=told["type"],
            measure=told.get("measure", ""),
            text={"ar": told["ar"], "en": told["en"]},
            told=told,
        )
        for theme, questions in themes.items()
        for name, told in questions.items()
    }


def make_question(told: Mapping[str, Any], key: str) -> dict[str, Any]:
    """What a file tells of a question, in the form of a survey's content."""
    kind = told["type"]
    made: dict[str, Any] = {
        "key": key,
        "type": kind,
        "text": pair(told),
        "required": bool(told.get("required", False)),
        "measure": told.get("measure", ""),
    }
    for name in ("other", "not_applicable", "random", "min", "max", "max_length"):
        if name in told:
            made[name] = told[name]
    if "options" in told:
        made["options"] = [_make_option(option) for option in told["options"]]
    if kind == "matrix":
        made.setdefault("options", make_columns())
    if "rows" in told:
        made["rows"] = [{"key": row[0], "text": {"ar": row[1], "en": row[2]}} for row in told["rows"]]
    if kind in ENDS:
        made["scale"] = make_scale(kind, told)
    return made


def make_scale(kind: str, told: Mapping[str, Any]) -> dict[str, Any]:
    low, high = ENDS[kind]
    return {
        "points": told.get("points", POINTS[kind]),
        "style": told.get("style", "numbers"),
        "low": _pair_of(told["low"]) if "low" in told else dict(low),
        "high": _pair_of(told["high"]) if "high" in told else dict(high),
    }


def make_columns() -> list[dict[str, Any]]:
    return [_make_option(column) for column in COLUMNS]


def _make_option(told: Sequence[Any]) -> dict[str, Any]:
    key, arabic, english, *points = told
    return {"key": key, "text": {"ar": arabic, "en": english}, "points": points[0] if points else 0}


def pair(told: Mapping[str, str]) -> Words:
    return {language: told[language] for language in LANGUAGES if language in told}


def _pair_of(told: list[str]) -> Words:
    return dict(zip(LANGUAGES, told, strict=True))
