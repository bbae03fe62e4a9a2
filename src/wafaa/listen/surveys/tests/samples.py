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


def ask(key: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "type": kind, "text": words(f"سؤال {key}", f"Question {key}"), **more}


def offer(*keys: str) -> list[dict[str, Any]]:
    return [
        {"key": key, "text": words(f"خيار {key}", f"Option {key}"), "points": place}
        for place, key in enumerate(keys, 1)
    ]


EVERY_TYPE: dict[str, Any] = {
    "languages": ["ar", "en"],
    "main_language": "ar",
    "title": words("كل الأنواع", "Every type"),
    "welcome": {"text": words("أهلًا", "Welcome")},
    "pages": [
        {
            "key": "p1",
            "questions": [
                ask("hello", "statement"),
                ask("rating", "rating", scale={"points": 5, "style": "stars", "low": words("سيئ", "Bad")}),
                ask("ces", "ces"),
                ask("faces", "csat", scale={"points": 10, "style": "faces"}, not_applicable=True),
                ask("single", "single", options=offer("a", "b"), other=True, random=True),
                ask("multiple", "multiple", options=offer("a", "b"), max=2),
                ask(
                    "picture",
                    "picture",
                    options=[
                        {**one, "points": 0, "image": "/static/design/mark.svg"} for one in offer("a", "b")
                    ],
                ),
                ask("yes", "yes_no"),
                ask("short", "short_text", help=words("كلمة", "One word")),
                ask("long", "long_text"),
                ask("number", "number", min=1, max=100),
                ask("date", "date", min="2020-01-01"),
                ask(
                    "matrix",
                    "matrix",
                    options=[
                        {"key": "good", "text": words("جيد", "Good")},
                        {"key": "bad", "text": words("سيئ", "Bad")},
                    ],
                    rows=[
                        {"key": "staff", "text": words("الموظفون", "Staff")},
                        {"key": "price", "text": words("السعر", "Price")},
                    ],
                ),
                ask("ranking", "ranking", options=[{**one, "points": 0} for one in offer("a", "b")]),
                ask("consent", "consent", required=True),
                ask("contact", "contact"),
                ask("file", "file"),
            ],
        }
    ],
}
