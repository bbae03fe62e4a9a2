"""Whom a rule would have asked in the last days, and why not others: from the past, without writing or sending anything."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from wafaa.act.cases.queries import find_open_customers
from wafaa.act.messages.foreseeing import foresee
from wafaa.act.messages.models import Template
from wafaa.act.messages.rules import Person, State
from wafaa.decide.asking.models import Ask, Rule
from wafaa.decide.asking.rules import (
    ENDINGS,
    MESSAGE,
    AskState,
    Happening,
    Why,
    find_about,
    is_cool,
    is_drawn,
    name_occasion,
)
from wafaa.kit import clock
from wafaa.kit.sql import load_sql
from wafaa.know.customers.rules import read_properties
from wafaa.learn.segments.errors import SegmentMissing
from wafaa.learn.segments.queries import find_members, get_segment

ROOM = "wafaa.decide.asking"
DAYS = 30
# What a page can wait for.
EVENTS_MAX = 50_000
PEOPLE_AT_ONCE = 1_000


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """`whys` by code, the commonest first; `is_cut` where there was more than is looked through."""

    asked: int
    skipped: int
    whys: tuple[tuple[str, int], ...]
    events: int
    is_cut: bool


@dataclass(frozen=True, kw_only=True)
class Occasion:
    customer_id: int
    key: str
    due_at: datetime
    is_returned: bool


def forecast(rule: Rule, *, days: int = DAYS) -> Forecast:
    """Events, orders that came back and whom others of our rules asked are what they were; segments, consents, blocked addresses
    and open cases are as they stand now, for nobody knows how they were. Hours and the budget are left out: they delay.
    """
    now = clock.now()
    since = now - timedelta(days=days)
    happenings = read_past(sorted({*rule.names, *(ENDINGS if rule.trigger.ends else ())}), since, now)
    occasions = list_occasions(rule, happenings, now)
    people = sorted({one.customer_id for one in occasions})
    refused = _find_refused(rule, people)
    counts: Counter[str] = Counter()
    last = _find_last(rule, people, since)
    for one in occasions:
        why = _judge(rule, one, refused, last)
        counts[why] += 1
        if not why:
            last.setdefault(one.customer_id, []).append(one.due_at)
    asked = counts.pop("", 0)
    return Forecast(
        asked=asked,
        skipped=sum(counts.values()),
        whys=tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0]))),
        events=len(happenings),
        is_cut=len(happenings) >= EVENTS_MAX,
    )


def read_past(names: Sequence[str], since: datetime, until: datetime) -> list[Happening]:
    values: dict[str, Any] = {"names": list(names), "since": since, "until": until, "limit": EVENTS_MAX}
    with connection.cursor() as cursor:
        cursor.execute(load_sql(ROOM, "read_past"), values)
        return [
            Happening(
                customer_id=customer_id,
                name=name,
                at=at,
                message_id=message_id,
                properties=read_properties(properties),
            )
            for customer_id, name, at, message_id, properties in cursor.fetchall()
        ]


def list_occasions(rule: Rule, happenings: Sequence[Happening], now: datetime) -> list[Occasion]:
    """Each once, by the time at which it would have been due; what is not due yet is left out. Pure."""
    trigger, found = rule.trigger, dict[str, tuple[Happening, datetime]]()
    ended: dict[tuple[int, str], datetime] = {}
    for one in happenings:
        due = one.at + timedelta(minutes=rule.delay_minutes)
        if trigger.fits(one.name, one.properties) and due <= now:
            found.setdefault(name_occasion(one), (one, due))
        if trigger.ends and one.name in ENDINGS and (about := find_about(one.properties)):
            ended.setdefault((one.customer_id, about), one.at)
    occasions = [
        Occasion(
            customer_id=one.customer_id,
            key=key,
            due_at=due,
            is_returned=one.at
            <= ended.get((one.customer_id, find_about(one.properties)), due + timedelta(1))
            <= due,
        )
        for key, (one, due) in found.items()
    ]
    return sorted(occasions, key=lambda one: (one.due_at, one.key))


def _judge(rule: Rule, one: Occasion, refused: dict[int, str], last: dict[int, list[datetime]]) -> str:
    if not is_drawn(rule.uuid, one.customer_id, rule.share_bp):
        return str(Why.NOT_DRAWN)
    if one.is_returned:
        return str(Why.RETURNED)
    if one.customer_id in refused:
        return refused[one.customer_id]
    before = max((at for at in last.get(one.customer_id, ()) if at <= one.due_at), default=None)
    return "" if is_cool(before, one.due_at, rule.cool_down_days) else str(Why.COOL_DOWN)


def _find_last(rule: Rule, people: Sequence[int], since: datetime) -> dict[int, list[datetime]]:
    """When these were asked by other rules."""
    states = [AskState.HELD, AskState.SENT, AskState.ANSWERED]
    begin = since - timedelta(days=rule.cool_down_days)
    rows = Ask.objects.filter(customer__in=people, state__in=states, asked_at__gt=begin)
    found: dict[int, list[datetime]] = {}
    for customer_id, at in rows.exclude(rule=rule.pk).values_list("customer_id", "asked_at"):
        if at is not None:
            found.setdefault(customer_id, []).append(at)
    return found


def _find_refused(rule: Rule, people: Sequence[int]) -> dict[int, str]:
    """Who would not be asked as things stand, and why."""
    template = Template.objects.filter(uuid=rule.template).first() if rule.template else None
    refused: dict[int, str] = {}
    for start in range(0, len(people), PEOPLE_AT_ONCE):
        some = people[start : start + PEOPLE_AT_ONCE]
        decisions = foresee(
            people=[Person(customer_id=one, channel=rule.channel or None) for one in some],
            purpose=template.purpose if template else "surveys",
            topic=template.topic if template else "",
        )
        for one, decision in decisions.items():
            if decision.state == State.REFUSED:
                refused[one] = f"{MESSAGE}{decision.why}"
        refused |= dict.fromkeys(find_open_customers(some), str(Why.OPEN_CASE))
        if rule.segment is not None:
            members = _find_members(rule, some)
            refused |= {one: str(Why.NOT_MEMBER) for one in some if one not in members}
    return refused


def _find_members(rule: Rule, people: Sequence[int]) -> set[int]:
    assert rule.segment is not None
    try:
        return find_members(get_segment(rule.segment), people)
    except SegmentMissing:
        return set()
