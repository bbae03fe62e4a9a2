"""Programmes: chosen from presets, a few numbers changed, each rule read as a sentence, switched on."""

import uuid
from collections.abc import Callable
from typing import Any

import msgspec
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from wafaa.access.business.queries import get_business
from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.act.points.models import Unit
from wafaa.act.points.queries import count_open_requests, sum_unit
from wafaa.act.points.words import name_unit, say_amount
from wafaa.decide.loyalty.actions import (
    end,
    make_programme,
    pause,
    publish,
    resume,
    save_draft,
)
from wafaa.decide.loyalty.errors import ProgrammeMissing
from wafaa.decide.loyalty.forms import RuleForm
from wafaa.decide.loyalty.models import Programme, Version
from wafaa.decide.loyalty.queries import (
    compare_versions,
    find_draft,
    find_published,
    get_programme,
    list_programmes,
    list_versions,
)
from wafaa.decide.loyalty.rules import State
from wafaa.decide.loyalty.rules.content import Content, Earn, list_units, read_content, write_content
from wafaa.decide.loyalty.rules.presets import PRESETS, UNITS
from wafaa.decide.loyalty.words import list_tier_names, name_rule, say_rule
from wafaa.kit import clock
from wafaa.kit.errors import WafaaError

TONES = {State.LIVE: "good", State.PAUSED: "warn"}
DEEDS: dict[str, Callable[..., Programme]] = {"pause": pause, "resume": resume, "end": end}
VERSIONS_SHOWN = 10


@requires(Capability.SEE_LOYALTY)
@require_GET
def programmes(request: StaffRequest) -> HttpResponse:
    rows = [
        {
            "programme": one,
            "name": choose_words(one.name),
            "tone": TONES.get(State(one.state), ""),
            "members": one.member_count,  # type: ignore[attr-defined]  # annotated
            "outstanding": _say_outstanding(one.unit),
        }
        for one in list_programmes()
    ]
    may_change = request.staff.may(Capability.MANAGE_LOYALTY)
    context = {
        "rows": rows,
        "presets": _show_presets() if may_change else [],
        "may_change": may_change,
        "waiting": count_open_requests(clock.now(), staff=request.staff) if may_change else 0,
    }
    return render(request, "loyalty/programmes.html", context)


@requires(Capability.MANAGE_LOYALTY)
@require_POST
def new(request: StaffRequest) -> HttpResponse:
    preset = request.POST.get("preset", "")
    if preset not in PRESETS:
        raise Http404
    made = make_programme(name=PRESETS[preset].name, by=request.staff, preset=preset)
    return redirect("loyalty-programme", made.uuid)


@requires(Capability.SEE_LOYALTY)
@require_GET
def programme(request: StaffRequest, programme_uuid: uuid.UUID) -> HttpResponse:
    """Read by all who see loyalty; managers find the numbers of the draft in it."""
    found = find_programme(programme_uuid)
    content = read_draft(found)
    return _show(request, found, content, {one.id: RuleForm(rule=one) for one in content.rules})


@requires(Capability.MANAGE_LOYALTY)
@require_POST
def save(request: StaffRequest, programme_uuid: uuid.UUID) -> HttpResponse:
    found = find_programme(programme_uuid)
    content = read_draft(found)
    forms = {one.id: RuleForm(request.POST, rule=one) for one in content.rules}
    valid = [form.is_valid() for form in forms.values()]  # all of them say what is wrong
    if not all(valid):
        return _show(request, found, content, forms, status=422)
    return _save(request, found, content, forms)


@requires(Capability.MANAGE_LOYALTY)
@require_POST
def publish_draft(request: StaffRequest, programme_uuid: uuid.UUID) -> HttpResponse:
    return _do(request, programme_uuid, publish, _("It holds from now on."))


@requires(Capability.MANAGE_LOYALTY)
@require_POST
def change_state(request: StaffRequest, programme_uuid: uuid.UUID) -> HttpResponse:
    deed = DEEDS.get(request.POST.get("deed", ""))
    if deed is None:
        raise Http404
    return _do(request, programme_uuid, deed, _("The programme was changed."))


def choose_words(words: dict[str, str]) -> str:
    """In the reader's language where it was written so, else in another."""
    return words.get((get_language() or "")[:2]) or next((one for one in words.values() if one), "")


def find_programme(programme_uuid: uuid.UUID) -> Programme:
    try:
        return get_programme(programme_uuid)
    except ProgrammeMissing:
        raise Http404 from None


def read_draft(found: Programme) -> Content:
    """The draft, or else the rules that hold."""
    version = find_draft(found) or find_published(found)
    return read_content(version.content) if version else Content()


def _do(
    request: StaffRequest, programme_uuid: uuid.UUID, deed: Callable[..., object], words: str
) -> HttpResponse:
    found = find_programme(programme_uuid)
    try:
        deed(programme=found, by=request.staff)
    except WafaaError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, words)
    return redirect("loyalty-programme", found.uuid)


def _save(
    request: StaffRequest, found: Programme, content: Content, forms: dict[int, RuleForm]
) -> HttpResponse:
    rules = [rule for form in forms.values() if (rule := form.get_rule())]
    changed = write_content(msgspec.structs.replace(content, rules=rules))
    try:
        save_draft(programme=found, content=changed, by=request.staff)
    except WafaaError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The draft was saved. Nobody earns by it until you switch it on."))
    return redirect("loyalty-programme", found.uuid)


def _show(
    request: StaffRequest,
    found: Programme,
    content: Content,
    forms: dict[int, RuleForm],
    *,
    status: int = 200,
) -> HttpResponse:
    units = {one.code: name_unit(one) for one in Unit.objects.filter(code__in=list_units(content))}
    tiers = list_tier_names(content)
    draft, live = find_draft(found), find_published(found)
    may_change = request.staff.may(Capability.MANAGE_LOYALTY) and found.state != State.ENDED
    context = {
        "programme": found,
        "name": choose_words(found.name),
        "tone": TONES.get(State(found.state), ""),
        "rules": [
            {
                "id": one.id,
                "name": name_rule(one),
                "sentence": say_rule(one, units, tiers),
                "form": forms[one.id],
            }
            for one in content.rules
        ],
        "is_draft": draft is not None,
        "changes": _say_changes(live, draft, units),
        "may_change": may_change,
        "members": found.members.filter(left_at=None).count(),
        "units": [_say_unit(one) for one in Unit.objects.filter(code__in=[*units, found.unit.code])],
        "versions": list_versions(found)[:VERSIONS_SHOWN],
        "trail": [(_("Loyalty"), reverse("loyalty"))],
    }
    return render(request, "loyalty/programme.html", context, status=status)


def _say_changes(live: Version | None, draft: Version | None, units: dict[str, str]) -> list[dict[str, str]]:
    """What the draft does otherwise than the rules that hold."""
    if live is None or draft is None:
        return []

    before, after = read_content(live.content), read_content(draft.content)
    tiers = {**list_tier_names(before), **list_tier_names(after)}

    def say(one: Earn | None) -> str:
        return say_rule(one, units, tiers) if one else ""

    pairs = compare_versions(before, after)
    return [{"before": say(before), "after": say(after)} for before, after in pairs]


def _say_unit(unit: Unit) -> dict[str, Any]:
    sums = sum_unit(unit.pk)
    return {"name": name_unit(unit), **{name: say_amount(amount, unit) for name, amount in sums.items()}}


def _say_outstanding(unit: Unit) -> str:
    sums = sum_unit(unit.pk)
    return say_amount(sums["active"] + sums["pending"] + sums["held"], unit)


def _show_presets() -> list[dict[str, Any]]:
    units = {code: choose_words(one.name) for code, one in UNITS.items()}
    currency = get_business().currency
    return [
        {
            "key": key,
            "name": choose_words(preset.name),
            "sentences": _say_rules(preset.write(currency), units),
        }
        for key, preset in PRESETS.items()
    ]


def _say_rules(content: Content, units: dict[str, str]) -> list[str]:
    tiers = list_tier_names(content)
    return [say_rule(rule, units, tiers) for rule in content.rules]
