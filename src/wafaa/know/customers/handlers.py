"""What the customers room does when events arrive."""

from collections.abc import Sequence

from wafaa.know.customers.actions import identify_customers
from wafaa.know.customers.rules import read_traits
from wafaa.stream.queries import read_events
from wafaa.stream.rules import EventHead


def on_identify(heads: Sequence[EventHead]) -> None:
    """Traits go onto the customers of their distinct ids."""
    events = read_events(heads)
    identify_customers(
        told=[(event.distinct_id, read_traits(event.properties)) for event in events],
        sources={event.distinct_id: event.source for event in reversed(events)},
    )
