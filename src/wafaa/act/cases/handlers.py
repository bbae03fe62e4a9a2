"""What cases do when events arrive."""

from collections.abc import Sequence

from wafaa.act.cases.actions import hear_signals
from wafaa.stream.rules import EventHead


def on_unhappy(heads: Sequence[EventHead]) -> None:
    """Low answers, low reviews, and comments whose words are worse than their score."""
    hear_signals(heads)
