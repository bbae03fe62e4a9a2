"""What the gate would say to messages that nobody has asked for yet, and what they would cost: dry runs, and who would really
be treated.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from wafaa.act.messages import gate
from wafaa.act.messages.channels import DEFAULT_CHANNEL, find_addresses
from wafaa.act.messages.hours import find_zones
from wafaa.act.messages.queries import Outgoing, find_readers, find_site, get_home, get_house
from wafaa.act.messages.rendering.rules import Missing, Rendered
from wafaa.act.messages.rules import DEADLINE_AFTER, Candidate, Decision, Person
from wafaa.act.messages.template_queries import get_look
from wafaa.act.messages.writing import Writer
from wafaa.kit import clock

# Of a link of ours: some twenty letters (links.make_token).
TOKEN_CHARS = 20


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
    addresses = find_addresses(
        (person.channel or DEFAULT_CHANNEL, readers[person.customer_id])
        for person in people
        if person.customer_id in readers
    )
    candidates = [
        Candidate(
            key=person.customer_id,
            customer_id=reader.customer_id,
            channel=channel,
            address=addresses[channel, reader.customer_id],
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


@dataclass(frozen=True, kw_only=True)
class SmsCost:
    """What an SMS to some people takes: `unwritten` of them have no text, because a value is missing."""

    messages: int
    parts: int
    unwritten: int
    cost_minor: int | None  # in the business's currency; None where it has not said what a part costs


def foresee_sms(*, template: UUID, people: Sequence[Person]) -> SmsCost:
    """How many parts the template takes for these people, each written with their own values. Links count as ours."""
    asked = [replace(person, channel="sms") for person in people]
    written = _write_for(template, asked).values()
    parts = [one.parts.parts for one in written if isinstance(one, Rendered) and one.parts is not None]
    price = get_look().sms_part_price_minor
    return SmsCost(
        messages=len(parts),
        parts=sum(parts),
        unwritten=len(written) - len(parts),
        cost_minor=None if price is None else price * sum(parts),
    )


def foresee_missing(*, template: UUID, people: Sequence[Person]) -> dict[int, tuple[str, tuple[str, ...]]]:
    """Those of the people whose message could not be written as things stand: the reason as messages have it, and the values
    that nobody knows. By the id that was asked for.
    """
    written = _write_for(template, people)
    return {
        asked: (f"missing_{told.lack}", told.names)
        for asked, told in written.items()
        if isinstance(told, Missing)
    }


def _write_for(template: UUID, people: Sequence[Person]) -> dict[int, Rendered | Missing]:
    """What each would read; links count as ours but lead nowhere."""
    readers = find_readers({person.customer_id for person in people})
    site = find_site(get_house(), settings.CSRF_TRUSTED_ORIGINS)
    rows = {
        person.customer_id: Outgoing(
            id=reader.customer_id,
            uuid=reader.uuid,
            state="",
            sending_state="",
            channel=person.channel or DEFAULT_CHANNEL,
            template=template,
            purpose="",
            topic="",
            priority=0,
            deadline=clock.now(),
            values=dict(person.values),
            provider_id="",
            reader=reader,
        )
        for person in people
        if (reader := readers.get(person.customer_id)) is not None
    }
    writer, link = Writer(list(rows.values())), f"{site}/l/{'x' * TOKEN_CHARS}"
    links = {
        "unsubscribe": f"{site}/u/{'x' * TOKEN_CHARS}/",
        "preferences": f"{site}/choices/{'x' * TOKEN_CHARS}/",
    }
    return {asked: writer.write(row, links=links, rewrite=lambda _url: link) for asked, row in rows.items()}
