"""One segment: who they are, how many over time, some of them with the reason, overlap, versions; pausing and removing."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.design import charts
from wafaa.know.customers.errors import CustomerMissing
from wafaa.know.customers.models import Customer
from wafaa.know.customers.queries import list_customers, say_customer
from wafaa.know.orders.queries import get_store_scope, get_visible_customer
from wafaa.learn.segments.actions import (
    SET_ASIDE_DAYS,
    go_back,
    pause_segment,
    restore_segment,
    resume_segment,
    set_aside,
)
from wafaa.learn.segments.errors import SegmentFixed, SegmentMissing, SegmentNeeded, SegmentsCircle
from wafaa.learn.segments.lookups import (
    find_since,
    get_kept_segment,
    get_version,
    is_counting,
    list_members,
    list_versions,
)
from wafaa.learn.segments.models import Segment
from wafaa.learn.segments.offers import name_segment
from wafaa.learn.segments.pages.building import make_copy_link
from wafaa.learn.segments.pages.listing import make_trail, say_segment
from wafaa.learn.segments.pages.showing import show_customer, show_members
from wafaa.learn.segments.queries import count_members, count_overlap, get_segment, list_segments, list_sizes
from wafaa.learn.segments.rules import read_tree
from wafaa.learn.segments.words import Sentences

SAMPLED = 5
FOUND_MAX = 10
DAYS = 90


@requires(Capability.SEE_SEGMENTS)
@require_GET
def segment(request: StaffRequest, segment_uuid: uuid.UUID) -> HttpResponse:
    shown, sees_personal = get_segment(segment_uuid), request.staff.may(Capability.SEE_PERSONAL)
    sentences = Sentences(sees_personal=sees_personal)
    counting = is_counting(shown)
    sizes = list_sizes(shown, days=DAYS)
    context = {
        "segment": shown,
        "name": name_segment(shown),
        "sentence": say_segment(shown, sentences),
        "members": count_members([shown])[shown.pk],
        "is_counting": counting,
        "is_first_count": counting and shown.build_id is None,
        "chart": draw_sizes(sizes) if len(sizes) > 1 else "",
        "changes": list_changes(sizes),
        "sampled": show_members(shown, list_members(shown, limit=SAMPLED).members, sentences, sees_personal),
        "overlap": find_overlap(request, shown),
        "others": [(str(one.uuid), name_segment(one)) for one in list_segments() if one.pk != shown.pk],
        "chosen_other": request.GET.get("with", ""),
        "versions": show_versions(shown, sentences),
        "copy_link": make_copy_link(shown),
        "may_change": request.staff.may(Capability.CHANGE_SEGMENTS),
        "may_send": request.staff.may(Capability.SEND_MESSAGES),
        "may_export": request.staff.may(Capability.EXPORT_FIGURES),
        "trail": make_trail(),
    }
    return render(request, "segments/segment.html", context)


@requires(Capability.SEE_SEGMENTS)
@require_GET
def state(request: StaffRequest, segment_uuid: uuid.UUID) -> HttpResponse:
    """Asked for again and again while it is counted; once it is, the page loads anew."""
    shown = get_segment(segment_uuid)
    response = render(request, "segments/counting.html", {"segment": shown, "is_counting": True})
    if not is_counting(shown):
        response["HX-Refresh"] = "true"
    return response


@requires(Capability.SEE_SEGMENTS)
@require_GET
def why(request: StaffRequest, segment_uuid: uuid.UUID) -> HttpResponse:
    """Why any customer is in, or why not."""
    shown, sees_personal = get_segment(segment_uuid), request.staff.may(Capability.SEE_PERSONAL)
    sentences = Sentences(sees_personal=sees_personal)
    search, chosen = request.GET.get("q", "").strip()[:200], _find_customer(request)
    context: dict[str, Any] = {
        "segment": shown,
        "name": name_segment(shown),
        "search": search,
        "sees_personal": sees_personal,
        "found": _search(search, sees_personal) if search else [],
        "trail": make_trail(shown),
    }
    if chosen is not None:
        since = find_since(shown, chosen.pk)
        context["chosen"] = show_customer(shown, chosen, sentences, sees_personal, since)
        context["is_in"] = since is not None
        context["sentence"] = say_segment(shown, sentences)
    return render(request, "segments/why.html", context)


def _find_customer(request: StaffRequest) -> Customer | None:
    told = request.GET.get("customer", "")
    try:
        return get_visible_customer(uuid.UUID(told), get_store_scope(request.staff))
    except (ValueError, CustomerMissing):
        return None


def _search(search: str, sees_personal: bool) -> list[tuple[Customer, str]]:
    matching = list_customers(search=search, searches_numbers_only=not sees_personal)
    return [(one, say_customer(one, sees_personal)) for one in matching.order_by("name", "id")[:FOUND_MAX]]


def draw_sizes(sizes: list[Any]) -> SafeString:
    language = get_language() or ""
    chart = charts.line_chart(
        [charts.Line(label=_("Customers"), points=sizes)],
        reading=charts.Reading(language=language),
        title=_("How many customers at the end of each day"),
        grain="day",
        is_area=True,
        height=200,
    )
    return charts.render_chart(chart, language)


def list_changes(sizes: list[Any]) -> list[dict[str, Any]]:
    """How many more than a week and a month ago, as far as that was noted."""
    known, changes = dict(sizes), []
    if not sizes:
        return []
    newest, now = sizes[-1]
    for days, words in ((7, _("than a week ago")), (30, _("than 30 days ago"))):
        before = known.get(newest.fromordinal(newest.toordinal() - days))
        if before is not None:
            changes.append({"more": now - before, "words": words})
    return changes


def find_overlap(request: StaffRequest, shown: Segment) -> dict[str, Any] | None:
    try:
        other = get_segment(uuid.UUID(request.GET.get("with", "")))
    except (ValueError, SegmentMissing):
        return None
    counted = count_overlap(shown, other)
    return {
        "other": other,
        "name": name_segment(other),
        "counts": counted,
        "share": counted.both / counted.one if counted.one else None,
        "other_share": counted.both / counted.other if counted.other else None,
    }


def show_versions(shown: Segment, sentences: Sentences) -> list[dict[str, Any]]:
    if shown.kind != Segment.Kind.DYNAMIC:
        return []
    return [
        {
            "version": one,
            "sentence": sentences.say(read_tree(one.definition)),
            "is_present": one.number == shown.version,
        }
        for one in list_versions(shown)[:20]
    ]


@requires(Capability.CHANGE_SEGMENTS)
@require_POST
def back(request: StaffRequest, segment_uuid: uuid.UUID, number: int) -> HttpResponse:
    shown = get_segment(segment_uuid)
    version = get_version(shown, number)
    try:
        changed = go_back(version=version, by=request.staff)
    except SegmentMissing:
        words = _("Version %(number)s asks for a segment that was removed, so it cannot hold again.")
        messages.error(request, words % {"number": number})
        return redirect("segment", shown.uuid)
    except SegmentsCircle as error:
        messages.error(request, str(error))
        return redirect("segment", shown.uuid)
    words = _("Version %(former)s holds again, as version %(number)s.")
    messages.success(request, words % {"former": number, "number": changed.version})
    return redirect("segment", shown.uuid)


@requires(Capability.CHANGE_SEGMENTS)
@require_POST
def pause(request: StaffRequest, segment_uuid: uuid.UUID) -> HttpResponse:
    shown = pause_segment(segment=get_segment(segment_uuid), by=request.staff)
    messages.success(request, _("It is paused: its customers stay as they are until you resume it."))
    return redirect("segment", shown.uuid)


@requires(Capability.CHANGE_SEGMENTS)
@require_POST
def resume(request: StaffRequest, segment_uuid: uuid.UUID) -> HttpResponse:
    shown = resume_segment(segment=get_segment(segment_uuid), by=request.staff)
    messages.success(request, _("It is kept up to date again."))
    return redirect("segment", shown.uuid)


@requires(Capability.CHANGE_SEGMENTS)
@require_POST
def remove(request: StaffRequest, segment_uuid: uuid.UUID) -> HttpResponse:
    shown = get_segment(segment_uuid)
    try:
        set_aside(segment=shown, by=request.staff)
    except (SegmentNeeded, SegmentFixed) as error:
        messages.error(request, str(error))
        return redirect("segment", shown.uuid)
    words = _("“%(name)s” is removed. For %(days)s days you can have it back, at the end of this page.")
    messages.success(request, words % {"name": shown.name, "days": SET_ASIDE_DAYS})
    return redirect("segments")


@requires(Capability.CHANGE_SEGMENTS)
@require_POST
def restore(request: StaffRequest, segment_uuid: uuid.UUID) -> HttpResponse:
    shown = restore_segment(segment=get_kept_segment(segment_uuid), by=request.staff)
    messages.success(request, _("“%(name)s” is back.") % {"name": shown.name})
    return redirect("segment", shown.uuid)
