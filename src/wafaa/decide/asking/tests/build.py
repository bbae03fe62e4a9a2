"""Builders for asking: an open survey, a rule, readers who said yes to surveys, and a turn of everything that has its moment."""

from datetime import UTC, datetime, timedelta

from tests.build import make_event, tell

from wafaa.act.messages.actions import release_due
from wafaa.act.messages.models import Message
from wafaa.decide.asking.actions import Plan, create_rule, go_on, switch_on
from wafaa.decide.asking.models import Ask
from wafaa.decide.asking.rules import Kind
from wafaa.kit import clock
from wafaa.listen.surveys.models import Survey, SurveyVersion
from wafaa.listen.surveys.rules.content import hash_content, read_content

MORNING = datetime(2026, 11, 22, 7, tzinfo=UTC)  # ten in Riyadh, a Sunday
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DELIVERED = "Order Delivered"
CONTENT = {
    "languages": ["ar", "en"],
    "main_language": "ar",
    "title": {"ar": "رضا العملاء", "en": "Customer satisfaction"},
    "pages": [
        {
            "key": "p1",
            "questions": [
                {
                    "key": "q1",
                    "type": "csat",
                    "text": {"ar": "ما مدى رضاك عن طلبك؟", "en": "How satisfied are you with your order?"},
                    "scale": {
                        "points": 5,
                        "style": "numbers",
                        "low": {"ar": "غير راضٍ إطلاقًا", "en": "Very dissatisfied"},
                        "high": {"ar": "راضٍ جدًا", "en": "Very satisfied"},
                    },
                },
            ],
        }
    ],
}


def make_survey(content=CONTENT, *, name="Customer satisfaction", state="open"):
    """Straight into the tables: how surveys are written is another room's business."""
    now = clock.now()
    survey = Survey.objects.create(name=name, state=state, created_at=now, changed_at=now)
    survey.current_version = SurveyVersion.objects.create(
        survey=survey,
        number=1,
        content=content,
        content_sha=hash_content(read_content(content)),
        changed_at=now,
        published_at=now,
    )
    survey.save()
    return survey


def make_rule(survey=None, *, is_on=True, names=(DELIVERED,), delay_minutes=120, **told):
    plan = Plan(
        name="After delivery",
        kind=Kind.SURVEY if survey else Kind.REVIEW,
        names=names,
        survey=survey.uuid if survey else None,
        delay_minutes=delay_minutes,
        **told,
    )
    rule = create_rule(plan=plan, by=None)
    return switch_on(rule=rule, by=None) if is_on else rule


def happen(name=DELIVERED, /, *, customer="1", at=None, **properties):
    """An event of a customer, heard by everybody."""
    tell(make_event(name, distinct_id=customer, at=at or clock.now(), properties=properties))


def turn_until_quiet():
    """All that has its moment by now."""
    while go_on():
        pass
    while release_due():
        pass
    tell()


def list_asks():
    rows = Ask.objects.order_by("id")
    return list(rows.values_list("occasion_key", "state", "why"))


def list_messages():
    rows = Message.objects.order_by("id")
    return list(rows.values_list("customer__external_id", "step", "state", "why"))
