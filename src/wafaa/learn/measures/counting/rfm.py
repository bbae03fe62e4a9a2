"""RFM in the engine: histograms of what customers did, cut points from them, and the cells and groups they make."""

from datetime import date, timedelta
from typing import Any

import ibis
from ibis.expr.types import Table

from wafaa.learn.measures.counting.scope import Scope
from wafaa.learn.measures.rules import Rfm, RfmCell, RfmCuts, RfmGroup
from wafaa.science.histogram import find_cuts
from wafaa.science.rfm import GROUPS, find_group, list_cells


def count_rfm(scope: Scope) -> Rfm:
    """Scores of all customers up to as-of, whatever the period: they tell where a customer stands now."""
    cuts = find_rfm_cuts(scope)
    if cuts is None:
        empty = [RfmGroup(key=key, customers=0, gross_minor=0) for key in GROUPS]
        return Rfm(cuts=None, cells=[], groups=empty, receipt=scope.write_receipt())
    scored = add_scores(scope.scoped_customers, cuts, scope.question.as_of)
    reduced = scored.group_by(["recency", "frequency", "monetary"]).aggregate(
        customers=scored.count(), gross_minor=scored.gross_minor.sum()
    )
    cells = [RfmCell(**row) for row in scope.run(reduced)]
    cells.sort(key=lambda cell: (-cell.recency, -cell.frequency, -cell.monetary))
    return Rfm(cuts=cuts, cells=cells, groups=_sum_groups(cells), receipt=scope.write_receipt())


def find_rfm_cuts(scope: Scope) -> RfmCuts | None:
    """Cut points of the reduced histograms; None without customers."""
    customers = scope.scoped_customers
    last_counted_day = ibis.literal(scope.question.as_of - timedelta(days=1))
    days = last_counted_day.delta(customers.last_day, unit="day").cast("int64")
    recency, frequency, monetary = (
        find_cuts(*scope.count_values(customers.select(value=value))).bounds
        for value in (days, customers.orders, customers.gross_minor)
    )
    if recency is None or frequency is None or monetary is None:
        return None
    return RfmCuts(recency_days=_four(recency), frequency=_four(frequency), monetary_minor=_four(monetary))


def add_scores(customers: Table, cuts: RfmCuts, as_of: date) -> Table:
    """Columns recency, frequency and monetary, 1 to 5; bought at most cuts.recency_days[0] days before the last day scores 5."""
    last_counted_day = as_of - timedelta(days=1)
    days = [ibis.literal(last_counted_day - timedelta(days=bound)) for bound in cuts.recency_days]
    return customers.mutate(
        recency=_one_plus([customers.last_day >= day for day in days]),
        frequency=_one_plus([customers.orders > bound for bound in cuts.frequency]),
        monetary=_one_plus([customers.gross_minor > bound for bound in cuts.monetary_minor]),
    )


def add_rfm_groups(scope: Scope) -> Table:
    """The customers of the scope with the key of their RFM group."""
    cuts = find_rfm_cuts(scope)
    if cuts is None:
        return scope.scoped_customers.mutate(group=ibis.literal(""))
    scored = add_scores(scope.scoped_customers, cuts, scope.question.as_of)
    cell = scored.recency * 10 + (scored.frequency + scored.monetary + 1) // 2
    branches = [(cell == row * 10 + column, key) for key in GROUPS for row, column in list_cells(key)]
    return scored.mutate(group=ibis.cases(*branches, else_=""))


def _one_plus(conditions: list[Any]) -> Any:
    total: Any = ibis.literal(1, type="int8")
    for condition in conditions:
        total = total + condition.cast("int8")
    return total.cast("int8")


def _four(bounds: tuple[int, ...]) -> tuple[int, int, int, int]:
    first, second, third, fourth = bounds
    return first, second, third, fourth


def _sum_groups(cells: list[RfmCell]) -> list[RfmGroup]:
    sums = {key: [0, 0] for key in GROUPS}
    for cell in cells:
        total = sums[find_group(cell.recency, cell.frequency, cell.monetary)]
        total[0] += cell.customers
        total[1] += cell.gross_minor
    return [
        RfmGroup(key=key, customers=customers, gross_minor=gross) for key, (customers, gross) in sums.items()
    ]
