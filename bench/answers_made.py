"""Makes a published survey and forms for it, filled in, as browsers would send them: python -m bench.answers_made HOW_MANY FILE.

In a process of its own, because the forms are sealed with the secret of the installation that is measured.
"""

import json
import os
import sys
import time
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

QUESTIONS: list[dict[str, Any]] = [
    {"key": "nps", "type": "nps", "text": {"ar": "هل توصي بنا؟"}, "required": True},
    {"key": "csat", "type": "csat", "text": {"ar": "ما مدى رضاك؟"}, "scale": {"points": 5, "style": "faces"}},
    {
        "key": "why",
        "type": "multiple",
        "text": {"ar": "ما الذي أعجبك؟"},
        "options": [{"key": key, "text": {"ar": key}} for key in ("price", "staff", "speed")],
    },
    {"key": "more", "type": "long_text", "text": {"ar": "أخبرنا المزيد"}},
]
CONTENT: dict[str, Any] = {
    "languages": ["ar"],
    "main_language": "ar",
    "title": {"ar": "رضا العملاء"},
    "pages": [{"key": "p1", "questions": QUESTIONS}],
    "outcomes": [{"key": "thanks", "title": {"ar": "شكرًا لك"}}],
}
COMMENT = "التوصيل كان سريعًا والموظف محترم، لكن السعر مرتفع قليلًا مقارنة بغيركم."


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wafaa.config.settings")
    import django

    django.setup()
    from wafaa.listen.surveys.actions import make_collector, make_survey, open_response, publish_survey
    from wafaa.listen.surveys.rules.state import FormState
    from wafaa.listen.surveys.sealing import seal

    many, path = int(sys.argv[1]), Path(sys.argv[2])
    survey = make_survey(name="Bench", content=CONTENT, by=None)
    publish_survey(survey=survey, by=None)
    survey.refresh_from_db()
    collector = make_collector(survey=survey, kind="link", by=None)
    state = open_response(token=collector.token).state
    shown = int(time.time()) - 20
    with path.open("w") as file:
        for number in range(many):
            one = FormState(
                token=collector.token,
                response=uuid.uuid4(),
                version=state.version,
                started_at=shown,
                shown_at=shown,
            )
            fields = {
                "state": seal(one),
                "language": "ar",
                "website": "",
                "a.nps": number % 11,
                "a.csat": number % 5 + 1,
                "a.why": ["price", "staff"],
                "a.more": COMMENT,
            }
            line = {"response": str(one.response), "body": urlencode(fields, doseq=True)}
            file.write(json.dumps(line) + "\n")
    print(json.dumps({"address": f"/s/{collector.token}/"}))


if __name__ == "__main__":
    main()
