"""The way from a named question to its answer, with the engine open."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from wafaa.learn.facts.queries import Manifest, open_facts
from wafaa.learn.scores.counting.grid import count_grid, list_people
from wafaa.learn.scores.counting.groups import count_breakdown, count_comparison, count_crosstab
from wafaa.learn.scores.counting.products import count_product
from wafaa.learn.scores.counting.results import count_results, list_busiest
from wafaa.learn.scores.counting.satisfaction import count_satisfaction
from wafaa.learn.scores.counting.sifting import Sift
from wafaa.learn.scores.rules import Sieve

_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "results": count_results,
    "breakdown": count_breakdown,
    "crosstab": count_crosstab,
    "comparison": count_comparison,
    "satisfaction": count_satisfaction,
    "product": count_product,
    "busiest": list_busiest,
    "grid": count_grid,
    "people": list_people,
}


def answer(name: str, argument: dict[str, Any], folder: Path | None) -> tuple[Manifest, Any]:
    """`argument` holds the sieve and what else the function takes, as dataclasses or as JSON brought them. The facts' manifest
    comes with the answer.
    """
    given = dict(argument)
    sieve = msgspec.convert(msgspec.to_builtins(given.pop("sieve")), Sieve)
    facts = open_facts(folder)
    with facts.lock:
        return facts.manifest, _FUNCTIONS[name](Sift(facts=facts, sieve=sieve), **given)
