"""What the customers room does when events arrive."""

from collections.abc import Sequence

from wafaa.know.customers.actions import identify_customers
from wafaa.know.customers.rules import read_traits
from wafaa.stream.rules import StoredEvent


def on_identify(events: Sequence[StoredEvent]) -> None:
    """Traits go onto the customers of their distinct ids."""
    identify_customers(
        told=[(event.distinct_id, read_traits(event.properties)) for event in events],
        sources={event.distinct_id: event.source for event in reversed(events)},
    )
