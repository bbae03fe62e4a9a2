"""What the orders room does when events arrive."""

from collections.abc import Sequence

from wafaa.know.orders.actions import apply_orders, apply_refunds, lock_links
from wafaa.stream.rules import EventHead


def on_order_events(heads: Sequence[EventHead]) -> None:
    """Orders first: refunds of the same batch then find theirs."""
    completed = [head for head in heads if head.name == "Order Completed"]
    refunded = [head for head in heads if head.name == "Order Refunded"]
    if refunded:
        lock_links()
    if completed:
        apply_orders(completed)
    if refunded:
        apply_refunds(refunded)
