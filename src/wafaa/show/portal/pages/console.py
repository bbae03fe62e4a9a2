"""The console's page of the portal: on or off, who may join, where it is, a code to put up."""

from urllib.parse import urlsplit

from csp.decorators import csp_update
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.design.codes import draw_qr
from wafaa.kit import clock
from wafaa.show.portal.actions import change_portal
from wafaa.show.portal.actions.setting import FIELDS
from wafaa.show.portal.forms import PortalForm
from wafaa.show.portal.models import MemberSession
from wafaa.show.portal.queries import get_look, get_portal, get_site, list_ways
from wafaa.show.portal.rules import IDLE

THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}


@csp_update({"frame-src": ["'self'"]})
@requires(Capability.CHANGE_SETTINGS)
@require_http_methods(["GET", "POST"])
def portal(request: StaffRequest) -> HttpResponse:
    found = get_portal()
    form = PortalForm(request.POST if request.method == "POST" else None, instance=found)
    if request.method == "POST" and form.is_valid():
        change_portal(changes={name: form.cleaned_data[name] for name in FIELDS}, by=request.staff)
        messages.success(request, _("Saved."))
        return redirect("portal")
    address = get_site() + reverse("me")
    context = {
        "form": form,
        "is_on": get_portal().is_on,
        "address": address,
        "is_local": urlsplit(address).hostname in THIS_MACHINE,
        "code": draw_qr(address),
        "ways": list_ways(found),
        "look": get_look(),
        "inside": MemberSession.objects.filter(seen_at__gt=clock.now() - IDLE).count(),
        "preview": f"{reverse('me-sign-in')}?language={request.LANGUAGE_CODE}",
        "trail": [(_("Settings"), reverse("settings"))],
    }
    return render(request, "portal/console.html", context, status=422 if form.errors else 200)
