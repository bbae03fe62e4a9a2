"""Taking a person who is erased out of what staff wrote: names, descriptions, conditions of segments."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.db import transaction

from wafaa.learn.segments.actions.building import start_build
from wafaa.learn.segments.actions.defining import DEFINITIONS_LOCK
from wafaa.learn.segments.actions.refreshing import execute
from wafaa.learn.segments.live import KEPT_KINDS
from wafaa.learn.segments.models import Build, Segment, Version

# In the place of a value where no other is left: nobody's e-mail, number or property is this.
NOBODY: Final = "[erased: nobody]"
NAMES: Final = ("field", "property")

NamesPerson = Callable[[str], bool]


@transaction.atomic
def forget_person(*, names_person: NamesPerson) -> int:
    """Takes somebody out of segments' names, descriptions and conditions, in all their versions, and counts anew who is in by
    what has changed. Returns how many segments and versions named them.
    """
    execute("hold_lock", {"key": DEFINITIONS_LOCK})
    changed, asking = 0, set()
    for segment in Segment.objects.select_for_update().order_by("id"):
        told = _forget_in(segment.definition, names_person)
        name = "–" if names_person(segment.name) else segment.name
        description = "" if names_person(segment.description) else segment.description
        if (told, name, description) == (segment.definition, segment.name, segment.description):
            continue
        segment.definition, segment.name, segment.description = told, name, description
        segment.save(update_fields=["definition", "name", "description"])
        changed += 1
    for version in Version.objects.order_by("id"):
        told = _forget_in(version.definition, names_person)
        if told != version.definition:
            Version.objects.filter(pk=version.pk).update(definition=told)
            changed += 1
    # what they name stands in them written out
    for build in Build.objects.order_by("id"):
        told = _forget_in(build.definition, names_person)
        if told != build.definition:
            Build.objects.filter(pk=build.pk).update(definition=told)
            asking.add(build.segment_id or 0)  # none: its segment is gone
    kept = Segment.objects.filter(pk__in=asking, kind__in=KEPT_KINDS)
    for segment in kept.exclude(state=Segment.State.PAUSED).order_by("id"):
        start_build(segment=segment)
    return changed


def _forget_in(told: Any, names_person: NamesPerson) -> Any:
    """A part of a definition without the person's values; where none is left, nobody has what is asked for."""
    if isinstance(told, list):
        return [_forget_in(one, names_person) for one in told]
    if not isinstance(told, Mapping):
        return told
    asked = next((told[name] for name in NAMES if name in told), "value")

    def is_theirs(value: Any) -> bool:
        # beside what it is: a short number means somebody as a number only
        return isinstance(value, str) and names_person(json.dumps({asked: value}, ensure_ascii=False))

    kept: dict[str, Any] = {}
    for key, value in told.items():
        if key == "one_of":
            kept[key] = [one for one in value if not is_theirs(one)] or [NOBODY]
        elif key in {"contains", "begins"}:
            kept[key] = NOBODY if is_theirs(value) else value
        else:
            kept[key] = _forget_in(value, names_person)
    return kept
