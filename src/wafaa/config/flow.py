"""Which event wakes which handler: the only list of who hears what.

Each line is one consumer with its own checkpoint. It reads the stream in order and hears the names given; an empty list of
names means every event.
"""

from wafaa.act.webhooks.handlers import on_any_event
from wafaa.act.webhooks.sending import WEBHOOKS
from wafaa.know.consents.handlers import on_consents
from wafaa.know.customers.handlers import on_identify
from wafaa.know.identity.handlers import make_listener
from wafaa.know.journey.handlers import on_milestones, on_touches
from wafaa.know.journey.rules import MILESTONES, TOUCHES
from wafaa.know.orders.handlers import on_order_events
from wafaa.show.console.customers.merging import MOVERS
from wafaa.stream.handlers import on_every_event
from wafaa.stream.outbox import Kind
from wafaa.stream.rules import Consumer

CONSUMERS: tuple[Consumer, ...] = (
    Consumer(name="know.customers", hears=("identify",), handle=on_identify),
    # any event may say whose a device is
    Consumer(name="know.identity", hears=(), handle=make_listener(MOVERS), replayable=True),
    Consumer(
        name="know.orders",
        hears=("Order Completed", "Order Updated", "Order Cancelled", "Order Refunded", "Product Updated"),
        handle=on_order_events,
        lanes=2,
        replays_to_end=True,  # where an order tells no version, its last event stands
    ),
    Consumer(
        name="know.consents",
        hears=("Consent Given", "Consent Withdrawn", "identify"),
        handle=on_consents,
        replayable=True,
    ),
    Consumer(name="know.visits", hears=tuple(TOUCHES), handle=on_touches, replayable=True),
    Consumer(name="know.milestones", hears=tuple(MILESTONES), handle=on_milestones, replayable=True),
    Consumer(name="stream.catalogue", hears=(), handle=on_every_event),
    Consumer(name="act.webhooks", hears=(), handle=on_any_event),
)

# What leaves through the outbox, each kind by senders of its own.
OUTBOX: tuple[Kind, ...] = (WEBHOOKS,)
