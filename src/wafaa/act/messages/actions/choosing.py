"""What readers choose by themselves, from a link in a message: nothing of a purpose any more, or not of some topics."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from wafaa.act.messages.actions.marking import NewMark, NewTouch, note_marks, note_touches
from wafaa.act.messages.actions.telling import describe, make_event
from wafaa.act.messages.back import Back
from wafaa.act.messages.consenting import find_consent_way
from wafaa.act.messages.models import Message, TopicRefusal
from wafaa.act.messages.queries import find_readers, list_topics
from wafaa.kit import clock
from wafaa.know.consents.actions import set_consent
from wafaa.know.consents.queries import list_standings
from wafaa.know.customers.models import Customer
from wafaa.know.customers.queries import get_customer
from wafaa.stream.actions import record_event

ONE_CLICK = "one_click"
PREFERENCES = "preferences"
PROVIDER = "provider"


def get_chooser(message: Message) -> Customer:
    """Who the message was to; of who was merged since, the other. Raises CustomerMissing."""
    return get_customer(message.customer.uuid)


@transaction.atomic
def unsubscribe(*, message: Message, place: str = ONE_CLICK) -> bool:
    """Ends what the message was sent for, by its channel. Whether that was news: a second press says so once."""
    return _set(message, find_consent_way(message.channel), message.purpose, is_given=False, place=place)


@transaction.atomic
def choose(*, message: Message, channel: str, purpose: str, is_given: bool) -> bool:
    """A yes or no from the preference centre. Whether it changed anything."""
    return _set(message, channel, purpose, is_given=is_given, place=PREFERENCES)


@transaction.atomic
def withdraw(
    *, customer: Customer, channel: str, purpose: str, place: str, at: datetime, message: Message | None
) -> bool:
    """A no that a provider passed on: an answer that said stop, or a button of its own. Whether that was news: what was
    agreed to later stands.
    """
    way = find_consent_way(channel)
    stands = {(one.channel, one.purpose): one for one in list_standings([customer.pk])[customer.pk]}
    standing = stands.get((way, purpose))
    if standing is not None and (not standing.is_given or (standing.at and standing.at > at)):
        return False
    set_consent(
        customer=customer,
        channel=way,
        purpose=purpose,
        is_given=False,
        at=at,
        place=place,
        proof={"message_id": str(message.uuid)} if message else {},
        by=None,
        via=place,
    )
    if message is not None:
        _tell_unsubscribed(message, customer, way, purpose)
    return True


def _set(message: Message, channel: str, purpose: str, *, is_given: bool, place: str) -> bool:
    customer = get_chooser(message)
    stands = {(one.channel, one.purpose): one.is_given for one in list_standings([customer.pk])[customer.pk]}
    if stands.get((channel, purpose)) is is_given:
        return False
    set_consent(
        customer=customer,
        channel=channel,
        purpose=purpose,
        is_given=is_given,
        place=place,
        proof={"message_id": str(message.uuid)},
        by=None,
        via=place,
    )
    if not is_given:
        _tell_unsubscribed(message, customer, channel, purpose)
    return True


def _tell_unsubscribed(message: Message, customer: Customer, channel: str, purpose: str) -> None:
    reader = find_readers([customer.pk])[customer.pk]
    note_marks([NewMark(message_id=message.pk, kind=Back.UNSUBSCRIBED, at=clock.now())])
    told = describe(message) | {"channel": channel, "purpose": purpose}
    record_event(
        event=make_event(
            name="Message Unsubscribed",
            message=told,
            key=f"message:{message.uuid}:unsubscribed:{channel}:{purpose}:{clock.now().isoformat()}",
            distinct_id=reader.distinct_id,
            at=clock.now(),
        )
    )


def choose_topics(*, message: Message, channel: str, wanted: Collection[str]) -> None:
    """Of all topics those that the reader wants to hear of by the channel."""
    choose_topics_of(customer=get_chooser(message), channel=channel, wanted=wanted)


@transaction.atomic
def choose_topics_of(*, customer: Customer, channel: str, wanted: Collection[str]) -> None:
    """The same of a customer who is signed in."""
    topics = {topic.key for topic in list_topics()}
    theirs = TopicRefusal.objects.filter(customer=customer, channel=channel)
    theirs.filter(topic__in=topics & set(wanted)).delete()
    now = clock.now()
    TopicRefusal.objects.bulk_create(
        [
            TopicRefusal(customer=customer, channel=channel, topic=topic, at=now)
            for topic in sorted(topics - set(wanted))
        ],
        ignore_conflicts=True,
    )


def note_press(*, message: Message, url: str, agent: str) -> None:
    """Somebody, or something, opened a link of the message; which of both is judged a little later (judging.py)."""
    note_touches([NewTouch(message_id=message.pk, kind=Back.CLICKED, at=clock.now(), url=url, agent=agent)])


def note_open(*, message: Message, agent: str) -> None:
    """The picture in a mail was fetched."""
    note_touches([NewTouch(message_id=message.pk, kind=Back.OPENED, at=clock.now(), agent=agent)])
