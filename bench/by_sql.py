"""The same figures by hand-written DuckDB SQL, as an analyst who knows DuckDB well would write it."""

import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import msgspec

from bench.asked import AS_OF, CURRENCY, LAPSE_WINDOW_DAYS, MEMORY_LIMIT, PERIODS, contest, to_figures
from wafaa.learn.measures.periods import month_of
from wafaa.science.histogram import find_cuts, find_quantiles
from wafaa.science.pareto import find_concentration

_BASE = f"""
CREATE TEMP TABLE base AS
SELECT customer_id, min("at") AS first_at, min(day) AS first_day, max(day) AS last_day, count(*) AS orders,
       sum(gross_minor)::BIGINT AS gross
FROM orders WHERE counted AND currency = '{CURRENCY}' AND day < DATE '{AS_OF}' GROUP BY customer_id
"""
_COUNTED = f"""
CREATE TEMP TABLE counted AS
SELECT o.order_id, o.customer_id, o.day, o.gross_minor AS gross, o.counted_lines AS lines, o."at" > b.first_at AS repeat, b.first_day
FROM orders o JOIN base b USING (customer_id) WHERE o.counted AND o.currency = '{CURRENCY}' AND o.day < DATE '{AS_OF}'
"""
# per customer, from the orders of the periods only, for the period numbered {i}
_CUSTOMER = """
count(*) FILTER (day >= DATE '{s}' AND day < DATE '{e}') AS n{i},
coalesce(sum(gross) FILTER (day >= DATE '{s}' AND day < DATE '{e}'), 0)::BIGINT AS g{i},
sum(gross::HUGEINT * gross) FILTER (day >= DATE '{s}' AND day < DATE '{e}') AS q{i},
sum(lines) FILTER (day >= DATE '{s}' AND day < DATE '{e}')::BIGINT AS l{i},
coalesce(sum(gross) FILTER (day >= DATE '{s}' AND day < DATE '{e}' AND repeat), 0)::BIGINT AS r{i}
"""
_SUMS = """
sum(n{i}) AS orders_{i}, sum(l{i}) AS lines_{i}, sum(g{i}) AS gross_{i}, sum(q{i}) AS gross_squares_{i}, sum(r{i}) AS repeat_gross_{i},
count(*) FILTER (n{i} > 0) AS customers_{i},
count(*) FILTER (n{i} > 0 AND first_day >= DATE '{s}' AND first_day < DATE '{e}') AS new_customers_{i},
sum(n{i} * n{i}) AS orders_squares_{i}, sum(r{i}::HUGEINT * r{i}) AS part_squares_{i},
sum(r{i}::HUGEINT * g{i}) AS part_products_{i}, sum(g{i}::HUGEINT * g{i}) AS whole_squares_{i}
"""
# per customer, from all orders
_PAST = """
min(order_id) FILTER (day < DATE '{e}') AS o{i}, max(order_id) FILTER (day < DATE '{e}') AS p{i},
bool_or(day >= DATE '{s}' - {w} AND day < DATE '{s}') AS a{i}, bool_or(day >= DATE '{e}' - {w} AND day < DATE '{e}') AS z{i}
"""
_PAST_SUMS = """
count(*) FILTER (first_here < DATE '{e}') AS once_or_more_{i}, count(*) FILTER (o{i} < p{i}) AS twice_or_more_{i},
count(*) FILTER (a{i}) AS live_at_start_{i}, count(*) FILTER (z{i}) AS live_at_end_{i},
count(*) FILTER (a{i} AND z{i}) AS retained_{i}, count(*) FILTER (z{i} AND NOT a{i} AND first_here < DATE '{s}') AS won_back_{i}
"""
_REFUNDS = """
count(*) FILTER (day >= DATE '{s}' AND day < DATE '{e}') AS refund_count_{i},
sum(amount) FILTER (day >= DATE '{s}' AND day < DATE '{e}') AS refunds_{i}
"""
# the orders of one category, with what they brought there
_BY_CATEGORY = """
SELECT order_id, customer_id, day, first_day, repeat, category AS "group", sum(amount_minor)::BIGINT AS gross, count(*) AS lines
FROM counted JOIN order_lines USING (order_id) JOIN products USING (product_id) WHERE order_lines.counted AND ({inside}) GROUP BY ALL
"""
_TOUCHED = """
SELECT order_id, customer_id, day, category AS "group"
FROM counted JOIN order_lines USING (order_id) JOIN products USING (product_id) WHERE order_lines.counted
"""


def answer(folder: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as spill, duckdb.connect() as engine:
        engine.execute(
            f"SET memory_limit = '{MEMORY_LIMIT}'; SET temp_directory = '{spill}'; SET preserve_insertion_order = false"
        )
        for table in ("orders", "order_lines", "refunds", "refund_lines", "products"):
            engine.execute(f"CREATE VIEW {table} AS SELECT * FROM read_parquet('{folder}/{table}/*.parquet')")
        engine.execute(_BASE)
        engine.execute(_COUNTED)
        refunds = (
            f"refunds WHERE customer_id IS NOT NULL AND currency = '{CURRENCY}' AND day < DATE '{AS_OF}'"
        )
        category_refunds = f"""(SELECT r.day, p.category AS "group", r.refund_id, sum(l.amount_minor)::BIGINT AS amount
            FROM {refunds.replace("refunds", "refunds r", 1)} GROUP BY ALL)""".replace(
            "refunds r WHERE",
            "refunds r JOIN refund_lines l USING (refund_id) JOIN products p USING (product_id) WHERE",
        )
        inside = " OR ".join(f"day >= DATE '{p.start}' AND day < DATE '{p.end}'" for p in PERIODS.values())
        orders = f"(SELECT * FROM counted WHERE {inside})"
        rows = _summarise(
            engine, orders, "counted", f"(SELECT day, amount_minor AS amount FROM {refunds})", ""
        )
        by_category = f"({_BY_CATEGORY.format(inside=inside)})"
        rows |= _summarise(engine, by_category, f"({_TOUCHED})", category_refunds, '"group"')
        return msgspec.to_builtins(
            {
                "rows": {group: to_figures(counts) for group, counts in rows.items()},
                "cohorts": _count_cohorts(engine),
                "gaps": _count_gaps(engine),
                "pareto": _count_pareto(engine),
                "rfm": _count_rfm(engine),
            }
        )


def _summarise(
    engine: Any, orders: str, touched: str, refunds: str, group: str
) -> dict[str, dict[str, dict[str, int]]]:
    def repeat(text: str) -> str:
        return ",".join(
            text.format(i=i, s=period.start, e=period.end, w=LAPSE_WINDOW_DAYS)
            for i, period in enumerate(PERIODS.values())
        )

    first = f"{group}, " if group else ""
    by = f"GROUP BY {group}" if group else ""
    statements = [
        f"""SELECT {first}{repeat(_SUMS)} FROM
            (SELECT {first}customer_id, min(first_day) AS first_day, {repeat(_CUSTOMER)}
             FROM {orders} GROUP BY {first}customer_id) {by}""",
        f"""SELECT {first}{repeat(_PAST_SUMS)} FROM
            (SELECT {first}customer_id, min(day) AS first_here, {repeat(_PAST)}
             FROM {touched} GROUP BY {first}customer_id) {by}""",
        f"SELECT {first}{repeat(_REFUNDS)} FROM {refunds} {by}",
    ]
    found: dict[str, dict[str, dict[str, int]]] = {}
    names = list(PERIODS)
    for statement in statements:
        cursor = engine.execute(statement)
        columns = [column[0] for column in cursor.description]
        for values in cursor.fetchall():
            row = dict(zip(columns, values, strict=True))
            periods = found.setdefault(row.pop("group", ""), {name: {} for name in names})
            for column, value in row.items():
                measure, _, index = column.rpartition("_")
                periods[names[int(index)]][measure] = int(value or 0)
    return found


def _count_cohorts(engine: Any) -> list[Any]:
    cells = engine.execute(
        """SELECT cohort, month, count(*), sum(gross)::BIGINT FROM
           (SELECT customer_id, year(any_value(first_day)) * 12 + month(any_value(first_day)) - 1 AS cohort,
                   year(day) * 12 + month(day) - 1 AS month, sum(gross) AS gross FROM counted GROUP BY customer_id, month)
           GROUP BY cohort, month"""
    ).fetchall()
    found = {(cohort, month): (active, gross) for cohort, month, active, gross in cells}
    last = max(month for _, month in found)
    cohorts = []
    for cohort in sorted({cohort for cohort, _ in found}):
        row = [found.get((cohort, month), (0, 0)) for month in range(cohort, last + 1)]
        cohorts.append([month_of(cohort), row[0][0], [cell[0] for cell in row], [cell[1] for cell in row]])
    return cohorts


def _count_gaps(engine: Any) -> list[Any]:
    histogram = engine.execute(
        """SELECT gap, count(*) FROM
           (SELECT day - lag(day) OVER (PARTITION BY customer_id ORDER BY day) AS gap FROM counted)
           WHERE gap IS NOT NULL GROUP BY gap ORDER BY gap"""
    ).fetchall()
    return [histogram, *find_quantiles(*zip(*histogram, strict=True), (0.25, 0.5, 0.75)).values]


def _count_pareto(engine: Any) -> list[Any]:
    found = engine.execute("SELECT gross, count(*) AS count FROM base GROUP BY gross").fetchnumpy()
    held = find_concentration(found["gross"], found["count"])
    return [held.members, held.total, held.shares, held.members_for_80]


def _count_rfm(engine: Any) -> list[Any]:
    def cut(column: str) -> tuple[int, ...]:
        found = engine.execute(
            f"SELECT {column} AS value, count(*) AS count FROM base GROUP BY 1"
        ).fetchnumpy()
        bounds = find_cuts(found["value"], found["count"]).bounds
        assert bounds is not None
        return bounds

    last: date = AS_OF - timedelta(days=1)
    recency, frequency, monetary = cut(f"DATE '{last}' - last_day"), cut("orders"), cut("gross")

    def points(column: str, bounds: tuple[int, ...]) -> str:
        return " + ".join(f"({column} > {bound})::INTEGER" for bound in bounds)

    cells = engine.execute(
        f"""SELECT 5 - ({points(f"(DATE '{last}' - last_day)", recency)}) AS r, 1 + {points("orders", frequency)} AS f,
                   1 + {points("gross", monetary)} AS m, count(*), sum(gross)::BIGINT FROM base GROUP BY r, f, m"""
    ).fetchall()
    cuts = {"recency_days": recency, "frequency": frequency, "monetary_minor": monetary}
    return [cuts, sorted(list(cell) for cell in cells)]


if __name__ == "__main__":
    contest(answer)
