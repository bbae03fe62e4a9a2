"""What the orders room does when events arrive."""

import logging
from collections.abc import Sequence

from django.db import DataError, IntegrityError, NotSupportedError, transaction

from wafaa.know.customers.rules import read_properties
from wafaa.know.orders.actions import apply_orders, apply_refunds, lock_links
from wafaa.know.orders.products import apply_products
from wafaa.know.orders.rules import clean_order
from wafaa.stream.queries import read_events
from wafaa.stream.rules import EventHead

log = logging.getLogger(__name__)

# Each tells an order; "Order Cancelled" may tell no more than its number.
ORDER_EVENTS = frozenset({"Order Completed", "Order Updated", "Order Cancelled"})


def on_order_events(heads: Sequence[EventHead]) -> None:
    """What is told; of an event with values that can't be, what can: a wrong price must not hold up a customer's orders.

    The values are checked in the database, all at once. The drain halves a batch that fails there until the culprit stands
    alone; the catalogue of events reports what was wrong.
    """
    try:
        with transaction.atomic():
            _apply(heads)
    except (DataError, IntegrityError, NotSupportedError) as error:  # the last: an endless number
        if len(heads) > 1:
            raise
        log.info("event %s is taken without what can't be: %s", heads[0].position, type(error).__name__)
        _apply_what_can_be(heads[0])


def _apply_what_can_be(head: EventHead) -> None:
    (event,) = read_events([head])
    cleaned = clean_order(head.name, read_properties(event.properties))
    if cleaned is None:
        return
    if head.name in ORDER_EVENTS:
        apply_orders([head], cleaned=[cleaned])
    elif head.name == "Order Refunded":
        lock_links()
        apply_refunds([head], cleaned=[cleaned])
    else:
        apply_products([head], cleaned=[cleaned])


def _apply(heads: Sequence[EventHead]) -> None:
    """Orders before refunds, which then find theirs; products last, because what is told of them wins."""
    told = [head for head in heads if head.name in ORDER_EVENTS]
    refunded = [head for head in heads if head.name == "Order Refunded"]
    updated = [head for head in heads if head.name == "Product Updated"]
    if refunded:
        lock_links()
    if told:
        apply_orders(told)
    if refunded:
        apply_refunds(refunded)
    if updated:
        apply_products(updated)
