"""What an automation would have done in the past: on real events, with the rules that it runs by, sending nothing."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from wafaa.access.business.queries import get_business
from wafaa.act.messages.foreseeing import find_clocks, foresee
from wafaa.act.messages.models import Template
from wafaa.act.messages.rules import Lane, Person, State
from wafaa.decide.journeys.audience import get_counted
from wafaa.decide.journeys.models import Automation
from wafaa.decide.journeys.people import ROOM, find_people
from wafaa.decide.journeys.rules import (
    Happening,
    Occasion,
    OnDay,
    OnEvent,
    Plan,
    Reach,
    RunState,
    Why,
    begin,
    choose_zone,
    find_day_due,
    list_birth_days,
    make_values,
    name_year,
    walk,
)
from wafaa.decide.journeys.treating import Treatment, assign_groups
from wafaa.kit import clock
from wafaa.kit.sql import load_sql
from wafaa.know.customers.rules import read_properties
from wafaa.learn.segments.errors import SegmentMissing
from wafaa.learn.segments.queries import find_members

# What a person can look through, and a second can do.
EVENTS_MAX = 100_000
ROWS_MAX = 20_000
PEOPLE_AT_ONCE = 1_000
DAYS_MAX = 400


@dataclass(frozen=True, kw_only=True)
class Simulated:
    """One message that somebody would have got, or not: `then` is sent, control or ended; `why` says by what."""

    customer_id: int
    what: str
    began_at: datetime
    due_at: datetime
    then: str
    why: str
    ended_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Simulation:
    """`counts` by (then, why); `is_cut` where there was more than is looked through."""

    rows: list[Simulated]
    counts: dict[tuple[str, str], int]
    events: int
    is_cut: bool


def simulate(automation: Automation, plan: Plan, *, since: datetime, until: datetime) -> Simulation:
    """Who would have got what when, had the plan been on from `since` to `until`; by the time at which it was due.

    Past events, orders and yearly days are what they were. Segments, consents and suppressions are as they stand now, for
    nobody knows how they were; quiet hours and budgets are left out. What would have been due after `until` is left out too:
    nobody knows what had ended it by then. Nothing is written or told. Raises SegmentNotBuilt.
    """
    until = min(until, clock.now())
    home = get_business().zone
    if isinstance(plan.trigger, OnDay):
        occasions, events, is_cut = _walk_days(plan, plan.trigger, since, until, home)
    elif plan.trigger.reach is Reach.KIND:
        occasions, events, is_cut = _walk_kinds(plan, plan.trigger, since, until, home)
    else:
        occasions, events, is_cut = _walk_events(plan, since, until, home)
    occasions.sort(key=lambda one: (one.due_at, one.customer_id, one.what))
    rows = _judge(automation, plan, occasions[:ROWS_MAX])
    return Simulation(
        rows=rows,
        counts=dict(Counter((row.then, row.why) for row in rows)),
        events=events,
        is_cut=is_cut or len(occasions) > ROWS_MAX,
    )


def _walk_events(
    plan: Plan, since: datetime, until: datetime, home: ZoneInfo
) -> tuple[list[Occasion], int, bool]:
    """What ends runs is read to the present; what begins them has to be due within the span."""
    happenings = read_past(sorted(plan.names), since, clock.now(), own=True)
    zones = _find_zones([one.customer_id for one in happenings], until)
    known = [one for one in happenings if one.customer_id in zones]
    occasions = walk(plan, known, home=home, zone_of=lambda customer_id: zones[customer_id])
    inside = [one for one in occasions if since <= one.began_at and one.due_at < until]
    return inside, len(happenings), len(happenings) >= EVENTS_MAX


def read_past(names: Sequence[str], since: datetime, until: datetime, *, own: bool) -> list[Happening]:
    """Past events, the oldest first; with `own` only those of customers."""
    values: dict[str, Any] = {
        "names": list(names),
        "since": since,
        "until": until,
        "own": own,
        "limit": EVENTS_MAX,
    }
    with connection.cursor() as cursor:
        cursor.execute(load_sql(ROOM, "read_past"), values)
        return [
            Happening(
                customer_id=customer_id or 0,
                name=name,
                at=at,
                message_id=message_id,
                properties=read_properties(properties),
            )
            for customer_id, name, at, message_id, properties in cursor.fetchall()
        ]


def _find_zones(customer_ids: Sequence[int], at: datetime) -> dict[int, ZoneInfo]:
    found = {}
    ids = sorted(set(customer_ids))
    for start in range(0, len(ids), PEOPLE_AT_ONCE):
        for customer_id, zones in find_clocks(ids[start : start + PEOPLE_AT_ONCE]).items():
            found[customer_id] = choose_zone(zones, at)
    return found


def _walk_days(
    plan: Plan, trigger: OnDay, since: datetime, until: datetime, home: ZoneInfo
) -> tuple[list[Occasion], int, bool]:
    first = since.astimezone(home).date() + timedelta(days=trigger.days_before)
    count = min((until - since).days + 1, DAYS_MAX)
    found: list[Occasion] = []
    for day in (first + timedelta(days=place) for place in range(count)):
        if not list_birth_days(day, trigger.calendar):
            continue
        people = [customer_id for customer_id, _bought in _iterate_people(plan, day=day)]
        zones = _find_zones(people, until)
        for customer_id in people:
            due = find_day_due(day, trigger, zones[customer_id])
            if since <= due < until:
                found.append(
                    Occasion(
                        customer_id=customer_id,
                        what=name_year(day, trigger.calendar),
                        about="",
                        began_at=due,
                        due_at=due,
                    )
                )
        if len(found) >= ROWS_MAX:
            return found, 0, True
    return found, 0, False


def _walk_kinds(
    plan: Plan, trigger: OnEvent, since: datetime, until: datetime, home: ZoneInfo
) -> tuple[list[Occasion], int, bool]:
    happenings = read_past(trigger.names, since, until, own=False)
    found: dict[tuple[int, str], Occasion] = {}
    for one in happenings:
        told = make_values(one.name, one.properties, currency="")
        category = str(told.get("product", {}).get("category", ""))
        if not category or not trigger.fits(one.name, one.properties):
            continue
        people = [customer_id for customer_id, _bought in _iterate_people(plan, category=category)]
        zones = _find_zones(people, one.at)
        for customer_id in people:
            occasion = begin(plan, replace(one, customer_id=customer_id), home=home, zone=zones[customer_id])
            if occasion is not None and occasion.due_at < until:
                found.setdefault((customer_id, occasion.what), occasion)
        if len(found) >= ROWS_MAX:
            return list(found.values()), len(happenings), True
    return list(found.values()), len(happenings), False


def _iterate_people(plan: Plan, *, day: Any = None, category: str = "") -> Iterator[tuple[int, str]]:
    after = 0
    while some := find_people(plan, day=day, category=category, after=after, limit=PEOPLE_AT_ONCE):
        yield from some
        after = some[-1][0]


def _judge(automation: Automation, plan: Plan, occasions: Sequence[Occasion]) -> list[Simulated]:
    """Who is in the segment, who is kept aside and who may be written to, as it stands now."""
    ids = sorted({one.customer_id for one in occasions if one.then is RunState.SENT})
    refused: dict[int, str] = {}
    groups: dict[int, str] = {}
    for start in range(0, len(ids), PEOPLE_AT_ONCE):
        some = ids[start : start + PEOPLE_AT_ONCE]
        refused |= _find_refused(plan, some)
        groups |= _find_groups(automation, plan, some)
    return [_say(one, refused, groups) for one in occasions]


def _say(one: Occasion, refused: Mapping[int, str], groups: Mapping[int, str]) -> Simulated:
    then, why = str(one.then), one.why
    if one.then is RunState.SENT and one.customer_id in refused:
        then, why = str(RunState.ENDED), refused[one.customer_id]
    elif one.then is RunState.SENT and one.customer_id in groups:
        then, why = str(RunState.CONTROL), groups[one.customer_id]
    return Simulated(
        customer_id=one.customer_id,
        what=one.what,
        began_at=one.began_at,
        due_at=one.due_at,
        then=then,
        why=str(why),
        ended_at=one.ended_at,
    )


def _find_refused(plan: Plan, customer_ids: Sequence[int]) -> dict[int, str]:
    refused: dict[int, str] = {}
    if plan.segment is not None:
        try:
            members = find_members(get_counted(plan.segment), customer_ids)
        except SegmentMissing:
            members = set()
        refused = {one: str(Why.NOT_MEMBER) for one in customer_ids if one not in members}
    template = Template.objects.filter(uuid=plan.template).first() if plan.template else None
    if template is None:
        return refused
    decisions = foresee(
        people=[Person(customer_id=one, channel=plan.channel or None) for one in customer_ids],
        purpose=template.purpose,
        topic=template.topic,
    )
    return {
        one: decision.why for one, decision in decisions.items() if decision.state == State.REFUSED
    } | refused


def _find_groups(automation: Automation, plan: Plan, customer_ids: Sequence[int]) -> dict[int, str]:
    template = Template.objects.filter(uuid=plan.template).first() if plan.template else None
    if template is None:
        return {}
    treatment = Treatment(
        reason=automation.reason,
        template=template,
        experiment=automation.experiment,
        salt=automation.salt,
        control_bp=plan.control_bp,
        channel=plan.channel,
        lane=Lane.NORMAL,
        priority=plan.priority,
    )
    return assign_groups(treatment, customer_ids)
