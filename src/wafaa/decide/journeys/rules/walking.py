"""What an automation would do with events, in virtual time: the same rules as when it runs, and nothing is sent. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from wafaa.decide.journeys.rules.campaigns import RunState, Why
from wafaa.decide.journeys.rules.moments import ends_run, find_about, find_due, name_occasion
from wafaa.decide.journeys.rules.plan import OnEvent, Plan


@dataclass(frozen=True, kw_only=True)
class Happening:
    """An event of a customer."""

    customer_id: int
    name: str
    at: datetime
    message_id: str
    properties: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """A run as it would have been: `then` sent or ended, and why."""

    customer_id: int
    what: str
    about: str
    began_at: datetime
    due_at: datetime
    then: RunState = RunState.SENT
    why: str = ""
    ended_at: datetime | None = None


def begin(plan: Plan, one: Happening, *, home: ZoneInfo, zone: ZoneInfo) -> Occasion | None:
    """What an event begins by a plan; `home` is the zone of the business, `zone` the customer's."""
    if not isinstance(plan.trigger, OnEvent) or not plan.trigger.fits(one.name, one.properties):
        return None
    return Occasion(
        customer_id=one.customer_id,
        what=name_occasion(plan, message_id=one.message_id, properties=one.properties, at=one.at, zone=home),
        about=find_about(one.properties, plan.once),
        began_at=one.at,
        due_at=find_due(one.at, plan.delay, zone),
    )


def walk(
    plan: Plan, happenings: Iterable[Happening], *, home: ZoneInfo, zone_of: Callable[[int], ZoneInfo]
) -> list[Occasion]:
    """Every run that the events would have begun, by the time at which they did. Events as they happened, in any order."""
    begun: dict[int, dict[str, Occasion]] = defaultdict(dict)
    for one in sorted(happenings, key=lambda one: (one.at, one.message_id)):
        runs = begun[one.customer_id]
        for what, run in runs.items():
            if _is_ended_by(plan, run, one):
                runs[what] = replace(run, then=RunState.ENDED, why=Why.UNLESS, ended_at=one.at)
        occasion = begin(plan, one, home=home, zone=zone_of(one.customer_id))
        if occasion is not None:
            runs.setdefault(occasion.what, occasion)
    found = [run for runs in begun.values() for run in runs.values()]
    return sorted(found, key=lambda run: (run.began_at, run.customer_id, run.what))


def _is_ended_by(plan: Plan, run: Occasion, one: Happening) -> bool:
    """Only what comes before it is due can end it, and what began it cannot."""
    return (
        run.then is RunState.SENT
        and run.began_at < one.at < run.due_at
        and any(
            ends_run(unless, plan, about=run.about, name=one.name, properties=one.properties)
            for unless in plan.unless
        )
    )
