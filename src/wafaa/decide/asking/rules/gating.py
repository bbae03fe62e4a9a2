"""Whether people are chosen by how satisfied they are: nobody may be asked for reviews that way. Pure."""

import re
from collections.abc import Iterable
from typing import Final

from wafaa.learn.segments.rules.tree import OWN, Condition, Events, Profile

# These tell only of those who said something bad, or something good.
_TELLING: Final = frozenset({"Comment Mismatched", "Case Opened", "Case Closed", "Suggestion Done"})
# Of these only what says nothing of how satisfied somebody is may be looked at: that they answered, what, where.
_ANSWERS: Final = frozenset({"Survey Answered", "Review Submitted", "Review Published", "Product Reviewed"})
_PLAIN: Final = frozenset(
    {
        "survey_id", "survey", "version", "template", "response_id", "channel", "touchpoint", "agent", "store", "product_id",
        "order_id", "language", "is_partial", "is_anonymous", "is_test", "is_verified", "is_edit", "seconds", "review_id", "sku",
    }
)  # fmt: skip
# What shops call a score that they keep themselves.
_SCORE: Final = re.compile(
    r"(?<![a-z])(?:nps|csat|ces|stars?|score|rating|sentiment|mood|promoters?|detractors?|passives?)(?![a-z])|satisf|unhappy|happiness|"
    r"complain|رضا|راض|سعيد|سعاد|تقييم|نجوم|شكو|شكا|مستاء|غاضب",
    re.IGNORECASE,
)


def find_score(conditions: Iterable[Condition]) -> str:
    """What of a segment's conditions tells how satisfied somebody is, as it is called there; "" where nothing does."""
    for condition in conditions:
        if isinstance(condition, Events):
            if told := find_told(condition.name, [one.name for one in condition.where]):
                return told
        elif (
            isinstance(condition, Profile)
            and condition.field.startswith(OWN)
            and _SCORE.search(condition.field)
        ):
            return condition.field.removeprefix(OWN)
    return ""


def find_told(event: str, looked_at: Iterable[str]) -> str:
    """The same of an event and those of its properties that are looked at."""
    if event in _TELLING:
        return event
    is_answer = event in _ANSWERS
    return next(
        (f"{event}: {one}" for one in looked_at if (is_answer and one not in _PLAIN) or _SCORE.search(one)),
        event if not is_answer and _SCORE.search(event) else "",
    )
