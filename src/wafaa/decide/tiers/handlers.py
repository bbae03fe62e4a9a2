"""What tiers do when events arrive."""

from collections.abc import Sequence

from wafaa.decide.tiers.actions.hearing import apply_events
from wafaa.stream.rules import EventHead


def on_events(heads: Sequence[EventHead]) -> None:
    """Orders and what becomes of them, points that moved, new members."""
    apply_events(heads)
