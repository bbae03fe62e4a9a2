"""What the segments room does when events arrive."""

from collections import defaultdict
from collections.abc import Sequence

from wafaa.learn.segments.actions.refreshing import follow_speakers
from wafaa.learn.segments.live import list_heard_names
from wafaa.learn.segments.queries import has_touched
from wafaa.stream.rules import EventHead


def on_customer_events(heads: Sequence[EventHead]) -> None:
    """Customers of events that conditions ask for, and whoever was touched by what other rooms made of these events, enter
    and leave segments. Nothing to do costs two look-ups.
    """
    names = list_heard_names()
    spoken: defaultdict[str, set[str]] = defaultdict(set)
    for head in heads:
        if head.name in names:
            spoken[head.distinct_id].add(head.name)
    if spoken or has_touched():
        follow_speakers(spoken)
