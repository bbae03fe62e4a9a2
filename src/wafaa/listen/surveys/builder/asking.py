"""One question: all its settings in both languages, what the reviewer says of it, and when it is shown."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wafaa.access.staff.http import StaffRequest
from wafaa.kit.errors import WafaaError
from wafaa.listen.surveys.answering.views import say_house
from wafaa.listen.surveys.builder import editing
from wafaa.listen.surveys.builder.frame import build_frame, edits, find_revision, get_working, save_step
from wafaa.listen.surveys.builder.reading import TESTS_SHOWN, read_question, split_condition
from wafaa.listen.surveys.builder.reviewing import say_findings
from wafaa.listen.surveys.builder.words import MEASURES, PROFILE, STYLES, TESTS, TYPES, pick, say_condition
from wafaa.listen.surveys.queries import get_survey
from wafaa.listen.surveys.rules.content import CONTACT_FIELDS

# Empty lines for more options; each save brings new ones.
BLANK_LINES = 2
LANGUAGE_LABELS = {"ar": "العربية", "en": "English"}
RTL = frozenset({"ar", "fa", "he", "ur"})


@edits
@require_http_methods(["GET", "POST"])
def question(request: StaffRequest, survey_uuid: uuid.UUID, key: str) -> HttpResponse:
    """GET shows it; a POST saves it, or shows what was typed with one more line."""
    survey = get_survey(survey_uuid)
    content = get_working(survey).content
    found = editing.find_question(content, key)
    if found is None:
        raise Http404
    if request.method == "GET":
        return _show(request, survey, content, found)
    made = read_question(request.POST, found, content["languages"])
    if request.POST.get("deed") == "redraw":
        return _show(request, survey, content, made)
    revision = request.POST.get("revision", "")
    seen = int(revision) if revision.isdecimal() and len(revision) < 9 else None
    try:
        save_step(survey, editing.replace_question(content, key, made), seen)
    except WafaaError as error:
        messages.error(request, str(error))
        return _show(request, survey, content, made, status=error.status)
    messages.success(request, _("Saved."))
    if request.POST.get("deed") == "stay":
        return redirect("survey-question", survey.uuid, key)
    return redirect(reverse("survey", args=[survey.uuid]) + f"#q-{key}")


def _show(
    request: StaffRequest, survey: Any, content: Mapping[str, Any], shown: dict[str, Any], status: int = 200
) -> HttpResponse:
    languages, kind = content["languages"], shown["type"]
    frame = build_frame(request, survey, "survey")
    context = {
        **frame,
        "question": shown,
        "type_label": TYPES[kind],
        "texts": list_fields("text", shown.get("text"), languages),
        "helps": list_fields("help", shown.get("help"), languages),
        "languages": name_languages(languages),
        "is_scaled": kind in editing.SCALED,
        "may_choose_points": kind in {"csat", "rating"},
        "point_choices": (5, 10) if kind == "csat" else range(3, 11),
        "styles": STYLES.items(),
        "lows": list_fields("low", (shown.get("scale") or {}).get("low"), languages),
        "highs": list_fields("high", (shown.get("scale") or {}).get("high"), languages),
        "options": list_lines("option", shown.get("options"), languages) if _has_options(kind) else [],
        "rows": list_lines("row", shown.get("rows"), languages) if kind == "matrix" else [],
        "is_picture": kind == "picture",
        "may_other": kind in {"single", "multiple"},
        "is_bounded": kind in {"number", "date", "multiple"},
        "contact_parts": _list_contact_parts(shown) if kind == "contact" else [],
        "is_text": kind in {"short_text", "long_text"},
        "measures": MEASURES.items(),
        "condition": show_condition("show", shown.get("show_if"), content, shown["key"]),
        "findings": say_findings(shown, languages),
        "revision": request.POST.get("revision") or find_revision(survey),
        "here": pick(shown.get("text"), content["main_language"]) or _("New question"),
        "trail": [*frame["trail"], (survey.name, reverse("survey", args=[survey.uuid]))],
    }
    return render(request, "survey_console/question.html", context, status=status)


def _list_contact_parts(shown: Mapping[str, Any]) -> list[tuple[str, str, bool]]:
    """What a contact may ask for, and whether it does; without a choice for all."""
    asked = {one["key"] for one in shown.get("options") or []}
    words = say_house()
    return [(part, words[part], not asked or part in asked) for part in CONTACT_FIELDS]


def _has_options(kind: str) -> bool:
    return kind in editing.OPTIONED or kind == "matrix"


def name_languages(languages: list[str]) -> list[dict[str, str]]:
    return [
        {"code": code, "label": LANGUAGE_LABELS.get(code, code), "dir": "rtl" if code in RTL else "ltr"}
        for code in languages
    ]


def list_fields(name: str, words: Mapping[str, str] | None, languages: list[str]) -> list[dict[str, str]]:
    """One field for each language, side by side."""
    return [
        {**one, "name": f"{name}.{one['code']}", "value": (words or {}).get(one["code"], "")}
        for one in name_languages(languages)
    ]


def list_lines(what: str, kept: list[dict[str, Any]] | None, languages: list[str]) -> list[dict[str, Any]]:
    """Options or rows, then empty lines for new ones."""
    lines: list[dict[str, Any]] = [*(kept or []), *({"key": "", "text": {}} for _more in range(BLANK_LINES))]
    return [
        {
            "name": f"{what}.{place}",
            "number": place + 1,
            "key": line["key"],
            "fields": list_fields(f"{what}.{place}", line["text"], languages),
            "points": line.get("points", 0),
            "image": line.get("image", ""),
        }
        for place, line in enumerate(lines)
    ]


def show_condition(name: str, condition: Any, content: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """What the form needs to show a condition in plain words; `is_deep`: only its sentence can be shown."""
    split = split_condition(condition)
    said = say_condition(condition, content)
    if split is None:
        return {"name": name, "said": said, "is_deep": True}
    joint, tests = split
    lines = []
    for place in range(min(TESTS_SHOWN, len(tests) + 1)):
        test = tests[place] if place < len(tests) else {}
        lines.append(
            {
                "name": f"{name}.{place}",
                "of": f"{test['of']}:{test['key']}" if test else "",
                "is": test.get("is", "equals"),
                "value": _write_value(test.get("value", "")),
            }
        )
    return {
        "name": name,
        "said": said,
        "is_deep": False,
        "joint": joint,
        "lines": lines,
        "subjects": list(list_subjects(content, before)),
        "values": list(list_values(content, before)),
        "tests": TESTS.items(),
    }


def _write_value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def list_subjects(content: Mapping[str, Any], before: str) -> Any:
    """What may be asked for: answers of earlier pages, what is known of the customer, hidden fields."""
    main, number = content["main_language"], 0
    for page in content["pages"]:
        if any(question["key"] == before for question in page["questions"]):
            break
        for question in page["questions"]:
            number += 1
            if question["type"] != "statement":
                text = pick(question.get("text"), main)
                yield f"answer:{question['key']}", f"{number}. {text[:70]}"
    for key in content.get("hidden") or []:
        yield f"hidden:{key}", _("Hidden field %(name)s") % {"name": key}
    for key, label in PROFILE.items():
        yield f"profile:{key}", _("Customer: %(field)s") % {"field": label}


def list_values(content: Mapping[str, Any], before: str) -> Any:
    """What the values of choices are called, so that a key can be picked from a list by its words."""
    main = content["main_language"]
    for page in content["pages"]:
        if any(question["key"] == before for question in page["questions"]):
            return
        for question in page["questions"]:
            for option in question.get("options") or []:
                yield option["key"], pick(option["text"], main)
            if question["type"] == "yes_no":
                yield "yes", _("yes")
                yield "no", _("no")
