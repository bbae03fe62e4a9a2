"""Writing automations: made, changed in versions, switched on, paused, switched off."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import IntegrityError, transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.business.queries import get_business
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
from wafaa.decide.journeys.ready import READY, name_automation
from wafaa.decide.journeys.rules import (
    AutomationState,
    Delay,
    Plan,
    PlanBroken,
    RunState,
    Why,
    read_plan,
    write_plan,
)
from wafaa.decide.journeys.treating import has_share, make_experiment
from wafaa.kit import clock
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


@transaction.atomic
def change_automation(
    *,
    automation: Automation,
    definition: Mapping[str, Any] | None = None,
    name: str | None = None,
    by: Staff | None,
    ends_waiting: bool = False,
) -> Automation:
    """Another definition is a new version. Who is on the way stays with the former one, unless `ends_waiting`: then they leave.

    Raises PlanUnreadable, SegmentMissing, TemplateNotReady (of one that is on).
    """
    automation = lock_automation(automation.pk)
    assert automation.latest is not None
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
        if ends_waiting:
            end_waiting(automation, Why.CHANGED)
    after = {"name": automation.name, **automation.latest.definition}
    if after != before:
        record_change(
            staff=by, deed="change_automation", subject=_name(automation), before=before, after=after
        )
    return automation


def lock_automation(pk: int) -> Automation:
    found = Automation.objects.select_for_update(of=("self",)).select_related("latest", "experiment")
    return found.get(pk=pk)


@transaction.atomic
def switch_on(*, automation: Automation, by: Staff | None) -> Automation:
    """From now on. What happened before begins nothing. A ready one gets its ready message where it has none yet.

    Raises AutomationUnfinished, TemplateNotReady, SegmentMissing, SendingOver (somebody ended its messages for good).
    """
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
    record_change(staff=by, deed="switch_on_automation", subject=_name(automation))
    return automation


def _renew_experiment(automation: Automation, by: Staff | None) -> None:
    """Another share of the control group is another experiment, with the same salt, so that few change sides."""
    assert automation.latest is not None
    plan = automation.latest.plan
    template = get_ready_template(plan.template)
    present = automation.experiment
    if present is not None and present.state == ExperimentState.RUNNING:
        if has_share(present, plan.control_bp):
            return
        finish_experiment(experiment=present, by=by)
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
    automation.save(update_fields=["experiment"])


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
    _mark_off(automation, by)
    total = 0
    while count := _end_chunk(automation, Why.SWITCHED_OFF):
        total += count
    return total


@transaction.atomic
def _mark_off(automation: Automation, by: Staff | None) -> None:
    automation = lock_automation(automation.pk)
    if automation.state == AutomationState.OFF:
        return
    was_paused = automation.state == AutomationState.PAUSED
    _turn(automation, AutomationState.OFF, by, "switch_off_automation")
    Sweep.objects.filter(automation=automation, done_at=None).update(done_at=clock.now())
    experiment = automation.experiment
    if experiment is not None and experiment.state == ExperimentState.RUNNING:
        finish_experiment(experiment=experiment, by=by)
    if was_paused:
        _steer(resume_sending, automation, by)


def end_waiting(automation: Automation, why: Why) -> None:
    while _end_chunk(automation, why):
        pass


@transaction.atomic
def _end_chunk(automation: Automation, why: Why) -> int:
    """Some runs that wait, or whose message does; returns how many it looked at and ended."""
    now = clock.now()
    waiting = Run.objects.filter(automation=automation, state=RunState.WAITING).order_by("due_at", "id")
    ids = list(waiting.select_for_update().values_list("pk", flat=True)[:ENDED_AT_ONCE])
    if ids:
        Run.objects.filter(pk__in=ids).update(state=RunState.ENDED, why=why, ended_at=now)
        return len(ids)
    sent = Run.objects.filter(automation=automation, state=RunState.SENT, deadline__gt=now)
    return take_back(automation.reason, list(sent.values_list("pk", "what", "customer_id")), why)


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
    if ready.lapses:
        plan = replace(plan, delay=Delay(days=get_business().lapse_window_days, at=plan.delay.at))
    try:
        return create_automation(name=ready.source, definition=write_plan(plan), key=key, by=by)
    except IntegrityError:  # somebody else made it meanwhile; ours was a transaction of its own
        return Automation.objects.get(key=key)
