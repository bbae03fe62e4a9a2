"""What each role, and programs, put right alone: read by who manages loyalty, set by owners."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.act.points.actions import set_limits
from wafaa.act.points.forms import LimitsForm
from wafaa.act.points.queries import is_alone, list_units


@requires(Capability.MANAGE_LOYALTY)
@require_GET
def limits(request: StaffRequest) -> HttpResponse:
    return _show(request, LimitsForm(units=list_units(), is_open=_may_set(request)))


@requires(Capability.MANAGE_STAFF)
@require_POST
def save(request: StaffRequest) -> HttpResponse:
    """Owners alone: whoever has a limit cannot lift it."""
    form = LimitsForm(request.POST, units=list_units(), is_open=True)
    if not form.is_valid():
        return _show(request, form, status=422)
    set_limits(limits=form.get_limits(), by=request.staff)
    messages.success(request, _("Saved."))
    return redirect("balance-limits")


def _may_set(request: StaffRequest) -> bool:
    return request.staff.may(Capability.MANAGE_STAFF)


def _show(request: StaffRequest, form: LimitsForm, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "groups": form.list_groups(),
        "may_set": _may_set(request),
        "is_alone": is_alone(request.staff),
        "trail": [(_("Loyalty"), reverse("loyalty"))],
    }
    return render(request, "points/limits.html", context, status=status)
