"""Endpoints, events and senders for the tests of this room."""

import uuid

from wafaa.act.webhooks.actions import create_endpoint
from wafaa.act.webhooks.handlers import on_any_event
from wafaa.act.webhooks.sending import WEBHOOKS
from wafaa.stream import outbox
from wafaa.stream.actions import record_events
from wafaa.stream.drain import drain_until_quiet
from wafaa.stream.outbox import Outcome
from wafaa.stream.rules import Consumer

HEARS_ALL = Consumer(name="act.webhooks", hears=(), handle=on_any_event)


def make_endpoint(by, url="https://shop.example/hook", names=(), **given):
    return create_endpoint(url=url, names=list(names), by=by, **given)


def tell_webhooks(*events):
    """Records the events and lets this room hear them."""
    record_events(events=events)
    drain_until_quiet([HEARS_ALL])


def send_due(sender=None):
    """One round of a sender, in this thread. Returns the outcomes by the deliveries' keys."""
    me, outcomes = sender or uuid.uuid4(), {}
    claimed = outbox.claim(kind=WEBHOOKS, sender=me, limit=100)
    for pk, todo in WEBHOOKS.prepare(claimed).items():
        effect = next(each for each in claimed if each.id == pk)
        outcome = todo if isinstance(todo, Outcome) else todo()
        outbox.settle(kind=WEBHOOKS, sender=me, effect=effect, outcome=outcome)
        outcomes[effect.key] = outcome
    return outcomes
