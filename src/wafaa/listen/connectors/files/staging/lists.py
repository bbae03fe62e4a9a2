"""Lists of customers and of products: one event per customer, and one per product and day from which its cost holds."""

from pathlib import Path

import duckdb
import msgspec

from wafaa.kit import clock
from wafaa.listen.connectors.files.rules import (
    ATTRIBUTE,
    CONSENT_FIELDS,
    Counts,
    Mapping,
    Reading,
    Understanding,
)
from wafaa.listen.connectors.files.staging import words
from wafaa.listen.connectors.files.staging.output import number_text, quote, text_member
from wafaa.listen.connectors.files.staging.steps import (
    raise_nothing_left,
    run,
    write_events,
    write_problems,
)
from wafaa.listen.connectors.files.understanding.database import quoted

# field -> member of the identify event
TRAITS = {
    "customer_id": "customer_number",
    "customer_name": "name",
    "email": "email",
    "phone": "phone",
    "language": "language",
    "birth_date": "birthday",
    "country": "country",
    "city": "city",
}


def stage(
    database: duckdb.DuckDBPyConnection,
    folder: Path,
    reading: Reading,
    understanding: Understanding,
    *,
    namespace: str,
) -> Counts:
    """The table `typed` becomes events and problems; returns what there is. Raises NothingLeft."""
    if understanding.options.kind == "customers":
        _gather_customers(database, understanding)
        properties = _customer_json(understanding)
    else:
        _gather_products(database, understanding)
        properties = _product_json(understanding)
    row = database.execute("SELECT count(*) FROM listed").fetchone()
    if not row or not row[0]:
        raise_nothing_left(database)
    write_problems(database, folder, reading)
    events = 0
    if namespace:
        source = understanding.options.source
        run(
            database,
            "stage_list_events",
            properties=properties,
            now=quoted(clock.now().strftime("%Y-%m-%d %H:%M:%S")),
            namespace=quoted(namespace),
            source_csv=quoted('"' + source.replace('"', '""') + '"'),
        )
        events = write_events(database, folder)
    return _count(database, reading, understanding, events)


def _gather_customers(database: duckdb.DuckDBPyConnection, understanding: Understanding) -> None:
    """The last row that says something about a customer says it for good."""
    mapping = understanding.mapping
    words.register_phones(database, understanding)
    has_phone = "phone" in mapping
    phone = "coalesce(phone_number.e164, phone)" if has_phone else "NULL"
    keys = [
        "customer_id" if "customer_id" in mapping else "NULL",
        "'email:' || email" if "email" in mapping else "NULL",
        f"'phone:' || {phone}",
    ]
    fields = _list_fields(understanding)
    run(
        database,
        "stage_list_customers",
        key=f"coalesce({', '.join(keys)})",
        joins="LEFT JOIN phone_number ON phone_number.given = typed.phone" if has_phone else "",
        values="".join(f", {phone if field == 'phone' else field} AS told_{field}" for field in fields),
        latest="".join(f", arg_max(told_{field}, line) AS {field}" for field in fields),
    )


def _gather_products(database: duckdb.DuckDBPyConnection, understanding: Understanding) -> None:
    """A product is its number, or its name where the list has no numbers; its rows of several days stand beside each other."""
    mapping, options = understanding.mapping, understanding.options
    name = "left(product_name, 200)" if "product_name" in mapping else "NULL"
    sku = f"coalesce(sku, {name})" if "sku" in mapping else name
    zone = quoted(options.time_zone)
    day = (
        f"CAST(timezone({zone}, timezone('UTC', valid_from)) AS DATE)"
        if "valid_from" in mapping
        else "NULL::DATE"
    )
    currency = f"coalesce({'currency' if 'currency' in mapping else 'NULL'}, {quoted(options.currency)})"
    told = [
        field
        for field in ("product_name", "category", "barcode", "unit_cost", "unit_price")
        if field in mapping
    ]
    run(
        database,
        "stage_list_products",
        sku=sku,
        sku_place=mapping.get("sku", mapping.get("product_name", -1)),
        day=day,
        currency=currency,
        values="".join(f", {field}" for field in told),
        latest="".join(f", arg_max({field}, line) AS {field}" for field in told),
    )


def _list_fields(understanding: Understanding) -> list[str]:
    """The typed columns that a list of customers has."""
    mapping = understanding.mapping
    plain = [field for field in (*TRAITS, "tags", *CONSENT_FIELDS) if field in mapping]
    return [
        *plain,
        *(f"attribute_{place}" for field, place in mapping.items() if field.startswith(ATTRIBUTE)),
    ]


def _customer_json(understanding: Understanding) -> str:
    """The event's properties; a quotation mark is written twice, because they go into a cell of CSV."""
    mapping = understanding.mapping
    members = [
        text_member(name, f"CAST({field} AS VARCHAR)") for field, name in TRAITS.items() if field in mapping
    ]
    if "tags" in mapping:
        words_of = "list_filter(list_transform(string_split_regex(tags, '[,;|،؛]'), lambda w: trim(w)), lambda w: w <> '')"
        members.append(f"CASE WHEN tags IS NULL THEN '' ELSE '\"\"tags\"\":' || {quote(words_of)} || ',' END")
    if set(CONSENT_FIELDS) & set(mapping):
        members.append(_consents_member(mapping))
    own = [
        _own_member(field.removeprefix(ATTRIBUTE), f"attribute_{place}")
        for field, place in mapping.items()
        if field.startswith(ATTRIBUTE)
    ]
    attributes = " || ".join(own) if own else "''"
    return (
        "'{' || "
        + "".join(f"{one} || " for one in members)
        + (f"'\"\"attributes\"\":{{' || rtrim({attributes}, ',') || '}}}}'")
    )


def _consents_member(mapping: Mapping) -> str:
    """What is allowed by each way: by the column that names it, else by the one for all."""
    said = []
    for way in ("email", "sms"):
        told = [f"{way}_consent", "marketing_consent"]
        fields = [field for field in told if field in mapping]
        if fields:
            value = f"coalesce({', '.join(fields)})"
            said.append(f"CASE WHEN {value} IS NULL THEN '' ELSE '\"\"{way}\"\":' || {value} || ',' END")
    inner = f"rtrim({' || '.join(said)}, ',')"
    return f"CASE WHEN {inner} = '' THEN '' ELSE '\"\"consents\"\":{{' || {inner} || '}},' END"


def _own_member(key: str, value: str) -> str:
    """A member whose key is as people called a column: any text."""
    start = msgspec.json.encode(key).decode().replace('"', '""') + ":"
    return f"CASE WHEN {value} IS NULL THEN '' ELSE {quoted(start)} || {quote(value)} || ',' END"


def _product_json(understanding: Understanding) -> str:
    mapping = understanding.mapping
    members = [text_member("sku", "sku"), text_member("valid_from", "CAST(day AS VARCHAR)")]
    for field, name in (("product_name", "name"), ("category", "category"), ("barcode", "barcode")):
        if field in mapping:
            members.append(text_member(name, field))
    for field, name in (("unit_cost", "cost"), ("unit_price", "price")):
        if field in mapping:
            members.append(text_member(name, number_text(field)))
    members.append(text_member("currency", "currency"))
    return "'{' || rtrim(" + " || ".join(members) + ", ',') || '}'"


def _count(
    database: duckdb.DuckDBPyConnection, reading: Reading, understanding: Understanding, events: int
) -> Counts:
    is_products = understanding.options.kind == "products"
    has_costs = is_products and "unit_cost" in understanding.mapping
    costs = "count(unit_cost)" if has_costs else "0"
    things = "count(DISTINCT sku)" if is_products else "count(*)"
    row = database.execute(
        f"SELECT {things}, {costs}, (SELECT count(*) FROM listed_row), (SELECT count(*) FROM every_problem) FROM listed"
    ).fetchone()
    assert row is not None
    return Counts(
        kind=understanding.options.kind or "orders",
        lines=reading.rows + reading.problems,
        good_lines=row[2],
        counted_lines=0,
        orders=0,
        counted_customers=0,
        counted_orders=0,
        refunds=0,
        customers=0 if is_products else row[0],
        products=row[0] if is_products else 0,
        costs=row[1],
        orders_without_customer=0,
        cancelled_orders=0,
        problems=row[3],
        events=events,
        gross_minor=0,
        refunded_minor=0,
        currency=understanding.options.currency,
        other_currencies=[],
        first_day="",
        last_day="",
    )
