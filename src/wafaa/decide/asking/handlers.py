"""What asking does when events arrive."""

from collections.abc import Sequence

from wafaa.decide.asking.actions.hearing import apply_events
from wafaa.stream.rules import EventHead


def on_events(heads: Sequence[EventHead]) -> None:
    """Some are occasions to ask, some end one, some tell what came of it."""
    apply_events(heads)
