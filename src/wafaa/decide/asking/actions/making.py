"""Rules of asking: made, changed, switched on and off."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.models import Staff
from wafaa.act.messages.actions import withdraw_messages
from wafaa.act.messages.actions.templates import add_ready
from wafaa.act.messages.models import Template
from wafaa.decide.asking.errors import ReviewsAskEverybody, RuleMissing, RuleUnfinished, RuleWrong
from wafaa.decide.asking.models import Ask, Rule
from wafaa.decide.asking.rules import (
    CONDITIONS_MAX,
    COOL_DOWN_DAYS,
    COOL_DOWN_DAYS_MAX,
    DELAY_MINUTES_MAX,
    EVERYBODY_BP,
    PATIENCE_HOURS,
    PATIENCE_HOURS_MAX,
    REMIND_DAYS,
    REMINDERS_MAX,
    TEXT_MAX,
    AskState,
    Kind,
    RuleState,
    Sort,
    Why,
)
from wafaa.decide.asking.rules.gating import find_score, find_told
from wafaa.kit import clock
from wafaa.learn.segments.errors import SegmentMissing
from wafaa.learn.segments.queries import list_segment_conditions
from wafaa.listen.surveys.models import Survey
from wafaa.listen.surveys.rules import SurveyState

# Which ready text fits what is asked about; the first event that has one counts.
TEXTS: Mapping[str, str] = {
    "Support Call Ended": "survey_call",
    "Support Conversation Ended": "survey_call",
    "Order Delivered": "survey_delivery",
}
REMINDER_TEXT = "survey_reminder"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a rule says. Without a template the ready text that fits is taken."""

    name: str
    kind: Kind
    names: tuple[str, ...]
    survey: uuid.UUID | None = None
    sort: Sort = Sort.TRANSACTION
    where: Mapping[str, str] | None = None
    segment: uuid.UUID | None = None
    delay_minutes: int = 0
    patience_hours: int = PATIENCE_HOURS
    cool_down_days: int | None = None  # as is usual for its sort
    share_bp: int = EVERYBODY_BP
    template: uuid.UUID | None = None
    reminder: uuid.UUID | None = None
    reminders: int = 1
    remind_days: int = REMIND_DAYS
    channel: str = ""


@transaction.atomic
def create_rule(*, plan: Plan, by: Staff | None) -> Rule:
    """Off until somebody switches it on. Raises RuleWrong, ReviewsAskEverybody."""
    now = clock.now()
    rule = Rule(created_at=now, created_by=by)
    _write(rule, plan, by)
    record_change(staff=by, deed="create_asking", subject=rule.name, after={"events": list(plan.names)})
    return rule


@transaction.atomic
def change_rule(*, rule: Rule, plan: Plan, by: Staff | None) -> Rule:
    """For whoever comes in from now on, and for those who wait. Raises RuleMissing, RuleWrong, ReviewsAskEverybody."""
    held = _hold(rule)
    _write(held, plan, by)
    record_change(staff=by, deed="change_asking", subject=held.name, after={"events": list(plan.names)})
    return held


def make_rule(plan: Plan) -> Rule:
    """Of a plan that nobody has kept, for a forecast. Raises RuleWrong."""
    rule = Rule(created_at=clock.now())
    _fill(rule, plan)
    return rule


def _hold(rule: Rule) -> Rule:
    found = Rule.objects.select_for_update().filter(pk=rule.pk).first()
    if found is None:
        raise RuleMissing
    return found


def _write(rule: Rule, plan: Plan, by: Staff | None) -> None:
    _fill(rule, plan)
    rule.template = plan.template or add_ready(key=choose_text(plan), by=by).uuid
    rule.reminder = plan.reminder or (add_ready(key=REMINDER_TEXT, by=by).uuid if plan.reminders else None)
    rule.save()


def choose_text(plan: Plan) -> str:
    """The key of the ready text."""
    if plan.kind is Kind.REVIEW:
        return "review_request"
    if plan.sort is Sort.RELATIONSHIP:
        return "survey_nps"
    return next((TEXTS[name] for name in plan.names if name in TEXTS), "survey_delivery")


def _fill(rule: Rule, plan: Plan) -> None:
    _check(plan)
    if plan.kind is Kind.REVIEW:
        check_alike(names=plan.names, where=plan.where or {}, segment=plan.segment)
    survey = Survey.objects.filter(uuid=plan.survey).first() if plan.survey else None
    if plan.kind is Kind.SURVEY and survey is None:
        raise RuleWrong(why="survey")
    days = plan.cool_down_days
    told: dict[str, Any] = {
        "name": plan.name.strip()[:150],
        "kind": plan.kind.value,
        "sort": plan.sort.value,
        "survey": survey if plan.kind is Kind.SURVEY else None,
        "names": list(dict.fromkeys(plan.names)),
        "where": dict(plan.where or {}),
        "segment": plan.segment,
        "delay_minutes": plan.delay_minutes,
        "patience_hours": plan.patience_hours,
        "cool_down_days": COOL_DOWN_DAYS[plan.sort] if days is None else days,
        "share_bp": plan.share_bp,
        "template": plan.template,
        "reminder": plan.reminder,
        "reminders": plan.reminders,
        "remind_days": plan.remind_days,
        "channel": plan.channel[:20],
        "changed_at": clock.now(),
    }
    for name, value in told.items():
        setattr(rule, name, value)


def _check(plan: Plan) -> None:
    days = plan.cool_down_days
    bounds = {
        "delay_minutes": (0, plan.delay_minutes, DELAY_MINUTES_MAX),
        "patience_hours": (1, plan.patience_hours, PATIENCE_HOURS_MAX),
        "cool_down_days": (0, 0 if days is None else days, COOL_DOWN_DAYS_MAX),
        "share_bp": (1, plan.share_bp, EVERYBODY_BP),
        "reminders": (0, plan.reminders, REMINDERS_MAX),
        "remind_days": (1, plan.remind_days, 30),
    }
    for name, (least, value, most) in bounds.items():
        if not least <= value <= most:
            raise RuleWrong(why=f"{name}: {least}–{most}")
    if not plan.name.strip():
        raise RuleWrong(why="name")
    if not plan.names or any(not name or len(name) > TEXT_MAX for name in plan.names):
        raise RuleWrong(why="events")
    if len(plan.where or {}) > CONDITIONS_MAX:
        raise RuleWrong(why="where")


def check_alike(*, names: Collection[str], where: Mapping[str, str], segment: uuid.UUID | None) -> None:
    """Nobody is asked for a review, or left out, by how satisfied they are. A segment that is gone has no members. Raises
    ReviewsAskEverybody.
    """
    told = next((told for name in names if (told := find_told(name, where))), "")
    if not told and segment is not None:
        try:
            told = find_score(list_segment_conditions(segment))
        except SegmentMissing:
            return
    if told:
        raise ReviewsAskEverybody(what=told)


@transaction.atomic
def switch_on(*, rule: Rule, by: Staff | None) -> Rule:
    """From now on; what happened before is not asked about. Raises RuleMissing, RuleUnfinished, ReviewsAskEverybody."""
    held = _hold(rule)
    if held.is_on:
        return held
    if held.kind == Kind.REVIEW:  # the segment may have been changed since
        check_alike(names=held.names, where=held.where, segment=held.segment)
    is_ready = (
        bool(held.template) and Template.objects.filter(uuid=str(held.template), state="ready").exists()
    )
    is_asked = held.survey is None or (
        held.survey.state == SurveyState.OPEN and held.survey.current_version_id is not None
    )
    if not is_ready or not is_asked:
        raise RuleUnfinished
    held.state, held.live_since = RuleState.ON, clock.now()
    held.save(update_fields=["state", "live_since"])
    record_change(staff=by, deed="switch_asking_on", subject=held.name)
    return held


@transaction.atomic
def switch_off(*, rule: Rule, by: Staff | None) -> int:
    """Whoever waits is not asked, and nobody is reminded; what was begun goes out. Returns how many were let go."""
    held = _hold(rule)
    if not held.is_on:
        return 0
    held.state = RuleState.OFF
    held.save(update_fields=["state"])
    gone = Ask.objects.filter(rule=held, state=AskState.WAITING).update(
        state=AskState.SKIPPED, why=Why.SWITCHED_OFF
    )
    handed = list(Ask.objects.filter(rule=held, state=AskState.HELD).order_by("id").select_for_update())
    steps = {(one.occasion_key, one.customer_id): one.pk for one in handed}
    back = withdraw_messages(reason=held.reason, wanted=list(steps), why="switched_off")
    Ask.objects.filter(pk__in=[steps[one] for one in back]).update(
        state=AskState.SKIPPED, why=Why.SWITCHED_OFF
    )
    Ask.objects.filter(rule=held, remind_at__isnull=False).update(remind_at=None)
    record_change(staff=by, deed="switch_asking_off", subject=held.name)
    return gone + len(back)
