"""Runs whose moment has come: asked once more whether they still make sense, then handed to messages."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from wafaa.act.messages.errors import SendingOver
from wafaa.act.messages.rules import Lane
from wafaa.decide.journeys.actions.automations import hold_state, switch_off
from wafaa.decide.journeys.actions.turns import take_turns
from wafaa.decide.journeys.audience import get_counted, get_ready_template
from wafaa.decide.journeys.errors import SegmentNotBuilt, TemplateNotReady
from wafaa.decide.journeys.models import Automation, AutomationVersion, Run
from wafaa.decide.journeys.people import ROOM
from wafaa.decide.journeys.rules import AutomationState, Plan, RunState, Why
from wafaa.decide.journeys.rules.plan import ABOUT
from wafaa.decide.journeys.treating import Treatment, Wanted, treat
from wafaa.kit import clock
from wafaa.kit.sql import load_sql
from wafaa.learn.segments.errors import SegmentMissing
from wafaa.learn.segments.queries import find_members

# A transaction of them stays below a second: readers of the stream wait for it.
CHUNK = 300
# Who waits for a segment to be counted is looked at again after so long.
COUNTED_WITHIN = timedelta(minutes=1)


def release_runs(*, chunk: int = CHUNK) -> int:
    """One chunk of each automation that is on; returns how many runs were looked at. Several may do so at once."""

    def release(automation: Automation) -> int:
        try:
            return _release_chunk(automation.pk, chunk)
        except SendingOver:  # somebody ended its messages for good, so it has nothing to do any more
            return switch_off(automation=automation, by=None)

    return take_turns(Automation.objects.filter(state=AutomationState.ON).order_by("id"), release)


@transaction.atomic
def _release_chunk(automation_pk: int, chunk: int) -> int:
    """All or nothing: what was decided, who came into the experiment and the messages commit together."""
    now = clock.now()
    due = Run.objects.filter(automation=automation_pk, state=RunState.WAITING, due_at__lte=now)
    if not due.exists():
        return 0
    # nobody switches it off or pauses it before this is written; others release its other runs meanwhile
    if hold_state(automation_pk) != AutomationState.ON:
        return 0
    automation = Automation.objects.select_related("experiment").get(pk=automation_pk)
    rows = list(due.order_by("due_at", "id").select_for_update(skip_locked=True)[:chunk])
    by_version: dict[int, list[Run]] = defaultdict(list)
    for row in rows:
        by_version[row.version_id].append(row)
    for version in AutomationVersion.objects.filter(pk__in=by_version):
        _release(automation, version.plan, by_version[version.pk])
    return len(rows)


def _release(automation: Automation, plan: Plan, rows: Sequence[Run]) -> None:
    now = clock.now()
    left = _end(rows, {row.pk for row in rows if row.deadline <= now}, Why.LATE)
    left = _end(left, find_needless(plan, left), Why.UNLESS)
    try:
        left = _end(left, _find_strangers(plan, left), Why.NOT_MEMBER)
    except SegmentNotBuilt:
        # nobody knows who is in; asked again a moment later, and others of this automation go on meanwhile
        Run.objects.filter(pk__in=[row.pk for row in left]).update(due_at=now + COUNTED_WITHIN)
        return
    if not left:
        return
    try:
        template = get_ready_template(plan.template)
    except TemplateNotReady:
        _end(left, {row.pk for row in left}, Why.NO_TEMPLATE)
        return
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
    kept_aside = treat(
        treatment,
        [
            Wanted(customer_id=row.customer_id, step=row.what, deadline=row.deadline, values=row.values)
            for row in left
        ],
    )
    for state, is_control in ((RunState.CONTROL, True), (RunState.SENT, False)):
        ids = [row.pk for row in left if (row.customer_id in kept_aside) == is_control]
        Run.objects.filter(pk__in=ids).update(state=state, ended_at=now)


def _end(rows: Sequence[Run], ids: set[int], why: Why) -> list[Run]:
    """Those who are left."""
    if ids:
        Run.objects.filter(pk__in=ids).update(state=RunState.ENDED, why=why, ended_at=clock.now())
    return [row for row in rows if row.pk not in ids]


def find_needless(plan: Plan, rows: Sequence[Run]) -> set[int]:
    """Those that the stream has made needless, whether this room has heard of it or not."""
    if not plan.unless or not rows:
        return set()
    values: dict[str, Any] = {
        "ids": [row.pk for row in rows],
        "customers": [row.customer_id for row in rows],
        "abouts": [row.about for row in rows],
        "began": [row.began_at for row in rows],
        "names": [one.name for one in plan.unless],
        "sames": [one.same for one in plan.unless],
        "keys": list(ABOUT.get(plan.once, ())),
    }
    with connection.cursor() as cursor:
        cursor.execute(load_sql(ROOM, "find_needless"), values)
        return {pk for (pk,) in cursor.fetchall()}


def _find_strangers(plan: Plan, rows: Sequence[Run]) -> set[int]:
    """Who is not in the segment now; nobody is in one that is no more. Raises SegmentNotBuilt."""
    if plan.segment is None or not rows:
        return set()
    try:
        members = find_members(get_counted(plan.segment), {row.customer_id for row in rows})
    except SegmentMissing:
        members = set()
    return {row.pk for row in rows if row.customer_id not in members}
