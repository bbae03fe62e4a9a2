"""That a gift was given: as an event, and as a mail with the note where the employee wanted one."""

from collections.abc import Sequence
from typing import Any

from wafaa.access.business.queries import get_business
from wafaa.act.messages.actions import send
from wafaa.act.messages.actions.templates import add_ready
from wafaa.act.messages.rules import Person
from wafaa.decide.gifts.models import Gift
from wafaa.decide.gifts.rules import GIVEN, SOURCE
from wafaa.kit import clock
from wafaa.know.customers.queries import list_distinct_ids
from wafaa.stream.actions import record_events
from wafaa.stream.rules import NewEvent

READY = "gift"


def tell_given(gifts: Sequence[Gift]) -> None:
    """In the transaction that gave them, each once."""
    if not gifts:
        return
    ids = list_distinct_ids([gift.customer_id for gift in gifts if gift.customer_id is not None])
    events = [
        NewEvent(
            message_id=f"gift-given:{gift.uuid}",
            type="track",
            name=GIVEN,
            distinct_id=ids[gift.customer_id][0],
            occurred_at=gift.given_at or clock.now(),
            properties=describe(gift),
            source=SOURCE,
        )
        for gift in gifts
        if gift.customer_id is not None and ids.get(gift.customer_id)
    ]
    if events:
        record_events(events=events)


def describe(gift: Gift) -> dict[str, Any]:
    """What programs and automations are told of it."""
    present = gift.present
    told: dict[str, Any] = {
        "gift_id": str(gift.uuid),
        "gift": choose_name(gift),
        "points": present.points or None,
        "unit": present.unit.code if present.unit else None,
        "code": gift.voucher.shown if gift.voucher else None,
        "expires_at": gift.ends_at.isoformat() if gift.ends_at else None,
        "note": gift.note,
        "from": find_sender(gift),
    }
    return {name: value for name, value in told.items() if value}


def send_mail(gift: Gift) -> None:
    """By the ordinary gate: consent, quiet hours and budget of contacts hold."""
    if not gift.tells_by_mail or gift.customer_id is None:
        return
    template = add_ready(key=READY, by=None)
    told = describe(gift)
    values = {
        "name": told["gift"],
        "note": gift.note,
        "sender": find_sender(gift),
        "code": told.get("code", ""),
        "ends_on": told.get("expires_at", "")[:10],
    }
    send(
        reason="gifts",
        step=f"gift:{gift.uuid}",
        template=template.uuid,
        people=[
            Person(
                customer_id=gift.customer_id,
                values={"gift": {name: value for name, value in values.items() if value}},
            )
        ],
        purpose=template.purpose,
        topic=template.topic,
    )


def choose_name(gift: Gift) -> str:
    """In the customer's language, else in the business's."""
    language = gift.customer.language if gift.customer else ""
    return gift.present.say_name(language or get_business().language)


def find_sender(gift: Gift) -> str:
    """Who gave it, as customers may read it: a name, never an address."""
    return gift.by.name if gift.by else ""
