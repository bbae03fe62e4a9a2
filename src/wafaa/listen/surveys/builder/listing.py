"""The list of surveys, and a new one: of a template, or empty."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.listen.surveys.actions import close_survey, make_survey, reopen_survey
from wafaa.listen.surveys.builder.frame import edits, get_working, sees
from wafaa.listen.surveys.builder.words import STATES, TONES, TYPES, pick
from wafaa.listen.surveys.models import Survey
from wafaa.listen.surveys.queries import count_responses, get_survey, list_surveys
from wafaa.listen.surveys.ready import ReadySurvey, find_ready, list_ready, make_empty
from wafaa.science.estimates import QuestionShape, estimate_seconds

PAGE_ROWS = 50


class FilterForm(forms.Form):
    q = forms.CharField(label=_("Name of the survey"), required=False, max_length=150)
    state = forms.ChoiceField(
        label=pgettext_lazy("survey", "State"),
        required=False,
        choices=[("", pgettext_lazy("survey", "Every state")), *STATES.items()],
    )


class NewForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the survey"),
        max_length=150,
        help_text=_("Only you see it. What customers read is its title."),
    )


@sees
@require_GET
def surveys(request: StaffRequest) -> HttpResponse:
    form = FilterForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    found = list_surveys()
    if asked.get("q"):
        found = found.filter(name__icontains=asked["q"])
    if asked.get("state"):
        found = found.filter(state=asked["state"])
    page = Paginator(found, PAGE_ROWS).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    counts = count_responses(shown)
    may_edit = request.staff.may(Capability.EDIT_SURVEYS)
    context = {
        "form": form,
        "page": page,
        "rows": [_as_row(one, counts[one.pk], may_edit) for one in shown],
        "is_narrowed": any(asked.values()),
        "may_edit": may_edit,
        "ready": [show_ready(one) for one in list_ready()[:6]] if not shown else [],
    }
    return render(request, "survey_console/surveys.html", context)


def _as_row(one: Survey, counts: dict[str, int], may_edit: bool) -> dict[str, Any]:
    begun = counts["started"]
    is_draft = one.current_version_id is None
    return {
        "survey": one,
        "state": STATES.get(one.state, one.state),
        "tone": TONES.get(one.state, ""),
        "url": reverse("survey" if is_draft and may_edit else "survey-answers", args=[one.uuid]),
        "complete": counts["complete"],
        "begun": begun,
        "share": counts["complete"] / begun if begun else None,
    }


def show_ready(one: ReadySurvey) -> dict[str, Any]:
    """A template as its card shows it: what it asks, and how long that takes."""
    questions = one.list_questions()
    language = "ar" if pick({"ar": "ar", "en": "en"}) == "ar" else "en"
    shapes = [
        QuestionShape(
            type=question["type"],
            words=len(question["text"][language].split()),
            options=len(question.get("options") or []),
            rows=len(question.get("rows") or []),
            required=False,
            page=place,
        )
        for place, page in enumerate(one.content["pages"])
        for question in page["questions"]
    ]
    return {
        "key": one.key,
        "name": pick(one.name),
        "about": pick(one.about),
        "count": len(questions),
        "seconds": round(estimate_seconds(shapes, language).seconds),
        "asks": [
            {
                "type": question["type"],
                "label": TYPES[question["type"]],
                "text": pick(question["text"]),
                "style": (question.get("scale") or {}).get("style", ""),
                "options": [pick(option["text"]) for option in (question.get("options") or [])[:3]],
            }
            for question in questions[:3]
        ],
        "more": max(0, len(questions) - 3),
    }


@edits
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """GET shows the templates; a POST makes a survey of one of them, or an empty one."""
    if request.method == "GET":
        context = {"ready": [show_ready(one) for one in list_ready()], "trail": _trail(), "form": NewForm()}
        return render(request, "survey_console/new.html", context)
    chosen = find_ready(request.POST.get("template", ""))
    if chosen is not None:
        name, content, key, touchpoint = pick(chosen.name), chosen.content, chosen.key, chosen.touchpoint
    else:
        form = NewForm(request.POST)
        if not form.is_valid():
            context = {"ready": [show_ready(one) for one in list_ready()], "trail": _trail(), "form": form}
            return render(request, "survey_console/new.html", context, status=422)
        name = form.cleaned_data["name"]
        content, key, touchpoint = make_empty({"ar": name, "en": name}), "", ""
    made = make_survey(name=name, content=content, by=request.staff, template_key=key, touchpoint=touchpoint)
    return redirect("survey", made.uuid)


def _trail() -> list[tuple[str, str]]:
    return [(gettext("Surveys"), reverse("surveys"))]


@edits
@require_POST
def copy(request: StaffRequest, survey_uuid: uuid.UUID) -> HttpResponse:
    survey = get_survey(survey_uuid)
    made = make_survey(
        name=(gettext("Copy of %(name)s") % {"name": survey.name})[:150],
        content=get_working(survey).content,
        by=request.staff,
        template_key=survey.template_key,
        touchpoint=survey.touchpoint,
    )
    messages.success(request, gettext("This is the copy. It is a draft."))
    return redirect("survey", made.uuid)


@edits
@require_POST
def turn(request: StaffRequest, survey_uuid: uuid.UUID) -> HttpResponse:
    """Closed, or open again."""
    survey = get_survey(survey_uuid)
    if request.POST.get("state") == "closed":
        close_survey(survey=survey, by=request.staff)
        messages.success(request, gettext("The survey is closed. What was answered stays."))
    else:
        reopen_survey(survey=survey, by=request.staff)
        messages.success(request, gettext("The survey takes answers again."))
    return redirect("survey-collect", survey.uuid)
