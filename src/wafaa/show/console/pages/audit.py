"""The audit trail: who changed what, when."""

import json
from collections.abc import Iterator

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from wafaa.access.audit.models import Change
from wafaa.access.audit.queries import list_changes, list_deeds, list_people
from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.kit.tables import Cell, answer_table
from wafaa.show.console.forms import TrailFilter
from wafaa.show.console.words.deeds import say_changes, say_deed

PAGE_ROWS = 50


@requires(Capability.SEE_AUDIT)
@require_GET
def audit(request: StaffRequest) -> HttpResponse:
    chosen = _filter(request)
    changes = list_changes(**chosen.get_choice(), zone=request.business.zone)
    page = Paginator(changes, PAGE_ROWS).get_page(request.GET.get("page"))
    rows = [
        {
            "change": change,
            "deed": say_deed(change.deed),
            "details": say_changes(change.before, change.after, change.deed),
        }
        for change in page
    ]
    return render(request, "console/audit.html", {"page": page, "rows": rows, "filter": chosen})


@requires(Capability.SEE_AUDIT)
@require_GET
def export_audit(request: StaffRequest) -> StreamingHttpResponse:
    """The chosen part of the trail, row by row."""
    changes = list_changes(**_filter(request).get_choice(), zone=request.business.zone)
    return answer_table(request, "audit", EXPORT_HEAD, _cells(changes))


def _filter(request: StaffRequest) -> TrailFilter:
    return TrailFilter(request.GET, people=list_people(), deeds=list_deeds())


EXPORT_HEAD = ("at", "person", "deed", "subject", "before", "after")


def _cells(changes: QuerySet[Change]) -> Iterator[list[Cell]]:
    for change in changes.iterator(chunk_size=1000):
        before, after = (json.dumps(part, ensure_ascii=False) for part in (change.before, change.after))
        who = change.staff_email or change.via
        yield [change.at, who, change.deed, change.subject, before, after]
