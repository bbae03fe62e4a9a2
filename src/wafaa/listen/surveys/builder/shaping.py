"""Ways and endings, settings, and the check before publishing."""

import re
import uuid
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wafaa.access.staff.http import StaffRequest
from wafaa.kit.errors import WafaaError
from wafaa.know.journey.words import PLACES, find_touchpoint, name_touchpoint
from wafaa.listen.surveys.actions import change_survey, make_collector, publish_survey
from wafaa.listen.surveys.builder import editing
from wafaa.listen.surveys.builder.asking import list_fields, name_languages, show_condition
from wafaa.listen.surveys.builder.frame import build_frame, edits, find_revision, get_working, save_step
from wafaa.listen.surveys.builder.reading import read_condition, read_number, read_words
from wafaa.listen.surveys.builder.reviewing import SECONDS_MAX, review
from wafaa.listen.surveys.builder.words import pick
from wafaa.listen.surveys.calibrating import get_installation
from wafaa.listen.surveys.models import Survey
from wafaa.listen.surveys.queries import get_survey, list_collectors
from wafaa.listen.surveys.rules import CollectorKind

_HIDDEN = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}\Z")
LANGUAGES = ("ar", "en")
LINES_MAX = 30


class SettingsForm(forms.Form):
    name = forms.CharField(label=_("Name of the survey"), max_length=150)
    touchpoint = forms.CharField(
        label=_("Touchpoint"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"list": "touchpoints"}),
        help_text=_("Where in the journey it is asked. Choose one, or write a name of your own."),
    )
    response_quota = forms.IntegerField(
        label=_("Most answers"), min_value=1, max_value=10_000_000, required=False
    )
    opens_at = forms.DateTimeField(
        label=pgettext_lazy("collector", "Opens"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    closes_at = forms.DateTimeField(
        label=pgettext_lazy("collector", "Closes"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    anonymous = forms.BooleanField(
        label=_("Anonymous"),
        required=False,
        help_text=_(
            "No customer, no address, no hidden fields are kept with an answer, and of its time only the hour."
        ),
    )
    edit_minutes = forms.IntegerField(
        label=_("Minutes in which an answer may be corrected"), min_value=0, max_value=43_200
    )
    hidden = forms.CharField(
        label=_("Hidden fields"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "ltr"}),
        help_text=_("One a line, such as order_id. The link may carry them: ?order_id=1001."),
    )


@edits
@require_http_methods(["GET", "POST"])
def settings(request: StaffRequest, survey_uuid: uuid.UUID) -> HttpResponse:
    survey = get_survey(survey_uuid)
    content = get_working(survey).content
    form = SettingsForm(request.POST or None, initial=_describe(survey, content))
    if request.method == "POST" and form.is_valid():
        try:
            save_step(survey, _settle(content, form.cleaned_data, request.POST))
        except WafaaError as error:
            form.add_error(None, str(error))
        else:
            names = ("name", "touchpoint", "response_quota", "opens_at", "closes_at")
            given = {name: form.cleaned_data[name] for name in names}
            given["touchpoint"] = find_touchpoint(given["touchpoint"])
            change_survey(survey=survey, by=request.staff, **given)
            messages.success(request, gettext("Saved."))
            return redirect("survey-settings", survey.uuid)
    languages = content["languages"]
    welcome = (content.get("welcome") or {}).get("text")
    context = {
        **build_frame(request, survey, "survey-settings"),
        "form": form,
        "titles": list_fields("title", content["title"], languages),
        "welcomes": list_fields("welcome", welcome, languages),
        "all_languages": [
            {**one, "is_on": one["code"] in languages} for one in name_languages(list(LANGUAGES))
        ],
        "main": content["main_language"],
        "touchpoints": PLACES.values(),
    }
    return render(request, "survey_console/settings.html", context, status=422 if form.errors else 200)


def _describe(survey: Survey, content: Mapping[str, Any]) -> dict[str, Any]:
    kept = ("name", "touchpoint", "response_quota", "opens_at", "closes_at")
    return {
        **{name: getattr(survey, name) for name in kept},
        "touchpoint": name_touchpoint(survey.touchpoint),
        "anonymous": content.get("anonymous"),
        "edit_minutes": content.get("edit_minutes", 0),
        "hidden": "\n".join(content.get("hidden") or []),
    }


def _settle(content: Mapping[str, Any], given: Mapping[str, Any], form: Any) -> dict[str, Any]:
    made: dict[str, Any] = deepcopy(dict(content))
    languages = [code for code in LANGUAGES if code in form.getlist("languages")] or made["languages"]
    made["title"] = read_words(form, "title", made["languages"], made["title"])
    welcome = read_words(form, "welcome", made["languages"])
    made["welcome"] = {"text": welcome} if any(welcome.values()) else None
    made["languages"] = languages
    made["main_language"] = form.get("main") if form.get("main") in languages else languages[0]
    made["anonymous"], made["edit_minutes"] = given["anonymous"], given["edit_minutes"]
    names = [line.strip() for line in given["hidden"].splitlines() if line.strip()]
    made["hidden"] = (
        [] if made["anonymous"] else [name for name in dict.fromkeys(names) if _HIDDEN.match(name)][:30]
    )
    return made


@edits
@require_http_methods(["GET", "POST"])
def page(request: StaffRequest, survey_uuid: uuid.UUID, key: str) -> HttpResponse:
    """A page's heading, and whether its questions come in random order."""
    survey = get_survey(survey_uuid)
    content = get_working(survey).content
    keys = [one["key"] for one in content["pages"]]
    if key not in keys:
        raise Http404
    shown, languages = content["pages"][keys.index(key)], content["languages"]
    if request.method == "POST":
        title = read_words(request.POST, "title", languages, shown.get("title"))
        changes = {"title": title if any(title.values()) else {}, "random": "random" in request.POST}
        save_step(survey, editing.change_page(content, key, changes))
        messages.success(request, gettext("Saved."))
        return redirect("survey", survey.uuid)
    frame = build_frame(request, survey, "survey")
    context = {
        **frame,
        "number": keys.index(key) + 1,
        "titles": list_fields("title", shown.get("title"), languages),
        "is_random": shown.get("random"),
        "trail": [*frame["trail"], (survey.name, reverse("survey", args=[survey.uuid]))],
    }
    return render(request, "survey_console/page.html", context)


@edits
@require_http_methods(["GET", "POST"])
def logic(request: StaffRequest, survey_uuid: uuid.UUID) -> HttpResponse:
    """Which page follows which, and how the survey ends."""
    survey = get_survey(survey_uuid)
    content = get_working(survey).content
    if request.method == "POST":
        made = _read_logic(content, request.POST)
        try:
            save_step(survey, made)
        except WafaaError as error:
            messages.error(request, str(error))
            content = made
        else:
            messages.success(request, gettext("Saved."))
            return redirect("survey-logic", survey.uuid)
    jumps = [*content.get("jumps", []), {"after": "", "to": "", "if": None}]
    outcomes = [*content.get("outcomes", []), {"key": "", "title": {}, "text": {}}]
    context = {
        **build_frame(request, survey, "survey-logic"),
        "jumps": [
            {
                "name": f"jump.{place}",
                "after": jump["after"],
                "to": jump["to"],
                "condition": show_condition(f"jump.{place}.if", jump.get("if"), content),
                "is_new": not jump["after"],
            }
            for place, jump in enumerate(jumps)
        ],
        "pages": [
            (page["key"], gettext("Page %(number)s") % {"number": place})
            for place, page in enumerate(content["pages"], start=1)
        ],
        "endings": [
            (f"end:{one['key']}", pick(one["title"], content["main_language"]))
            for one in content.get("outcomes", [])
        ],
        "outcomes": [_show_outcome(place, one, content) for place, one in enumerate(outcomes)],
    }
    return render(request, "survey_console/logic.html", context)


def _show_outcome(place: int, one: Mapping[str, Any], content: Mapping[str, Any]) -> dict[str, Any]:
    name, languages, link = f"end.{place}", content["languages"], one.get("link") or {}
    return {
        "name": name,
        "key": one["key"],
        "titles": list_fields(f"{name}.title", one["title"], languages),
        "texts": list_fields(f"{name}.text", one.get("text"), languages),
        "links": list_fields(f"{name}.link", link.get("text"), languages),
        "url": link.get("url", ""),
        "min": one.get("min_points"),
        "max": one.get("max_points"),
        "screens_out": one.get("screens_out"),
        "condition": show_condition(f"{name}.if", one.get("if"), content),
        "label": pick(one["title"], content["main_language"]),
    }


def _read_logic(content: Mapping[str, Any], form: Mapping[str, str]) -> dict[str, Any]:
    made: dict[str, Any] = deepcopy(dict(content))
    old_jumps, old_ends = content.get("jumps", []), content.get("outcomes", [])
    made["jumps"] = [
        {
            "after": form[f"jump.{place}.after"],
            "to": form[f"jump.{place}.to"][:70],
            "if": read_condition(
                form, f"jump.{place}.if", old_jumps[place]["if"] if place < len(old_jumps) else None
            ),
        }
        for place in range(LINES_MAX)
        if form.get(f"jump.{place}.after")
        and form.get(f"jump.{place}.to")
        and f"jump.{place}.gone" not in form
    ]
    made["outcomes"], taken = [], {one["key"] for one in old_ends}
    for place in range(LINES_MAX):
        if f"end.{place}.key" not in form or f"end.{place}.gone" in form:
            continue
        old = old_ends[place] if place < len(old_ends) else {}
        end = _read_outcome(form, f"end.{place}", old, content["languages"])
        if not any(end["title"].values()):
            continue
        if not end["key"]:
            end["key"] = next(key for number in range(1, 99) if (key := f"end{number}") not in taken)
            taken.add(end["key"])
        made["outcomes"].append(end)
    return made


def _read_outcome(
    form: Mapping[str, str], name: str, old: Mapping[str, Any], languages: list[str]
) -> dict[str, Any]:
    url = form.get(f"{name}.url", "").strip()[:1_000]
    low, high = read_number(form.get(f"{name}.min", "")), read_number(form.get(f"{name}.max", ""))
    return {
        "key": old.get("key", ""),
        "title": read_words(form, f"{name}.title", languages, old.get("title")),
        "text": read_words(form, f"{name}.text", languages, old.get("text")),
        "link": {"text": read_words(form, f"{name}.link", languages), "url": url} if url else None,
        "if": read_condition(form, f"{name}.if", old.get("if")),
        "min_points": None if low is None else int(low),
        "max_points": None if high is None else int(high),
        "screens_out": f"{name}.screens_out" in form,
    }


@edits
@require_GET
def check(request: StaffRequest, survey_uuid: uuid.UUID) -> HttpResponse:
    """How long it takes, how many will finish, what to mend: before anybody is asked."""
    survey = get_survey(survey_uuid)
    return _show_check(request, survey)


def _show_check(request: StaffRequest, survey: Survey, status: int = 200) -> HttpResponse:
    working = get_working(survey)
    context = {
        **build_frame(request, survey, "survey-check"),
        "verdict": review(working.content, get_installation()),
        "is_published": working.published_at is not None,
        "version": working.number,
        "limit_minutes": SECONDS_MAX // 60,
        "revision": find_revision(survey),
    }
    return render(request, "survey_console/check.html", context, status=status)


@edits
@require_POST
def publish(request: StaffRequest, survey_uuid: uuid.UUID) -> HttpResponse:
    """A survey that takes longer than two minutes has to be wanted."""
    survey = get_survey(survey_uuid)
    if review(get_working(survey).content, get_installation())["is_long"] and "is_wanted" not in request.POST:
        messages.error(
            request, gettext("It takes longer than two minutes. Cut it, or say that you want it so.")
        )
        return _show_check(request, survey, status=422)
    try:
        version = publish_survey(survey=survey, by=request.staff)
    except WafaaError as error:
        messages.error(request, str(error))
        return _show_check(request, survey, status=error.status)
    if not list_collectors(survey).exists():
        make_collector(survey=survey, kind=CollectorKind.LINK, by=request.staff, name=gettext("Link"))
    messages.success(
        request, gettext("Version %(number)s is what people are asked now.") % {"number": version.number}
    )
    return redirect("survey-collect", survey.uuid)
