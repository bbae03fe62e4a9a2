"""All segments: those of the business, the ready-made ones apart, and what was removed lately."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from wafaa.access.staff.decorators import requires
from wafaa.access.staff.http import StaffRequest
from wafaa.access.staff.rules import Capability
from wafaa.kit.text import fold
from wafaa.learn.segments.lookups import list_counting, list_set_aside
from wafaa.learn.segments.models import Segment
from wafaa.learn.segments.offers import name_segment
from wafaa.learn.segments.queries import find_sizes, list_segments
from wafaa.learn.segments.rules import read_tree
from wafaa.learn.segments.words import Sentences


@dataclass(frozen=True, kw_only=True)
class Shown:
    segment: Segment
    name: str
    sentence: SafeString
    members: int
    is_counting: bool


@requires(Capability.SEE_SEGMENTS)
@require_GET
def segments(request: StaffRequest) -> HttpResponse:
    search, kind = request.GET.get("q", "").strip()[:100], request.GET.get("kind", "")
    sentences = Sentences(sees_personal=request.staff.may(Capability.SEE_PERSONAL))
    everything = show_segments(list(list_segments()), sentences)
    own = [one for one in everything if one.segment.kind != Segment.Kind.READY]
    found = [one for one in own if fold(search) in fold(f"{one.name} {one.segment.description}")]
    if kind in {Segment.Kind.DYNAMIC, Segment.Kind.LIST}:
        found = [one for one in found if one.segment.kind == kind]
    ready = [one for one in everything if one.segment.kind == Segment.Kind.READY]
    context = {
        "found": sort_segments(found, request.GET.get("order", "")),
        "has_own": bool(own),
        "search": search,
        "kind": kind,
        "kinds": [
            ("", _("All of them")),
            (Segment.Kind.DYNAMIC.value, _("By conditions")),
            (Segment.Kind.LIST.value, _("Lists")),
        ],
        "ready_groups": [
            (_("By recency, frequency and value"), _pick(ready, "rfm.")),
            (_("By their share of sales"), _pick(ready, "pareto.")),
        ],
        "has_ready": bool(ready),
        "removed": list_set_aside()[:10],
        "may_change": request.staff.may(Capability.CHANGE_SEGMENTS),
    }
    return render(request, "segments/segments.html", context)


def show_segments(found: list[Segment], sentences: Sentences) -> list[Shown]:
    counts, counting = find_sizes(found), list_counting(found)
    return [
        Shown(
            segment=one,
            name=name_segment(one),
            sentence=say_segment(one, sentences),
            members=counts[one.pk],
            is_counting=one.pk in counting,
        )
        for one in found
    ]


def say_segment(segment: Segment, sentences: Sentences) -> SafeString:
    """A list has no conditions to be said."""
    if segment.kind == Segment.Kind.LIST:
        return SafeString("")
    return sentences.say(read_tree(segment.definition))


def sort_segments(found: list[Shown], order: str) -> list[Shown]:
    """By name unless asked otherwise."""
    keys = {
        "members": lambda one: one.members,
        "changed": lambda one: one.segment.changed_at,
        "name": lambda one: fold(one.name),
    }
    key = order.removeprefix("-")
    return sorted(found, key=keys.get(key, keys["name"]), reverse=order.startswith("-") and key in keys)


def _pick(ready: list[Shown], prefix: str) -> list[Shown]:
    """In the order in which they were made: from the best to the lost."""
    return sorted(
        (one for one in ready if one.segment.key.startswith(prefix)), key=lambda one: one.segment.pk
    )


def make_trail(segment: Segment | None = None) -> list[tuple[str, str]]:
    trail = [(_("Segments"), reverse("segments"))]
    if segment is not None:
        trail.append((name_segment(segment), reverse("segment", args=[segment.uuid])))
    return trail
