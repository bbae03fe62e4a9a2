"""What suggestions do when events arrive."""

from collections.abc import Sequence

from wafaa.decide.suggestions.actions import gather_wishes
from wafaa.stream.rules import EventHead


def on_answers(heads: Sequence[EventHead]) -> None:
    """Answers to a question that asks what to change."""
    gather_wishes(heads)
