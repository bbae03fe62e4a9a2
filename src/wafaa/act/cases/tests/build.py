"""Builders: unhappy people, as surveys, reviews and comments tell of them."""

import uuid
from datetime import UTC, datetime, timedelta

from tests.build import make_event, tell

from wafaa.act.cases.models import Case
from wafaa.act.cases.rules import ANSWERED, MISMATCHED, REVIEWED
from wafaa.kit import clock
from wafaa.kit.ids import new_id

MORNING = datetime(2026, 11, 22, 7, tzinfo=UTC)  # ten in Riyadh, a Sunday
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def answered(*, who="C1", at=MORNING, nps=3, is_low=True, response=None, tail="", **told):
    """One "Survey Answered" with a score and a comment."""
    response = response or new_id()
    return make_event(
        ANSWERED,
        distinct_id=who,
        at=at,
        message_id=f"survey-answered:{response}{tail}",
        source="surveys",
        properties={
            "survey_id": str(uuid.UUID(int=7)),
            "survey": "After delivery",
            "response_id": str(response),
            "channel": "email",
            "touchpoint": "delivery",
            "store": "RUH-1",
            "agent": "Huda",
            "is_low": is_low,
            "nps": nps,
            "lowest": {"question": "q1", "type": "nps", "value": nps, "points": 10},
            "answers": [
                {
                    "question": "q1",
                    "type": "nps",
                    "text_of_question": "كم تنصح بنا؟",
                    "value": nps,
                    "points": 10,
                },
                {
                    "question": "q2",
                    "type": "long_text",
                    "text_of_question": "لماذا؟",
                    "text": "تأخّر الطلب كثيرًا",
                },
            ],
            **told,
        },
    )


def reviewed(*, who="C1", at=MORNING, rating=1, **told):
    review = new_id()
    return make_event(
        REVIEWED,
        distinct_id=who,
        at=at,
        message_id=f"review-submitted:{review}",
        properties={
            "review_id": str(review),
            "product_id": "OUD",
            "rating": rating,
            "title": "مخيب",
            "text": "لا يشبه الصورة",
            "is_low": True,
            **told,
        },
    )


def mismatched(*, who="C1", at=MORNING, key="response:1:q2", **told):
    properties = {"source_key": key, "text": "جميل لكن لن أعود", **told}
    return make_event(MISMATCHED, distinct_id=who, at=at, properties=properties)


def open_case(**told) -> Case:
    """One case, of an unhappy answer told now."""
    with clock.fixed_at(told.get("at", MORNING)):
        tell(answered(**told))
    return Case.objects.filter(closed_at=None, joined_to=None).latest("id")
