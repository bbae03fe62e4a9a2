"""Which event wakes which handler: the only list of who hears what.

Each line is one consumer with its own checkpoint. It reads the stream in order and hears the names given; an empty list of
names means every event.
"""

from collections.abc import Sequence

from wafaa.act.cases.handlers import on_unhappy
from wafaa.act.cases.rules import HEARS as UNHAPPY
from wafaa.act.messages.delivering import LANES
from wafaa.act.webhooks.handlers import on_any_event
from wafaa.act.webhooks.sending import WEBHOOKS
from wafaa.decide.asking.handlers import on_events as on_occasions
from wafaa.decide.experiments.handlers import on_exposures
from wafaa.decide.experiments.rules import EXPOSED
from wafaa.decide.gifts.handlers import on_orders as on_bought
from wafaa.decide.gifts.rules import ORDER_EVENTS as BOUGHT
from wafaa.decide.journeys.handlers import on_events
from wafaa.decide.loyalty.handlers import on_events as on_reckoned
from wafaa.decide.loyalty.rules import ORDER_EVENTS
from wafaa.decide.rewards.handlers import on_orders as on_redeemed_orders
from wafaa.decide.rewards.handlers import on_paid_orders
from wafaa.decide.suggestions.handlers import on_answers
from wafaa.decide.suggestions.rules import ANSWERED
from wafaa.decide.tiers.handlers import on_events as on_standings
from wafaa.decide.tiers.rules import HEARS as STANDINGS
from wafaa.know.consents.handlers import on_consents
from wafaa.know.customers.handlers import on_identify
from wafaa.know.identity.handlers import make_listener
from wafaa.know.journey.handlers import on_milestones, on_touches
from wafaa.know.journey.rules import MILESTONES, TOUCHES
from wafaa.know.orders.handlers import on_order_events
from wafaa.learn.feedback.handlers import on_comments
from wafaa.learn.feedback.rules import HEARS as COMMENTED
from wafaa.learn.segments.handlers import on_customer_events
from wafaa.listen.reviews.handlers import on_product_reviewed
from wafaa.show.console.customers.merging import MOVERS
from wafaa.stream.handlers import on_every_event
from wafaa.stream.outbox import Kind
from wafaa.stream.rules import Consumer, EventHead

# Who is meant, and what is known of them: segments look at what these have made of an event.
KNOWING: tuple[Consumer, ...] = (
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
)

SEGMENTS = Consumer(
    name="learn.segments", hears=(), handle=on_customer_events, tells=True, replayable=True, after=KNOWING
)


def on_earnings(heads: Sequence[EventHead]) -> None:
    """What points paid of an order is known before it is reckoned what the order earns."""
    on_paid_orders(heads)
    on_reckoned(heads)


# rules name events that earn
LOYALTY = Consumer(
    name="decide.loyalty",
    hears=(),
    handle=on_earnings,
    lanes=2,
    tells=True,
    replayable=True,
    after=(*KNOWING, SEGMENTS),
)

CONSUMERS: tuple[Consumer, ...] = (
    *KNOWING,
    SEGMENTS,
    Consumer(name="know.visits", hears=tuple(TOUCHES), handle=on_touches, replayable=True),
    Consumer(name="know.milestones", hears=tuple(MILESTONES), handle=on_milestones, replayable=True),
    Consumer(name="decide.experiments", hears=(EXPOSED,), handle=on_exposures, replayable=True),
    # staff choose which events begin and end an automation
    Consumer(name="decide.journeys", hears=(), handle=on_events, replayable=True, after=(*KNOWING, SEGMENTS)),
    # staff choose which events people are asked after
    Consumer(
        name="decide.asking",
        hears=(),
        handle=on_occasions,
        tells=True,
        replayable=True,
        after=(*KNOWING, SEGMENTS),
    ),
    LOYALTY,
    # tiers look at what was earned
    Consumer(
        name="decide.tiers",
        hears=STANDINGS,
        handle=on_standings,
        lanes=2,
        tells=True,
        replayable=True,
        after=(*KNOWING, LOYALTY),
    ),
    # what an order earned goes back first, then what was spent on it
    Consumer(
        name="decide.rewards",
        hears=ORDER_EVENTS,
        handle=on_redeemed_orders,
        tells=True,
        replayable=True,
        after=(*KNOWING, LOYALTY),
    ),
    Consumer(name="decide.gifts", hears=BOUGHT, handle=on_bought, tells=True, replayable=True, after=KNOWING),
    Consumer(name="act.cases", hears=UNHAPPY, handle=on_unhappy, tells=True, replayable=True, after=KNOWING),
    Consumer(
        name="listen.reviews",
        hears=("Product Reviewed",),
        handle=on_product_reviewed,
        tells=True,
        replayable=True,
        after=KNOWING,
    ),
    Consumer(
        name="learn.feedback", hears=COMMENTED, handle=on_comments, tells=True, replayable=True, after=KNOWING
    ),
    Consumer(name="decide.suggestions", hears=(ANSWERED,), handle=on_answers, replayable=True, after=KNOWING),
    Consumer(name="stream.catalogue", hears=(), handle=on_every_event),
    Consumer(name="act.webhooks", hears=(), handle=on_any_event),
)

# What leaves through the outbox, each kind by senders of its own.
OUTBOX: tuple[Kind, ...] = (WEBHOOKS, *LANES)
