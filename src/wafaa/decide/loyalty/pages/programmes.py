"""Programmes: chosen from presets, a few numbers changed, each rule read as a sentence, switched on, or thrown away."""

import uuid
from collections.abc import Callable
from typing import Any

import msgspec
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from wafaa.access.business.queries import get_business
from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.act.points.models import Unit
from wafaa.act.points.queries import count_open_requests, sum_unit
from wafaa.act.points.words import name_unit, say_amount, say_counted
from wafaa.decide.loyalty.actions import (
    drop_draft,
    end,
    make_programme,
    pause,
    publish,
    resume,
    save_draft,
)
from wafaa.decide.loyalty.change_words import say_changes
from wafaa.decide.loyalty.errors import ProgrammeMissing, RulesWrong
from wafaa.decide.loyalty.forms import RuleForm
from wafaa.decide.loyalty.models import Programme, Rule
from wafaa.decide.loyalty.queries import (
    find_draft,
    find_published,
    get_programme,
    list_programmes,
    list_versions,
)
from wafaa.decide.loyalty.rules import State
from wafaa.decide.loyalty.rules.content import (
    Content,
    find_faults,
    list_units,
    read_content,
    write_content,
)
from wafaa.decide.loyalty.rules.presets import PRESETS, UNITS
from wafaa.decide.loyalty.words import list_tier_names, name_rule, say_faults, say_rule
from wafaa.kit import clock
from wafaa.kit.errors import WafaaError
from wafaa.kit.ids import new_id
from wafaa.kit.text import choose_words
from wafaa.learn.segments.offers import name_segment
from wafaa.learn.segments.queries import list_segments

TONES = {State.LIVE: "good", State.PAUSED: "warn"}
DEEDS: dict[str, tuple[Callable[..., Programme | None], Promise]] = {
    "pause": (pause, gettext_lazy("Paused: nobody earns until you resume it.")),
    "resume": (resume, gettext_lazy("Resumed: it is earned again from now on.")),
    "end": (end, gettext_lazy("Ended: nobody earns any more. What members have stays theirs.")),
    "drop": (drop_draft, gettext_lazy("The draft was thrown away.")),
}
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
    """Pressed twice it is made once."""
    preset = request.POST.get("preset", "")
    if preset not in PRESETS:
        raise Http404
    try:
        key = uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        key = new_id()
    made = make_programme(name=PRESETS[preset].name, by=request.staff, preset=preset, key=key)
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
    """What stands in the fields is saved; "publish" then lets just that hold."""
    found = find_programme(programme_uuid)
    content = read_draft(found)
    forms = {one.id: RuleForm(request.POST, rule=one) for one in content.rules}
    valid = [form.is_valid() for form in forms.values()]  # all of them say what is wrong
    if not all(valid):
        return _show(request, found, content, forms, status=422)
    rules = [rule for form in forms.values() if (rule := form.get_rule())]
    changed = msgspec.structs.replace(content, rules=rules)
    if "publish" not in request.POST:
        return _save(request, found, content, changed)
    if changed != content:
        save_draft(programme=found, content=write_content(changed), by=request.staff)
    return _do(request, programme_uuid, publish, _("It holds from now on."))


@requires(Capability.MANAGE_LOYALTY)
@require_POST
def publish_draft(request: StaffRequest, programme_uuid: uuid.UUID) -> HttpResponse:
    return _do(request, programme_uuid, publish, _("It holds from now on."))


@requires(Capability.MANAGE_LOYALTY)
@require_POST
def change_state(request: StaffRequest, programme_uuid: uuid.UUID) -> HttpResponse:
    deed, words = DEEDS.get(request.POST.get("deed", ""), (None, ""))
    if deed is None:
        raise Http404
    return _do(request, programme_uuid, deed, str(words))


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
        left = deed(programme=found, by=request.staff)
    except RulesWrong:
        content = read_draft(found)
        why = say_faults(find_faults(content), content)
        messages.error(request, _("It cannot hold like this. %(why)s") % {"why": why})
    except WafaaError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, words)
        if left is None:
            return redirect("loyalty")
    return redirect("loyalty-programme", found.uuid)


def _save(request: StaffRequest, found: Programme, content: Content, changed: Content) -> HttpResponse:
    if changed == content:
        messages.info(request, _("Nothing was changed."))
        return redirect("loyalty-programme", found.uuid)
    try:
        save_draft(programme=found, content=write_content(changed), by=request.staff)
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
    names = list_names(content)
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
                "sentence": say_rule(one, units, names),
                "form": forms[one.id],
            }
            for one in content.rules
        ],
        "is_draft": draft is not None,
        "offers_proof": may_change
        and found.started_at is None
        and found.is_automatic
        and bool(content.rules),
        "changes": say_changes(read_content(live.content), content, units, names) if live and draft else [],
        "has_errors": any(form.errors for form in forms.values()),
        "may_change": may_change,
        "may_settings": request.staff.may(Capability.CHANGE_SETTINGS),
        "members": found.members.filter(left_at=None).count(),
        **_show_units(found, {*units, found.unit.code}),
        "versions": _show_versions(found, names),
        "trail": [(_("Loyalty"), reverse("loyalty"))],
    }
    return render(request, "loyalty/programme.html", context, status=status)


def list_names(content: Content) -> dict[str, str]:
    """What tiers and segments are called that its rules ask for, in the reader's language."""
    asked = {one for rule in content.rules for one in rule.segments}
    segments = {str(one.uuid): name_segment(one) for one in list_segments()} if asked else {}
    return segments | list_tier_names(content)


def _show_versions(found: Programme, names: dict[str, str]) -> list[dict[str, Any]]:
    """Each with what it did otherwise than the one with rules before it; a pause did nothing but be silent."""
    told = list(list_versions(found)[: VERSIONS_SHOWN + 1])
    contents = {one.pk: read_content(one.content) for one in told if not one.is_silent}
    units = {one.code: name_unit(one) for one in Unit.objects.all()}
    rows = []
    for place, one in enumerate(told[:VERSIONS_SHOWN]):
        older = next((contents[each.pk] for each in told[place + 1 :] if each.pk in contents), None)
        before = Content() if one.number == 1 else older
        content = contents.get(one.pk)
        changes = say_changes(before, content, units, names) if before and content else []
        rows.append({"version": one, "changes": changes})
    return rows


def _show_units(found: Programme, codes: set[str]) -> dict[str, Any]:
    """What stands in its units, once it gave something; other programmes that give them stand in the same sums."""
    if found.started_at is None:
        return {"units": [], "shares_units": False}
    others = Rule.objects.filter(unit__code__in=codes).exclude(version__programme=found)
    return {
        "units": [_say_unit(one) for one in Unit.objects.filter(code__in=codes).order_by("id")],
        "shares_units": others.exclude(version__published_at=None).exists(),
    }


def _say_unit(unit: Unit) -> dict[str, Any]:
    sums = sum_unit(unit.pk)
    return {"name": name_unit(unit), **{name: say_amount(amount, unit) for name, amount in sums.items()}}


def _say_outstanding(unit: Unit) -> str:
    sums = sum_unit(unit.pk)
    return say_counted(sums["active"] + sums["pending"] + sums["held"], unit)


def _show_presets() -> list[dict[str, Any]]:
    units = {code: choose_words(one.name) for code, one in UNITS.items()}
    currency = get_business().currency
    return [
        {
            "preset": name,
            "key": new_id(),
            "name": choose_words(preset.name),
            "sentences": _say_content(preset.write(currency), units),
        }
        for name, preset in PRESETS.items()
    ]


def _say_content(content: Content, units: dict[str, str]) -> list[str]:
    names = list_names(content)
    return [say_rule(rule, units, names) for rule in content.rules]
