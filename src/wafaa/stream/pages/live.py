"""Events as they come in: the latest ones, filtered, moving or held still; and one of them from close by."""

from typing import Any
from urllib.parse import urlencode

import msgspec
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.stream.pages.parts import count_troubles
from wafaa.stream.pages.places import read_place, write_place
from wafaa.stream.queries import find_event, list_latest_events

AT_ONCE = 50
FILTERS = ("name", "who", "source")
TEXT_MAX = 200


@requires(Capability.SEE_STREAM)
@require_GET
def live(request: StaffRequest) -> HttpResponse:
    return render(request, "stream/live.html", {**_find(request), **count_troubles(), "tab": "live"})


@requires(Capability.SEE_STREAM)
@require_GET
def latest(request: StaffRequest) -> HttpResponse:
    """Only the list, which the page asks for again and again unless it is held still."""
    return render(request, "stream/latest.html", _find(request))


@requires(Capability.SEE_STREAM)
@require_GET
def event(request: StaffRequest, place: str) -> HttpResponse:
    where = read_place(place)
    found = find_event(where) if where else None
    if found is None:
        raise Http404
    context = {
        "event": found,
        "properties": _lay_out(found.properties),
        "context": _lay_out(found.context),
        "trail": [(_("Touchpoints"), reverse("touchpoints"))],
    }
    return render(request, "stream/event.html", context)


def _find(request: StaffRequest) -> dict[str, Any]:
    asked = {name: request.GET.get(name, "").strip()[:TEXT_MAX] for name in FILTERS}
    before = read_place(request.GET.get("before", ""))
    found = list_latest_events(
        names=[asked["name"]] if asked["name"] else (),
        source=asked["source"],
        distinct_id=asked["who"],
        before=before,
        limit=AT_ONCE,
    )
    filters = {name: text for name, text in asked.items() if text}
    return {
        "asked": asked,
        "is_narrowed": bool(filters),
        "is_held": before is not None or "held" in request.GET,
        "rows": [
            (write_place(place), event) for place, event in zip(found.places, found.events, strict=True)
        ],
        "poll_query": urlencode(filters),
        "hold_query": urlencode({**filters, "held": 1}),
        "older_query": urlencode({**filters, "before": write_place(found.looked_to)})
        if found.looked_to
        else "",
    }


def _lay_out(json: str) -> str:
    """With a line for each field, as people read it."""
    return msgspec.json.format(json, indent=2)
