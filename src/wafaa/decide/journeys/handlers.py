"""What journeys do when events arrive."""

from collections.abc import Sequence

from wafaa.decide.journeys.actions.hearing import apply_events
from wafaa.stream.rules import EventHead


def on_events(heads: Sequence[EventHead]) -> None:
    """Some begin an occasion of an automation, some end it."""
    apply_events(heads)
