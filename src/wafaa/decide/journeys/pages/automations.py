"""Automations: the list with its switches, and one of them with its plan, who is on the way, and what it brought."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.act.messages.queries import count_states
from wafaa.decide.experiments.errors import MetricUnknown
from wafaa.decide.experiments.words import say_share
from wafaa.decide.journeys.actions import (
    ensure_ready,
    pause_automation,
    resume_automation,
    switch_on,
)
from wafaa.decide.journeys.counting import end_automation
from wafaa.decide.journeys.errors import AutomationMissing
from wafaa.decide.journeys.models import AUTOMATION_STATES, RUN_STATES, Automation, AutomationVersion, Run
from wafaa.decide.journeys.pages.shared import (
    find_sending,
    make_automation_trail,
    make_trail,
    read_names,
    read_results,
    sees,
    sends,
    show_states,
)
from wafaa.decide.journeys.queries import (
    count_runs,
    get_automation,
    list_automations,
    list_ready,
    list_runs,
)
from wafaa.decide.journeys.ready import READY, name_automation
from wafaa.decide.journeys.rules import AutomationState, OnEvent, Plan, RunState
from wafaa.decide.journeys.words import Names, say_occasion, say_plan, say_run_why
from wafaa.design.formats import format_number
from wafaa.kit.errors import WafaaError
from wafaa.kit.text import fold
from wafaa.know.customers.queries import say_customer

PAGE_ROWS = 50
ENTERED = "Segment Entered"
TONES = {AutomationState.ON: "good", AutomationState.PAUSED: "warn", AutomationState.OFF: ""}
RUN_TONES = {RunState.WAITING: "warn", RunState.SENT: "good", RunState.CONTROL: "accent", RunState.ENDED: ""}


@sees
@require_GET
def automations(request: StaffRequest) -> HttpResponse:
    """The ready ones first; they are made when somebody looks for the first time."""
    ensure_ready()
    search = request.GET.get("q", "").strip()[:150]
    ready = [own for _one, own in list_ready() if own is not None]
    others = list(list_automations().filter(key=""))
    names = read_names({one.latest.plan.template for one in (*ready, *others) if one.latest})
    rows = {
        kind: [
            _as_row(one, names) for one in some if fold(search) in fold(name_automation(one.key, one.name))
        ]
        for kind, some in (("ready", ready), ("own", others))
    }
    context = {
        **rows,
        "has_own": bool(others),
        "search": search,
        "may_send": request.staff.may(Capability.SEND_MESSAGES),
        "trail": make_trail(),
    }
    return render(request, "journeys/automations.html", context)


def _as_row(automation: Automation, names: Names) -> dict[str, Any]:
    state = AutomationState(automation.state)
    counts = count_runs(automation) if automation.live_since else {}
    return {
        "automation": automation,
        "name": name_automation(automation.key, automation.name),
        "state": AUTOMATION_STATES[state],
        "tone": TONES[state],
        "is_off": state is AutomationState.OFF,
        "sentence": say_plan(automation.latest.plan, names, has_ready=bool(automation.key))
        if automation.latest
        else "",
        "entered": _find_entered(automation.latest.plan, names) if automation.latest else None,
        "waiting": sum(many for (run, _why), many in counts.items() if run == RunState.WAITING),
        "sent": sum(many for (run, _why), many in counts.items() if run == RunState.SENT),
        "has_run": automation.live_since is not None,
    }


def _find_entered(plan: Plan, names: Names) -> dict[str, Any] | None:
    """The segment whose entering begins it: whoever is in already never enters."""
    if not isinstance(plan.trigger, OnEvent) or ENTERED not in plan.trigger.names:
        return None
    asked = dict(plan.trigger.where).get("segment", "")
    found = {str(one): name for one, name in names.segments.items()}
    return {"uuid": asked, "name": found[asked]} if asked in found else None


@sees
@require_GET
def automation(request: StaffRequest, automation_uuid: uuid.UUID) -> HttpResponse:
    shown = get_automation(automation_uuid)
    if shown.latest is None:
        raise AutomationMissing
    versions = list(shown.versions.select_related("created_by"))
    names = read_names({one.plan.template for one in versions})
    state, plan = AutomationState(shown.state), shown.latest.plan
    states = show_states(shown.reason, count_states(shown.reason))
    context = {
        "automation": shown,
        "name": name_automation(shown.key, shown.name),
        "about": READY[shown.key].about if shown.key in READY else "",
        "state": AUTOMATION_STATES[state],
        "tone": TONES[state],
        "plan": plan,
        "sentence": say_plan(plan, names, has_ready=bool(shown.key)),
        "entered": _find_entered(plan, names),
        "aside": say_share(plan.control_bp) if plan.control_bp else "",
        "template_uuid": plan.template if plan.template in names.templates else None,
        "template_name": names.templates.get(plan.template, "") if plan.template else "",
        "runs": _show_runs(shown),
        "message_states": states,
        "results": _show_results(request, shown),
        "versions": [_as_version(one, names, shown) for one in versions],
        "sending_uuid": find_sending(shown.reason),
        "may_send": request.staff.may(Capability.SEND_MESSAGES),
        "trail": make_automation_trail(),
    }
    return render(request, "journeys/automation.html", context)


def _as_version(version: AutomationVersion, names: Names, shown: Automation) -> dict[str, Any]:
    return {
        "version": version,
        "sentence": say_plan(version.plan, names, has_ready=bool(shown.key)),
        "is_present": version.pk == shown.latest_id,
    }


def _show_runs(shown: Automation) -> list[dict[str, Any]]:
    """How many occasions came to which end, the reasons below their state."""
    groups: dict[str, dict[str, Any]] = {
        state: {"state": state, "label": RUN_STATES[state], "tone": RUN_TONES[state], "many": 0, "whys": []}
        for state in RunState
    }
    for (state, why), many in sorted(count_runs(shown).items(), key=lambda item: -item[1]):
        groups[state]["many"] += many
        if why:
            groups[state]["whys"].append({"why": why, "said": say_run_why(why), "many": many})
    return [group for group in groups.values() if group["many"]]


def _show_results(request: StaffRequest, shown: Automation) -> dict[str, Any] | None:
    if shown.live_since is None:
        return None
    try:
        return read_results(shown.experiment, request.GET.get("metric", ""))
    except MetricUnknown:
        return read_results(shown.experiment)


@sees
@require_GET
def runs(request: StaffRequest, automation_uuid: uuid.UUID) -> HttpResponse:
    """Everybody on an occasion, the latest first, and how it ended."""
    shown = get_automation(automation_uuid)
    state, why = request.GET.get("state", ""), request.GET.get("why", "")[:40]
    found = list_runs(shown, state=state if state in set(RunState) else "")
    page = Paginator(found.filter(why=why) if why else found, PAGE_ROWS).get_page(request.GET.get("page"))
    sees_personal = request.staff.may(Capability.SEE_PERSONAL)
    name = name_automation(shown.key, shown.name)
    context = {
        "automation": shown,
        "page": page,
        "rows": [_as_run(one, sees_personal) for one in page],
        "states": [("", _("All of them")), *((one.value, RUN_STATES[one]) for one in RunState)],
        "chosen": state,
        "why_said": say_run_why(why),
        "trail": make_automation_trail((name, reverse("automation", args=[shown.uuid]))),
    }
    return render(request, "journeys/runs.html", context)


def _as_run(run: Run, sees_personal: bool) -> dict[str, Any]:
    state = RunState(run.state)
    return {
        "run": run,
        "who": say_customer(run.customer, sees_personal),
        "what": say_occasion(run.what, run.about),
        "state": RUN_STATES[state],
        "tone": RUN_TONES[state],
        "is_waiting": state is RunState.WAITING,
        "why": say_run_why(run.why),
    }


@sends
@require_POST
def turn(request: StaffRequest, automation_uuid: uuid.UUID) -> HttpResponse:
    """On, off, paused; back to where the switch was pressed."""
    shown = get_automation(automation_uuid)
    wanted = request.POST.get("state", "")
    try:
        _turn(request, shown, wanted)
    except WafaaError as error:
        messages.error(request, str(error))
    if request.POST.get("back") == "list":
        return redirect("automations")
    return redirect("automation", shown.uuid)


def _turn(request: StaffRequest, shown: Automation, wanted: str) -> None:
    said = {"name": name_automation(shown.key, shown.name)}
    if wanted == AutomationState.OFF:
        many = end_automation(shown, request.staff)
        if many is None:
            words = _("“%(name)s” is off. Nothing leaves any more; those on the way are being let go.")
            messages.success(request, words % said)
            return
        words = ngettext(
            "“%(name)s” is off. %(count)s customer who was on the way gets nothing.",
            "“%(name)s” is off. %(count)s customers who were on the way get nothing.",
            many,
        )
        text = words % {**said, "count": format_number(many)} if many else _("“%(name)s” is off.") % said
        messages.success(request, text)
    elif wanted == AutomationState.PAUSED:
        pause_automation(automation=shown, by=request.staff)
        messages.success(request, _("“%(name)s” is paused. Who comes in waits.") % said)
    elif wanted == AutomationState.ON and shown.state == AutomationState.PAUSED:
        resume_automation(automation=shown, by=request.staff)
        messages.success(request, _("“%(name)s” goes on.") % said)
    elif wanted == AutomationState.ON:
        switch_on(automation=shown, by=request.staff)
        messages.success(request, _("“%(name)s” is on. What happened before begins nothing.") % said)
