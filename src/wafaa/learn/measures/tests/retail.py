"""The UCI Online Retail file as facts, straight from its CSV by DuckDB: an oracle's input that shares no code with the import."""

from pathlib import Path

import duckdb

from wafaa.learn.facts.actions import write_facts

_READ = """
CREATE TABLE raw AS
SELECT row_number() OVER () AS line, InvoiceNo AS invoice, StockCode AS sku, Description AS name, Quantity::INTEGER AS quantity,
       strptime(InvoiceDate, '%Y-%m-%d %H:%M:%S') AS moment, UnitPrice::DECIMAL(18, 3) AS price,
       CustomerID::DOUBLE::BIGINT AS customer_id, Country AS country
FROM read_csv('{path}', all_varchar = true)
"""
_TABLES = {
    "products": """SELECT row_number() OVER (ORDER BY sku) AS product_id, sku, any_value(name) AS name,
        left(sku, 2) AS category FROM raw GROUP BY sku""",
    "order_lines": """SELECT o.order_id, p.product_id,
        row_number() OVER (PARTITION BY o.order_id ORDER BY line)::INTEGER AS ordinal,
        r.quantity::DECIMAL(18, 6) AS quantity, round(r.quantity * r.price * 100)::BIGINT AS amount_minor,
        NULL::BIGINT AS cost_minor, r.quantity > 0 AND r.price > 0 AS counted
        FROM raw r JOIN ids o USING (invoice) JOIN products p USING (sku) WHERE invoice NOT LIKE 'C%'""",
    "orders": """SELECT o.order_id, any_value(r.customer_id) AS customer_id, min(moment) AS "at", min(moment)::DATE AS day,
        NULL::INTEGER AS store_id, '' AS channel, any_value(country) AS country, 'GBP' AS currency,
        any_value(customer_id) IS NOT NULL AND any_value(l.lines) > 0 AS counted, any_value(l.lines)::INTEGER AS counted_lines,
        any_value(l.gross)::BIGINT AS gross_minor, NULL::BIGINT AS cost_minor,
        0::BIGINT AS discount_minor, 0::BIGINT AS tax_minor,
        0::BIGINT AS shipping_minor
        FROM raw r JOIN ids o USING (invoice) JOIN
          (SELECT order_id, count(*) FILTER (counted) AS lines, coalesce(sum(amount_minor) FILTER (counted), 0) AS gross
           FROM order_lines GROUP BY order_id) l USING (order_id)
        GROUP BY o.order_id""",
    "refunds": """SELECT row_number() OVER (ORDER BY invoice) AS refund_id, NULL::BIGINT AS order_id,
        any_value(customer_id) AS customer_id,
        min(moment) AS "at", min(moment)::DATE AS day, NULL::INTEGER AS store_id, '' AS channel,
        any_value(country) AS country, 'GBP' AS currency,
        round(-sum(quantity * price) * 100)::BIGINT AS amount_minor FROM raw WHERE invoice LIKE 'C%' GROUP BY invoice""",
    "refund_lines": "SELECT 0::BIGINT AS refund_id, 0 AS ordinal, 0::BIGINT AS product_id, 0::BIGINT AS amount_minor WHERE false",
    "customers": "SELECT DISTINCT customer_id, '' AS country, '' AS city, '' AS language FROM raw WHERE customer_id IS NOT NULL",
    "stores": "SELECT 0::INTEGER AS store_id, '' AS code, '' AS name WHERE false",
}


def write_retail_facts(folder: Path, real_data: Path) -> None:
    with duckdb.connect() as engine:
        engine.execute(_READ.format(path=real_data / "online_retail.csv.gz"))
        engine.execute(
            "CREATE TABLE ids AS SELECT invoice, row_number() OVER (ORDER BY invoice) AS order_id "
            "FROM (SELECT DISTINCT invoice FROM raw WHERE invoice NOT LIKE 'C%')"
        )
        for name, sql in _TABLES.items():
            engine.execute(f"CREATE TABLE {name} AS {sql}")
        write_facts(folder, {name: engine.table(name).to_arrow_table() for name in _TABLES})
