"""Scores for programs: results of a survey and satisfaction over the shop, with their margins and receipts."""

from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Field, Query, Router, Schema

from wafaa.access.business.queries import get_business
from wafaa.access.keys.api import ReadKey
from wafaa.kit.api import CleanText, Closed
from wafaa.learn.measures.errors import PeriodWrong
from wafaa.learn.measures.periods import read_period
from wafaa.learn.scores.queries import get_breakdown, get_default_sieve, get_results, get_satisfaction
from wafaa.learn.scores.rules import By, Kind, Sieve
from wafaa.listen.surveys.queries import get_survey

router = Router(auth=ReadKey(), tags=["scores"])

PeriodText = Annotated[
    CleanText,
    Field(
        max_length=30,
        description=gettext_noop(
            "30d (the last so many days), all, 2026, 2026-03, or 2026-03-01..2026-03-15 (both days count)."
        ),
        examples=["30d"],
    ),
]


class ScoreItem(Schema):
    kind: Kind = Field(
        description=gettext_noop(
            "nps lies between -100 and 100, csat and share between 0 and 1, ces and mean are points of the scale."
        )
    )
    value: float | None = Field(description=gettext_noop("Null without any answer."))
    low: float | None = Field(description=gettext_noop("Lower end of the 95 % interval."))
    high: float | None = Field(description=gettext_noop("Upper end of the 95 % interval."))
    n: int = Field(description=gettext_noop("How many answers it rests on."))
    is_enough: bool = Field(
        description=gettext_noop("Whether these are enough for a figure; below ten it should not be shown.")
    )


class ScoreReceipt(Schema):
    engine: str = Field(description=gettext_noop("What reduced the facts."))
    query: str = Field(description=gettext_noop("The query that reduced the facts."))
    facts_version: str = Field(description=gettext_noop("Which state of the facts was counted."))
    facts_at: str = Field(description=gettext_noop("When the facts were last in step with the database."))
    computed_ms: float = Field(description=gettext_noop("How long counting took, when it was counted."))


class ChoiceItem(Schema):
    key: str = Field(description=gettext_noop("Key of the option; empty for a point of a scale."))
    value: int | None = Field(description=gettext_noop("Point of the scale; null for an option."))
    n: int = Field(description=gettext_noop("How often it was given."))


class QuestionItem(Schema):
    question: str = Field(description=gettext_noop("Key of the question; of a matrix with that of the row."))
    type: str = Field(description=gettext_noop("Its type."))
    n: int = Field(description=gettext_noop("How many people answered it."))
    not_applicable: int = Field(description=gettext_noop("How many said that it did not apply to them."))
    stopped: int = Field(description=gettext_noop("How many gave up right after it."))
    score: ScoreItem | None = Field(description=gettext_noop("Null for questions without a scale."))
    choices: list[ChoiceItem] = Field(description=gettext_noop("How often each answer was given."))


class ResultsAnswer(Schema):
    started: int = Field(description=gettext_noop("How many people began."))
    complete: int = Field(description=gettext_noop("How many finished."))
    partial: int = Field(description=gettext_noop("How many stopped on the way; their answers count, too."))
    completion: ScoreItem | None = Field(description=gettext_noop("Of those who began, those who finished."))
    questions: list[QuestionItem] = Field(description=gettext_noop("Every question that was answered."))
    receipt: ScoreReceipt = Field(description=gettext_noop("Where the figures come from."))


class GroupItem(Schema):
    group: str = Field(description=gettext_noop("Key of the group."))
    score: ScoreItem = Field(description=gettext_noop("Its own score."))
    fair: float | None = Field(description=gettext_noop("The score drawn towards the mean of all groups."))
    fair_low: float | None = Field(description=gettext_noop("Lower end of the 95 % interval of that."))
    fair_high: float | None = Field(description=gettext_noop("Upper end of the 95 % interval of that."))


class SatisfactionAnswer(Schema):
    scores: list[ScoreItem] = Field(description=gettext_noop("NPS, CSAT and CES, those that were asked for."))
    groups: dict[str, list[GroupItem]] = Field(
        description=gettext_noop("Of each score its groups, most answers first; empty without `by`.")
    )
    receipt: ScoreReceipt = Field(description=gettext_noop("Where the figures come from."))


class ResultsQuestion(Closed):
    period: PeriodText = "all"


class SatisfactionQuestion(Closed):
    period: PeriodText = "30d"
    by: By | None = Field(None, description=gettext_noop("Break the scores down by this."))


@router.get(
    "/surveys/{survey_id}/results",
    response=ResultsAnswer,
    summary=gettext_noop("Results of a survey"),
    description=gettext_noop("Who answered, and what was said to every question, with 95 % intervals."),
    operation_id="get_survey_results",
)
def results(request: HttpRequest, survey_id: UUID, asked: Annotated[ResultsQuestion, Query()]) -> Any:
    sieve = replace(_make_sieve(asked.period), survey=get_survey(survey_id).pk)
    answer = get_results(sieve)
    return {
        "started": answer.turnout.started,
        "complete": answer.turnout.complete,
        "partial": answer.turnout.partial,
        "completion": answer.turnout.completion,
        "questions": answer.questions,
        "receipt": answer.receipt,
    }


@router.get(
    "/satisfaction",
    response=SatisfactionAnswer,
    summary=gettext_noop("Satisfaction over the shop"),
    description=gettext_noop("NPS, CSAT and CES over all surveys with 95 % intervals, broken down if asked."),
    operation_id="get_satisfaction",
)
def satisfaction(request: HttpRequest, asked: Annotated[SatisfactionQuestion, Query()]) -> Any:
    sieve = _make_sieve(asked.period)
    answer = get_satisfaction(sieve, get_business().currency)
    kinds = [headline.kind for headline in answer.headlines] if asked.by else []
    return {
        "scores": [headline.score for headline in answer.headlines],
        "groups": {kind: get_breakdown(sieve, asked.by, kind=kind).groups for kind in kinds if asked.by},
        "receipt": answer.receipt,
    }


def _make_sieve(period: str) -> Sieve:
    """Over all stores: a key belongs to the business, not to a branch. Raises PeriodWrong."""
    sieve = get_default_sieve(get_business())
    try:
        return replace(sieve, period=read_period(period, sieve.as_of))
    except (ValueError, OverflowError) as error:
        raise PeriodWrong(period=period) from error
