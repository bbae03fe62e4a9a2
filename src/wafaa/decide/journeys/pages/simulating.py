"""What an automation would have done in the past: asked for, waited for, and read. Nothing is sent."""

import uuid
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.decide.journeys.counting import ask_simulation, find_simulation
from wafaa.decide.journeys.errors import AutomationMissing
from wafaa.decide.journeys.models import Automation
from wafaa.decide.journeys.pages.shared import (
    make_automation_trail,
    name_customers,
    read_names,
    sees,
    sends,
    show_counts,
)
from wafaa.decide.journeys.queries import Simulated, get_automation
from wafaa.decide.journeys.ready import name_automation
from wafaa.decide.journeys.rules import RunState
from wafaa.decide.journeys.words import GROUPS, TONES, say_foreseen_why, say_occasion, say_plan, sort_foreseen
from wafaa.kit import clock

PERIODS = (7, 30, 90, 365)
DEFAULT_DAYS = 30
PAGE_ROWS = 50


@sees
@require_GET
def simulation(request: StaffRequest, automation_uuid: uuid.UUID) -> HttpResponse:
    """Which period, and how it would have been; without a key only the question."""
    shown = get_automation(automation_uuid)
    key = request.GET.get("key", "")[:40]
    context = {**_describe(request, shown), **_read(request, shown, key)}
    return render(request, "journeys/simulation.html", context)


@sends
@require_POST
def ask(request: StaffRequest, automation_uuid: uuid.UUID) -> HttpResponse:
    shown = get_automation(automation_uuid)
    told, number = request.POST.get("days", ""), request.POST.get("version", "")
    days = int(told) if told.isdecimal() and int(told[:4]) in PERIODS else DEFAULT_DAYS
    version = shown.versions.filter(number=number).first() if number.isdecimal() and len(number) < 9 else None
    version = version or shown.latest
    if version is None:
        raise AutomationMissing
    until = clock.now()
    key = ask_simulation(version=version, since=until - timedelta(days=days), until=until)
    return redirect(f"{reverse('automation-simulation', args=[shown.uuid])}?key={key}")


@sees
@require_GET
def state(request: StaffRequest, automation_uuid: uuid.UUID) -> HttpResponse:
    """Asked for again and again until it is done; then the page loads anew."""
    shown = get_automation(automation_uuid)
    key = request.GET.get("key", "")[:40]
    found = find_simulation(key)
    response = render(
        request, "journeys/simulating.html", {"automation": shown, "key": key, "is_waiting": True}
    )
    if found is None or found.told is not None or found.error:
        response["HX-Refresh"] = "true"
    return response


def _describe(request: StaffRequest, shown: Automation) -> dict[str, Any]:
    name = name_automation(shown.key, shown.name)
    return {
        "automation": shown,
        "name": name,
        "periods": PERIODS,
        "versions": list(shown.versions.all()[:20]),
        "days": DEFAULT_DAYS,
        "may_send": request.staff.may(Capability.SEND_MESSAGES),
        "trail": make_automation_trail((name, reverse("automation", args=[shown.uuid]))),
    }


def _read(request: StaffRequest, shown: Automation, key: str) -> dict[str, Any]:
    found = find_simulation(key) if key else None
    if found is None or found.automation != shown.uuid:
        return {"is_forgotten": bool(key)}
    version = shown.versions.filter(number=found.number).first()
    names = read_names({version.plan.template} if version else set())
    asked = {
        "key": key,
        "looked": found,
        "days": (found.until - found.since).days,
        "number": found.number,
        "sentence": say_plan(version.plan, names, has_ready=bool(shown.key)) if version else "",
    }
    if found.told is None:
        return {
            **asked,
            "is_waiting": not found.error,
            "error": _("It could not be reckoned.") if found.error else "",
        }
    group, why = request.GET.get("group", ""), request.GET.get("why", "")[:60]
    rows = [one for one in found.told["rows"] if _fits(one, group, why)][:PAGE_ROWS]
    people = name_customers([one.customer_id for one in rows], request.staff.may(Capability.SEE_PERSONAL))
    return {
        **asked,
        "told": found.told,
        "groups": show_counts(found.told["counts"]),
        "group_title": GROUPS.get(group, ""),
        "why_said": say_foreseen_why("", why),
        "rows": [_as_row(one, people) for one in rows if one.customer_id in people],
        "total": sum(found.told["counts"].values()),
    }


def _fits(one: Simulated, group: str, why: str) -> bool:
    return (not group or sort_foreseen(one.then, one.why) == group) and (not why or one.why == why)


def _as_row(one: Simulated, people: dict[int, tuple[str, uuid.UUID]]) -> dict[str, Any]:
    group = sort_foreseen(one.then, one.why)
    label, own = people[one.customer_id]
    return {
        "label": label,
        "uuid": own,
        "what": say_occasion(one.what),
        "began_at": one.began_at,
        "due_at": one.due_at,
        "ended_at": one.ended_at if one.then == RunState.ENDED else None,
        "title": GROUPS[group],
        "tone": TONES[group],
        "why": say_foreseen_why(one.then, one.why),
    }
