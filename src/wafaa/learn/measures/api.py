"""Figures for programs: what is measured, and the answers with their margins and receipts."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Field, Query, Router, Schema

from wafaa.access.business.queries import get_business
from wafaa.access.keys.api import ReadKey
from wafaa.kit.api import CleanText, Closed
from wafaa.learn.measures.definitions import JOURNEY_MEASURES, MEASURES
from wafaa.learn.measures.errors import PeriodWrong
from wafaa.learn.measures.group_definitions import get_group_words
from wafaa.learn.measures.periods import read_period
from wafaa.learn.measures.queries import (
    get_cohorts,
    get_default_question,
    get_journey,
    get_pareto,
    get_rfm,
    get_summary,
)
from wafaa.learn.measures.rules import Breakdown, Figure, Question, Row, Unit

router = Router(auth=ReadKey(), tags=["measures"])


class Named(Schema):
    key: str = Field(description=gettext_noop("Its name for programs; it never changes."))
    label: str = Field(description=gettext_noop("Its name for people, in the language asked for."))


class Buyers(Schema):
    customers: int = Field(description=gettext_noop("How many customers they are."))
    gross_minor: int = Field(description=gettext_noop("Their gross sales in minor units."))


class MeasureItem(Named):
    definition: str = Field(description=gettext_noop("What exactly it counts."))
    formula: str = Field(description=gettext_noop("How it is computed."))
    unit: Unit = Field(description=gettext_noop("What its value is."))
    direction: str | None = Field(description=gettext_noop("Where better lies: up, down, or null."))


class MeasureList(Schema):
    items: list[MeasureItem] = Field(description=gettext_noop("All measures."))


class FigureItem(Schema):
    unit: Unit = Field(
        description=gettext_noop("money is in minor units of `currency`, a rate lies between 0 and 1.")
    )
    value: int | float | None = Field(description=gettext_noop("Null where there is nothing to divide by."))
    n: int = Field(description=gettext_noop("How many customers or orders it rests on."))
    numerator: int | None = Field(description=gettext_noop("Of a rate."))
    denominator: int | None = Field(description=gettext_noop("Of a rate."))
    low: float | None = Field(
        description=gettext_noop("Lower end of the 95 % interval; null for plain sums.")
    )
    high: float | None = Field(
        description=gettext_noop("Upper end of the 95 % interval; null for plain sums.")
    )


class PeriodItem(Schema):
    start: date = Field(description=gettext_noop("The first day that counts, in the business's time zone."))
    end: date = Field(description=gettext_noop("The first day that does not count any more."))


class ReceiptItem(Schema):
    engine: str = Field(description=gettext_noop("What reduced the facts."))
    query: str = Field(description=gettext_noop("The query that reduced the facts."))
    facts_version: str = Field(description=gettext_noop("Which state of the facts was counted."))
    facts_at: str = Field(description=gettext_noop("When the facts were last in step with the database."))
    as_of: date = Field(description=gettext_noop("The day after the last day that counts."))
    period: PeriodItem = Field(description=gettext_noop("The days that were counted."))
    computed_ms: float = Field(description=gettext_noop("How long counting took, when it was counted."))


class SummaryRow(Schema):
    group: str = Field(description=gettext_noop("Key of the group; empty for the total."))
    label: str = Field(description=gettext_noop("Name of the group."))
    figures: dict[str, FigureItem] = Field(description=gettext_noop("Each measure by its key."))
    previous: dict[str, FigureItem] = Field(description=gettext_noop("The same of the period before."))
    year_before: dict[str, FigureItem] = Field(description=gettext_noop("The same a year before."))


class Answer(Schema):
    currency: str = Field(description=gettext_noop("The reporting currency, ISO 4217."))
    receipt: ReceiptItem = Field(description=gettext_noop("Where the figures come from."))


class SummaryAnswer(Answer):
    total: SummaryRow = Field(description=gettext_noop("All together."))
    rows: list[SummaryRow] = Field(
        description=gettext_noop("One per group, largest gross first; empty without `by`.")
    )


class StageItem(Schema):
    stage: str = Field(description=gettext_noop("The stage of the journey, from visit to again."))
    base: str = Field(
        description=gettext_noop("The stage that its rate is taken from; empty for the first one.")
    )
    people: int = Field(description=gettext_noop("How many people reached it in the period."))
    rate: FigureItem = Field(
        description=gettext_noop("Of the people at the base, those who reached this stage too.")
    )


class JourneyAnswer(Schema):
    figures: dict[str, FigureItem] = Field(
        description=gettext_noop("Engagement and experience by key; empty before any visit or milestone.")
    )
    previous: dict[str, FigureItem] = Field(description=gettext_noop("The same of the period before."))
    stages: list[StageItem] = Field(description=gettext_noop("The stages in their order."))
    told: dict[str, int] = Field(
        description=gettext_noop("How many visits and milestones there are at all, by kind.")
    )
    receipt: ReceiptItem = Field(description=gettext_noop("Where the figures come from."))


class CohortItem(Schema):
    month: date = Field(description=gettext_noop("First day of the month of their first order."))
    customers: int = Field(description=gettext_noop("How many they were."))
    active: list[int] = Field(
        description=gettext_noop("How many ordered k months later; entry 0 is the month itself.")
    )
    gross_minor: list[int] = Field(
        description=gettext_noop("What they spent k months later, in minor units.")
    )


class CohortsAnswer(Answer):
    cohorts: list[CohortItem] = Field(description=gettext_noop("One per month, oldest first."))


class ParetoAnswer(Answer, Buyers):
    curve: list[tuple[float, float]] = Field(
        description=gettext_noop(
            "Share of customers and share of gross sales, richest first, in steps of 1 %."
        )
    )
    top_20_share: float | None = Field(description=gettext_noop("What the top 20 % of customers hold."))
    customers_for_80: int = Field(description=gettext_noop("How many customers hold 80 % of gross sales."))


class RfmCutsItem(Schema):
    recency_days: list[int] = Field(
        description=gettext_noop("Up to so many days score 5, 4, 3, 2; more score 1.")
    )
    frequency: list[int] = Field(
        description=gettext_noop("Up to so many orders score 1, 2, 3, 4; more score 5.")
    )
    monetary_minor: list[int] = Field(
        description=gettext_noop("Up to so much gross scores 1, 2, 3, 4; more scores 5.")
    )


class RfmCellItem(Buyers):
    recency: int = Field(description=gettext_noop("Score from 1 to 5."))
    frequency: int = Field(description=gettext_noop("Score from 1 to 5."))
    monetary: int = Field(description=gettext_noop("Score from 1 to 5."))


class RfmGroupItem(Named, Buyers):
    pass


class RfmAnswer(Answer):
    cuts: RfmCutsItem | None = Field(description=gettext_noop("Where scores begin; null without customers."))
    cells: list[RfmCellItem] = Field(description=gettext_noop("All combinations of scores that occur."))
    groups: list[RfmGroupItem] = Field(description=gettext_noop("The named groups."))


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


class PeriodQuestion(Closed):
    period: PeriodText = "30d"


class WholeQuestion(Closed):
    period: PeriodText = "all"


class SummaryQuestion(PeriodQuestion):
    by: Breakdown | None = Field(None, description=gettext_noop("Break the figures down by this."))


@router.get(
    "/measures",
    response=MeasureList,
    summary=gettext_noop("List measures"),
    description=gettext_noop("What is measured and how each measure is defined."),
    operation_id="list_measures",
)
def measures(request: HttpRequest) -> Any:
    named = ("key", "unit", "direction")
    worded = ("label", "definition", "formula")
    return {
        "items": [
            {name: getattr(one, name) for name in named} | {name: str(getattr(one, name)) for name in worded}
            for one in (*MEASURES.values(), *JOURNEY_MEASURES.values())
        ]
    }


@router.get(
    "/measures/summary",
    response=SummaryAnswer,
    summary=gettext_noop("Figures of a period"),
    description=gettext_noop(
        "All measures of a period, of the one before and of the same a year before, with 95 % intervals."
    ),
    operation_id="get_summary",
)
def summary(request: HttpRequest, asked: Annotated[SummaryQuestion, Query()]) -> Any:
    question = replace(_make_question(asked.period), by=asked.by)
    answer = get_summary(question)
    rows = [_say_row(row) for row in answer.rows]
    return {
        "currency": question.currency,
        "receipt": answer.receipt,
        "total": _say_row(answer.total),
        "rows": rows,
    }


@router.get(
    "/measures/journey",
    response=JourneyAnswer,
    summary=gettext_noop("The journey"),
    description=gettext_noop(
        "Engagement, experience by what happened, and the stages from the first visit to the next order."
    ),
    operation_id="get_journey",
)
def journey(request: HttpRequest, asked: Annotated[PeriodQuestion, Query()]) -> Any:
    answer = get_journey(_make_question(asked.period))
    return {
        "figures": _say_figures(answer.total.figures),
        "previous": _say_figures(answer.total.previous),
        "stages": [
            {
                "stage": row.stage,
                "base": row.base,
                "people": row.people,
                "rate": _say_figures({"": row.rate})[""],
            }
            for row in answer.stages
        ],
        "told": answer.told,
        "receipt": answer.receipt,
    }


@router.get(
    "/measures/cohorts",
    response=CohortsAnswer,
    summary=gettext_noop("Cohorts"),
    description=gettext_noop(
        "Customers by the month of their first order, and who came back in the months after."
    ),
    operation_id="get_cohorts",
)
def cohorts(request: HttpRequest, asked: Annotated[WholeQuestion, Query()]) -> Any:
    question = _make_question(asked.period)
    answer = get_cohorts(question)
    return {"currency": question.currency, "receipt": answer.receipt, "cohorts": answer.cohorts}


@router.get(
    "/measures/pareto",
    response=ParetoAnswer,
    summary=gettext_noop("Who holds how much of the sales"),
    description=gettext_noop("How unevenly gross sales are spread over customers."),
    operation_id="get_pareto",
)
def pareto(request: HttpRequest, asked: Annotated[WholeQuestion, Query()]) -> Any:
    question = _make_question(asked.period)
    answer = get_pareto(question)
    return {
        "currency": question.currency,
        "receipt": answer.receipt,
        "customers": answer.customers,
        "gross_minor": answer.gross_minor,
        "curve": answer.curve,
        "top_20_share": answer.top_20_share,
        "customers_for_80": answer.customers_for_80,
    }


@router.get(
    "/measures/rfm",
    response=RfmAnswer,
    summary=gettext_noop("Recency, frequency and money"),
    description=gettext_noop("Scores and named groups of all customers, as of now."),
    operation_id="get_rfm",
)
def rfm(request: HttpRequest) -> Any:
    question = _make_question("all")
    answer = get_rfm(question)
    return {
        "currency": question.currency,
        "receipt": answer.receipt,
        "cuts": answer.cuts,
        "cells": answer.cells,
        "groups": [
            {
                "key": group.key,
                "label": str(get_group_words(group.key).label),
                "customers": group.customers,
                "gross_minor": group.gross_minor,
            }
            for group in answer.groups
        ],
    }


def _make_question(period: str) -> Question:
    """Over all stores: a key belongs to the business, not to a branch. Raises PeriodWrong."""
    question = get_default_question(get_business())
    try:
        return replace(question, period=read_period(period, question.as_of))
    except (ValueError, OverflowError) as error:
        raise PeriodWrong(period=period) from error


def _say_row(row: Row) -> dict[str, Any]:
    return {
        "group": row.group,
        "label": row.label,
        "figures": _say_figures(row.figures),
        "previous": _say_figures(row.previous),
        "year_before": _say_figures(row.year_before),
    }


def _say_figures(figures: Mapping[str, Figure]) -> dict[str, dict[str, Any]]:
    names = ("unit", "value", "n", "numerator", "denominator", "low", "high")
    return {key: {name: getattr(figure, name) for name in names} for key, figure in figures.items()}
