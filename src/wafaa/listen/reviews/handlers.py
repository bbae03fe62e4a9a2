"""What the reviews room does when events arrive."""

from collections.abc import Sequence

from wafaa.listen.reviews.actions import hear_reviews
from wafaa.stream.rules import EventHead


def on_product_reviewed(heads: Sequence[EventHead]) -> None:
    """What a shop's system tells of a review becomes one of ours."""
    hear_reviews(heads)
