"""One rule, whole: written with its sentence beside it, put at a place, taken out. Everything goes into the draft."""

import uuid
from typing import Any

import msgspec
from django.contrib import messages
from django.db.models import Max
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.act.points.models import Unit
from wafaa.act.points.words import name_unit
from wafaa.decide.loyalty.actions import save_draft
from wafaa.decide.loyalty.models import Programme, Rule
from wafaa.decide.loyalty.pages.programmes import find_programme, list_names, read_draft
from wafaa.decide.loyalty.rule_forms import EarnForm
from wafaa.decide.loyalty.rules import Effect
from wafaa.decide.loyalty.rules.content import Content, Earn, write_content
from wafaa.decide.loyalty.words import name_rule, say_rule
from wafaa.kit.errors import WafaaError
from wafaa.kit.text import choose_words

LANGUAGES = ("ar", "en")


@requires(Capability.MANAGE_LOYALTY)
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest, programme_uuid: uuid.UUID) -> HttpResponse:
    found = find_programme(programme_uuid)
    content = read_draft(found)
    return _edit(request, found, content, _begin(found, content))


@requires(Capability.MANAGE_LOYALTY)
@require_http_methods(["GET", "POST"])
def rule(request: StaffRequest, programme_uuid: uuid.UUID, number: int) -> HttpResponse:
    found = find_programme(programme_uuid)
    content = read_draft(found)
    return _edit(request, found, content, _choose(content, number))


@requires(Capability.MANAGE_LOYALTY)
@require_POST
def remove(request: StaffRequest, programme_uuid: uuid.UUID, number: int) -> HttpResponse:
    found = find_programme(programme_uuid)
    content = read_draft(found)
    gone = _choose(content, number)
    rest = [one for one in content.rules if one is not gone]
    return _save(
        request, found, msgspec.structs.replace(content, rules=rest), _("The rule is out of the draft.")
    )


@requires(Capability.MANAGE_LOYALTY)
@require_POST
def preview(request: StaffRequest, programme_uuid: uuid.UUID) -> HttpResponse:
    """What the form says so far, in both languages."""
    found = find_programme(programme_uuid)
    content = read_draft(found)
    told = request.POST.get("rule", "")
    began = next((one for one in content.rules if str(one.id) == told), None) or _begin(found, content)
    form = _ask(request, content, began)
    form.is_valid()
    return render(request, "loyalty/rule_preview.html", {"preview": _say_both(form.get_rule(), content)})


def _choose(content: Content, number: int) -> Earn:
    found = next((one for one in content.rules if one.id == number), None)
    if found is None:
        raise Http404
    return found


def _begin(found: Programme, content: Content) -> Earn:
    """A number is never used again, so that what was earned by it stays its own."""
    used = Rule.objects.filter(version__programme=found).aggregate(last=Max("number"))["last"] or 0
    return Earn(
        id=max([used, *(one.id for one in content.rules)]) + 1,
        unit=found.unit.code,
        effect=Effect.FIXED,
        points=1,
    )


def _ask(request: StaffRequest, content: Content, began: Earn) -> EarnForm:
    return EarnForm(request.POST if request.method == "POST" else None, rule=began, content=content)


def _edit(request: StaffRequest, found: Programme, content: Content, began: Earn) -> HttpResponse:
    form = _ask(request, content, began)
    if request.method == "POST" and form.is_valid():
        return _save(
            request,
            found,
            form.put_into(content, form.get_rule()),
            _("The draft was saved. Nobody earns by it until you switch it on."),
        )
    name = choose_words(found.name)
    is_new = began not in content.rules
    context: dict[str, Any] = {
        "programme": found,
        "form": form,
        "rule": began,
        "is_new": is_new,
        "title": _("New rule") if is_new else name_rule(began) or _("A rule"),
        "preview": _say_both(form.get_rule() if form.is_bound else began, content),
        "trail": [
            (_("Loyalty"), reverse("loyalty")),
            (name, reverse("loyalty-programme", args=[found.uuid])),
        ],
    }
    return render(request, "loyalty/rule.html", context, status=422 if form.errors else 200)


def _save(request: StaffRequest, found: Programme, content: Content, words: str) -> HttpResponse:
    try:
        save_draft(programme=found, content=write_content(content), by=request.staff)
    except WafaaError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, words)
    return redirect("loyalty-programme", found.uuid)


def _say_both(one: Earn, content: Content) -> dict[str, str]:
    told_of = msgspec.structs.replace(content, rules=[one])
    told = {}
    for language in LANGUAGES:
        with translation.override(language):
            units = {unit.code: name_unit(unit) for unit in Unit.objects.filter(code=one.unit)}
            told[language] = say_rule(one, units, list_names(told_of))
    return told
