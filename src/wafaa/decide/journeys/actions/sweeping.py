"""Going through people whose day comes, or who bought goods of a kind: some thousands at a time, resumable."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from wafaa.act.messages.foreseeing import find_clocks
from wafaa.decide.journeys.actions.hearing import Beginning, Live, save_runs
from wafaa.decide.journeys.actions.turns import take_turns
from wafaa.decide.journeys.models import Automation, AutomationVersion, Sweep
from wafaa.decide.journeys.people import find_people
from wafaa.decide.journeys.rules import (
    AutomationState,
    OnDay,
    Plan,
    choose_zone,
    find_day_due,
    find_due,
    list_days_to_open,
    name_year,
)
from wafaa.kit import clock

CHUNK = 2_000


def walk_sweeps(*, chunk: int = CHUNK) -> int:
    """Opens the days that are near, then one chunk of each sweep that nobody else has in hand; returns how many people."""
    _open_days()
    waiting = Sweep.objects.filter(done_at=None, automation__state=AutomationState.ON)
    return take_turns(waiting.order_by("id").values_list("pk", flat=True), lambda pk: _walk_chunk(pk, chunk))


def _open_days() -> None:
    now = clock.now()
    for automation in Automation.objects.filter(state=AutomationState.ON).select_related("latest"):
        version = automation.latest
        trigger = version.plan.trigger if version else None
        if version is None or not isinstance(trigger, OnDay):
            continue
        if days := list_days_to_open(automation.swept_to, now, trigger):
            _open(version, trigger, days)


@transaction.atomic
def _open(version: AutomationVersion, trigger: OnDay, days: Sequence[date]) -> None:
    """A row for each day, once, however many look."""
    Sweep.objects.bulk_create(
        (
            Sweep(
                automation_id=version.automation_id,
                version=version,
                key=f"{version.pk}:{day}",
                day=day,
                what=name_year(day, trigger.calendar),
                began_at=clock.now(),
            )
            for day in days
        ),
        ignore_conflicts=True,
    )
    Automation.objects.filter(pk=version.automation_id, latest=version).update(swept_to=days[-1])


@transaction.atomic
def _walk_chunk(pk: int, chunk: int) -> int:
    found = Sweep.objects.select_for_update(skip_locked=True, of=("self",))
    sweep = (
        found.select_related("automation", "version")
        .filter(pk=pk, done_at=None, automation__state=AutomationState.ON)
        .first()
    )
    if sweep is None:
        return 0
    plan = sweep.version.plan
    people = find_people(plan, day=sweep.day, category=sweep.category, after=sweep.after, limit=chunk)
    save_runs(_begin(sweep, plan, people))
    if people:
        sweep.after = people[-1][0]
    if len(people) < chunk:
        sweep.done_at = clock.now()
    sweep.save(update_fields=["after", "done_at"])
    return len(people)


def _begin(sweep: Sweep, plan: Plan, people: Sequence[tuple[int, str]]) -> list[Beginning]:
    """Who is too late by now, or was before the automation was switched on, gets none."""
    now, since = clock.now(), sweep.automation.live_since or clock.now()
    clocks = find_clocks([customer_id for customer_id, _bought in people])
    live = Live(
        automation_id=sweep.automation_id,
        reason=sweep.automation.reason,
        version_id=sweep.version_id,
        is_latest=True,
        live_since=since,
        plan=plan,
    )
    values = dict(sweep.values)
    about = str(values.pop("_about", ""))[:200]
    found = []
    for customer_id, bought in people:
        zone = choose_zone(clocks[customer_id], now) if customer_id in clocks else None
        if zone is None:
            continue
        if isinstance(plan.trigger, OnDay) and sweep.day is not None:
            due = find_day_due(sweep.day, plan.trigger, zone)
        else:
            due = find_due(sweep.began_at, plan.delay, zone)
        if due < since or due + plan.patience <= now:
            continue
        own = {**values, "product": {**values.get("product", {}), "bought": bought}} if bought else values
        found.append(
            Beginning(
                live=live,
                customer_id=customer_id,
                what=sweep.what,
                about=about,
                began_at=sweep.began_at,
                due_at=due,
                values=own,
            )
        )
    return found
