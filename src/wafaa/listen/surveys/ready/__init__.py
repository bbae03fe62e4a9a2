"""Templates of surveys: whole surveys of questions of the bank, which one takes and changes."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from wafaa.listen.surveys.bank import LANGUAGES, Words, find_bank_question, make_question

FOLDER = Path(__file__).parent
THANKS: Mapping[str, Words] = {
    "title": {"ar": "شكرًا لك", "en": "Thank you"},
    "text": {"ar": "وصلتنا إجابتك، وسنقرؤها.", "en": "We have your answer, and we will read it."},
}
# Half an hour in which one may come back and correct what one said.
EDIT_MINUTES = 30


@dataclass(frozen=True, kw_only=True)
class ReadySurvey:
    """What it is called, what it is for, and its content as a draft begins with it."""

    key: str
    name: Words
    about: Words
    touchpoint: str
    content: Mapping[str, Any]

    def list_questions(self) -> list[Mapping[str, Any]]:
        return [question for page in self.content["pages"] for question in page["questions"]]


def list_ready() -> list[ReadySurvey]:
    """In the order in which one would look at them: customer satisfaction first."""
    return list(_read().values())


def find_ready(key: str) -> ReadySurvey | None:
    return _read().get(key)


@cache
def _read() -> dict[str, ReadySurvey]:
    told = tomllib.loads((FOLDER / "surveys.toml").read_text(encoding="utf-8"))
    return {key: _make(key, one) for key, one in told.items()}


def _make(key: str, told: Mapping[str, Any]) -> ReadySurvey:
    content = make_empty(_words(told["title"]))
    content["hidden"] = told.get("hidden", [])
    content["anonymous"] = told.get("anonymous", False)
    content["pages"] = [
        {"key": f"p{number}", "questions": [_make_question(one) for one in page]}
        for number, page in enumerate(told["pages"], start=1)
    ]
    content["outcomes"] = [_make_outcome(one) for one in told.get("outcomes", [])] + content["outcomes"]
    return ReadySurvey(
        key=key,
        name=_words(told["name"]),
        about=_words(told["about"]),
        touchpoint=told["touchpoint"],
        content=content,
    )


def make_empty(title: Words) -> dict[str, Any]:
    """A survey with one empty page and thanks at its end."""
    return {
        "languages": list(LANGUAGES),
        "main_language": LANGUAGES[0],
        "title": dict(title),
        "welcome": None,
        "hidden": [],
        "pages": [{"key": "p1", "questions": []}],
        "jumps": [],
        "outcomes": [{"key": "thanks", **{name: dict(words) for name, words in THANKS.items()}}],
        "anonymous": False,
        "edit_minutes": EDIT_MINUTES,
    }


def _make_question(told: str | Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(told, str):
        told = {"ask": told}
    if "ask" not in told:
        return make_question(told, told["key"])
    source = find_bank_question(told["ask"])
    assert source is not None, f"no such question in the bank: {told['ask']}"
    made = make_question({**source.told, **told}, name_key(source.key))
    if "show_if" in told:
        made["show_if"] = told["show_if"]
    return made


def name_key(bank_key: str) -> str:
    """The key in a survey of a question that came from the bank: loyalty.recommend is loyalty_recommend."""
    return bank_key.replace(".", "_")


def _make_outcome(told: Mapping[str, Any]) -> dict[str, Any]:
    made = {"key": told["key"], "title": _words(told["title"]), "text": _words(told["text"])}
    for name in ("min_points", "max_points"):
        if name in told:
            made[name] = told[name]
    return made


def _words(told: list[str]) -> Words:
    return dict(zip(LANGUAGES, told, strict=True))
