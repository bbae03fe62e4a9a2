"""What a message shows of the page on which somebody is asked for a review. Pure."""

from typing import Any
from urllib.parse import urlencode

from wafaa.listen.surveys.rules.first_question import STAR


def describe_review(*, language: str, link: str, product_id: int) -> dict[str, Any]:
    """The same of a review: five stars for the first product on its page."""
    words = {"ar": "كم نجمة يستحق؟", "en": "How many stars does it deserve?"}
    return {
        "link": link,
        "question": words["ar" if language.startswith("ar") else "en"],
        "style": "stars",
        "choices": [
            {
                "label": STAR,
                "text": f"{value} / 5",
                "value": str(value),
                "url": f"{link}?{urlencode({f'rating-{product_id}': value})}",
            }
            for value in range(1, 6)
        ],
    }
