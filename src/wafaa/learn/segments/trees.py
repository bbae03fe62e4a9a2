"""Definitions that name other segments: written out, and who hangs on whom."""

import uuid
from collections.abc import Collection

from wafaa.learn.segments.errors import SegmentMissing, SegmentsCircle
from wafaa.learn.segments.models import Segment
from wafaa.learn.segments.rules import Circle, Tree, expand, list_segments, read_tree
from wafaa.learn.segments.rules.tree import Listed


def find_tree(segment_uuid: uuid.UUID) -> Tree:
    """What stands for a segment in another's definition. Raises SegmentMissing."""
    segment = Segment.objects.filter(uuid=segment_uuid).first()
    if segment is None:
        raise SegmentMissing
    return Listed(segment.uuid) if segment.kind == Segment.Kind.LIST else read_tree(segment.definition)


def expand_definition(segment: Segment) -> Tree:
    """The segment's conditions with those of others in the place of their names. Raises SegmentMissing, SegmentsCircle."""
    return expand_tree(read_tree(segment.definition), above={segment.uuid})


def expand_tree(tree: Tree, *, above: Collection[uuid.UUID] = ()) -> Tree:
    """Raises SegmentMissing, SegmentsCircle."""
    try:
        return expand(tree, find_tree, frozenset(above))
    except Circle as circle:
        name = Segment.objects.filter(uuid=circle.uuid).values_list("name", flat=True).first()
        raise SegmentsCircle(name=name or str(circle.uuid)) from circle


def list_dependents(segment: Segment) -> list[Segment]:
    """The segments whose conditions name this one, directly or by others."""
    found: dict[uuid.UUID, Segment] = {}
    others = [
        (one, list_segments(read_tree(one.definition)))
        for one in Segment.objects.exclude(kind=Segment.Kind.LIST).order_by("id")
    ]
    wanted = {segment.uuid}
    while wanted:
        more = [one for one, named in others if named & wanted and one.uuid not in found]
        found |= {one.uuid: one for one in more}
        wanted = {one.uuid for one in more}
    return list(found.values())
