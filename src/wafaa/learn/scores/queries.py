"""Asking for scores. Light: the engine is loaded in the analyst only, or here where no analyst runs.

Each `get_` takes a Sieve and returns what rules.py describes. With `folder` it counts the facts of that folder in this process,
without a database; otherwise answers about the shop's own facts are kept (with those of the measures, and as long) and served
again until the facts change. They raise FactsMissing before the first sync, AnalystUnavailable and AnalystFailed when nobody can
count.
"""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from wafaa.access.business.models import Business
from wafaa.access.business.queries import get_business
from wafaa.kit import clock, remote
from wafaa.learn.facts.queries import Manifest, find_manifest, get_manifest, list_versions
from wafaa.learn.measures.models import Answer
from wafaa.learn.measures.queries import get_default_question
from wafaa.learn.measures.rules import Period
from wafaa.learn.scores.rules import (
    TOLD,
    Breakdown,
    By,
    Cell,
    Comparison,
    Crosstab,
    Grid,
    Kind,
    People,
    ProductPath,
    Results,
    Satisfaction,
    Sieve,
)

T = TypeVar("T")
# Counted by the process, and in the lane, of the measures.
PREFIX = "measures.scores_"
PEOPLE_PER_PAGE = 50
# What reads responses and answers only.
SAID_ALONE = frozenset({"results", "breakdown", "crosstab", "comparison", "busiest"})


def get_results(sieve: Sieve, *, folder: Path | None = None) -> Results:
    """Of one survey (`sieve.survey`): who began and finished, and of every question what was said, its score and its trend."""
    return _ask("results", {"sieve": sieve}, Results, folder)


def get_breakdown(
    sieve: Sieve,
    by: By,
    *,
    question: str = "",
    kind: Kind | None = None,
    against: tuple[str, ...] = (),
    folder: Path | None = None,
) -> Breakdown:
    """The score of one question of the sieve's survey, or of one kind over all surveys, by groups; and of two the difference."""
    argument = {"sieve": sieve, "by": by, "question": question, "kind": kind, "against": list(against)}
    return _ask("breakdown", argument, Breakdown, folder)


def get_crosstab(sieve: Sieve, row: str, column: str, *, folder: Path | None = None) -> Crosstab:
    """The answers to two questions of one survey against each other, and which cells stand out."""
    return _ask("crosstab", {"sieve": sieve, "row": row, "column": column}, Crosstab, folder)


def compare_periods(
    survey: int,
    question: str,
    before: Period,
    after: Period,
    *,
    sieve: Sieve | None = None,
    folder: Path | None = None,
) -> Comparison:
    """One question's score in two periods, and the later less the earlier with its interval."""
    sieve = replace(sieve or get_default_sieve(get_business()), survey=survey, period=None)
    argument = {"sieve": sieve, "question": question, "before": before, "after": after}
    return _ask("comparison", argument, Comparison, folder)


def get_satisfaction(sieve: Sieve, currency: str, *, folder: Path | None = None) -> Satisfaction:
    """NPS, CSAT and CES over all surveys, their trend, and what was sold and given back meanwhile."""
    return _ask("satisfaction", {"sieve": sieve, "currency": currency}, Satisfaction, folder)


def get_product(sieve: Sieve, *, folder: Path | None = None) -> ProductPath:
    """The sieve's product over time: what is said of it beside what it sells and what comes back."""
    return _ask("product", {"sieve": sieve}, ProductPath, folder)


def list_busiest(sieve: Sieve, *, folder: Path | None = None) -> list[int]:
    """The surveys with most responses of late."""
    return _ask("busiest", {"sieve": sieve}, list[int], folder)


def get_grid(sieve: Sieve, kind: Kind, lapse_window_days: int, *, folder: Path | None = None) -> Grid:
    """What customers said last (`kind`: nps or csat), and whether an order followed within the lapse window."""
    return _ask("grid", {"sieve": sieve, "kind": kind, "lapse_window_days": lapse_window_days}, Grid, folder)


def list_people(
    sieve: Sieve,
    kind: Kind,
    cell: Cell,
    lapse_window_days: int,
    *,
    offset: int = 0,
    limit: int = PEOPLE_PER_PAGE,
    folder: Path | None = None,
) -> People:
    """The customers of a cell of that grid, who answered last first."""
    argument = {
        "sieve": sieve,
        "kind": kind,
        "cell": cell,
        "lapse_window_days": lapse_window_days,
        "limit": limit,
        "offset": offset,
    }
    return _ask("people", argument, People, folder)


def get_default_sieve(business: Business, stores: tuple[int, ...] | None = None) -> Sieve:
    """Everything up to today, or up to the last event where that is older than the lapse window."""
    return Sieve(
        as_of=get_default_question(business).as_of,
        stores=stores,
        week_start=business.week_start,
        currency=business.currency,
        lapse_window_days=business.lapse_window_days,
    )


def find_first_day() -> date | None:
    """The day of the first response in the facts; None without any."""
    manifest = find_manifest()
    told = manifest.tables.get("responses") if manifest else None
    return min((part.first_day for part in told.parts if part.first_day), default=None) if told else None


def _ask(name: str, argument: dict[str, Any], kind: type[T], folder: Path | None) -> T:
    """The kept answer, else a new one, which is kept; of a segment it is not, since people join and leave it at any time."""
    if folder is not None:
        return msgspec.convert(msgspec.to_builtins(_count(name, argument, folder)[1]), kind)
    is_kept = argument["sieve"].segment is None
    key = _make_key(name, argument, _find_version(name, argument, get_manifest()))
    kept = Answer.objects.filter(key=key).values_list("answer", flat=True).first() if is_kept else None
    if kept is not None:
        return msgspec.json.decode(kept, type=kind)
    version, answer = remote.call(PREFIX + name, argument)
    if not is_kept:
        return msgspec.convert(answer, kind)
    # The facts may have changed while we asked: the answer is kept under what it was counted from.
    Answer.objects.bulk_create(
        [
            Answer(
                key=_make_key(name, argument, version),
                facts_version=version,
                answer=msgspec.json.encode(answer).decode(),
                counted_at=clock.now(),
            )
        ],
        ignore_conflicts=True,
    )
    return msgspec.convert(answer, kind)


def _make_key(name: str, argument: dict[str, Any], version: str) -> str:
    return hashlib.sha256(msgspec.json.encode([PREFIX + name, argument, version])).hexdigest()


def _find_version(name: str, argument: dict[str, Any], manifest: Manifest) -> str:
    """What an answer depends on: most read nothing but what was said, and stay true while orders come in."""
    versions = list_versions(manifest)
    alone = name in SAID_ALONE and argument.get("by", "store") in TOLD
    return versions.get("said" if alone else "", manifest.version)


def _count(name: str, argument: dict[str, Any], folder: Path | None = None) -> tuple[str, Any]:
    """Runs in the process that has the engine; tells the version that the answer depends on, too."""
    from wafaa.learn.scores.counting.answers import answer

    manifest, found = answer(name, argument, folder)
    return _find_version(name, argument, manifest), found


def _register(name: str) -> Callable[[Any], Any]:
    def count(argument: Any) -> Any:
        return _count(name, argument)

    remote.register(PREFIX + name, count)
    return count


for _name in (
    "results",
    "breakdown",
    "crosstab",
    "comparison",
    "satisfaction",
    "product",
    "grid",
    "people",
    "busiest",
):
    _register(_name)
