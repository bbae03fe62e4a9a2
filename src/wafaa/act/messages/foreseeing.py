"""What the gate would say to messages that nobody has asked for yet: dry runs, and who would really be treated."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from wafaa.act.messages import gate
from wafaa.act.messages.channels import DEFAULT_CHANNEL, get_channel
from wafaa.act.messages.hours import find_zones
from wafaa.act.messages.queries import find_readers, get_home, get_house
from wafaa.act.messages.rules import DEADLINE_AFTER, Candidate, Decision, Person
from wafaa.kit import clock


def foresee(
    *,
    people: Sequence[Person],
    purpose: str,
    topic: str = "",
    priority: int = 0,
    at: datetime | None = None,
    patience: timedelta = DEADLINE_AFTER,
) -> dict[int, Decision]:
    """The gate's decision about each customer who exists, were the message asked for at `at` (now). Nothing is written, and
    nothing is taken off anybody's budget. By the id that was asked for. Raises ChannelUnknown.
    """
    now = at or clock.now()
    readers = find_readers({person.customer_id for person in people})
    candidates = [
        Candidate(
            key=person.customer_id,
            customer_id=reader.customer_id,
            channel=channel,
            address=get_channel(channel).find_address(reader),
            country=reader.country,
            city=reader.city,
            purpose=purpose,
            topic=topic,
            priority=priority,
            deadline=now + patience,
            verdict=person.verdict,
        )
        for person in people
        if (reader := readers.get(person.customer_id)) is not None
        for channel in [person.channel or DEFAULT_CHANNEL]
    ]
    return gate.ask(candidates, now=now, house=get_house(), home=get_home())


def find_clocks(customer_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The zones on whose clocks each of these customers may live: one, or all of a country that has several."""
    home = get_home()
    return {
        asked: find_zones(country=reader.country, city=reader.city, home=home)
        for asked, reader in find_readers(customer_ids).items()
    }
