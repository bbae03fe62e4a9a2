"""The goals of touchpoints: what should follow them, and within what time."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.know.journey.actions import add_goal, remove_goal
from wafaa.know.journey.forms import GoalForm
from wafaa.know.journey.queries import get_goal, list_goals
from wafaa.know.journey.words import name_touchpoint


@requires(Capability.CHANGE_SETTINGS)
@require_http_methods(["GET", "POST"])
def goals(request: StaffRequest) -> HttpResponse:
    """The list; a POST adds a goal."""
    form = GoalForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        goal = add_goal(staff=request.staff, **form.cleaned_data)
        messages.success(request, _("The goal %(name)s is set.") % {"name": goal.name})
        return redirect("journey-goals")
    trail = [(_("Reports"), reverse("reports")), (_("The journey"), reverse("report-journey"))]
    rows = [(goal, name_touchpoint(goal.touchpoint), name_touchpoint(goal.wanted)) for goal in list_goals()]
    return render(request, "journey/goals.html", {"form": form, "rows": rows, "trail": trail})


@requires(Capability.CHANGE_SETTINGS)
@require_POST
def remove(request: StaffRequest, goal_uuid: uuid.UUID) -> HttpResponse:
    remove_goal(staff=request.staff, goal=get_goal(goal_uuid))
    messages.success(request, _("The goal is removed."))
    return redirect("journey-goals")
