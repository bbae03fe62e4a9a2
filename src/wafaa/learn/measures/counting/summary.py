"""The figures of several periods at once: reduced per customer first, then per group."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import Any, Self

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
    counts = _count(scope, list_ungrouped(scope), pieces)[None] if pieces else []
    points = [
        SeriesPoint(period=piece, figures=make_figures(count))
        for piece, count in zip(pieces, counts, strict=True)
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
    found: dict[Any, list[dict[str, int]]] = {} if grouped.keys else {None: [{} for _ in periods]}

    def add(group: Any, index: int, measure: str, value: int | None) -> None:
        found.setdefault(group, [{} for _ in periods])[index][measure] = int(value or 0)

    for apart in split_apart(periods):
        for row in scope.run(_reduce_periods(grouped, {index: periods[index] for index in apart})):
            group, index = row.pop("group", None), row.pop("period")
            for measure, value in row.items():
                add(group, index, measure, value)
    for start in range(0, len(periods), PERIODS_AT_ONCE):
        some = periods[start : start + PERIODS_AT_ONCE]
        for reduced in (_reduce_history(grouped, some, window), _reduce_refunds(grouped.refunds, some)):
            for row in scope.run(reduced):
                group = row.pop("group", None)
                for name, value in row.items():
                    measure, _, index = name.rpartition("_")
                    add(group, start + int(index), measure, value)
    return {group: [Counts(**part) for part in parts] for group, parts in found.items()}


def split_apart(periods: Sequence[Period]) -> list[list[int]]:
    """Indexes of the periods in as few lists as they come, such that those in one list have no day in common."""
    lists: list[list[int]] = []
    for index, period in enumerate(periods):
        for apart in lists:
            if all(
                period.end <= periods[other].start or periods[other].end <= period.start for other in apart
            ):
                apart.append(index)
                break
        else:
            lists.append([index])
    return lists


def _within(day: Any, period: Period) -> Any:
    return (day >= ibis.literal(period.start)) & (day < ibis.literal(period.end))


def _reduce_periods(grouped: Grouped, periods: dict[int, Period]) -> Table:
    """What customers did in each of some periods apart, summed per period and group. Only the orders in them are looked at."""
    orders = grouped.list_orders(
        lambda orders: reduce(or_, (_within(orders.day, period) for period in periods.values()))
    )
    orders = orders.mutate(
        period=ibis.cases(*((_within(orders.day, period), index) for index, period in periods.items())),
        square=orders.gross_minor.cast(WIDE) * orders.gross_minor.cast(WIDE),
    )
    keys = ["period", *grouped.keys]
    customers = orders.group_by([*keys, "customer_id"]).aggregate(
        first_day=orders.first_day.min(),
        orders=orders.count(),
        lines=orders.lines.sum(),
        gross=orders.gross_minor.sum(),
        repeat=orders.gross_minor.sum(where=orders.is_repeat).fill_null(0),
        squares=orders.square.sum(),
    )
    gross, repeat = customers.gross.cast(WIDE), customers["repeat"].cast(WIDE)
    is_new = [
        (customers.period == index) & _within(customers.first_day, period)
        for index, period in periods.items()
    ]
    return customers.group_by(keys).aggregate(
        orders=customers.orders.sum(),
        lines=customers.lines.sum(),
        gross=customers.gross.sum(),
        gross_squares=customers.squares.sum(),
        repeat_gross=customers["repeat"].sum(),
        customers=customers.count(),
        new_customers=customers.count(where=reduce(or_, is_new)),
        orders_squares=(customers.orders * customers.orders).sum(),
        part_squares=(repeat * repeat).sum(),
        part_products=(repeat * gross).sum(),
        whole_squares=(gross * gross).sum(),
    )


def _reduce_history(grouped: Grouped, periods: Sequence[Period], window: timedelta) -> Table:
    """Who was live when, who came back, who ordered more than once: from all orders, summed per group.

    There are nearly as many customers in groups as order lines, so that each is given little: the pieces of time in which
    there were orders, as bits of one number. Customers that are alike in them are counted before the figures are asked.
    """
    pieces = Pieces.cut(periods, window)
    alike = _count_alike(grouped, pieces, sorted({period.end for period in periods}))
    sums: dict[str, Any] = {}
    for index, period in enumerate(periods):
        live_start, live_end = (
            pieces.overlap(alike.seen, day - window, day) for day in (period.start, period.end)
        )
        conditions = {
            "once_or_more": pieces.overlap(alike.seen, None, period.end),
            "twice_or_more": alike[f"twice_{period.end:%Y%m%d}"],
            "live_at_start": live_start,
            "live_at_end": live_end,
            "retained": live_start & live_end,
            "won_back": live_end & ~live_start & pieces.overlap(alike.seen, None, period.start),
        }
        sums |= {f"{name}_{index}": alike.customers.sum(where=where) for name, where in conditions.items()}
    return alike.aggregate(**sums, by=grouped.keys)


@dataclass(frozen=True)
class Pieces:
    """Time cut into pieces at some days, so that a number with a bit for each tells in which of them something was."""

    cuts: Sequence[date]

    @classmethod
    def cut(cls, periods: Sequence[Period], window: timedelta) -> Self:
        """At the ends of the periods, and where the window before each begins."""
        days = {day for period in periods for day in (period.start, period.end)}
        return cls(sorted(days | {day - window for day in days}))

    def find(self, place: Any) -> Any:
        """The bit of the piece in which a place lies."""
        before = [(place < first_place(cut), 1 << index) for index, cut in enumerate(self.cuts)]
        return ibis.cases(*before, else_=1 << len(self.cuts))

    def overlap(self, seen: Any, start: date | None, end: date) -> Any:
        """Whether something was from one cut, or ever, up to another."""
        before_start = 0 if start is None else self._all_before(start)
        return (seen & (self._all_before(end) - before_start)) != 0

    def _all_before(self, cut: date) -> int:
        return (2 << self.cuts.index(cut)) - 1


def _count_alike(grouped: Grouped, pieces: Pieces, ends: Sequence[date]) -> Table:
    """Per group how many customers ordered in the same pieces of time, and twice before the same ends.

    Two orders have different places, so that the first and the last before an end tell.
    """
    place = grouped.touches.place
    lasts = {
        f"last_{end:%Y%m%d}": ibis.ifelse(place < first_place(end), place, ibis.null("int64")).max()
        for end in ends
    }
    customers = grouped.touches.group_by([*grouped.keys, "customer_id"]).aggregate(
        seen=pieces.find(place).bit_or(), first=place.min(), **lasts
    )
    twice = {f"twice_{end:%Y%m%d}": customers["first"] < customers[f"last_{end:%Y%m%d}"] for end in ends}
    kinds = customers.select(*grouped.keys, "seen", **twice)
    return kinds.group_by(kinds.columns).aggregate(customers=kinds.count())


def _reduce_refunds(refunds: Table, periods: Sequence[Period]) -> Table:
    aggregates: dict[str, Any] = {}
    for index, period in enumerate(periods):
        within = _within(refunds.day, period)
        aggregates[f"refund_count_{index}"] = refunds.count(where=within)
        aggregates[f"refunds_{index}"] = refunds.amount_minor.sum(where=within)
    return refunds.aggregate(**aggregates, by=["group"] if "group" in refunds.columns else [])
