"""What rewards do when events arrive."""

from collections.abc import Sequence

from wafaa.decide.loyalty.rules import ORDER_EVENTS
from wafaa.decide.rewards.actions.hearing import apply_events, link_orders
from wafaa.stream.rules import EventHead


def on_paid_orders(heads: Sequence[EventHead]) -> None:
    """Orders that were paid with rewards, before it is reckoned what they earn."""
    if told := [head for head in heads if head.name in ORDER_EVENTS]:
        link_orders(told)


def on_orders(heads: Sequence[EventHead]) -> None:
    """What is refunded of orders that something was redeemed for."""
    apply_events(heads)
