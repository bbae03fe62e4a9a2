"""The figures of several periods at once: reduced per customer first, then per group."""

from collections.abc import Sequence
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Any

import ibis
from ibis.expr.types import Table

from wafaa.learn.measures.counting.groups import Grouped, list_grouped, list_ungrouped
from wafaa.learn.measures.counting.scope import Scope, first_place
from wafaa.learn.measures.figures import Counts, make_figures
from wafaa.learn.measures.periods import cut_period, find_previous, find_year_before
from wafaa.learn.measures.rules import Figure, Grain, Period, Row, Series, SeriesPoint, Summary

# Squares of minor units pass 64 bits: 3 million orders of 100,000.00 add up to 3e20.
WIDE = "decimal(38, 0)"
# More periods at once than this make the engine's table of customers too wide for a small machine.
PERIODS_AT_ONCE = 6


def count_summary(scope: Scope) -> Summary:
    """The total and, with a breakdown, a row per group: for the period, the one before and the year before.

    A period of comparison that begins before the first order is left out: it would be incomplete.
    """
    compared = _list_compared(scope)
    total = _make_rows(
        _count(scope, list_ungrouped(scope), list(compared.values())), list_ungrouped(scope), compared
    )
    rows: list[Row] = []
    if scope.question.by:
        grouped = list_grouped(scope, scope.question.by)
        rows = _make_rows(_count(scope, grouped, list(compared.values())), grouped, compared)
        rows.sort(key=lambda row: (-(row.figures["gross"].value or 0), row.group))
    return Summary(total=total[0], rows=rows, receipt=scope.write_receipt())


def count_series(scope: Scope, grain: Grain, week_start: int) -> Series:
    """The total's figures for every day, week or month of the period."""
    pieces = cut_period(scope.period, grain, week_start)
    points: list[SeriesPoint] = []
    for index in range(0, len(pieces), PERIODS_AT_ONCE):
        chunk = pieces[index : index + PERIODS_AT_ONCE]
        counts = _count(scope, list_ungrouped(scope), chunk).get(None) or [Counts()] * len(chunk)
        points += [
            SeriesPoint(period=piece, figures=make_figures(count))
            for piece, count in zip(chunk, counts, strict=True)
        ]
    return Series(grain=grain, points=points, receipt=scope.write_receipt())


def _list_compared(scope: Scope) -> dict[str, Period]:
    periods = {"figures": scope.period}
    if scope.question.period:
        others = {"previous": find_previous(scope.period), "year_before": find_year_before(scope.period)}
        first = scope.first_day
        periods |= {name: period for name, period in others.items() if first and period.start >= first}
    return periods


def _make_rows(counted: dict[Any, list[Counts]], grouped: Grouped, compared: dict[str, Period]) -> list[Row]:
    rows = []
    for group, counts in counted.items():
        key, label = grouped.find_name(group)
        figures: dict[str, dict[str, Figure]] = {
            name: make_figures(count) for name, count in zip(compared, counts, strict=True)
        }
        rows.append(Row(group=key, label=label, **figures))
    return rows


def _count(scope: Scope, grouped: Grouped, periods: Sequence[Period]) -> dict[Any, list[Counts]]:
    """Per value of `group` (None alone where there are no groups) the counts of each period."""
    window = timedelta(days=scope.question.lapse_window_days)
    rows = [
        *scope.run(_reduce_periods(grouped, periods)),
        *scope.run(_reduce_history(grouped, periods, window)),
        *scope.run(_reduce_refunds(grouped.refunds, periods)),
    ]
    found: dict[Any, list[dict[str, int]]] = {} if grouped.keys else {None: [{} for _ in periods]}
    for row in rows:
        parts = found.setdefault(row.pop("group", None), [{} for _ in periods])
        for name, value in row.items():
            measure, _, index = name.rpartition("_")
            parts[int(index)][measure] = int(value or 0)
    return {group: [Counts(**part) for part in parts] for group, parts in found.items()}


def _within(day: Any, period: Period) -> Any:
    return (day >= ibis.literal(period.start)) & (day < ibis.literal(period.end))


def _reduce_periods(grouped: Grouped, periods: Sequence[Period]) -> Table:
    """What customers did in each period, summed per group. Only the orders of the periods are looked at."""
    orders = grouped.list_orders(
        lambda orders: reduce(or_, (_within(orders.day, period) for period in periods))
    )
    square = orders.gross_minor.cast(WIDE) * orders.gross_minor.cast(WIDE)
    per_customer: dict[str, Any] = {"first_day": orders.first_day.min()}
    for index, period in enumerate(periods):
        within = _within(orders.day, period)
        per_customer |= {
            f"orders_{index}": orders.count(where=within),
            f"lines_{index}": orders.lines.sum(where=within),
            f"gross_{index}": orders.gross_minor.sum(where=within).fill_null(0),
            f"repeat_{index}": orders.gross_minor.sum(where=within & orders.is_repeat).fill_null(0),
            f"squares_{index}": square.sum(where=within),
        }
    customers = orders.group_by([*grouped.keys, "customer_id"]).aggregate(**per_customer)
    sums: dict[str, Any] = {}
    for index, period in enumerate(periods):
        bought = customers[f"orders_{index}"] > 0
        orders_count, gross = customers[f"orders_{index}"], customers[f"gross_{index}"]
        wide_gross, wide_repeat = gross.cast(WIDE), customers[f"repeat_{index}"].cast(WIDE)
        sums |= {
            f"orders_{index}": orders_count.sum(),
            f"lines_{index}": customers[f"lines_{index}"].sum(),
            f"gross_{index}": gross.sum(),
            f"gross_squares_{index}": customers[f"squares_{index}"].sum(),
            f"repeat_gross_{index}": customers[f"repeat_{index}"].sum(),
            f"customers_{index}": customers.count(where=bought),
            f"new_customers_{index}": customers.count(where=bought & _within(customers.first_day, period)),
            f"orders_squares_{index}": (orders_count * orders_count).sum(),
            f"part_squares_{index}": (wide_repeat * wide_repeat).sum(),
            f"part_products_{index}": (wide_repeat * wide_gross).sum(),
            f"whole_squares_{index}": (wide_gross * wide_gross).sum(),
        }
    return customers.aggregate(**sums, by=grouped.keys)


def _reduce_history(grouped: Grouped, periods: Sequence[Period], window: timedelta) -> Table:
    """Who was live when, who came back, who ordered more than once: from all orders, summed per group.

    Per customer it keeps one number for the first order and one for the last before each boundary of a period, since
    there are as many rows as customers in groups: a place holds the day, and differs where there were two orders.
    """
    touches = grouped.touches
    boundaries = sorted({day for period in periods for day in (period.start, period.end)})
    per_customer: dict[str, Any] = {"first": touches.place.min()}
    for day in boundaries:
        per_customer[f"last_{day:%Y%m%d}"] = touches.place.max(where=touches.place < first_place(day))
    customers = touches.group_by([*grouped.keys, "customer_id"]).aggregate(**per_customer)
    sums: dict[str, Any] = {}
    for index, period in enumerate(periods):
        last_before_start, last_before_end = (
            customers[f"last_{day:%Y%m%d}"] for day in (period.start, period.end)
        )
        live_start = (last_before_start >= first_place(period.start - window)).fill_null(False)
        live_end = (last_before_end >= first_place(period.end - window)).fill_null(False)
        known = last_before_start.notnull()
        sums |= {
            f"once_or_more_{index}": customers.count(where=last_before_end.notnull()),
            f"twice_or_more_{index}": customers.count(where=customers["first"] < last_before_end),
            f"live_at_start_{index}": customers.count(where=live_start),
            f"live_at_end_{index}": customers.count(where=live_end),
            f"retained_{index}": customers.count(where=live_start & live_end),
            f"won_back_{index}": customers.count(where=live_end & ~live_start & known),
        }
    return customers.aggregate(**sums, by=grouped.keys)


def _reduce_refunds(refunds: Table, periods: Sequence[Period]) -> Table:
    aggregates: dict[str, Any] = {}
    for index, period in enumerate(periods):
        within = _within(refunds.day, period)
        aggregates[f"refund_count_{index}"] = refunds.count(where=within)
        aggregates[f"refunds_{index}"] = refunds.amount_minor.sum(where=within)
    return refunds.aggregate(**aggregates, by=["group"] if "group" in refunds.columns else [])
