"""A survey of four questions with its answers as facts, for tests of pages."""

from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from tests.build import make_business, make_customer

from wafaa.learn.scores.tests.answered import Answered
from wafaa.listen.surveys.models import Survey, SurveyVersion

NOW = datetime(2026, 6, 30, 18, tzinfo=UTC)
CONTENT = {
    "languages": ["ar", "en"],
    "main_language": "ar",
    "title": {"ar": "رأيك", "en": "Your view"},
    "pages": [
        {
            "key": "p1",
            "questions": [
                {"key": "q1", "type": "nps", "text": {"ar": "هل تنصح بنا؟", "en": "Would you recommend us?"}},
                {
                    "key": "q2",
                    "type": "multiple",
                    "text": {"ar": "ما السبب؟", "en": "Why?"},
                    "options": [
                        {"key": "price", "text": {"ar": "السعر", "en": "The <price>"}},
                        {"key": "staff", "text": {"ar": "الموظفون", "en": "The staff"}},
                    ],
                },
                {"key": "q3", "type": "csat", "text": {"ar": "هل أنت راضٍ؟", "en": "Are you satisfied?"}},
                {"key": "q4", "type": "long_text", "text": {"ar": "تعليق", "en": "Anything else?"}},
            ],
        }
    ],
}


def make_open_survey(name: str) -> Survey:
    survey = Survey.objects.create(name=name, state="open", created_at=NOW, changed_at=NOW)
    survey.current_version = SurveyVersion.objects.create(
        survey=survey, number=1, content=CONTENT, content_sha="", changed_at=NOW, published_at=NOW
    )
    survey.save()
    return survey


def tell_survey() -> Survey:
    """Thirty promoters of the Riyadh agent who bought again, twelve detractors of the Jeddah agent who mostly did not."""
    make_business(currency="SAR", time_zone="Asia/Riyadh", lapse_window_days=30)
    survey = make_open_survey("After delivery")
    told = Answered()
    for n in range(42):
        customer = make_customer(str(n + 1), name=f"Customer {n + 1}")
        happy = n < 30
        day = date(2026, 3, 1) + timedelta(days=n)
        told.answer(
            ("q1", "nps", 10 if happy else 3),
            ("q2", "multiple", 1, "staff") if happy else ("q2", "multiple", 0, "price"),
            ("q3", "csat", 5 if happy else 1),
            ("q4", "long_text", None),
            survey=survey.pk,
            day=day,
            customer=customer.pk,
            agent="Sara" if happy else "Omar",
            channel="email",
        )
        if happy or n == 41:
            told.buy(customer.pk, day + timedelta(days=5))
    told.buy(1, date(2026, 6, 29))
    told.answer(("q1", "nps", 9), survey=survey.pk, state="partial", day=date(2026, 4, 1))
    told.write(settings.FACTS_ROOT)
    return survey
