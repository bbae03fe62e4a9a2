"""Surveys that the tests of this room ask."""

from typing import Any


def words(arabic: str, english: str) -> dict[str, str]:
    return {"ar": arabic, "en": english}


AFTER_DELIVERY: dict[str, Any] = {
    "languages": ["ar", "en"],
    "main_language": "ar",
    "title": words("بعد التوصيل", "After delivery"),
    "hidden": ["order_id"],
    "pages": [
        {
            "key": "p1",
            "questions": [
                {
                    "key": "nps",
                    "type": "nps",
                    "text": words("هل توصي بنا؟", "Would you recommend us?"),
                    "required": True,
                },
                {
                    "key": "csat",
                    "type": "csat",
                    "text": words("ما مدى رضاك عن التوصيل؟", "How satisfied are you with the delivery?"),
                    "scale": {"points": 5, "style": "faces"},
                    "not_applicable": True,
                },
            ],
        },
        {
            "key": "p2",
            "questions": [
                {
                    "key": "why",
                    "type": "single",
                    "text": words("ما الذي لم يعجبك؟", "What went wrong?"),
                    "options": [
                        {"key": "late", "text": words("التأخير", "It was late"), "points": 1},
                        {"key": "broken", "text": words("وصل تالفًا", "It arrived broken"), "points": 2},
                    ],
                    "other": True,
                    "show_if": {"of": "answer", "key": "nps", "is": "at_most", "value": 6},
                },
                {
                    "key": "more",
                    "type": "long_text",
                    "text": words("أخبرنا المزيد", "Tell us more about order {{hidden.order_id}}"),
                    "max_length": 1000,
                },
            ],
        },
        {
            "key": "p3",
            "questions": [
                {
                    "key": "again",
                    "type": "yes_no",
                    "measure": "return_intention",
                    "text": words("هل ستشتري منا ثانية؟", "Will you buy again?"),
                }
            ],
        },
    ],
    "jumps": [
        {"after": "p1", "if": {"of": "answer", "key": "nps", "is": "at_least", "value": 9}, "to": "p3"}
    ],
    "outcomes": [
        {
            "key": "sorry",
            "title": words("نعتذر لك", "We are sorry"),
            "if": {"of": "answer", "key": "nps", "is": "at_most", "value": 6},
        },
        {"key": "thanks", "title": words("شكرًا لك", "Thank you")},
    ],
    "edit_minutes": 30,
}
