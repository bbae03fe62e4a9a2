"""Customers loaded as rules.Person: a handful of statements for any number of people, however many segments ask."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.db import connection

from wafaa.kit.sql import load_sql
from wafaa.know.consents.queries import list_standings
from wafaa.know.customers.models import CustomerTag
from wafaa.learn.segments.models import Membership, Segment, Standing
from wafaa.learn.segments.rules import Happening, Line, Moment, Needs, Order, Person, find_first
from wafaa.learn.segments.rules.tree import TEXT_FIELDS

ROOM = "wafaa.learn.segments"
# Whoever has more orders or events (a till's "guest", say) is judged by the database, which need not hand them over.
LONG_HISTORY = 5_000


@dataclass(frozen=True, kw_only=True)
class People:
    """`persons` by id; `long` are those whose history is too long to be handed over. Who is in neither does not exist, or
    was merged into somebody.
    """

    persons: dict[int, Person] = field(default_factory=dict)
    long: frozenset[int] = frozenset()


def load_people(ids: Collection[int], needs: Needs, moments: Collection[Moment] = ()) -> People:
    """These customers with what is needed of them, at the moments at which they are judged: of events that are older than any
    window nothing is read. Without moments all is.
    """
    wanted = sorted(ids)
    rows = _read("load_customers", {"ids": wanted, "own": sorted(needs.own)})
    known = [row[0] for row in rows]
    if not known:
        return People()
    orders, many_orders = _load_orders(known, needs)
    events, many_events = _load_events(known, needs, moments)
    consents = list_standings(known) if needs.consents else {}
    standings = Standing.objects.in_bulk(known) if needs.standing else {}
    tags, lists = _load_tags(known, needs), _load_lists(known, needs)
    long = many_orders | many_events
    persons = {}
    for customer_id, *texts, owner, born, created_at, own in rows:
        if customer_id in long:
            continue
        standing = standings.get(customer_id)
        persons[customer_id] = Person(
            customer_id=customer_id,
            texts=dict(zip(TEXT_FIELDS, texts, strict=True)),
            own=_read_texts(own),
            owner=owner,
            birth_date=born,
            created_at=created_at,
            tags=frozenset(tags[customer_id]),
            orders=orders[customer_id],
            events=events[customer_id],
            consents={(one.channel, one.purpose): one.is_given for one in consents.get(customer_id, ())},
            rfm_group=standing.rfm_group if standing else "",
            pareto_class=standing.pareto_class if standing else "",
            lists=frozenset(lists[customer_id]),
        )
    return People(persons=persons, long=frozenset(long))


def _read(name: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(load_sql(ROOM, name), values)
        return list(cursor.fetchall())


def _read_texts(told: Any) -> dict[str, str]:
    """What json_object_agg made: as text, or as Django's connection decodes it."""
    texts = msgspec.json.decode(told) if isinstance(told, str) else told or {}
    return {key: text for key, text in texts.items() if text is not None}


def _load_orders(ids: Sequence[int], needs: Needs) -> tuple[dict[int, list[Order]], set[int]]:
    found: dict[int, list[Order]] = defaultdict(list)
    if not needs.orders:
        return found, set()
    rows = _read("load_orders", {"ids": list(ids), "limit": LONG_HISTORY + 1})
    lines: dict[int, list[Line]] = defaultdict(list)
    if needs.lines:
        for order_id, sku, category, amount in _read("load_lines", {"orders": [row[1] for row in rows]}):
            lines[order_id].append(Line(sku, category, amount))
    for customer_id, order_id, at, gross, store, channel, currency in rows:
        found[customer_id].append(Order(at, gross, store, channel, currency, tuple(lines[order_id])))
    return found, _find_long({one: len(orders) for one, orders in found.items()})


def _load_events(
    ids: Sequence[int], needs: Needs, moments: Collection[Moment]
) -> tuple[dict[int, dict[str, list[Happening]]], set[int]]:
    found: dict[int, dict[str, list[Happening]]] = defaultdict(lambda: defaultdict(list))
    counts: dict[int, int] = defaultdict(int)
    if not needs.events:
        return found, set()
    firsts = [find_first(needs.windows[name], moments) for name in needs.events]
    values = {
        "ids": list(ids),
        "names": list(needs.events),
        "firsts": firsts,
        "first": None if None in firsts else min(filter(None, firsts)),
        "told": [name for name, asked in needs.events.items() if asked],
        "paths": sorted({path for asked in needs.events.values() for path in asked}),
        "limit": LONG_HISTORY + 1,
    }
    for customer_id, name, at, texts in _read("load_events", values):
        found[customer_id][name].append(Happening(at, _read_texts(texts)))
        counts[customer_id] += 1
    return found, _find_long(counts)


def _find_long(counts: Mapping[int, int]) -> set[int]:
    return {one for one, count in counts.items() if count > LONG_HISTORY}


def _load_tags(ids: Sequence[int], needs: Needs) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    if needs.tags:
        worn = CustomerTag.objects.filter(customer__in=ids).values_list("customer_id", "tag_id")
        for customer_id, tag_id in worn:
            found[customer_id].append(tag_id)
    return found


def _load_lists(ids: Sequence[int], needs: Needs) -> dict[int, list[Any]]:
    """The lists that each of them is on."""
    found: dict[int, list[Any]] = defaultdict(list)
    if needs.lists:
        lists = dict(
            Segment.objects.filter(kind=Segment.Kind.LIST, build__isnull=False).values_list(
                "build_id", "uuid"
            )
        )
        on = Membership.objects.filter(build__in=list(lists), customer__in=ids, is_member=True)
        for customer_id, build_id in on.values_list("customer_id", "build_id"):
            found[customer_id].append(lists[build_id])
    return found
