"""What the room of comments does when events arrive."""

from collections.abc import Sequence

from wafaa.learn.feedback.actions import hear_comments
from wafaa.stream.rules import EventHead


def on_comments(heads: Sequence[EventHead]) -> None:
    """What people wrote in surveys and reviews is read."""
    hear_comments(heads)
