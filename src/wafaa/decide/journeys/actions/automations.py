"""Writing automations: made, changed in versions, switched on, paused, switched off."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.models import Staff
from wafaa.act.messages.actions import pause_sending, resume_sending, withdraw_messages
from wafaa.act.messages.actions.templates import add_ready as add_ready_template
from wafaa.act.messages.errors import SendingMissing, SendingOver
from wafaa.act.messages.models import Sending
from wafaa.decide.experiments.actions import finish_experiment, start_experiment
from wafaa.decide.experiments.rules import Kind
from wafaa.decide.experiments.rules import State as ExperimentState
from wafaa.decide.journeys.audience import get_ready_template
from wafaa.decide.journeys.errors import AutomationUnfinished, PlanUnreadable, ReadyAutomationMissing
from wafaa.decide.journeys.models import Automation, AutomationVersion, Run, Sweep
from wafaa.decide.journeys.people import ROOM
from wafaa.decide.journeys.ready import READY, name_automation
from wafaa.decide.journeys.rules import (
    AutomationState,
    OnEvent,
    Plan,
    PlanBroken,
    RunState,
    Why,
    read_plan,
    write_plan,
)
from wafaa.decide.journeys.treating import has_share, make_experiment
from wafaa.kit import clock
from wafaa.kit.sql import load_sql
from wafaa.learn.segments.actions import ensure_ready_segment
from wafaa.learn.segments.queries import get_segment

WINDOW_DAYS = 30
ENDED_AT_ONCE = 2_000


def read_or_raise(definition: Any) -> Plan:
    """Raises PlanUnreadable."""
    try:
        return read_plan(definition)
    except PlanBroken as broken:
        raise PlanUnreadable(path=broken.path, why=broken.why) from broken


@transaction.atomic
def create_automation(
    *, name: str, definition: Mapping[str, Any], by: Staff | None, key: str = ""
) -> Automation:
    """Off. Raises PlanUnreadable, SegmentMissing."""
    plan = _check(definition)
    now = clock.now()
    automation = Automation.objects.create(
        name=name.strip(), key=key, salt=secrets.token_hex(16), created_at=now, changed_at=now, created_by=by
    )
    _add_version(automation, plan, by)
    if not key:  # nobody made those of this house
        record_change(staff=by, deed="create_automation", subject=_name(automation), after=write_plan(plan))
    return automation


def _name(automation: Automation) -> str:
    return name_automation(automation.key, automation.name)


def _check(definition: Any) -> Plan:
    plan = read_or_raise(definition)
    if plan.segment is not None:
        get_segment(plan.segment)
    return plan


def _add_version(automation: Automation, plan: Plan, by: Staff | None) -> None:
    number = automation.latest.number + 1 if automation.latest else 1
    automation.latest = AutomationVersion.objects.create(
        automation=automation,
        number=number,
        definition=write_plan(plan),
        created_at=clock.now(),
        created_by=by,
    )
    automation.changed_at = clock.now()
    automation.save(update_fields=["latest", "changed_at"])


def change_automation(
    *,
    automation: Automation,
    definition: Mapping[str, Any] | None = None,
    name: str | None = None,
    by: Staff | None,
    ends_waiting: bool = False,
) -> Automation:
    """Another definition is a new version. Who is on the way stays with the former one, unless `ends_waiting`: then they leave,
    in chunks, once the version has committed.

    Raises PlanUnreadable, SegmentMissing, TemplateNotReady (of one that is on).
    """
    changed, is_new = _change(automation, definition, name, by)
    if ends_waiting and is_new:
        end_waiting(changed, Why.CHANGED, before=changed.latest_id)
    return changed


@transaction.atomic
def _change(
    automation: Automation, definition: Mapping[str, Any] | None, name: str | None, by: Staff | None
) -> tuple[Automation, bool]:
    """And whether it has another version now."""
    automation = lock_automation(automation.pk)
    assert automation.latest is not None
    former_id = automation.latest_id
    before = {"name": automation.name, **automation.latest.definition}
    if name is not None and name.strip() != automation.name:
        automation.name = name.strip()
        automation.save(update_fields=["name"])
    if definition is not None and write_plan(plan := _check(definition)) != automation.latest.definition:
        former = automation.latest.plan
        if automation.state != AutomationState.OFF:
            get_ready_template(plan.template)
        _add_version(automation, plan, by)
        if former.trigger != plan.trigger:
            # days that the former trigger has been looked for are not those of this one
            Automation.objects.filter(pk=automation.pk).update(swept_to=None)
            Sweep.objects.filter(automation=automation, done_at=None).update(done_at=clock.now())
        if automation.state != AutomationState.OFF:
            _renew_experiment(automation, by)
    after = {"name": automation.name, **automation.latest.definition}
    if after != before:
        record_change(
            staff=by, deed="change_automation", subject=_name(automation), before=before, after=after
        )
    return automation, automation.latest_id != former_id


def lock_automation(pk: int) -> Automation:
    found = Automation.objects.select_for_update(of=("self",)).select_related("latest", "experiment")
    return found.get(pk=pk)


def hold_state(pk: int) -> str:
    """Its state, which nobody changes until the transaction ends; others may ask the same meanwhile. "" of one that is gone."""
    with connection.cursor() as cursor:
        cursor.execute(load_sql(ROOM, "hold_automation"), {"id": pk})
        found = cursor.fetchone()
    return found[0] if found else ""


def switch_on(*, automation: Automation, by: Staff | None) -> Automation:
    """From now on. What happened before begins nothing, and what a switching off that was cut short left is ended first. A ready
    one gets its ready message where it has none yet.

    Raises AutomationUnfinished, TemplateNotReady, SegmentMissing, SendingOver (somebody ended its messages for good).
    """
    end_waiting(automation, Why.SWITCHED_OFF)
    return _switch_on(automation, by)


@transaction.atomic
def _switch_on(automation: Automation, by: Staff | None) -> Automation:
    automation = lock_automation(automation.pk)
    if automation.state != AutomationState.OFF:
        return automation
    assert automation.latest is not None
    if Sending.objects.filter(reason=automation.reason, state="cancelled").exists():
        raise SendingOver
    plan = automation.latest.plan
    if plan.template is None:
        if not automation.key:
            raise AutomationUnfinished
        plan = replace(plan, template=add_ready_template(key=READY[automation.key].text, by=by).uuid)
        _add_version(automation, plan, by)
    _check(write_plan(plan))
    get_ready_template(plan.template)
    _renew_experiment(automation, by)
    left = Run.objects.filter(
        automation=automation, state=RunState.WAITING
    )  # who came in while it was switched off
    left.update(state=RunState.ENDED, why=Why.SWITCHED_OFF, ended_at=clock.now())
    automation.state = AutomationState.ON
    automation.live_since, automation.swept_to = clock.now(), None
    automation.changed_at = clock.now()
    automation.save(update_fields=["state", "live_since", "swept_to", "changed_at"])
    _steer(resume_sending, automation, by)
    record_change(staff=by, deed="switch_on_automation", subject=_name(automation))
    return automation


def _renew_experiment(automation: Automation, by: Staff | None) -> None:
    """Another share of the control group is another experiment, and so is switching on again; with people divided anew, for what
    the former one did to its treated would else be taken for what they were like before.
    """
    assert automation.latest is not None
    plan = automation.latest.plan
    template = get_ready_template(plan.template)
    present = automation.experiment
    if present is not None and present.state == ExperimentState.RUNNING:
        if has_share(present, plan.control_bp):
            return
        finish_experiment(experiment=present, by=by)
    if present is not None:
        automation.salt = secrets.token_hex(16)
    made = make_experiment(
        name=_name(automation),
        kind=Kind.AUTOMATION,
        control_bp=plan.control_bp,
        salt=automation.salt,
        purpose=template.purpose,
        window_days=WINDOW_DAYS,
        by=by,
    )
    automation.experiment = start_experiment(experiment=made, by=by) if made else None
    automation.save(update_fields=["experiment", "salt"])


@transaction.atomic
def pause_automation(*, automation: Automation, by: Staff | None) -> Automation:
    """Nothing leaves; who comes in waits, and what is too late when it goes on is not sent."""
    automation = lock_automation(automation.pk)
    if automation.state == AutomationState.ON:
        _turn(automation, AutomationState.PAUSED, by, "pause_automation")
        _steer(pause_sending, automation, by)
    return automation


@transaction.atomic
def resume_automation(*, automation: Automation, by: Staff | None) -> Automation:
    automation = lock_automation(automation.pk)
    if automation.state == AutomationState.PAUSED:
        _turn(automation, AutomationState.ON, by, "resume_automation")
        _steer(resume_sending, automation, by)
    return automation


def switch_off(*, automation: Automation, by: Staff | None) -> int:
    """Whoever is on the way leaves, and what waits to be sent is taken back. Returns how many left.

    Nothing new leaves once the first, short transaction has committed; the rest goes in chunks, and is ended by calling again.
    """
    mark_off(automation, by)
    return end_waiting(automation, Why.SWITCHED_OFF)


@transaction.atomic
def mark_off(automation: Automation, by: Staff | None) -> None:
    """Its messages stay paused until it is switched on again, so that none leaves that has not been taken back yet."""
    automation = lock_automation(automation.pk)
    if automation.state == AutomationState.OFF:
        return
    _turn(automation, AutomationState.OFF, by, "switch_off_automation")
    Sweep.objects.filter(automation=automation, done_at=None).update(done_at=clock.now())
    experiment = automation.experiment
    if experiment is not None and experiment.state == ExperimentState.RUNNING:
        finish_experiment(experiment=experiment, by=by)
    _steer(pause_sending, automation, by)


def end_waiting(automation: Automation, why: Why, *, before: int | None = None) -> int:
    """Ends the runs that wait, or whose message does, in chunks: of versions before that one (None: of all). Returns how many.

    For SWITCHED_OFF only as long as it is off: whoever comes in once it is on again stays.
    """
    total = 0
    while count := _end_chunk(automation, why, before):
        total += count
    last = 0
    while True:
        seen, count = _take_back_chunk(automation, why, before, last)
        total += count
        if not seen:
            return total
        last = seen


def _find_runs(automation: Automation, why: Why, before: int | None) -> QuerySet[Run]:
    if why is Why.SWITCHED_OFF and hold_state(automation.pk) != AutomationState.OFF:
        return Run.objects.none()
    found = Run.objects.filter(automation=automation)
    return found if before is None else found.filter(version__lt=before)


@transaction.atomic
def _end_chunk(automation: Automation, why: Why, before: int | None) -> int:
    """Some runs that wait; returns how many it ended."""
    waiting = _find_runs(automation, why, before).filter(state=RunState.WAITING).order_by("due_at", "id")
    ids = list(waiting.select_for_update().values_list("pk", flat=True)[:ENDED_AT_ONCE])
    Run.objects.filter(pk__in=ids).update(state=RunState.ENDED, why=why, ended_at=clock.now())
    return len(ids)


@transaction.atomic
def _take_back_chunk(automation: Automation, why: Why, before: int | None, after: int) -> tuple[int, int]:
    """Some runs whose message may wait: up to which id it looked (0: nothing is left), and how many it ended."""
    found = _find_runs(automation, why, before).filter(state=RunState.SENT, deadline__gt=clock.now())
    some = found.filter(pk__gt=after).order_by("id").values_list("pk", "what", "customer_id")
    rows = list(some[:ENDED_AT_ONCE])
    return (rows[-1][0] if rows else 0), take_back(automation.reason, rows, why)


def take_back(reason: str, runs: list[tuple[int, str, int]], why: Why) -> int:
    """Messages of runs (id, step, customer) that nobody has begun to send; returns how many there were."""
    words = {Why.UNLESS: "needless", Why.SWITCHED_OFF: "switched_off", Why.CHANGED: "changed"}
    back: set[tuple[str, int]] = set()
    for start in range(0, len(runs), ENDED_AT_ONCE):
        some = {(what, customer) for _pk, what, customer in runs[start : start + ENDED_AT_ONCE]}
        back |= withdraw_messages(reason=reason, wanted=some, why=words[why])
    ended = [pk for pk, what, customer in runs if (what, customer) in back]
    Run.objects.filter(pk__in=ended).update(state=RunState.ENDED, why=why, ended_at=clock.now())
    return len(ended)


def _turn(automation: Automation, state: AutomationState, by: Staff | None, deed: str) -> None:
    automation.state, automation.changed_at = state, clock.now()
    automation.save(update_fields=["state", "changed_at"])
    record_change(staff=by, deed=deed, subject=_name(automation))


def _steer(deed: Any, automation: Automation, by: Staff | None) -> None:
    try:
        deed(reason=automation.reason, by=by)
    except (SendingMissing, SendingOver):
        return


def ensure_ready(*, by: Staff | None = None) -> int:
    """Makes the ready automations that are missing, off; returns how many. Two at once make each of them once."""
    present = set(Automation.objects.exclude(key="").values_list("key", flat=True))
    missing = [key for key in READY if key not in present]
    for key in missing:
        add_ready(key=key, by=by)
    return len(missing)


def add_ready(*, key: str, by: Staff | None) -> Automation:
    """A ready automation, off; the one that is there already, if it is. Raises ReadyAutomationMissing."""
    ready = READY.get(key)
    if ready is None:
        raise ReadyAutomationMissing
    there = Automation.objects.filter(key=key).first()
    if there is not None:
        return there
    plan = ready.plan
    if ready.entered and isinstance(plan.trigger, OnEvent):
        segment = ensure_ready_segment(key=ready.entered)
        plan = replace(plan, trigger=replace(plan.trigger, where=(("segment", str(segment.uuid)),)))
    try:
        return create_automation(name=ready.source, definition=write_plan(plan), key=key, by=by)
    except IntegrityError:  # somebody else made it meanwhile; ours was a transaction of its own
        return Automation.objects.get(key=key)
