"""Writing an automation: a new one, and another version of one that is there."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wafaa.access.staff.http import StaffRequest
from wafaa.decide.journeys.actions import change_automation, create_automation
from wafaa.decide.journeys.counting import change_and_end
from wafaa.decide.journeys.errors import AutomationMissing
from wafaa.decide.journeys.forms import Offers
from wafaa.decide.journeys.models import Automation
from wafaa.decide.journeys.pages.shared import make_automation_trail, read_chosen, sends
from wafaa.decide.journeys.plan_forms import LEAVE, PlanForm, describe_plan
from wafaa.decide.journeys.queries import count_runs, get_automation
from wafaa.decide.journeys.ready import name_automation
from wafaa.decide.journeys.rules import RunState
from wafaa.kit.errors import WafaaError


@sends
@require_http_methods(["GET", "POST"])
def add(request: StaffRequest) -> HttpResponse:
    """Off; ?segment= and ?template= are chosen beforehand."""
    offers = Offers.read()
    if request.method == "POST":
        form = PlanForm(request.POST, offers=offers)
        if form.is_valid():
            try:
                made = create_automation(
                    name=form.cleaned_data["name"], definition=form.get_definition(), by=request.staff
                )
            except WafaaError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("The automation is made. It is off until you switch it on."))
                return redirect("automation", made.uuid)
        return _show(request, form, None)
    return _show(request, PlanForm(initial=read_chosen(request, offers), offers=offers), None)


@sends
@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, automation_uuid: uuid.UUID) -> HttpResponse:
    """Saved as another version; whoever is on the way stays with theirs, or leaves."""
    shown, offers = get_automation(automation_uuid), Offers.read()
    if shown.latest is None:
        raise AutomationMissing
    plan, name = shown.latest.plan, name_automation(shown.key, shown.name)
    told: dict[str, Any] = {"offers": offers, "plan": plan, "key": shown.key}
    if request.method != "POST":
        return _show(request, PlanForm(initial=describe_plan(name, plan), **told), shown)
    form = PlanForm(request.POST, **told)
    if form.is_valid() and _change(request, form, shown, name):
        return redirect("automation", shown.uuid)
    return _show(request, form, shown)


def _change(request: StaffRequest, form: PlanForm, shown: Automation, name: str) -> bool:
    assert shown.latest is not None
    given, number = form.cleaned_data, shown.latest.number
    try:
        wanted: dict[str, Any] = {
            "automation": shown,
            "definition": form.get_definition(),
            "name": given["name"] if given["name"] != name else None,
            "by": request.staff,
        }
        leave = given["waiting"] == LEAVE
        changed = change_and_end(**wanted) if leave else change_automation(**wanted)
    except WafaaError as error:
        form.add_error(None, str(error))
        return False
    assert changed.latest is not None
    if changed.latest.number != number:
        words = _("Saved as version %(number)s. The former ones are below.")
        messages.success(request, words % {"number": changed.latest.number})
    else:
        messages.success(request, _("Saved."))
    return True


def _show(request: StaffRequest, form: PlanForm, shown: Automation | None) -> HttpResponse:
    counts = count_runs(shown) if shown else {}
    name = name_automation(shown.key, shown.name) if shown else ""
    more = [(name, reverse("automation", args=[shown.uuid]))] if shown else []
    context = {
        "form": form,
        "automation": shown,
        "name": name,
        "waiting": sum(many for (state, _why), many in counts.items() if state == RunState.WAITING),
        "is_narrowed": bool(form["where_key"].value() or form["event_or"].value() or form["is_kind"].value()),
        "trail": make_automation_trail(*more),
    }
    return render(request, "journeys/automation_form.html", context, status=422 if form.errors else 200)
