"""All figures of a folder of facts, asked one after the other in this process; no database, no server."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from wafaa.learn.measures import queries as measures
from wafaa.learn.measures.rules import Breakdown, Question, Summary
from wafaa.show.report.rules import (
    Figures,
    ReportOptions,
    choose_as_of,
    choose_period,
    window_period,
)
from wafaa.show.report.sections.breakdowns import ASKED

T = TypeVar("T")

# How many questions compute_figures asks, for progress
STEPS = 8 + len(ASKED)


def compute_figures(
    folder: Path,
    *,
    currency: str,
    options: ReportOptions,
    on_step: Callable[[int], None] = lambda _done: None,
) -> Figures:
    """Counts everything that the report shows. `on_step` hears how many of STEPS questions are answered."""
    done = 0

    def step(answer: T) -> T:
        nonlocal done
        done += 1
        on_step(done)
        return answer

    standing = step(measures.get_standing(currency, folder=folder))
    question = Question(
        as_of=choose_as_of(standing, options),
        lapse_window_days=options.lapse_window_days,
        currency=currency,
        period=choose_period(standing, options),
    )
    assert question.period is not None
    window = replace(question, period=window_period(question.as_of, options.lapse_window_days))
    return Figures(
        question=question,
        period=question.period,
        standing=standing,
        whole=step(measures.get_summary(question, folder=folder)),
        window=step(measures.get_summary(window, folder=folder)),
        series=step(measures.get_series(question, "month", folder=folder)),
        cohorts=step(measures.get_cohorts(question, folder=folder)),
        pareto=step(measures.get_pareto(question, folder=folder)),
        rfm=step(measures.get_rfm(question, folder=folder)),
        gaps=step(measures.get_gaps(question, folder=folder)),
        breakdowns={by: step(_ask_breakdown(question, by, folder)) for by in ASKED},
    )


def _ask_breakdown(question: Question, by: Breakdown, folder: Path) -> Summary:
    return measures.get_summary(replace(question, by=by), folder=folder)
