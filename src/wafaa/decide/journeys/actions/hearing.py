"""Events to runs: what begins one, and what ends it the moment it is heard, also while its message waits."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
from django.db import connection, transaction

from wafaa.access.business.models import Business
from wafaa.access.business.queries import get_business
from wafaa.act.messages.foreseeing import find_clocks
from wafaa.decide.journeys.actions.automations import take_back
from wafaa.decide.journeys.models import Automation, AutomationVersion, Run, Sweep
from wafaa.decide.journeys.people import ROOM
from wafaa.decide.journeys.rules import (
    AutomationState,
    Happening,
    OnEvent,
    Plan,
    Reach,
    RunState,
    Why,
    begin,
    choose_zone,
    find_about,
    make_values,
    name_occasion,
    read_plan,
)
from wafaa.kit import clock
from wafaa.kit.sql import load_sql
from wafaa.know.customers.models import DistinctId
from wafaa.know.customers.rules import read_properties
from wafaa.know.orders.models import Order
from wafaa.stream.queries import read_events
from wafaa.stream.rules import EventHead


@dataclass(frozen=True, kw_only=True)
class Live:
    """A version of an automation that is not off; the latest one lets people in."""

    automation_id: int
    reason: str
    version_id: int
    is_latest: bool
    live_since: datetime
    plan: Plan


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """A run to be written."""

    live: Live
    customer_id: int
    what: str
    about: str
    began_at: datetime
    due_at: datetime
    values: Mapping[str, Any]


def list_live() -> list[Live]:
    """All versions of automations that are on or paused: those who wait go on by the one that they came in by."""
    rows = AutomationVersion.objects.exclude(automation__state=AutomationState.OFF).values_list(
        "pk",
        "definition",
        "automation_id",
        "automation__uuid",
        "automation__latest_id",
        "automation__live_since",
    )
    return [
        Live(
            automation_id=automation_id,
            reason=Automation(uuid=own).reason,
            version_id=pk,
            is_latest=pk == latest_id,
            live_since=live_since,
            plan=parse_plan(pk, msgspec.json.encode(definition)),
        )
        for pk, definition, automation_id, own, latest_id, live_since in rows
        if live_since is not None
    ]


@lru_cache(maxsize=512)
def parse_plan(version_id: int, definition: bytes) -> Plan:
    return read_plan(msgspec.json.decode(definition))


@transaction.atomic
def apply_events(heads: Sequence[EventHead]) -> None:
    """What these events begin and end; heard again they change nothing. Nothing to do costs one look-up."""
    lives = list_live()
    names = frozenset[str]().union(*(live.plan.names for live in lives)) if lives else frozenset()
    wanted = [head for head in heads if head.name in names]
    if not wanted:
        return
    happenings, sources = _read(wanted)
    business = get_business()
    _open_sweeps_of_kinds(lives, happenings, business)
    own = [one for one in happenings if one.customer_id]
    since = min(live.live_since for live in lives)
    save_runs(_begin_all(lives, [one for one in own if one.at >= since], sources, business))
    _end_all(lives, own)


def _read(heads: Sequence[EventHead]) -> tuple[list[Happening], dict[str, str]]:
    """The events, customer 0 where nobody knows whose they are; and which source told each."""
    events = read_events(heads)
    ids = {event.distinct_id for event in events}
    customers = dict(DistinctId.objects.filter(distinct_id__in=ids).values_list("distinct_id", "customer_id"))
    happenings = [
        Happening(
            customer_id=customers.get(event.distinct_id, 0),
            name=event.name,
            at=event.occurred_at,
            message_id=event.message_id,
            properties=read_properties(event.properties),
        )
        for event in events
    ]
    return happenings, {event.message_id: event.source for event in events}


def _begin_all(
    lives: Iterable[Live], happenings: Sequence[Happening], sources: Mapping[str, str], business: Business
) -> list[Beginning]:
    clocks = find_clocks(sorted({one.customer_id for one in happenings}))
    found = []
    for live in lives:
        if not live.is_latest or not isinstance(live.plan.trigger, OnEvent) or _asks_kind(live.plan):
            continue
        for one in happenings:
            zones = clocks.get(one.customer_id)
            if zones is None or one.at < live.live_since:
                continue
            occasion = begin(live.plan, one, home=business.zone, zone=choose_zone(zones, one.at))
            if occasion is None or occasion.due_at + live.plan.patience <= clock.now():
                continue
            found.append(
                Beginning(
                    live=live,
                    customer_id=one.customer_id,
                    what=occasion.what,
                    about=occasion.about[:200],
                    began_at=occasion.began_at,
                    due_at=occasion.due_at,
                    values=make_values(one.name, one.properties, currency=business.currency)
                    | {"_source": sources[one.message_id]},
                )
            )
    return _number_orders(found)


def _asks_kind(plan: Plan) -> bool:
    return isinstance(plan.trigger, OnEvent) and plan.trigger.reach is Reach.KIND


def _number_orders(beginnings: list[Beginning]) -> list[Beginning]:
    """Orders by the number that their customers know."""
    asked = {one.values["order"]["number"] for one in beginnings if "number" in one.values.get("order", {})}
    rows = Order.objects.filter(external_id__in=asked).exclude(number="") if asked else []
    shown = {(one.source, one.external_id): one.number for one in rows}
    numbered = []
    for one in beginnings:
        values: dict[str, Any] = dict(one.values)
        source, order = values.pop("_source"), values.get("order", {})
        if number := shown.get((source, order.get("number", ""))):
            values["order"] = {**order, "number": number}
        numbered.append(replace(one, values=values))
    return numbered


def save_runs(beginnings: Sequence[Beginning]) -> None:
    """Each once for good for its automation, customer and occasion."""
    Run.objects.bulk_create(
        (
            Run(
                automation_id=one.live.automation_id,
                version_id=one.live.version_id,
                customer_id=one.customer_id,
                what=one.what,
                about=one.about,
                began_at=one.began_at,
                due_at=one.due_at,
                deadline=one.due_at + one.live.plan.patience,
                values=one.values,
            )
            for one in beginnings
        ),
        ignore_conflicts=True,
    )


def _open_sweeps_of_kinds(lives: Iterable[Live], happenings: Sequence[Happening], business: Business) -> None:
    """What is told of goods concerns whoever bought of their kind, of whom there may be many: they are gone through apart."""
    sweeps = []
    for live in lives:
        plan = live.plan
        if not live.is_latest or not _asks_kind(plan) or not isinstance(plan.trigger, OnEvent):
            continue
        for one in happenings:
            values = make_values(one.name, one.properties, currency=business.currency)
            category = str(values.get("product", {}).get("category", ""))
            if not category or one.at < live.live_since or not plan.trigger.fits(one.name, one.properties):
                continue
            what = name_occasion(
                plan, message_id=one.message_id, properties=one.properties, at=one.at, zone=business.zone
            )
            sweeps.append(
                Sweep(
                    automation_id=live.automation_id,
                    version_id=live.version_id,
                    key=what,
                    what=what,
                    category=category[:200],
                    began_at=one.at,
                    values=values | {"_about": find_about(one.properties, plan.once)},
                )
            )
    Sweep.objects.bulk_create(sweeps, ignore_conflicts=True)


def _end_all(lives: Iterable[Live], happenings: Sequence[Happening]) -> None:
    """Runs that wait end; of those that were handed over, the messages that nobody has begun to send are taken back."""
    ends = [
        (live.version_id, one.customer_id, about if unless.same else None, one.at)
        for live in lives
        for one in happenings
        for unless in live.plan.unless
        if unless.name == one.name
        for about in [find_about(one.properties, live.plan.once)[:200]]
        if about or not unless.same
    ]
    if not ends:
        return
    values: dict[str, Any] = {
        "versions": [version for version, _customer, _about, _at in ends],
        "customers": [customer for _version, customer, _about, _at in ends],
        "abouts": [about for _version, _customer, about, _at in ends],
        "times": [at for _version, _customer, _about, at in ends],
        "why": str(Why.UNLESS),
        "now": clock.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(load_sql(ROOM, "end_runs"), values)
        cursor.execute(load_sql(ROOM, "find_sent"), {**values, "state": str(RunState.SENT)})
        sent: dict[uuid.UUID, list[tuple[int, str, int]]] = defaultdict(list)
        for own, pk, what, customer_id in cursor.fetchall():
            sent[own].append((pk, what, customer_id))
    for own, runs in sent.items():
        take_back(Automation(uuid=own).reason, runs, Why.UNLESS)
