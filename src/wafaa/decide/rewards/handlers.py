"""What rewards do when events arrive."""

from collections.abc import Sequence

from wafaa.decide.rewards.actions.hearing import apply_events
from wafaa.stream.rules import EventHead


def on_orders(heads: Sequence[EventHead]) -> None:
    """Orders that were paid with rewards, and what is refunded of them."""
    apply_events(heads)
