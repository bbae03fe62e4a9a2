"""What the stream itself hears: which names come by, and which known properties come with a wrong type."""

from collections.abc import Sequence

import msgspec

from wafaa.stream.actions import note_names, note_problems
from wafaa.stream.catalogue import find_mismatches, is_known, looks_right
from wafaa.stream.queries import read_events, read_properties
from wafaa.stream.rules import EventHead


def on_every_event(heads: Sequence[EventHead]) -> None:
    """Contents are read of known names only: of others nothing is known that could be wrong."""
    note_names(heads=heads)
    known = [head for head in heads if is_known(head.name)]
    told = zip(known, read_properties(known), strict=True)
    doubtful = [head for head, properties in told if not looks_right(head.name, properties)]
    problems = [
        (event, mismatch)
        for event in read_events(doubtful)
        for mismatch in sorted(find_mismatches(event.name, _decode(event.properties)))
    ]
    if problems:
        note_problems(problems=problems)


def _decode(properties: str) -> object:
    """None for what only PostgreSQL takes for JSON; then there is nothing to say about its types."""
    try:
        return msgspec.json.decode(properties)
    except (msgspec.MsgspecError, RecursionError):
        return None
