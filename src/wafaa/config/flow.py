"""Which event wakes which handler: the only list of who hears what.

Each line is one consumer with its own checkpoint. It reads the stream in order and hears the names given; an empty list of
names means every event.
"""

from wafaa.know.customers.handlers import on_identify
from wafaa.know.orders.handlers import on_order_events
from wafaa.stream.rules import Consumer

CONSUMERS: tuple[Consumer, ...] = (
    Consumer(name="know.customers", hears=("identify",), handle=on_identify),
    Consumer(
        name="know.orders",
        hears=("Order Completed", "Order Refunded", "Product Updated"),
        handle=on_order_events,
        lanes=2,
    ),
)
