"""The same figures by a pandas script, as a data scientist would write it."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pandas as pd

from bench.asked import AS_OF, CURRENCY, LAPSE_WINDOW_DAYS, PERIODS, contest, to_figures
from wafaa.learn.measures.periods import month_of
from wafaa.science.histogram import find_cuts, find_quantiles
from wafaa.science.pareto import find_concentration

WINDOW = timedelta(days=LAPSE_WINDOW_DAYS)


def answer(folder: Path) -> dict[str, Any]:
    orders = _read(
        folder,
        "orders",
        ["order_id", "customer_id", "at", "day", "currency", "counted", "counted_lines", "gross_minor"],
    )
    orders = orders[orders.counted & (orders.currency == CURRENCY) & (orders.day < pd.Timestamp(AS_OF))]
    orders = orders.drop(columns=["counted", "currency"]).rename(
        columns={"gross_minor": "gross", "counted_lines": "lines"}
    )
    base = orders.groupby("customer_id").agg(
        first_at=("at", "min"),
        first_day=("day", "min"),
        last_day=("day", "max"),
        orders=("order_id", "size"),
        gross=("gross", "sum"),
    )
    orders = orders.join(base[["first_at", "first_day"]], on="customer_id")
    orders["repeat"] = orders["at"] > orders.first_at
    orders = orders.drop(columns=["at", "first_at"])
    refunds = _read(folder, "refunds", ["refund_id", "customer_id", "day", "currency", "amount_minor"])
    refunds = refunds[
        refunds.customer_id.notna() & (refunds.currency == CURRENCY) & (refunds.day < pd.Timestamp(AS_OF))
    ]

    rows = {"": _summarise(orders, refunds)}
    products = _read(folder, "products", ["product_id", "category"])
    products["category"] = products.category.astype("category")
    lines = _read(folder, "order_lines", ["order_id", "product_id", "amount_minor", "counted"])
    lines = lines[lines.counted].merge(products, on="product_id")
    amounts = (
        lines.groupby(["order_id", "category"], observed=True).amount_minor.agg(["sum", "size"]).reset_index()
    )
    amounts = amounts.rename(columns={"sum": "gross", "size": "lines"})
    by_category = amounts.merge(orders.drop(columns=["gross", "lines"]), on="order_id")
    back = _read(folder, "refund_lines", ["refund_id", "product_id", "amount_minor"]).merge(
        products, on="product_id"
    )
    back = back.groupby(["refund_id", "category"], observed=True).amount_minor.sum().reset_index()
    back = back.merge(refunds.drop(columns="amount_minor"), on="refund_id")
    back_groups = dict(list(back.groupby("category", observed=True)))
    for category, group in by_category.groupby("category", observed=True):
        rows[str(category)] = _summarise(group, back_groups.get(category, back.iloc[:0]))
    return msgspec.to_builtins(
        {
            "rows": {group: to_figures(counts) for group, counts in rows.items()},
            "cohorts": _count_cohorts(orders),
            "gaps": _count_gaps(orders),
            "pareto": _count_pareto(base),
            "rfm": _count_rfm(base),
        }
    )


def _read(folder: Path, table: str, columns: list[str]) -> pd.DataFrame:
    frame = pd.read_parquet(folder / table, columns=columns)
    if "day" in frame:
        frame["day"] = pd.to_datetime(frame.day)
    return frame


def _square(values: pd.Series, others: pd.Series | None = None) -> int:
    """Exact: the squares of minor units pass 64 bits."""
    high, low = np.divmod(values.to_numpy(), 1 << 24)
    other_high, other_low = (high, low) if others is None else np.divmod(others.to_numpy(), 1 << 24)
    mixed = int((high * other_low).sum()) + int((low * other_high).sum())
    return (int((high * other_high).sum()) << 48) + (mixed << 24) + int((low * other_low).sum())


def _summarise(orders: pd.DataFrame, refunds: pd.DataFrame) -> dict[str, dict[str, int]]:
    first_here = orders.groupby("customer_id").day.min()
    found = {}
    for name, period in PERIODS.items():
        start, end = pd.Timestamp(period.start), pd.Timestamp(period.end)
        inside = orders[(orders.day >= start) & (orders.day < end)]
        repeats = inside[inside.repeat].groupby("customer_id").gross.sum()
        people = inside.groupby("customer_id").agg(
            n=("order_id", "size"), gross=("gross", "sum"), first_day=("first_day", "first")
        )
        repeat = repeats.reindex(people.index, fill_value=0)
        ever = orders[orders.day < end].groupby("customer_id").size()
        live_start = pd.Index(
            orders[(orders.day >= start - WINDOW) & (orders.day < start)].customer_id.unique()
        )
        live_end = pd.Index(orders[(orders.day >= end - WINDOW) & (orders.day < end)].customer_id.unique())
        came = live_end.difference(live_start, sort=False)
        back = refunds[(refunds.day >= start) & (refunds.day < end)]
        found[name] = {
            "orders": len(inside),
            "lines": int(inside.lines.sum()),
            "gross": int(inside.gross.sum()),
            "gross_squares": _square(inside.gross),
            "repeat_gross": int(repeat.sum()),
            "customers": len(people),
            "new_customers": int(((people.first_day >= start) & (people.first_day < end)).sum()),
            "orders_squares": int((people.n**2).sum()),
            "part_squares": _square(repeat),
            "part_products": _square(repeat, people.gross),
            "whole_squares": _square(people.gross),
            "once_or_more": len(ever),
            "twice_or_more": int((ever >= 2).sum()),
            "live_at_start": len(live_start),
            "live_at_end": len(live_end),
            "retained": int(live_end.isin(live_start).sum()),
            "won_back": int((first_here.reindex(came) < start).sum()),
            "refund_count": len(back),
            "refunds": int(back.amount_minor.sum()),
        }
    return found


def _count_cohorts(orders: pd.DataFrame) -> list[Any]:
    frame = pd.DataFrame(
        {
            "customer_id": orders.customer_id,
            "cohort": orders.first_day.dt.year * 12 + orders.first_day.dt.month - 1,
            "month": orders.day.dt.year * 12 + orders.day.dt.month - 1,
            "gross": orders.gross,
        }
    )
    cells = frame.groupby(["cohort", "month"]).agg(active=("customer_id", "nunique"), gross=("gross", "sum"))
    active, gross = cells.active.unstack(fill_value=0), cells.gross.unstack(fill_value=0)
    cohorts = []
    for cohort in active.index:
        row = [int(value) for value in active.loc[cohort, cohort:]]
        cohorts.append(
            [month_of(int(cohort)), row[0], row, [int(value) for value in gross.loc[cohort, cohort:]]]
        )
    return cohorts


def _count_gaps(orders: pd.DataFrame) -> list[Any]:
    frame = orders[["customer_id", "day"]].sort_values(["customer_id", "day"])
    gaps = (
        frame.groupby("customer_id").day.diff().dt.days.dropna().astype("int64").value_counts().sort_index()
    )
    histogram = [[int(days), int(count)] for days, count in gaps.items()]
    return [histogram, *find_quantiles(gaps.index, gaps.to_numpy(), (0.25, 0.5, 0.75)).values]


def _count_pareto(base: pd.DataFrame) -> list[Any]:
    counts = base.gross.value_counts()
    held = find_concentration(counts.index, counts.to_numpy())
    return [held.members, held.total, held.shares, held.members_for_80]


def _count_rfm(base: pd.DataFrame) -> list[Any]:
    last: date = AS_OF - timedelta(days=1)
    columns = {
        "recency_days": (pd.Timestamp(last) - base.last_day).dt.days,
        "frequency": base.orders,
        "monetary_minor": base.gross,
    }
    cuts, scores = {}, {}
    for name, values in columns.items():
        counts = values.value_counts()
        bounds = find_cuts(counts.index, counts.to_numpy()).bounds
        assert bounds is not None
        exceeded = np.searchsorted(np.array(bounds), values.to_numpy(), side="left")
        cuts[name] = bounds
        scores[name] = 5 - exceeded if name == "recency_days" else 1 + exceeded
    cells = base.assign(**scores).groupby(list(scores)).gross.agg(["size", "sum"]).reset_index()
    return [cuts, sorted([int(value) for value in row] for row in cells.to_numpy())]


if __name__ == "__main__":
    contest(answer)
