"""A large generated shop as facts: 10 million lines of some 3.3 million orders of a million customers over two years."""

import os
import tempfile
from pathlib import Path

import django
import duckdb

_ORDERS = """
CREATE TABLE orders AS
SELECT i AS order_id,
       -- everyone orders once; the rest goes mostly to a loyal few
       CASE WHEN i <= {customers} THEN i ELSE 1 + floor({customers} * pow(random(), 3))::BIGINT END AS customer_id,
       "at", "at"::DATE AS day, (1 + floor(random() * 12))::INTEGER AS store_id,
       ['web', 'till', 'app'][1 + (random() * 2.99)::INTEGER % 3] AS channel, ['SA', 'AE', 'KW', 'EG'][1 + (random() * 3.99)::INTEGER % 4] AS country,
       'SAR' AS currency, true AS counted, 1 + (hash(i) % 5)::INTEGER AS counted_lines,
       NULL::BIGINT AS gross_minor, NULL::BIGINT AS cost_minor, 0::BIGINT AS discount_minor, 0::BIGINT AS tax_minor, 0::BIGINT AS shipping_minor
FROM (SELECT i, TIMESTAMP '2024-01-01' + to_seconds(floor(random() * 730 * 86400)::BIGINT) AS "at" FROM range(1, {orders} + 1) t(i))
"""
_LINES = """
CREATE TABLE order_lines AS
SELECT order_id, u.ordinal::INTEGER AS ordinal, (1 + floor(random() * 2000))::BIGINT AS product_id, 1::DECIMAL(18, 6) AS quantity,
       (100 + floor(exp(random() * 6) * 100))::BIGINT AS amount_minor, NULL::BIGINT AS cost_minor, true AS counted
FROM orders, unnest(range(1, counted_lines + 1)) AS u(ordinal)
LIMIT {lines}
"""
_GROSS = """
CREATE OR REPLACE TABLE orders AS
SELECT o.* REPLACE (l.gross AS gross_minor, l.lines AS counted_lines)
FROM orders o JOIN (SELECT order_id, sum(amount_minor)::BIGINT AS gross, count(*)::INTEGER AS lines FROM order_lines GROUP BY 1) l USING (order_id)
ORDER BY order_id
"""
_OTHERS = {
    "refunds": """SELECT row_number() OVER () AS refund_id, order_id, customer_id, "at", day, store_id, channel, country, currency,
        gross_minor // 2 AS amount_minor FROM orders WHERE order_id % 40 = 0""",
    "refund_lines": "SELECT refund_id, 1 AS ordinal, 1 + refund_id % 2000 AS product_id, amount_minor FROM refunds",
    "customers": "SELECT i AS customer_id, 'SA' AS country, '' AS city, 'ar' AS language FROM range(1, {customers} + 1) t(i)",
    "products": "SELECT i AS product_id, 'P' || i AS sku, '' AS name, 'category ' || i % 25 AS category FROM range(1, 2001) t(i)",
    "stores": "SELECT i::INTEGER AS store_id, 'S' || i AS code, '' AS name FROM range(1, 13) t(i)",
}


def write_shop(folder: Path, *, lines: int, customers: int) -> None:
    """Seeded, so that every run measures the same shop."""
    from wafaa.learn.facts.actions import write_facts

    orders = lines // 3 + lines // 100  # 3 lines on average, some spare
    with tempfile.TemporaryDirectory() as spill, duckdb.connect(f"{spill}/shop.duckdb") as engine:
        engine.execute("SET threads = 1; SELECT setseed(0.42)")  # one thread: the same rows every time
        for sql in (_ORDERS, _LINES, _GROSS):
            engine.execute(sql.format(lines=lines, customers=customers, orders=orders))
        for name, sql in _OTHERS.items():
            engine.execute(f"CREATE TABLE {name} AS {sql.format(customers=customers)}")
        write_facts(
            folder,
            {name: engine.table(name).to_arrow_table() for name in ("orders", "order_lines", *_OTHERS)},
        )


if __name__ == "__main__":
    import sys

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wafaa.config.settings")
    django.setup()
    write_shop(Path(sys.argv[1]), lines=int(sys.argv[2]), customers=int(sys.argv[3]))
