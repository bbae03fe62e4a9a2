"""Did it help? The scores of a survey before and after what was changed, with their intervals and their difference."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import get_language

from wafaa.decide.suggestions.models import Suggestion
from wafaa.kit import clock
from wafaa.learn.measures.rules import Period
from wafaa.learn.scores.queries import compare_periods
from wafaa.learn.scores.rules import Comparison
from wafaa.listen.surveys.models import Survey

SCORED = ("nps", "csat", "ces", "rating")
# A survey with more scores than that would bury the answer.
QUESTIONS_MAX = 3


@dataclass(frozen=True, kw_only=True)
class Compared:
    """A question in the reader's language, and its score in the days before and after."""

    question: str
    comparison: Comparison


def compare_scores(suggestion: Suggestion, *, days: int, zone: Any) -> list[Compared]:
    """Empty where there is no survey, or it is not done yet. Raises what learn.scores raises."""
    if suggestion.survey is None or suggestion.done_on is None:
        return []
    survey = Survey.objects.select_related("current_version").filter(uuid=suggestion.survey).first()
    if survey is None:
        return []
    before, after = make_periods(suggestion.done_on, days, clock.today(zone))
    return [
        Compared(question=words, comparison=compare_periods(survey.pk, key, before, after))
        for key, words in list_scored(survey)
    ]


def make_periods(done_on: date, days: int, today: date) -> tuple[Period, Period]:
    """So many days before the day of the change and from it on; what lies in the future is not yet there."""
    end = max(min(done_on + timedelta(days=days), today + timedelta(days=1)), done_on + timedelta(days=1))
    return Period(start=done_on - timedelta(days=days), end=done_on), Period(start=done_on, end=end)


def list_scored(survey: Survey) -> list[tuple[str, str]]:
    """(key, words) of the questions that give a score, in the survey's order."""
    content = survey.current_version.content if survey.current_version else {}
    found = [
        (str(one.get("key", "")), _say(one.get("text", {}), content.get("main_language", "ar")))
        for one in _list_questions(content)
        if one.get("type") in SCORED
    ]
    return found[:QUESTIONS_MAX]


def _list_questions(content: Any) -> Iterator[dict[str, Any]]:
    for page in content.get("pages", ()):
        yield from page.get("questions", ())


def _say(words: Any, main: str) -> str:
    if not isinstance(words, dict):
        return ""
    language = (get_language() or "")[:2]
    return str(words.get(language) or words.get(main) or next(iter(words.values()), ""))
