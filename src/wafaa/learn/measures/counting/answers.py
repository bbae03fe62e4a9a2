"""The way from a named question to its answer, with the engine open."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from wafaa.learn.facts.queries import open_facts
from wafaa.learn.measures.counting.cohorts import count_cohorts
from wafaa.learn.measures.counting.distribution import count_gaps, count_pareto
from wafaa.learn.measures.counting.goals import count_goals
from wafaa.learn.measures.counting.journey import count_journey
from wafaa.learn.measures.counting.rfm import count_rfm
from wafaa.learn.measures.counting.scope import Scope
from wafaa.learn.measures.counting.standing import count_standing
from wafaa.learn.measures.counting.summary import count_series, count_summary
from wafaa.learn.measures.rules import Question

_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "summary": count_summary,
    "series": count_series,
    "cohorts": count_cohorts,
    "pareto": count_pareto,
    "rfm": count_rfm,
    "gaps": count_gaps,
    "standing": count_standing,
    "journey": count_journey,
    "goals": count_goals,
}


def answer(name: str, argument: dict[str, Any], folder: Path | None) -> Any:
    """`argument` holds the question and what else the function takes, as dataclasses or as JSON brought them."""
    given = dict(argument)
    question = msgspec.convert(msgspec.to_builtins(given.pop("question")), Question)
    facts = open_facts(folder)
    with facts.lock:
        return _FUNCTIONS[name](Scope(facts=facts, question=question), **given)
