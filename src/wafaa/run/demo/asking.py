"""The demo's rule of asking, with whom it asked: every parcel two hours after it arrived, nobody twice in a week; and what
became of what people asked for.

It is off: nobody in the demo is to get a mail because somebody tries out a mail server.
"""

import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from wafaa.access.staff.models import Staff
from wafaa.access.staff.rules import Role
from wafaa.decide.asking.actions import Plan, create_rule
from wafaa.decide.asking.models import Ask, Rule
from wafaa.decide.asking.rules import PATIENCE_HOURS, AskState, Kind, Why
from wafaa.decide.suggestions.actions import decide_suggestion
from wafaa.decide.suggestions.models import Suggestion
from wafaa.decide.suggestions.rules import State
from wafaa.listen.surveys.models import Invitation, Response, Survey
from wafaa.listen.surveys.rules import ResponseState

NAME = "بعد التوصيل · After the delivery"
EVENT = "Order Delivered"
DELAY = timedelta(hours=2)
LOOKED = 14  # of 100 who did not answer


# What people asked for most, as run.demo.sayings has it, and what they read about it.
DECISIONS = {
    "أتمنى تغليفًا أنسب للهدايا.": (
        State.PLANNED,
        "نجهّز علب هدايا مع بداية الموسم القادم.",
        "Gift boxes come with the next season.",
    ),
    "لو تضيفون الدفع عند الاستلام.": (
        State.DECLINED,
        "جرّبناه شهرًا فأخّر التوصيل على الجميع، فأبقينا الدفع المسبق.",
        "We tried it for a month. It made every delivery slower, so payment stays in advance.",
    ),
}


def settle_suggestions() -> int:
    """Decided, and on the public page; nobody is told, for nobody in the demo is to get a mail."""
    manager = Staff.objects.filter(role=Role.MANAGER, is_active=True).order_by("pk").first()
    found = list(Suggestion.objects.filter(title__in=DECISIONS, state=State.NEW).order_by("pk"))
    for one in found:
        state, answer_ar, answer_en = DECISIONS[one.title]
        decide_suggestion(
            suggestion=one,
            state=state,
            answer_ar=answer_ar,
            answer_en=answer_en,
            owner=manager,
            is_public=True,
            by=manager,
        )
    return len(found)


def make_demo_rule(survey: Survey, since: datetime) -> Rule:
    """Nobody's, so that it goes with the survey."""
    plan = Plan(
        name=NAME,
        kind=Kind.SURVEY,
        names=(EVENT,),
        survey=survey.uuid,
        delay_minutes=int(DELAY.total_seconds() // 60),
    )
    rule = create_rule(plan=plan, by=None)
    rule.live_since = since
    rule.save(update_fields=["live_since"])
    return rule


def note_asks(rule: Rule, rested: Sequence[tuple[int, str, datetime]], end: datetime) -> int:
    """What the rule would have written: who was asked, what came of it, and whom it let be (customer, order, moment)."""
    invited = list(Invitation.objects.filter(survey=rule.survey, sent_at__isnull=False).order_by("id"))
    begun = [ResponseState.STARTED, ResponseState.PARTIAL]
    answers = Response.objects.filter(survey=rule.survey, invitation__isnull=False).exclude(state__in=begun)
    answered = dict(answers.values_list("invitation_id", "completed_at"))
    _note_opened(invited, answered)
    asks = [_note_asked(rule, one, answered.get(one.pk), end) for one in invited]
    for customer_id, order, at in rested:
        asks.append(_make(rule, customer_id, order, at, state=AskState.SKIPPED, why=Why.COOL_DOWN))
    Ask.objects.bulk_create(asks, batch_size=2_000, ignore_conflicts=True)
    return len(asks)


def _note_opened(invited: Sequence[Invitation], answered: Mapping[int, datetime | None]) -> None:
    """Whoever answered opened the page; of the others some looked and left."""
    looked = [
        one for one in invited if one.pk in answered or zlib.crc32(one.order_ref.encode()) % 100 < LOOKED
    ]
    for one in looked:
        one.opened_at = one.sent_at and one.sent_at + timedelta(minutes=2)
    Invitation.objects.bulk_update(looked, ["opened_at"], batch_size=2_000)


def _note_asked(rule: Rule, one: Invitation, answered_at: datetime | None, end: datetime) -> Ask:
    assert one.sent_at is not None
    assert one.customer_id is not None
    remind_at = one.sent_at + timedelta(days=rule.remind_days)
    is_reminded = remind_at < end and (answered_at is None or answered_at > remind_at)
    return _make(
        rule,
        one.customer_id,
        one.order_ref,
        one.sent_at,
        state=AskState.ANSWERED if answered_at else AskState.SENT,
        invitation=one,
        asked_at=one.sent_at,
        sent_at=one.sent_at,
        answered_at=answered_at,
        reminded=int(is_reminded),
    )


def _make(rule: Rule, customer_id: int, order: str, at: datetime, **told: object) -> Ask:
    return Ask(
        rule=rule,
        customer_id=customer_id,
        occasion_key=f"order:{order}:{customer_id}",
        about=order,
        began_at=at - DELAY,
        due_at=at,
        deadline=at + timedelta(hours=PATIENCE_HOURS),
        told={"order_id": order, "event": EVENT},
        **told,
    )
