"""A panel of the settings page: how long customers usually wait between two orders."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.learn.measures.queries import get_gaps
from wafaa.show.console.asking import ask


@requires(Capability.CHANGE_SETTINGS)
@require_GET
def lapse_hint(request: StaffRequest) -> HttpResponse:
    asked = ask(request)
    gaps = get_gaps(asked.of_all_time()) if asked else None
    return render(request, "console/lapse_hint.html", {"gaps": gaps})
