"""What lets a slip be taken back: versions of definitions, and segments that are set aside before they are forgotten."""

from datetime import timedelta

from django.db import transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.models import Staff
from wafaa.kit import clock
from wafaa.learn.segments.actions.defining import (
    change_segment,
    pause_segment,
    remove_segment,
    resume_segment,
)
from wafaa.learn.segments.errors import SegmentFixed, SegmentNeeded
from wafaa.learn.segments.models import Segment, SetAside, Version
from wafaa.learn.segments.trees import list_dependents

# Long enough to notice that something is missing.
SET_ASIDE_DAYS = 30


def go_back(*, version: Version, by: Staff | None) -> Segment:
    """The conditions of a former version as a new one. Raises what change_segment raises."""
    return change_segment(segment=version.segment, definition=version.definition, by=by)


@transaction.atomic
def set_aside(*, segment: Segment, by: Staff | None) -> None:
    """Out of sight and not kept up to date; restore_segment brings it back for SET_ASIDE_DAYS. Raises SegmentNeeded,
    SegmentFixed.
    """
    segment = Segment.objects.select_for_update().get(pk=segment.pk)
    if segment.kind == Segment.Kind.READY:
        raise SegmentFixed
    if others := [one for one in list_dependents(segment) if not hasattr(one, "set_aside")]:
        raise SegmentNeeded(names=", ".join(other.name for other in others))
    _aside, is_new = SetAside.objects.get_or_create(
        segment=segment,
        defaults={
            "was_paused": segment.state == Segment.State.PAUSED,
            "staff": by,
            "at": clock.now(),
        },
    )
    if is_new:
        pause_segment(segment=segment, by=by)
        record_change(staff=by, deed="set_aside_segment", subject=segment.name)


@transaction.atomic
def restore_segment(*, segment: Segment, by: Staff | None) -> Segment:
    """Back as it was, counted anew."""
    aside = SetAside.objects.select_for_update().filter(segment=segment).first()
    if aside is None:
        return segment
    aside.delete()
    record_change(staff=by, deed="restore_segment", subject=segment.name)
    return segment if aside.was_paused else resume_segment(segment=segment, by=by)


def remove_set_aside() -> int:
    """Forgets those that were set aside long enough; returns how many. One that another still names waits for that one."""
    oldest = clock.now() - timedelta(days=SET_ASIDE_DAYS)
    removed = 0
    for aside in SetAside.objects.filter(at__lt=oldest).select_related("segment").order_by("at"):
        try:
            remove_segment(segment=aside.segment, by=None)
        except SegmentNeeded:
            continue
        removed += 1
    return removed
