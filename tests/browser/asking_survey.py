"""Run beside the server, on its database: publishes a survey of one question and prints the token of its pop-up.

After the survey's name may stand the pop-up's settings, as JSON.
"""

import json
import sys

import django

django.setup()

from wafaa.listen.surveys.actions import make_collector, make_survey, publish_survey  # noqa: E402 (Django first)

CONTENT = {
    "languages": ["ar", "en"],
    "main_language": "ar",
    "title": {"ar": "بعد الشراء", "en": "After buying"},
    "hidden": ["order_id"],
    "pages": [
        {
            "key": "p1",
            "questions": [
                {
                    "key": "nps",
                    "type": "nps",
                    "required": True,
                    "text": {"ar": "هل توصي بنا؟", "en": "Would you recommend us?"},
                }
            ],
        }
    ],
}


def main(name: str, settings: str = "{}") -> None:
    survey = make_survey(name=name, content=CONTENT, by=None)
    publish_survey(survey=survey, by=None)
    survey.refresh_from_db()
    print(make_collector(survey=survey, kind="popup", by=None, settings=json.loads(settings)).token)


if __name__ == "__main__":
    main(*sys.argv[1:])
