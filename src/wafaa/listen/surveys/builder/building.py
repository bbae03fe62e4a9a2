"""The builder: the questions on their pages, each step a plain post; HTMX and dragging are comfort on top."""

import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from csp.decorators import csp_update
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from wafaa.access.staff.http import StaffRequest
from wafaa.kit import clock
from wafaa.kit.errors import WafaaError
from wafaa.listen.surveys.bank import list_bank, list_themes
from wafaa.listen.surveys.builder import editing
from wafaa.listen.surveys.builder.frame import (
    build_frame,
    count_steps,
    edits,
    find_revision,
    get_working,
    save_step,
    undo_step,
)
from wafaa.listen.surveys.builder.reviewing import review, say_findings
from wafaa.listen.surveys.builder.words import MEASURES, THEMES, TYPES, pick, say_condition
from wafaa.listen.surveys.calibrating import get_installation
from wafaa.listen.surveys.queries import get_survey, make_preview_url
from wafaa.listen.surveys.rules.checking import measure_completeness
from wafaa.listen.surveys.rules.content import read_content

PREVIEW = timedelta(hours=12)
View = Callable[..., HttpResponseBase]
shows_frames: Callable[[View], View] = csp_update({"frame-src": ["'self'"]})
Draft = dict[str, Any]


@edits
@require_GET
def build(request: StaffRequest, survey_uuid: uuid.UUID) -> HttpResponse:
    survey = get_survey(survey_uuid)
    working = get_working(survey)
    content = working.content
    read = read_content(content)
    complete = measure_completeness(read)
    context = {
        **build_frame(request, survey, "survey"),
        "pages": show_pages(content),
        "types": TYPES.items(),
        "revision": find_revision(survey),
        "steps": count_steps(survey),
        "languages": [
            {"code": code, "done": done, "of": of, "lacks": of - done}
            for code, (done, of) in complete.items()
        ],
        "is_published": working.published_at is not None,
        "is_changed": working.published_at is None and survey.current_version_id is not None,
        "verdict": review(content, get_installation()),
    }
    return render(request, "survey_console/build.html", context)


def show_pages(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    main, number = content["main_language"], 0
    pages = []
    for place, page in enumerate(content["pages"], start=1):
        rows = []
        for question in page["questions"]:
            number += 1
            rows.append(show_question(question, content, main, number))
        pages.append(
            {
                "key": page["key"],
                "number": place,
                "title": pick(page.get("title"), main),
                "is_random": page.get("random"),
                "rows": rows,
            }
        )
    return pages


def show_question(
    question: Mapping[str, Any], content: Mapping[str, Any], main: str, number: int
) -> dict[str, Any]:
    return {
        "key": question["key"],
        "number": number,
        "type": question["type"],
        "label": TYPES[question["type"]],
        "text": pick(question.get("text"), main),
        "required": question.get("required"),
        "measure": MEASURES.get(question.get("measure", ""), "") if question.get("measure") else "",
        "condition": say_condition(question.get("show_if"), content),
        "lacks": [code for code in content["languages"] if not (question.get("text") or {}).get(code)],
        "findings": say_findings(question, content["languages"]),
        "options": [pick(option["text"], main) for option in (question.get("options") or [])[:4]],
        "scale": question.get("scale") or {},
    }


@edits
@require_POST
def step(request: StaffRequest, survey_uuid: uuid.UUID) -> HttpResponse:
    """What a button of the builder asks for. A refused step says why and changes nothing."""
    survey = get_survey(survey_uuid)
    form, key = request.POST, request.POST.get("question", "")
    verb, _dash, told = form.get("deed", "").partition(":")
    if verb == "undo":
        if not undo_step(survey):
            messages.warning(request, _("There is nothing to take back any more."))
        return redirect("survey", survey.uuid)
    content, key = _apply(dict(get_working(survey).content), verb, told, key, form)
    revision = form.get("revision", "")
    try:
        save_step(survey, content, int(revision) if revision.isdecimal() and len(revision) < 9 else None)
    except WafaaError as error:
        messages.error(request, str(error))
        key = ""
    if verb == "add" and key:
        return redirect("survey-question", survey.uuid, key)
    return redirect(reverse("survey", args=[survey.uuid]) + (f"#q-{key}" if key else ""))


def _apply(content: Draft, verb: str, told: str, key: str, form: Mapping[str, str]) -> tuple[Draft, str]:  # noqa: C901, PLR0911
    page = form.get("page", "")
    match verb:
        case "add" if form.get("type", "") in TYPES:
            return editing.add_question(
                content, type_=form["type"], page_key=page, after=form.get("after", "")
            )
        case "bank":
            return editing.add_from_bank(content, bank_key=told, page_key=page)
        case "duplicate":
            return editing.duplicate_question(content, told)
        case "delete":
            return editing.delete_question(content, told), ""
        case "up":
            return editing.move_question(content, told, -1), told
        case "down":
            return editing.move_question(content, told, 1), told
        case "put":
            place = form.get("place", "")
            put = int(place) if place.isdecimal() and len(place) < 5 else 0
            return editing.put_question(content, key, page_key=page, place=put), key
        case "page-add":
            return editing.add_page(content), ""
        case "page-delete":
            return editing.delete_page(content, told), ""
        case "page-up":
            return editing.move_page(content, told, -1), ""
        case "page-down":
            return editing.move_page(content, told, 1), ""
    return content, key


@edits
@require_GET
def bank(request: StaffRequest, survey_uuid: uuid.UUID) -> HttpResponse:
    """The recommended questions, by theme and search."""
    survey = get_survey(survey_uuid)
    search, theme = request.GET.get("q", "")[:100].strip(), request.GET.get("theme", "")
    content = get_working(survey).content
    has = {question["key"] for question in editing.list_questions(content)}
    found = [
        {
            "key": one.key,
            "text": pick(one.text),
            "other": next((text for text in one.text.values() if text != pick(one.text)), ""),
            "label": TYPES[one.type],
            "measure": MEASURES[one.measure] if one.measure else "",
            "theme": THEMES[one.theme],
            "is_in": one.key.replace(".", "_") in has,
        }
        for one in list_bank(search=search, theme=theme)
    ]
    context = {
        **build_frame(request, survey, "survey"),
        "found": found,
        "search": search,
        "theme": theme,
        "themes": [(key, THEMES[key]) for key in list_themes()],
        "page_key": request.GET.get("page", ""),
        "revision": find_revision(survey),
    }
    return render(request, "survey_console/bank.html", context)


@edits
@require_GET
@shows_frames
def preview(request: StaffRequest, survey_uuid: uuid.UUID) -> HttpResponse:
    """The answering page itself, as a test, on a phone and on a desktop, in each language."""
    survey = get_survey(survey_uuid)
    working = get_working(survey)
    languages = working.content["languages"]
    language = request.GET.get("language", "")
    language = language if language in languages else working.content["main_language"]
    address = make_preview_url(working, until=clock.now() + PREVIEW)
    context = {
        **build_frame(request, survey, "survey"),
        "address": f"{address}?lang={language}&embed=1",
        "languages": languages,
        "language": language,
        "width": "desktop" if request.GET.get("width") == "desktop" else "phone",
    }
    return render(request, "survey_console/preview.html", context)
