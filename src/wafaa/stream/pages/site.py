"""How a shop's own site is connected: a key, two lines, and what they tell."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wafaa.access.keys.actions import create_key
from wafaa.access.keys.rules import Scope
from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability

PLACEHOLDER = "wf_ingest_..."


@requires(Capability.SEE_STREAM)
@require_http_methods(["GET", "POST"])
def site(request: StaffRequest) -> HttpResponse:
    """Answers the button with the lines that hold a new key: this page is the only place where it is ever shown."""
    may_make_keys = request.staff.may(Capability.MANAGE_KEYS)
    key = ""
    if request.method == "POST" and may_make_keys:
        key = create_key(name=_("Our site"), scope=Scope.INGEST, is_public=True, by=request.staff).text
    context = {
        "key": key or PLACEHOLDER,
        "is_made": bool(key),
        "may_make_keys": may_make_keys,
        "origin": f"{request.scheme}://{request.get_host()}",
        "trail": [(_("Touchpoints"), reverse("touchpoints"))],
    }
    return render(request, "stream/site.html", context)
