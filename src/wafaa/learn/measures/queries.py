"""Asking for measures. Light: the engine is loaded in the analyst only, or here where no analyst runs.

Each `get_` takes a Question and returns what rules.py describes. With `folder` it counts the facts of that folder in this
process, without a database; otherwise answers about the shop's own facts are kept and served again until the facts change.
They raise FactsMissing before the first sync, AnalystUnavailable and AnalystFailed when nobody can count.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from django.db.models import Q, QuerySet

from wafaa.access.business.models import Business
from wafaa.access.business.queries import get_business
from wafaa.kit import clock, remote
from wafaa.know.customers.models import Customer
from wafaa.know.orders.models import CustomerTotals
from wafaa.learn.facts.queries import find_manifest, get_manifest
from wafaa.learn.measures.models import Answer
from wafaa.learn.measures.periods import find_as_of, find_last_days
from wafaa.learn.measures.rules import (
    Aim,
    Cohorts,
    CustomerRfm,
    Gaps,
    Goals,
    Grain,
    Journey,
    Pareto,
    Question,
    Rfm,
    RfmCuts,
    Series,
    Standing,
    Summary,
)
from wafaa.science.rfm import find_group, list_cells, score, score_reversed

T = TypeVar("T")

# What a report of a bare file counts by, where nobody set a lapse window.
LAPSE_WINDOW_DAYS = 180
MONDAY = 1


def get_summary(question: Question, *, folder: Path | None = None) -> Summary:
    """All figures of the period, compared with the one before and the year before; by `question.by` where given."""
    return _ask("summary", {"question": question}, Summary, folder)


def get_series(
    question: Question, grain: Grain, *, week_start: int | None = None, folder: Path | None = None
) -> Series:
    """The figures of every day, week or month of the period. Weeks begin on the business's day (on Monday for a folder)."""
    if week_start is None:
        week_start = MONDAY if folder else get_business().week_start
    argument = {"question": replace(question, by=None), "grain": grain, "week_start": week_start}
    return _ask("series", argument, Series, folder)


def get_cohorts(question: Question, *, folder: Path | None = None) -> Cohorts:
    """Customers by the month of their first order; a period narrows to customers first seen in it and orders before its end."""
    return _ask("cohorts", {"question": replace(question, by=None)}, Cohorts, folder)


def get_pareto(question: Question, *, folder: Path | None = None) -> Pareto:
    """How much of the period's gross the top customers hold."""
    return _ask("pareto", {"question": replace(question, by=None)}, Pareto, folder)


def get_rfm(question: Question, *, folder: Path | None = None) -> Rfm:
    """Scores, cells and named groups of all customers up to as-of, whatever the period."""
    return _ask("rfm", {"question": replace(question, by=None, period=None)}, Rfm, folder)


def get_gaps(question: Question, *, folder: Path | None = None) -> Gaps:
    """Days between consecutive orders of a customer, of which the later lies in the period."""
    return _ask("gaps", {"question": replace(question, by=None)}, Gaps, folder)


def get_journey(question: Question, *, folder: Path | None = None) -> Journey:
    """Engagement and experience in the period and the one before, and the stages of the way; always of the whole shop."""
    return _ask("journey", {"question": replace(question, by=None, stores=None)}, Journey, folder)


def get_goals(question: Question, aims: Sequence[Aim], *, folder: Path | None = None) -> Goals:
    """How often what should follow a touchpoint did follow, in the period; always of the whole shop."""
    argument = {"question": replace(question, by=None, stores=None), "aims": list(aims)}
    return _ask("goals", argument, Goals, folder)


def get_standing(currency: str, *, as_of: date | None = None, folder: Path | None = None) -> Standing:
    """What the facts hold, and what no figure counts. Without `as_of`, as of the default day (for a folder: its last)."""
    if as_of is None:
        as_of = _get_end_of_facts(folder) if folder else get_default_question(get_business()).as_of
    question = Question(as_of=as_of, lapse_window_days=LAPSE_WINDOW_DAYS, currency=currency)
    return _ask("standing", {"question": question}, Standing, folder)


def get_default_question(business: Business, stores: tuple[int, ...] | None = None) -> Question:
    """The last 30 days up to today, or up to the last event where that is older than the lapse window."""
    manifest = find_manifest()
    as_of = find_as_of(
        manifest.last_day if manifest else None, clock.today(business.zone), business.lapse_window_days
    )
    return Question(
        as_of=as_of,
        lapse_window_days=business.lapse_window_days,
        currency=business.currency,
        period=find_last_days(as_of),
        stores=stores,
    )


def get_whole_question(
    folder: Path, *, currency: str, lapse_window_days: int = LAPSE_WINDOW_DAYS
) -> Question:
    """Everything in a folder of facts, as of the day after its last event."""
    return Question(as_of=_get_end_of_facts(folder), lapse_window_days=lapse_window_days, currency=currency)


def filter_by_rfm_group(
    customers: QuerySet[Customer], group: str, cuts: RfmCuts, as_of: date
) -> QuerySet[Customer]:
    """The customers of an RFM group, by the same cut points as the engine's.

    Spelled as plain ranges, whose sizes the planner can tell: with scores reckoned row by row it read all customers.
    """
    zone = get_business().zone
    last_counted_day = as_of - timedelta(days=1)
    starts = [
        clock.start_of_day(last_counted_day - timedelta(days=bound), zone) for bound in cuts.recency_days
    ]
    recencies: dict[int, list[int]] = {}
    for recency, column in list_cells(group):
        recencies.setdefault(column, []).append(recency)
    if not recencies:
        return customers.none()
    in_group = Q(pk__in=[])
    for column, scores in recencies.items():
        recent = reduce(or_, (_in_recency(score, score, starts) for score in scores))
        in_group |= recent & reduce(or_, _list_columns(column, cuts))
    # What the ranges have in common, so that a walk along an index begins where the group does.
    days = sorted({score for scores in recencies.values() for score in scores})
    money = sorted({score for column in recencies for _often, score in _list_pairs(column)})
    around = _in_recency(days[0], days[-1], starts) & _in_scores(
        "totals__gross_minor", money[0], money[-1], cuts.monetary_minor
    )
    return customers.filter(around, in_group, totals__orders__gt=0)


def _in_recency(lowest: int, highest: int, starts: Sequence[datetime]) -> Q:
    """5 from the first moment on, 4 from the second up to the first ..., 1 before the last."""
    from_here = Q(totals__last_at__gte=starts[5 - lowest]) if lowest > 1 else Q()
    return from_here & (Q(totals__last_at__lt=starts[4 - highest]) if highest < 5 else Q())


def _list_pairs(column: int) -> list[tuple[int, int]]:
    """The scores of frequency and money whose rounded mean is `column`."""
    return [(f, m) for f in range(1, 6) for m in range(1, 6) if (f + m + 1) // 2 == column]


def _list_columns(column: int, cuts: RfmCuts) -> list[Q]:
    """One range for each frequency: one or two neighbouring scores of money belong to it."""
    found = []
    for frequency in range(1, 6):
        money = [score for often, score in _list_pairs(column) if often == frequency]
        if money:
            often = _in_scores("totals__orders", frequency, frequency, cuts.frequency)
            found.append(often & _in_scores("totals__gross_minor", money[0], money[-1], cuts.monetary_minor))
    return found


def _in_scores(field: str, lowest: int, highest: int, bounds: Sequence[int]) -> Q:
    """1 where the value lies within the first bound, 2 within the second ..., 5 above the last."""
    above = Q(**{f"{field}__gt": bounds[lowest - 2]}) if lowest > 1 else Q()
    return above & (Q(**{f"{field}__lte": bounds[highest - 1]}) if highest < 5 else Q())


def get_customer_rfm(totals: CustomerTotals | None, cuts: RfmCuts | None, as_of: date) -> CustomerRfm | None:
    """The scores and the group of one customer; None for one without a counted order."""
    if totals is None or cuts is None or not totals.orders or totals.last_at is None:
        return None
    last_day = totals.last_at.astimezone(get_business().zone).date()
    days = (as_of - timedelta(days=1) - last_day).days
    recency = score_reversed(days, cuts.recency_days)
    frequency = score(totals.orders, cuts.frequency)
    monetary = score(totals.gross_minor, cuts.monetary_minor)
    return CustomerRfm(
        recency=recency,
        frequency=frequency,
        monetary=monetary,
        group=find_group(recency, frequency, monetary),
        days_since_last=days,
    )


def _get_end_of_facts(folder: Path | None) -> date:
    last_day = get_manifest(folder).last_day
    return (last_day or date(1970, 1, 1)) + timedelta(days=1)


def _ask(name: str, argument: dict[str, Any], kind: type[T], folder: Path | None) -> T:
    """The kept answer, else a new one, which is kept."""
    if folder is not None:
        return msgspec.convert(msgspec.to_builtins(_count(name, argument, folder)), kind)
    key = _make_key(name, argument, get_manifest().version)
    kept = Answer.objects.filter(key=key).values_list("answer", flat=True).first()
    if kept is not None:
        return msgspec.json.decode(kept, type=kind)
    answer = remote.call(f"measures.{name}", argument)
    version = answer["facts_version"] if name == "standing" else answer["receipt"]["facts_version"]
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
    return hashlib.sha256(msgspec.json.encode([name, argument, version])).hexdigest()


def _count(name: str, argument: dict[str, Any], folder: Path | None = None) -> Any:
    """Runs in the process that has the engine."""
    from wafaa.learn.measures.counting.answers import answer

    return answer(name, argument, folder)


def _register(name: str) -> Callable[[Any], Any]:
    def count(argument: Any) -> Any:
        return _count(name, argument)

    remote.register(f"measures.{name}", count)
    return count


for _name in ("summary", "series", "cohorts", "pareto", "rfm", "gaps", "standing", "journey", "goals"):
    _register(_name)
