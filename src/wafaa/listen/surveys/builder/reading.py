"""From the fields of a form to a question, a condition, an ending: whatever a browser sends becomes plain, bounded data."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from wafaa.kit.text import latin_digits
from wafaa.listen.surveys.builder.editing import OPTIONED, SCALED
from wafaa.listen.surveys.builder.words import MEASURES, STYLES, TESTS, WITHOUT_VALUE
from wafaa.listen.surveys.rules.content import CONTACT_FIELDS

LETTERS_MAX = 5_000
OPTIONS_MAX = 100
TESTS_SHOWN = 4
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}\Z")
Form = Mapping[str, str]


def read_question(form: Form, question: Mapping[str, Any], languages: list[str]) -> dict[str, Any]:
    """The question as the form tells it; what a form of its type does not hold stays."""
    made = {
        **question,
        "text": read_words(form, "text", languages, question.get("text")),
        "help": read_words(form, "help", languages, question.get("help")),
        "required": "required" in form,
        "not_applicable": "not_applicable" in form,
        "measure": form.get("measure", "") if form.get("measure", "") in MEASURES else "",
        "show_if": read_condition(form, "show", question.get("show_if")),
    }
    kind = question["type"]
    if kind in SCALED:
        made["scale"] = _read_scale(form, question, languages)
    if kind in OPTIONED or kind == "matrix":
        made["options"] = list(_read_named(form, "option", question.get("options") or [], languages))
        made["random"], made["other"] = "random" in form, "other" in form and kind in {"single", "multiple"}
    if kind == "matrix":
        made["rows"] = list(_read_named(form, "row", question.get("rows") or [], languages, pointed=False))
    if kind == "contact":
        parts = [part for part in CONTACT_FIELDS if f"part.{part}" in form]
        made["options"] = (
            [{"key": part, "text": {}} for part in parts] if len(parts) < len(CONTACT_FIELDS) else []
        )
    if kind in {"number", "multiple"}:
        made["min"], made["max"] = read_number(form.get("min", "")), read_number(form.get("max", ""))
    if kind == "date":
        made["min"], made["max"] = form.get("min", "")[:10] or None, form.get("max", "")[:10] or None
    if kind in {"short_text", "long_text"}:
        longest = read_number(form.get("max_length", ""))
        made["max_length"] = int(longest) if longest and 1 <= longest <= 10_000 else None
    return made


def read_words(
    form: Form, name: str, languages: list[str], kept: Mapping[str, str] | None = None
) -> dict[str, str]:
    """`name.ar`, `name.en`; languages that the form does not show keep their words."""
    words = dict(kept or {})
    for language in languages:
        if f"{name}.{language}" in form:
            words[language] = _clean(form[f"{name}.{language}"])
    return {language: text for language, text in words.items() if text or language in languages}


def read_number(text: str) -> float | int | None:
    try:
        number = float(latin_digits(text).strip().replace("٫", "."))
    except ValueError:
        return None
    if not abs(number) <= 1e12:
        return None
    return int(number) if number.is_integer() else number


def _clean(text: str) -> str:
    return text.replace("\0", "").replace("\r\n", "\n").strip()[:LETTERS_MAX]


def _read_scale(form: Form, question: Mapping[str, Any], languages: list[str]) -> dict[str, Any]:
    kept = question.get("scale") or {}
    points = read_number(form.get("points", ""))
    style = form.get("style", "")
    return {
        "points": int(points) if points else kept.get("points", 5),
        "style": style if style in STYLES else kept.get("style", "numbers"),
        "low": read_words(form, "low", languages, kept.get("low")),
        "high": read_words(form, "high", languages, kept.get("high")),
    }


def _read_named(
    form: Form, what: str, kept: list[dict[str, Any]], languages: list[str], *, pointed: bool = True
) -> Iterator[dict[str, Any]]:
    """Options or rows: those that stand, then new ones; a line without any words is taken away."""
    known = {one["key"]: one for one in kept}
    taken = set(known) | {"other"}
    for place in range(OPTIONS_MAX):
        if f"{what}.{place}.key" not in form:
            return
        told = form[f"{what}.{place}.key"]
        old = known.get(told, {})
        text = read_words(form, f"{what}.{place}", languages, old.get("text"))
        image = form.get(f"{what}.{place}.image", old.get("image", ""))[:1_000].strip()
        if not (any(text.values()) or image) or f"{what}.{place}.gone" in form:
            continue
        key = told if _KEY.match(told) and told in known else _name(what, taken)
        taken.add(key)
        made: dict[str, Any] = {"key": key, "text": text}
        if pointed:
            points = read_number(form.get(f"{what}.{place}.points", "0"))
            made["image"] = image
            made["points"] = max(-10_000, min(10_000, int(points or 0)))
        yield made


def _name(what: str, taken: set[str]) -> str:
    number = 1
    while f"{what[0]}{number}" in taken:
        number += 1
    return f"{what[0]}{number}"


def read_condition(form: Form, name: str, kept: Any) -> Any:
    """`name.0.of`, `.is`, `.value`, joined by `name.joint`; one that the form cannot show stays as it was."""
    if f"{name}.kept" in form:
        return kept
    tests = [test for place in range(TESTS_SHOWN) if (test := _read_test(form, f"{name}.{place}"))]
    if not tests:
        return None
    if len(tests) == 1:
        return tests[0]
    return {"any" if form.get(f"{name}.joint") == "any" else "all": tests}


def _read_test(form: Form, name: str) -> dict[str, Any] | None:
    of, _colon, key = form.get(f"{name}.of", "").partition(":")
    test = form.get(f"{name}.is", "equals")
    if of not in {"answer", "profile", "hidden"} or not key or test not in TESTS:
        return None
    made: dict[str, Any] = {"of": of, "key": key[:121], "is": test}
    if test not in WITHOUT_VALUE:
        value = form.get(f"{name}.value", "").strip()[:500]
        number = read_number(value)
        made["value"] = value if number is None or test == "includes" else number
    return made


def split_condition(condition: Any) -> tuple[str, list[dict[str, Any]]] | None:
    """What the form can show: one test, or several of one joint; None of what lies deeper."""
    if not condition:
        return "all", []
    if "of" in condition:
        return "all", [condition]
    for joint in ("all", "any"):
        parts = condition.get(joint)
        if parts is not None and len(parts) <= TESTS_SHOWN and all("of" in part for part in parts):
            return joint, parts
    return None
