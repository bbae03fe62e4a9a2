"""What the journey room does when events arrive."""

from collections.abc import Sequence

from wafaa.know.journey.actions import apply_milestones, apply_touches
from wafaa.stream.rules import EventHead


def on_touches(heads: Sequence[EventHead]) -> None:
    """Pages, screens and what was done there become visits."""
    apply_touches(heads)


def on_milestones(heads: Sequence[EventHead]) -> None:
    """Steps of orders, conversations, calls and stays in a store are kept to be measured."""
    apply_milestones(heads)
