"""The editor of one template: both languages side by side, with what is wrong and how it looks."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wafaa.access.limits.actions import take
from wafaa.access.limits.rules import Limit
from wafaa.access.staff.decorators import public
from wafaa.access.staff.http import StaffRequest
from wafaa.act.messages.actions.templates import save_version
from wafaa.act.messages.errors import TemplateIncomplete, TemplateWrong
from wafaa.act.messages.models import Template
from wafaa.act.messages.pages.console import build_trail, sends, shows_frames
from wafaa.act.messages.pages.editing import (
    LANGUAGE_LABELS,
    Content,
    apply_fix,
    build_parts,
    build_preview,
    choose_customer,
    insert_name,
    label_field,
    list_channels,
    list_chips,
    name_channels,
    name_field,
    read_content,
    tidy,
)
from wafaa.act.messages.pages.templates import describe
from wafaa.act.messages.rendering.checking import Problem
from wafaa.act.messages.rendering.rules import FIELDS, RTL_LANGUAGES
from wafaa.act.messages.template_queries import get_template, list_versions
from wafaa.act.messages.trying import ask_for_test, find_test
from wafaa.act.messages.words import say_why

VERSIONS_SHOWN = 10
# Nobody reads more than one test of his own every half minute for long.
TESTS = Limit(name="message_test", burst=20, every_s=30)


@sends
@require_http_methods(["GET", "POST"])
@shows_frames
def editor(request: StaffRequest, template_uuid: uuid.UUID) -> HttpResponse:
    """GET shows what is saved; a POST saves, or shows the same words with something put in."""
    template = get_template(template_uuid)
    content = tidy(template.latest.content) if template.latest else {}
    if request.method == "GET":
        return _show(request, template, content, request.GET)
    content = read_content(request.POST, content, template.languages)
    if "insert" in request.POST:
        insert_name(content, request.POST.get("into", ""), request.POST["insert"])
    elif "fix" in request.POST:
        apply_fix(content, request.POST["fix"])
    elif request.POST.get("do") in {"save", "test"}:
        return _save(request, template, content)
    return _show(request, template, content, request.POST)


def _save(request: StaffRequest, template: Template, content: Content) -> HttpResponse:
    before = template.latest.number if template.latest else 0
    if request.POST.get("number", str(before)) != str(before):
        messages.warning(
            request,
            _(
                "Somebody else saved version %(number)s meanwhile. Save again to put yours in its place; "
                "theirs stays among the versions."
            )
            % {"number": before},
        )
        return _show(request, template, content, request.POST, status=409)
    try:
        made = save_version(template_uuid=template.uuid, content=content, by=request.staff)
    except TemplateWrong as error:
        problems = list(error.facts.get("problems", ()))
        messages.error(request, _("Nothing was saved yet: put right what is marked, and save again."))
        return _show(request, template, content, request.POST, problems=problems, status=422)
    except TemplateIncomplete as error:
        messages.error(request, str(error))
        return _show(request, template, content, request.POST, status=409)
    if made.number != before:
        messages.success(request, _("Saved as version %(number)s.") % {"number": made.number})
    elif request.POST.get("do") == "save":
        messages.info(request, _("Nothing was changed, so there is no new version."))
    response = redirect("message-template", template.uuid)
    kept = QueryDict(mutable=True)
    for name in ("channel", "as", "width"):
        if request.POST.get(name):
            kept[name] = request.POST[name]
    if request.POST.get("do") == "test":
        kept["test"] = _ask_for_test(request, template, made.number)
    response["Location"] += f"?{kept.urlencode()}" if kept else ""
    return response


def _ask_for_test(request: StaffRequest, template: Template, number: int) -> str:
    take(TESTS, f"staff:{request.staff.pk}")
    customer, _found = choose_customer(request, request.POST)
    return ask_for_test(
        template=template,
        number=number,
        customer=customer,
        by=request.staff,
        site=request.build_absolute_uri("/"),
    )


def _show(
    request: StaffRequest,
    template: Template,
    content: Content,
    asked: QueryDict,
    *,
    problems: list[Problem] | None = None,
    status: int = 200,
) -> HttpResponse:
    channels = list_channels(content)
    more = str(asked.get("more", ""))
    if more in FIELDS and more not in channels:
        channels.append(more)
    shown = _build_shown(request, template, content, asked)
    found = problems if problems is not None else shown["problems"]
    ways = [
        {
            "channel": channel,
            "label": label,
            "rows": build_parts(content, channel, template.languages, found),
            "wrong": sum(one.channel == channel for one in found),
        }
        for channel, label in name_channels(channels)
    ]
    others = name_channels([one for one in FIELDS if one not in channels])
    context = {
        **shown,
        **describe(template),
        "number": template.latest.number if template.latest else 0,
        "ways": ways,
        "others": others,
        "languages_written": [
            {
                "code": one,
                "label": LANGUAGE_LABELS.get(one, one),
                "direction": "rtl" if one in RTL_LANGUAGES else "ltr",
            }
            for one in template.languages
        ],
        "writes": asked.get("writes")
        or (request.LANGUAGE_CODE if request.LANGUAGE_CODE in template.languages else template.languages[0]),
        "groups": list(list_chips()),
        "targets": _list_targets(template, channels),
        "into": asked.get("into", ""),
        "versions": list(list_versions(template)[:VERSIONS_SHOWN]),
        "test": _describe_test(asked.get("test", "")),
        "find": asked.get("find", ""),
        "width": asked.get("width", "phone"),
        "trail": build_trail(),
    }
    return render(request, "messages/template.html", context, status=status)


def _build_shown(
    request: StaffRequest, template: Template, content: Content, asked: QueryDict
) -> dict[str, Any]:
    """What the preview needs."""
    channel = asked.get("channel", "")
    if channel not in FIELDS:
        channel = list_channels(content)[0]
    customer, someone = choose_customer(request, asked)
    previews, problems = build_preview(request, template, content, channel, customer)
    return {
        "template": template,
        "channel": channel,
        "previews": previews,
        "problems": problems,
        "customer": customer,
        "someone": someone,
        "has_searched": bool(asked.get("find", "").strip()),
        "searched": asked.get("find", ""),
    }


def _list_targets(template: Template, channels: list[str]) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Where a chip can put its name: by language, each field with its channel."""
    return [
        (
            str(LANGUAGE_LABELS.get(language, language)),
            [
                (name_field(language, channel, name), channel, f"{way}: {label_field(channel, name)}")
                for channel, way in name_channels(channels)
                for name in FIELDS[channel]
            ],
        )
        for language in template.languages
    ]


@sends
@require_POST
@shows_frames
def refresh(request: StaffRequest, template_uuid: uuid.UUID) -> HttpResponse:
    """The preview and what is wrong, of words that are not saved; asked for while somebody writes."""
    template = get_template(template_uuid)
    content = read_content(
        request.POST, tidy(template.latest.content) if template.latest else {}, template.languages
    )
    context = _build_shown(request, template, content, request.POST)
    rows = build_parts(content, context["channel"], template.languages, context["problems"])
    context["marked"] = [part for row in rows for part in row["parts"]]
    return render(request, "messages/preview.html", context)


@sends
@require_GET
def test_state(request: StaffRequest, key: uuid.UUID) -> HttpResponse:
    """How a test mail goes, asked for until it is settled."""
    return render(request, "messages/test_state.html", {"test": _describe_test(str(key))})


def _describe_test(key: str) -> dict[str, Any] | None:
    found = find_test(key) if key else None
    if found is None:
        return None
    return {"key": key, **found, "why": say_why(found.get("error", ""))}


@public
@require_GET
def test_link(request: StaffRequest) -> HttpResponse:
    """Where the links of a test lead that in a real message are the customer's own."""
    return render(request, "messages/test_link.html")
