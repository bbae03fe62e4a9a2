"""Builders: people who suggest something in a survey."""

import uuid
from datetime import UTC, datetime, timedelta

from tests.build import make_event, tell

from wafaa.decide.suggestions.models import Suggestion
from wafaa.decide.suggestions.rules import ANSWERED
from wafaa.kit.ids import new_id

MORNING = datetime(2026, 11, 22, 7, tzinfo=UTC)  # ten in Riyadh, a Sunday
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SURVEY = uuid.UUID(int=7)
EVENING, EVENING_TOO = "أتمنى التوصيل مساءً بعد العمل", "والتوصيلُ مساءً لو تكرمتم"


def suggested(text, *, who="C1", at=MORNING, response=None, **told):
    """One "Survey Answered" with a suggestion in it."""
    response = response or new_id()
    return make_event(
        ANSWERED,
        distinct_id=who,
        at=at,
        message_id=f"survey-answered:{response}:{at.timestamp()}",
        properties={
            "survey_id": str(SURVEY),
            "survey": "After delivery",
            "response_id": str(response),
            "touchpoint": "delivery",
            "answers": [
                {"question": "q1", "type": "nps", "measure": "", "value": 9},
                {"question": "q9", "type": "long_text", "measure": "suggestion", "text": text},
            ],
            **told,
        },
    )


def gather(*wishes) -> list[Suggestion]:
    """What was made of (who, text) pairs, in their order."""
    tell(*(suggested(text, who=who) for who, text in wishes))
    return list(Suggestion.objects.order_by("id"))
