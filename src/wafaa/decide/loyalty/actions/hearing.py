"""Events to occasions. Heard again they change nothing."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import msgspec
from django.db import connection, transaction

from wafaa.access.keys.queries import find_public_sources
from wafaa.decide.loyalty.actions.reckoning import Moment, reckon_moments, reckon_orders
from wafaa.decide.loyalty.models import Programme
from wafaa.decide.loyalty.rules import ANSWERED, ORDER_EVENTS, REVIEWED, Trigger
from wafaa.decide.loyalty.statements import ROOM
from wafaa.kit.sql import load_sql
from wafaa.know.customers.models import DistinctId
from wafaa.know.customers.rules import read_properties
from wafaa.stream.queries import read_events
from wafaa.stream.rules import EventHead, StoredEvent, get_places

KEY_MAX: Final = 110
# What somebody is thanked for once, however often it is told.
NUMBERED: Final[Mapping[str, tuple[str, str]]] = {
    ANSWERED: ("survey", "response_id"),
    REVIEWED: ("review", "review_id"),
}


@transaction.atomic
def apply_events(heads: Sequence[EventHead]) -> None:
    """Orders first. Nothing to do costs one look-up."""
    if not Programme.objects.filter(started_at__isnull=False).exists():
        return
    told = [head for head in heads if head.name in ORDER_EVENTS]
    if told:
        with connection.cursor() as cursor:
            cursor.execute(load_sql(ROOM, "find_orders"), get_places(told))
            orders = sorted(order for (order,) in cursor.fetchall())
        reckon_orders(order_ids=orders)
    heard = _list_heard()
    others = [head for head in heads if head.name in heard]
    if others:
        reckon_moments(_make_moments(read_events(others), heard))


def _list_heard() -> dict[str, set[str]]:
    """Event -> the properties that rules ask for."""
    heard: dict[str, set[str]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(load_sql(ROOM, "list_heard"))
        for name, key in cursor.fetchall():
            heard[name] |= {key} if key is not None else set()
    return heard


def _make_moments(events: Sequence[StoredEvent], heard: Mapping[str, Collection[str]]) -> list[Moment]:
    """Of customers who are known. Of a survey only a whole answer counts; what anybody may tell earns nothing."""
    public = find_public_sources()
    events = [event for event in events if event.source not in public]
    ids = {event.distinct_id for event in events}
    customers = dict(DistinctId.objects.filter(distinct_id__in=ids).values_list("distinct_id", "customer_id"))
    moments: dict[str, Moment] = {}
    for event in events:
        customer = customers.get(event.distinct_id)
        said = read_properties(event.properties)
        if customer is None or (event.name == ANSWERED and said.get("is_partial")):
            continue
        key = _name_key(event, said)
        given = {one: said[one] for one in sorted(heard[event.name]) if one in said}
        moment = Moment(
            customer_id=customer,
            key=key,
            kind=Trigger.EVENT,
            at=event.occurred_at,
            name=event.name,
            given=msgspec.json.encode(given).decode() if given else None,
        )
        moments.setdefault(key, moment)
    return list(moments.values())


def _name_key(event: StoredEvent, said: Mapping[str, Any]) -> str:
    word, field = NUMBERED.get(event.name, ("", ""))
    number = str(said.get(field) or "") if word else ""
    key = f"{word}:{event.source}:{number}" if number else f"event:{event.message_id}"
    return key if len(key) <= KEY_MAX else f"{key[:60]}~{hashlib.sha256(key.encode()).hexdigest()[:32]}"
