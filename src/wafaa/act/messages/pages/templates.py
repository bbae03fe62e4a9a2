"""Templates: the list, a new one, its name and state, earlier versions."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wafaa.access.staff.http import StaffRequest
from wafaa.act.messages.actions.templates import (
    add_ready,
    change_template,
    copy_template,
    create_template,
    restore_version,
    set_state,
)
from wafaa.act.messages.errors import TemplateIncomplete, TemplateWrong
from wafaa.act.messages.forms import FilterForm, NewTemplateForm, TemplateForm
from wafaa.act.messages.models import Template
from wafaa.act.messages.pages.console import build_trail, sends
from wafaa.act.messages.pages.editing import LANGUAGE_LABELS, label_field, name_channels
from wafaa.act.messages.rendering.ready import READY
from wafaa.act.messages.rendering.rules import FIELDS, TemplateState
from wafaa.act.messages.template_queries import get_template, list_gaps, list_ready, list_templates

PAGE_ROWS = 50
STATE_TONES = {TemplateState.READY: "good", TemplateState.DRAFT: "warn", TemplateState.ARCHIVED: ""}


@sends
@require_GET
def templates(request: StaffRequest) -> HttpResponse:
    form = FilterForm(request.GET)
    asked = {name: form.cleaned_data[name] for name in form.cleaned_data} if form.is_valid() else {}
    page = Paginator(list_templates(**asked).order_by("-changed_at"), PAGE_ROWS).get_page(
        request.GET.get("page")
    )
    context = {
        "form": form,
        "page": page,
        "rows": [describe(template) for template in page],
        "is_filtered": any(asked.values()),
        "ready": [text for text, own in list_ready() if own is None],
    }
    return render(request, "messages/templates.html", context)


def describe(template: Template) -> dict[str, Any]:
    """What a list says of it: by which ways it speaks, and which language lacks what."""
    content = template.latest.content if template.latest else {}
    used = {channel for ways in content.values() for channel, told in ways.items() if any(told.values())}
    gaps = list_gaps(template)
    languages = []
    for language in template.languages:
        lacking = [
            f"{way}: {', '.join(str(label_field(channel, name)) for name in gaps[language, channel])}"
            for channel, way in name_channels([one for one in FIELDS if one in used])
            if (language, channel) in gaps
        ]
        is_empty = not any(any(told.values()) for told in content.get(language, {}).values())
        languages.append(
            {"label": LANGUAGE_LABELS.get(language, language), "lacking": lacking, "is_empty": is_empty}
        )
    return {
        "template": template,
        "tone": STATE_TONES.get(TemplateState(template.state), ""),
        "ways": [way for _channel, way in name_channels([one for one in FIELDS if one in used])],
        "languages": languages,
    }


@sends
@require_http_methods(["GET", "POST"])
def add(request: StaffRequest) -> HttpResponse:
    """A template of one's own, empty or with the words of a ready one."""
    begun = READY.get(request.GET.get("begins", ""))
    initial = {"begins": begun.key, "purpose": begun.purpose, "name": begun.name} if begun else {}
    form = NewTemplateForm(request.POST or None, ready=list(READY.values()), initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        text = READY.get(given["begins"])
        made = create_template(
            name=given["name"],
            purpose=given["purpose"],
            topic=given["topic"],
            languages=given["languages"],
            content=text.content if text else {},
            by=request.staff,
        )
        return redirect("message-template", made.uuid)
    context = {"form": form, "trail": build_trail()}
    return render(request, "messages/template_add.html", context, status=422 if form.errors else 200)


@sends
@require_POST
def take_ready(request: StaffRequest) -> HttpResponse:
    """A ready text as a template of the business's own."""
    made = add_ready(key=request.POST.get("key", ""), by=request.staff)
    messages.success(
        request,
        _("%(name)s is yours now. Read it, and change what does not sound like you.") % {"name": made.name},
    )
    return redirect("message-template", made.uuid)


@sends
@require_http_methods(["GET", "POST"])
def about(request: StaffRequest, template_uuid: uuid.UUID) -> HttpResponse:
    """Name, purpose, topic, languages."""
    template = get_template(template_uuid)
    form = TemplateForm(request.POST or None, topic=template.topic, initial=TemplateForm.describe(template))
    if request.method == "POST" and form.is_valid():
        try:
            change_template(template_uuid=template_uuid, changes=form.cleaned_data, by=request.staff)
        except TemplateWrong as error:
            form.add_error("purpose", str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("message-template", template_uuid)
    context = {
        "form": form,
        "template": template,
        "trail": build_trail((template.name, reverse("message-template", args=[template.uuid]))),
    }
    return render(request, "messages/template_about.html", context, status=422 if form.errors else 200)


@sends
@require_POST
def turn(request: StaffRequest, template_uuid: uuid.UUID) -> HttpResponse:
    """Ready, a draft again, or put away."""
    wanted = request.POST.get("state", "")
    said = {
        TemplateState.READY: _("It can be sent now."),
        TemplateState.DRAFT: _("It is a draft again. Nothing sends it until it is ready."),
        TemplateState.ARCHIVED: _("It is put away. The filter State finds it again."),
    }
    if wanted in said:
        try:
            set_state(template_uuid=template_uuid, state=wanted, by=request.staff)
        except TemplateIncomplete as error:
            messages.error(request, str(error))
        else:
            messages.success(request, said[TemplateState(wanted)])
    return redirect("message-template", template_uuid)


@sends
@require_POST
def copy(request: StaffRequest, template_uuid: uuid.UUID) -> HttpResponse:
    template = get_template(template_uuid)
    name = _("Copy of %(name)s") % {"name": template.name}
    made = copy_template(template_uuid=template_uuid, name=name[:150], by=request.staff)
    messages.success(request, _("This is the copy. It is a draft."))
    return redirect("message-template", made.uuid)


@sends
@require_POST
def restore(request: StaffRequest, template_uuid: uuid.UUID, number: int) -> HttpResponse:
    """What an earlier version said, as a new one."""
    try:
        made = restore_version(template_uuid=template_uuid, number=number, by=request.staff)
    except TemplateWrong as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request,
            _("Version %(old)s is back, as version %(new)s.") % {"old": number, "new": made.number},
        )
    return redirect("message-template", template_uuid)
