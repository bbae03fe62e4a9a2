"""A house with one survey that a hundred thousand people answered, made by SQL in sets: python -m bench.answered RESPONSES.

Ten questions each: NPS, CSAT, CES, three ratings, two choices, yes and no, and a comment; prints the survey's public id.
"""

import os
import sys
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wafaa.config.settings")
django.setup()

# What follows reads Django's settings while it is imported.
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.serving import OWNER_EMAIL, PASSWORD  # noqa: E402
from wafaa.access.staff.actions import create_staff  # noqa: E402
from wafaa.access.staff.rules import Role  # noqa: E402
from wafaa.listen.surveys.models import Survey, SurveyVersion  # noqa: E402

KINDS = ("nps", "csat", "ces", "rating", "rating", "rating", "single", "single", "yes_no", "long_text")
OPTIONS = tuple("abcde")
_RESPONSES = """
INSERT INTO listen_surveys_response (
    uuid, survey_id, version_id, distinct_id, state, language, channel, touchpoint, agent, store, product, order_ref, hidden,
    page_key, page_number, page_seconds, started_at, last_at, completed_at, seconds, is_test, is_speeder, is_straight,
    is_anonymous, outcome, edits, changed_in
)
SELECT
    gen_random_uuid(), %(survey)s, %(version)s, '', CASE WHEN i %% 9 = 0 THEN 'partial' ELSE 'complete' END,
    (ARRAY['ar', 'ar', 'en'])[1 + i %% 3], (ARRAY['email', 'link', 'sms', 'qr'])[1 + i %% 4],
    (ARRAY['Order Delivered', 'Support Call Ended', ''])[1 + i %% 3], 'Agent ' || i %% 23, 'S' || i %% 12, '', '', '{}',
    'p1', 1, '{}', at, at + interval '2 minutes', at + interval '2 minutes', 30 + i %% 200, false, i %% 97 = 0, false, false, '', 0,
    pg_current_xact_id()
FROM (
    SELECT i, now() - (i / %(responses)s::float) * interval '700 days' AS at FROM generate_series(1, %(responses)s) AS i
) AS made
"""
_ANSWERS = """
INSERT INTO listen_surveys_answer (
    response_id, question_key, page_key, type, measure, number, choices, text, points, not_applicable, at, changed_in
)
SELECT
    response.id, 'q' || place, 'p1', kind, '',
    CASE kind
        WHEN 'nps' THEN floor(11 * power(random(), 0.4)) WHEN 'csat' THEN 1 + floor(5 * power(random(), 0.5))
        WHEN 'ces' THEN 1 + floor(7 * power(random(), 0.5)) WHEN 'rating' THEN 1 + floor(5 * power(random(), 0.6))
        WHEN 'yes_no' THEN floor(2 * random())
    END,
    CASE WHEN kind = 'single' THEN ARRAY[(%(options)s::text[])[1 + floor(5 * power(random(), 2))::integer]] ELSE '{}' END,
    CASE WHEN kind = 'long_text' THEN 'good' ELSE '' END, CASE WHEN kind IN ('csat', 'rating') THEN 5 END, false,
    response.last_at, pg_current_xact_id()
FROM listen_surveys_response AS response
CROSS JOIN LATERAL unnest(%(kinds)s::text[]) WITH ORDINALITY AS asked (kind, place)
WHERE response.state = 'complete' OR place <= 5
ORDER BY response.id, place
"""


def main(responses: int) -> None:
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    create_staff(email=OWNER_EMAIL, role=Role.OWNER, password=PASSWORD, name="نورة")
    survey = make_survey()
    arguments = {
        "survey": survey.pk,
        "version": survey.current_version_id,
        "responses": responses,
        "kinds": list(KINDS),
        "options": list(OPTIONS),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        fill(cursor, arguments)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(survey.uuid)


def make_survey() -> Survey:
    now = timezone.now()
    survey = Survey.objects.create(name="بعد التوصيل", state="open", created_at=now, changed_at=now)
    survey.current_version = SurveyVersion.objects.create(
        survey=survey,
        number=1,
        content={
            "languages": ["ar", "en"],
            "main_language": "ar",
            "title": {"ar": "رأيك"},
            "pages": [
                {"key": "p1", "questions": [ask(place, kind) for place, kind in enumerate(KINDS, start=1)]}
            ],
        },
        content_sha="",
        changed_at=now,
        published_at=now,
    )
    survey.save()
    return survey


def ask(place: int, kind: str) -> dict[str, Any]:
    options = [{"key": key, "text": {"ar": f"خيار {key}"}} for key in OPTIONS] if kind == "single" else []
    return {"key": f"q{place}", "type": kind, "text": {"ar": f"السؤال {place}"}, "options": options}


def fill(cursor: Any, arguments: dict[str, Any]) -> None:
    cursor.execute("SELECT setseed(0.42)")
    cursor.execute(
        "INSERT INTO know_orders_store (code, name, source) SELECT 'S' || i, 'Store ' || i, 'bench'"
        " FROM generate_series(0, 11) AS i"
    )
    cursor.execute(_RESPONSES, arguments)
    cursor.execute(_ANSWERS, arguments)


if __name__ == "__main__":
    main(int(sys.argv[1]))
