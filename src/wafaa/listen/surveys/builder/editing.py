"""One step in the life of a draft: content in, content out. Nothing here changes what it was given.

Places that are not there change nothing: of two people at one draft the second one may press a button of what is gone.
"""

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from wafaa.listen.surveys.bank import find_bank_question, make_columns, make_question, make_scale
from wafaa.listen.surveys.ready import name_key

Draft = dict[str, Any]
Step = Callable[[Draft], None]

# More than anybody answers; it keeps a page of the builder readable.
QUESTIONS_MAX = 150
PAGES_MAX = 50
SCALED = frozenset({"csat", "ces", "rating", "nps"})
OPTIONED = frozenset({"single", "multiple", "picture", "ranking"})


def list_questions(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [question for page in content.get("pages", []) for question in page.get("questions", [])]


def find_question(content: Mapping[str, Any], key: str) -> dict[str, Any] | None:
    return next((question for question in list_questions(content) if question["key"] == key), None)


def find_place(content: Mapping[str, Any], key: str) -> tuple[int, int] | None:
    """Which page, and which place on it, from 0."""
    for page_place, page in enumerate(content.get("pages", [])):
        for place, question in enumerate(page.get("questions", [])):
            if question["key"] == key:
                return page_place, place
    return None


def add_question(content: Draft, *, type_: str, page_key: str = "", after: str = "") -> tuple[Draft, str]:
    """A question without words; returns the draft and the question's key."""
    key = _make_key("q", {question["key"] for question in list_questions(content)})
    return _insert(content, _make_blank(type_, key, content), page_key, after), key


def add_from_bank(content: Draft, *, bank_key: str, page_key: str = "") -> tuple[Draft, str]:
    """The question of the bank, in all its words; "" as key where the bank has no such question."""
    source = find_bank_question(bank_key)
    if source is None:
        return content, ""
    taken = {question["key"] for question in list_questions(content)}
    key = name_key(bank_key)
    key = key if key not in taken else _make_key(f"{key}_", taken)
    return _insert(content, make_question(source.told, key), page_key, ""), key


def duplicate_question(content: Draft, key: str) -> tuple[Draft, str]:
    found = find_question(content, key)
    if found is None:
        return content, ""
    copy = deepcopy(found)
    copy["key"] = _make_key(f"{key}_", {question["key"] for question in list_questions(content)})
    return _insert(content, copy, "", key), copy["key"]


def delete_question(content: Draft, key: str) -> Draft:
    """Conditions that ask for its answer go with it: nobody could meet them any more."""

    def step(made: Draft) -> None:
        for page in made["pages"]:
            page["questions"] = [question for question in page["questions"] if question["key"] != key]
        drop_conditions(made, key)

    return _change(content, step)


def replace_question(content: Draft, key: str, question: Mapping[str, Any]) -> Draft:
    def step(made: Draft) -> None:
        place = find_place(made, key)
        if place is not None:
            made["pages"][place[0]]["questions"][place[1]] = {**question, "key": key}

    return _change(content, step)


def move_question(content: Draft, key: str, by: int) -> Draft:
    """One place up (-1) or down (+1); beyond the end of its page it goes to the next one."""

    def step(made: Draft) -> None:
        found = find_place(made, key)
        if found is None:
            return
        page_place, place = found
        pages = made["pages"]
        question = pages[page_place]["questions"].pop(place)
        target = place + by
        if 0 <= target <= len(pages[page_place]["questions"]):
            pages[page_place]["questions"].insert(target, question)
        elif 0 <= page_place + by < len(pages):
            neighbours = pages[page_place + by]["questions"]
            neighbours.insert(0 if by > 0 else len(neighbours), question)
        else:
            pages[page_place]["questions"].insert(place, question)

    return _change(content, step)


def put_question(content: Draft, key: str, *, page_key: str, place: int) -> Draft:
    """Where it was dropped: `place` counts among the page's questions without the one that moves."""

    def step(made: Draft) -> None:
        found, page = find_place(made, key), _find_page(made, page_key)
        if found is None or page is None:
            return
        question = made["pages"][found[0]]["questions"].pop(found[1])
        page["questions"].insert(min(max(place, 0), len(page["questions"])), question)

    return _change(content, step)


def add_page(content: Draft) -> Draft:
    def step(made: Draft) -> None:
        if len(made["pages"]) < PAGES_MAX:
            key = _make_key("p", {page["key"] for page in made["pages"]})
            made["pages"].append({"key": key, "questions": []})

    return _change(content, step)


def delete_page(content: Draft, page_key: str) -> Draft:
    """Its questions join the page before it, or the one after; the last page stays."""

    def step(made: Draft) -> None:
        pages = made["pages"]
        place = next((place for place, page in enumerate(pages) if page["key"] == page_key), None)
        if place is None or len(pages) == 1:
            return
        gone = pages.pop(place)
        if place:
            pages[place - 1]["questions"].extend(gone["questions"])
        else:
            pages[0]["questions"][:0] = gone["questions"]
        made["jumps"] = [
            jump for jump in made.get("jumps", []) if page_key not in (jump["after"], jump["to"])
        ]

    return _change(content, step)


def move_page(content: Draft, page_key: str, by: int) -> Draft:
    def step(made: Draft) -> None:
        pages = made["pages"]
        place = next((place for place, page in enumerate(pages) if page["key"] == page_key), None)
        if place is not None and 0 <= place + by < len(pages):
            pages.insert(place + by, pages.pop(place))

    return _change(content, step)


def change_page(content: Draft, page_key: str, changes: Mapping[str, Any]) -> Draft:
    def step(made: Draft) -> None:
        page = _find_page(made, page_key)
        if page is not None:
            page.update(changes)

    return _change(content, step)


def drop_conditions(made: Draft, key: str) -> None:
    """Takes whatever asks for the answer to this question out of a draft."""
    for question in list_questions(made):
        if question.get("show_if") and asks_for(question["show_if"], key):
            question["show_if"] = None
    made["jumps"] = [jump for jump in made.get("jumps", []) if not asks_for(jump.get("if"), key)]
    for outcome in made.get("outcomes", []):
        if asks_for(outcome.get("if"), key):
            outcome["if"] = None


def asks_for(condition: Any, key: str) -> bool:
    if not isinstance(condition, dict):
        return False
    if "of" in condition:
        return condition["of"] == "answer" and condition.get("key") == key
    parts = [*condition.get("all", []), *condition.get("any", []), condition.get("not")]
    return any(asks_for(part, key) for part in parts)


def _change(content: Draft, step: Step) -> Draft:
    made = deepcopy(content)
    step(made)
    return made


def _insert(content: Draft, question: dict[str, Any], page_key: str, after: str) -> Draft:
    """After a question, or at the end of a page, or of the last one."""

    def step(made: Draft) -> None:
        place = find_place(made, after) if after else None
        if place is not None:
            made["pages"][place[0]]["questions"].insert(place[1] + 1, question)
            return
        page = _find_page(made, page_key) or made["pages"][-1]
        page["questions"].append(question)

    return content if len(list_questions(content)) >= QUESTIONS_MAX else _change(content, step)


def _find_page(content: Mapping[str, Any], page_key: str) -> dict[str, Any] | None:
    return next((page for page in content["pages"] if page["key"] == page_key), None)


def _make_key(stem: str, taken: set[str]) -> str:
    number = 1
    while f"{stem}{number}" in taken:
        number += 1
    return f"{stem}{number}"


def _make_blank(type_: str, key: str, content: Mapping[str, Any]) -> dict[str, Any]:
    """What a question of this type cannot be without."""
    made: dict[str, Any] = {
        "key": key,
        "type": type_,
        "text": dict.fromkeys(content.get("languages", []), ""),
        "required": False,
    }
    if type_ in SCALED:
        made["scale"] = make_scale(type_, {})
    if type_ in OPTIONED:
        made["options"] = [_make_named("option", letter) for letter in ("a", "b", "c")]
    if type_ == "matrix":
        made["options"] = make_columns()
        made["rows"] = [_make_named("row", letter) for letter in ("a", "b")]
    return made


def _make_named(what: str, letter: str) -> dict[str, Any]:
    number = "abc".index(letter) + 1
    words = {
        "option": {"ar": f"خيار {number}", "en": f"Option {number}"},
        "row": {"ar": f"بند {number}", "en": f"Row {number}"},
    }
    return {"key": letter, "text": words[what]}
