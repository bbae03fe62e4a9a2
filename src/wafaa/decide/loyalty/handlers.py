"""What loyalty does when events arrive."""

from collections.abc import Sequence

from wafaa.decide.loyalty.actions.hearing import apply_events
from wafaa.stream.rules import EventHead


def on_events(heads: Sequence[EventHead]) -> None:
    """Orders and what becomes of them, and whatever else rules give points for."""
    apply_events(heads)
