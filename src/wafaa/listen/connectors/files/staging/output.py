"""What staging leaves behind: Parquet for figures, one text line per event for publishing."""

from pathlib import Path

import duckdb

from wafaa.kit.sql import load_sql
from wafaa.listen.connectors.files.rules import Counts, Reading, Understanding
from wafaa.listen.connectors.files.staging.expressions import traits_of
from wafaa.listen.connectors.files.staging.steps import write_events as write_events_file
from wafaa.listen.connectors.files.staging.steps import write_problems
from wafaa.listen.connectors.files.understanding.database import PACKAGE, quoted

# What only a report without a database reads
LINE_TABLES = {
    "lines": "SELECT order_no, ordinal, sku, product_name, category, pieces, price, amount_minor, cost_minor, counted FROM sale "
    "ORDER BY order_no, ordinal",
    "refund_lines": "SELECT refund_no, ordinal, sku, product_name, category, pieces, price, amount_minor "
    "FROM refund_line ORDER BY refund_no, ordinal",
}
TABLES = {
    "orders": "SELECT * FROM told_order ORDER BY order_no",
    "refunds": "SELECT * FROM told_refund ORDER BY refund_no",
    "customers": "SELECT * FROM customer ORDER BY customer_no",
}


def write(
    database: duckdb.DuckDBPyConnection,
    folder: Path,
    reading: Reading,
    understanding: Understanding,
    *,
    with_lines: bool,
) -> Counts:
    """The Parquet files and the problems; returns the counts."""
    for name, query in (TABLES | LINE_TABLES if with_lines else TABLES).items():
        database.execute(f"COPY ({query}) TO {quoted(str(folder / f'{name}.parquet'))} (FORMAT parquet)")
    write_problems(database, folder, reading)
    return _count(database, reading, understanding)


def _count(database: duckdb.DuckDBPyConnection, reading: Reading, understanding: Understanding) -> Counts:
    currencies = database.execute(
        "SELECT currency FROM told_order GROUP BY currency ORDER BY count(*) DESC, currency"
    ).fetchall()
    currency = currencies[0][0] if currencies else understanding.options.currency
    zone = quoted(understanding.options.time_zone)
    row = database.execute(
        load_sql(PACKAGE, "stage_counts").format(currency=quoted(currency), zone=zone)
    ).fetchone()
    assert row is not None
    names = [column[0] for column in database.description or []]
    return Counts(
        lines=reading.rows + reading.problems,
        events=0,
        currency=currency,
        other_currencies=[code for (code,) in currencies[1:]],
        **dict(zip(names, row, strict=True)),
    )


def write_events(
    database: duckdb.DuckDBPyConnection, folder: Path, understanding: Understanding, namespace: str
) -> int:
    """events.txt: per line kind, key, fingerprint and candidate order, then the event as CSV, divided by tabs."""
    source = understanding.options.source
    query = load_sql(PACKAGE, "stage_events").format(
        named_json=_named_json(),
        sale_products=_in_order(f"named.json || {_line_json(understanding, is_sale=True)}"),
        refund_products=_in_order(f"named.json || {_line_json(understanding, is_sale=False)}"),
        order_json=_order_json(),
        refund_head_json=_refund_json(),
        traits_json=_traits_json(understanding),
        source=quoted(source),
        source_csv=quoted('"' + source.replace('"', '""') + '"'),
        namespace=quoted(namespace),
    )
    database.execute(query)
    row = database.execute("SELECT count(*) FROM turn").fetchone()
    return write_events_file(database, folder, total=row[0] if row else 0)


def _in_order(json: str) -> str:
    """A document's lines by their ordinal, with commas; sorting lists costs half of string_agg's own ORDER BY."""
    members = f"list_sort(list({{'ordinal': ordinal, 'json': {json}}}))"
    return f"array_to_string(list_transform({members}, lambda line: line.json), ',')"


def number_text(name: str) -> str:
    """A decimal as text without trailing zeros."""
    return f"rtrim(rtrim(CAST({name} AS VARCHAR), '0'), '.')"


# The JSON below goes into a cell of CSV: its quotation marks are written twice from the start.
def quote(value: str) -> str:
    return f"replace(to_json({value}), '\"', '\"\"')"


def text_member(key: str, value: str) -> str:
    """A member with its comma, or nothing where the value is NULL or empty."""
    return f"CASE WHEN {value} IS NULL OR {value} = '' THEN '' ELSE '\"\"{key}\"\":' || {quote(value)} || ',' END"


def _amount(key: str, value: str) -> str:
    return f'CASE WHEN {value} IS NULL OR {value} = 0 THEN \'\' ELSE \'""{key}"":""\' || {number_text(value)} || \'"",\' END'


def _named_json() -> str:
    """The beginning of a product's JSON: what is the same on all its lines."""
    return " || ".join(
        [
            "'{'",
            text_member("sku", "sku"),
            text_member("name", "product_name"),
            text_member("category", "category"),
        ]
    )


def _line_json(understanding: Understanding, *, is_sale: bool) -> str:
    """The rest of a product's JSON."""
    members = []
    if is_sale and "line_discount" in understanding.mapping:
        members.append(_amount("discount", "discount"))
    if is_sale and "unit_cost" in understanding.mapping:
        cost = f'\'""cost"":""\' || {number_text("unit_cost")} || \'"",\''
        members.append(f"CASE WHEN unit_cost IS NULL THEN '' ELSE {cost} END")
    members.append(f'\'""quantity"":""\' || {number_text("pieces")}')
    members.append(f'\'"",""price"":""\' || {number_text("price")}')
    members.append('\'"",""line"":\' || ordinal || \'}\'')
    return " || ".join(members)


def _head(key: str, number: str) -> str:
    members = [
        f"'{{\"\"{key}\"\":' || {quote(number)} || ','",
        text_member("currency", "currency"),
        text_member("affiliation", "store"),
        text_member("channel", "channel"),
        text_member("country", "country"),
        "CASE WHEN distinct_id IS NULL THEN '\"\"anonymous\"\":true,' ELSE '' END",
    ]
    return " || ".join(members)


def _order_json() -> str:
    members = [
        _head("order_id", "external_id"),
        _amount("discount", "order_discount"),
        _amount("tax", "tax"),
        _amount("shipping", "shipping"),
        'CASE WHEN is_cancelled THEN \'""status"":""cancelled"",\' ELSE \'\' END',
        "'\"\"products\"\":[' || products || ']}'",
    ]
    return " || ".join(members)


def _refund_json() -> str:
    members = [
        _head("refund_id", "external_id"),
        f"'\"\"order_id\"\":' || {quote('order_external_id')} || ','",
        text_member("amount", "amount_text"),
        "'\"\"products\"\":[' || products || ']}'",
    ]
    return " || ".join(members)


def _traits_json(understanding: Understanding) -> str:
    keys = {"customer_name": "name", "birth_date": "birthday"}
    members = [
        text_member(keys.get(trait, trait), f"CAST({trait} AS VARCHAR)") for trait in traits_of(understanding)
    ]
    return "'{' || " + "".join(f"{member} || " for member in members) + '\'""attributes"":{}}\''
