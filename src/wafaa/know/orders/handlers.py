"""What the orders room does when events arrive."""

from collections.abc import Sequence

from wafaa.know.orders.actions import apply_orders, apply_refunds, lock_links
from wafaa.know.orders.products import apply_products
from wafaa.stream.rules import EventHead


def on_order_events(heads: Sequence[EventHead]) -> None:
    """Orders before refunds, which then find theirs; products last, because what is told of them wins."""
    completed = [head for head in heads if head.name == "Order Completed"]
    refunded = [head for head in heads if head.name == "Order Refunded"]
    updated = [head for head in heads if head.name == "Product Updated"]
    if refunded:
        lock_links()
    if completed:
        apply_orders(completed)
    if refunded:
        apply_refunds(refunded)
    if updated:
        apply_products(updated)
