"""Making, changing, pausing and removing segments. Definitions are checked under a lock, so that two that are saved at once
cannot lead in a circle.
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.models import Staff
from wafaa.kit import clock
from wafaa.learn.segments.actions.building import rebuild_dependents, start_build
from wafaa.learn.segments.actions.refreshing import execute
from wafaa.learn.segments.errors import NotAList, SegmentFixed, SegmentNeeded, SegmentUnreadable
from wafaa.learn.segments.models import Build, Segment, Version
from wafaa.learn.segments.rules import DefinitionBroken, Tree, read_tree, write_tree
from wafaa.learn.segments.trees import expand_definition, expand_tree, list_dependents

DEFINITIONS_LOCK = 0x57414641_06


def read_definition(definition: Any) -> Tree:
    """Raises SegmentUnreadable."""
    try:
        return read_tree(definition)
    except DefinitionBroken as broken:
        raise SegmentUnreadable.of(broken) from broken


@transaction.atomic
def create_segment(
    *,
    name: str,
    definition: Mapping[str, Any],
    description: str = "",
    by: Staff | None,
    via: str = "",
    kind: Segment.Kind = Segment.Kind.DYNAMIC,
    key: str = "",
) -> Segment:
    """A segment by conditions; it shows its members once they are counted (a job is asked for).

    Raises SegmentUnreadable, SegmentMissing (the definition names one that there is not).
    """
    tree = read_definition(definition)
    _hold_definitions()
    expand_tree(tree)
    now = clock.now()
    segment = Segment.objects.create(
        name=name,
        description=description,
        kind=kind,
        key=key,
        definition=write_tree(tree),
        staff=by,
        created_at=now,
        changed_at=now,
    )
    start_build(segment=segment)
    _keep_version(segment, by, via)
    if not key:
        record_change(staff=by, deed="create_segment", subject=name, after=_tell(segment), via=via)
    return segment


@transaction.atomic
def change_segment(
    *,
    segment: Segment,
    name: str | None = None,
    description: str | None = None,
    definition: Mapping[str, Any] | None = None,
    by: Staff | None,
    via: str = "",
) -> Segment:
    """New words, or a new version of the conditions: the members of the former one are shown until it is counted.

    Who is in by the new version and was not before has not entered: no event tells of it. Segments that name this one are
    counted anew too. Raises SegmentUnreadable, SegmentMissing, SegmentsCircle, SegmentFixed.
    """
    _hold_definitions()
    segment = Segment.objects.select_for_update().get(pk=segment.pk)
    if segment.kind == Segment.Kind.READY:
        raise SegmentFixed
    if definition is not None and segment.kind == Segment.Kind.LIST:
        raise NotAList
    before = _tell(segment)
    segment.name = segment.name if name is None else name
    segment.description = segment.description if description is None else description
    told = segment.definition if definition is None else write_tree(read_definition(definition))
    is_new = told != segment.definition
    segment.definition = told
    if is_new:
        segment.version += 1
        expand_definition(segment)
    if _tell(segment) == before:
        return segment
    segment.changed_at = clock.now()
    segment.save()
    record_change(
        staff=by, deed="change_segment", subject=segment.name, before=before, after=_tell(segment), via=via
    )
    if is_new:
        _keep_version(segment, by, via)
        if segment.state != Segment.State.PAUSED:
            start_build(segment=segment)
        rebuild_dependents(segment=segment)
    return segment


@transaction.atomic
def follow_settings(*, key: str, definition: Mapping[str, Any]) -> None:
    """A ready-made one that asks by a setting of the business: where that was changed a new version, as by change_segment."""
    _hold_definitions()
    segment = Segment.objects.select_for_update().get(key=key)
    told = write_tree(read_definition(definition))
    if told == segment.definition:
        return
    segment.definition, segment.changed_at = told, clock.now()
    segment.version += 1
    segment.save(update_fields=["definition", "changed_at", "version"])
    _keep_version(segment, None, "")
    if segment.state != Segment.State.PAUSED:
        start_build(segment=segment)
    rebuild_dependents(segment=segment)


@transaction.atomic
def pause_segment(*, segment: Segment, by: Staff | None, via: str = "") -> Segment:
    """Its members stay as they are until it is resumed. Segments that name it go on asking for its conditions."""
    segment = Segment.objects.select_for_update().get(pk=segment.pk)
    if segment.state == Segment.State.PAUSED:
        return segment
    Build.objects.filter(segment=segment, state=Build.State.COMING).update(state=Build.State.GONE)
    Build.objects.filter(segment=segment).update(sources=[])
    segment.state, segment.changed_at = Segment.State.PAUSED, clock.now()
    segment.save(update_fields=["state", "changed_at"])
    record_change(staff=by, deed="pause_segment", subject=segment.name, via=via)
    return segment


@transaction.atomic
def resume_segment(*, segment: Segment, by: Staff | None, via: str = "") -> Segment:
    """Counts it anew and keeps it up to date again."""
    segment = Segment.objects.select_for_update().get(pk=segment.pk)
    if segment.state != Segment.State.PAUSED:
        return segment
    # what is shown is as old as the pause, and no event would tell of what changed since: it is shown again once counted
    segment.state, segment.changed_at = Segment.State.BUILDING, clock.now()
    segment.save(update_fields=["state", "changed_at"])
    if segment.kind == Segment.Kind.LIST:
        segment.state = Segment.State.LIVE
        segment.save(update_fields=["state"])
    else:
        start_build(segment=segment)
    record_change(staff=by, deed="resume_segment", subject=segment.name, via=via)
    return segment


@transaction.atomic
def remove_segment(*, segment: Segment, by: Staff | None, via: str = "") -> None:
    """Forgets a segment and who was in it. Raises SegmentNeeded, SegmentFixed."""
    _hold_definitions()
    segment = Segment.objects.select_for_update().get(pk=segment.pk)
    if segment.kind == Segment.Kind.READY:
        raise SegmentFixed
    if others := list_dependents(segment):
        raise SegmentNeeded(names=", ".join(other.name for other in others))
    record_change(staff=by, deed="remove_segment", subject=segment.name, before=_tell(segment), via=via)
    # its members, of whom there may be millions, are swept by a job
    Build.objects.filter(segment=segment).update(state=Build.State.GONE, segment=None)
    segment.build = None
    segment.delete()
    _sweep_later()


def _sweep_later() -> None:
    from wafaa.learn.segments.tasks import sweep

    sweep.defer()


def _keep_version(segment: Segment, by: Staff | None, via: str) -> None:
    Version.objects.create(
        segment=segment,
        number=segment.version,
        definition=segment.definition,
        staff=by,
        via=via[:200],
        at=segment.changed_at,
    )


def _hold_definitions() -> None:
    execute("hold_lock", {"key": DEFINITIONS_LOCK})


def _tell(segment: Segment) -> dict[str, Any]:
    return {
        "name": segment.name,
        "description": segment.description,
        "definition": segment.definition,
        "version": segment.version,
    }
