"""The settings page."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wafaa.access.business.actions import save_settings
from wafaa.access.business.forms import SettingsForm
from wafaa.access.business.queries import get_business
from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability


@requires(Capability.CHANGE_SETTINGS)
@require_http_methods(["GET", "POST"])
def settings(request: StaffRequest) -> HttpResponse:
    if request.method == "POST":
        form = SettingsForm(request.POST, instance=get_business())
        if form.is_valid():
            save_settings(changes=form.cleaned_data, by=request.staff)
            messages.success(request, _("The settings are saved."))
            return redirect("settings")
    else:
        form = SettingsForm(instance=get_business())
    return render(request, "business/settings.html", {"form": form}, status=422 if form.errors else 200)
