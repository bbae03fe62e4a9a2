"""What the orders room does when events arrive."""

from collections.abc import Sequence

from wafaa.know.orders.actions import apply_orders, apply_refunds
from wafaa.stream.rules import StoredEvent


def on_order_events(events: Sequence[StoredEvent]) -> None:
    """Orders first: refunds of the same batch then find theirs."""
    if completed := [event for event in events if event.name == "Order Completed"]:
        apply_orders(completed)
    if refunded := [event for event in events if event.name == "Order Refunded"]:
        apply_refunds(refunded)
