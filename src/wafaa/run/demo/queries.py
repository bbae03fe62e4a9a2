"""What the database holds: real data, the whole demo shop, or a part of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import msgspec
from django.db import connection

from wafaa.access.business.queries import get_business
from wafaa.kit.sql import load_sql
from wafaa.know.orders.models import Order
from wafaa.listen.connectors.files.queries import is_publishing
from wafaa.run.demo.errors import DemoBusy
from wafaa.run.demo.events import LOADED_ID, SOURCE
from wafaa.stream.models import Event
from wafaa.stream.queries import list_events

# The sources of events that rooms tell of what happened in them.
TOLD_BY_ROOMS = (
    *("surveys", "reviews", "feedback", "cases", "suggestions", "asking"),
    *("messages", "segments", "staff", "wafaa"),
    *("loyalty", "points", "rewards", "gifts", "vouchers"),
)
# Where people tried it out: what they sold and whom they enrolled is no real shop's while the demo is shown.
TRIED_OUT = ("till", "portal")


@dataclass(frozen=True)
class Loaded:
    """What the demo's last event says: with these two the same shop can be made again."""

    seed: int
    end: date


def has_real_data() -> bool:
    """Orders or events of any other source, or an import that is on its way in.

    While the demo is shown, what our own rooms tell is of its customers.
    """
    shows_demo = get_business().shows_demo
    own = (SOURCE, *TOLD_BY_ROOMS, *TRIED_OUT) if shows_demo else (SOURCE,)
    return (
        Order.objects.exclude(source__in=own).exists()
        or Event.objects.exclude(source__in=own).exists()
        or is_publishing()
    )


def find_loaded() -> Loaded | None:
    """The demo shop whose every event stands in the stream; None where there is none, or a part only."""
    told = [event for event in list_events([LOADED_ID], limit=1) if event.source == SOURCE]
    if not told:
        return None
    facts = msgspec.json.decode(told[0].properties)
    return Loaded(seed=facts["seed"], end=date.fromisoformat(facts["end"]))


def has_traces() -> bool:
    """Anything at all of the demo: a load that was cut off leaves some."""
    return Event.objects.filter(source=SOURCE).exists() or Order.objects.filter(source=SOURCE).exists()


@contextmanager
def only_one() -> Iterator[None]:
    """No other process loads or removes the demo meanwhile. Raises DemoBusy; a kill ends the lock."""
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.run.demo", "lock_demo"))
        (locked,) = cursor.fetchone()
    if not locked:
        raise DemoBusy
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(load_sql("wafaa.run.demo", "unlock_demo"))
