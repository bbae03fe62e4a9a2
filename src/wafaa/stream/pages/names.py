"""Which events come in by which names, and which of their properties are not what they should be."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.stream.catalogue import is_known
from wafaa.stream.pages.parts import count_troubles
from wafaa.stream.queries import list_event_names, list_problems

PAGE_ROWS = 100
PROBLEMS_SHOWN = 50


@requires(Capability.SEE_STREAM)
@require_GET
def names(request: StaffRequest) -> HttpResponse:
    page = Paginator(list_event_names(), PAGE_ROWS).get_page(request.GET.get("page"))
    context = {
        **count_troubles(),
        "tab": "names",
        "page": page,
        "rows": [(one, is_known(one.name)) for one in page],
        "problems": list(list_problems()[:PROBLEMS_SHOWN]),
    }
    return render(request, "stream/names.html", context)
