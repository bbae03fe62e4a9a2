"""What gifts do when orders arrive or are refunded."""

from collections.abc import Sequence

from wafaa.decide.gifts.actions.hearing import apply_events
from wafaa.stream.rules import EventHead


def on_orders(heads: Sequence[EventHead]) -> None:
    apply_events(heads)
