"""What a file means: a guess of mapping and options from its headings and its whole content."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import duckdb

from wafaa.listen.connectors.files.errors import ColumnUnknown, FieldUnknown
from wafaa.listen.connectors.files.reading import load_reading
from wafaa.listen.connectors.files.rules import (
    AMOUNT_FIELDS,
    ATTRIBUTE,
    DATE_FIELD_OF,
    FIELDS_OF,
    NUMBER_FIELDS,
    Column,
    Kind,
    Mapping,
    Options,
    Reading,
    Understanding,
    list_missing,
)
from wafaa.listen.connectors.files.understanding.columns import (
    count_decimal_signs,
    describe_columns,
    find_currency_sign,
    find_refund_prefix,
    read_dates,
)
from wafaa.listen.connectors.files.understanding.currencies import read_currency
from wafaa.listen.connectors.files.understanding.database import connect, raw_table
from wafaa.listen.connectors.files.understanding.guess import guess_kind, guess_mapping
from wafaa.listen.connectors.files.understanding.synonyms import plain

# One side must speak this many times louder before a mixed column of dates is not asked about.
DAY_FIRST_MARGIN = 20


@dataclass(frozen=True)
class DateSigns:
    """How many different dates can only be read with the day, or the month, first; and one that can be read both ways."""

    day: int = 0
    month: int = 0
    example: str = ""


def understand(
    folder: Path,
    *,
    mapping: Mapping | None = None,
    options: Options | None = None,
    columns: list[Column] | None = None,
) -> Understanding:
    """The guess about what read_file left in `folder`; what is given in `mapping` and `options` stands.

    `columns` as an earlier understanding of the same folder told them saves counting them again.
    """
    reading = load_reading(folder)
    given = options or Options()
    with connect(folder) as database:
        columns = list(columns or describe_columns(database, folder, reading))
        kind: Kind = given.kind or (guess_kind(columns) if reading.has_header else "orders")
        if mapping is None:
            mapping = guess_mapping(columns, kind)
            if kind == "orders":
                mapping = _settle_total(database, folder, mapping)
        says = DateSigns()
        if (place := mapping.get(DATE_FIELD_OF[kind])) is not None:
            formats, day, month, both = read_dates(database, folder, reading, place)
            columns[place] = replace(columns[place], date_formats=formats)
            says = DateSigns(day, month, both)
        day_first, example = _guess_day_first(says, given)
        answers = replace(
            _guess_options(database, folder, reading, columns=columns, mapping=mapping, given=given),
            day_first=day_first,
            kind=kind,
        )
    return Understanding(
        columns=columns,
        mapping=mapping,
        options=answers,
        ambiguous_example=example,
        missing=list_missing(kind, mapping),
    )


def resolve_mapping(reading: Reading, given: dict[str, str], kind: Kind) -> Mapping:
    """Fields and the headings (or the places, counted from 1) of their columns, as a command line gives them.

    `attribute:` before a heading makes that column an own field of the customers.
    """
    mapping: Mapping = {}
    for field, column in given.items():
        is_own = kind == "customers" and field.startswith(ATTRIBUTE)
        if field not in FIELDS_OF[kind] and not is_own:
            raise FieldUnknown(field=field, fields=", ".join(FIELDS_OF[kind]))
        place = _find_column(reading, column)
        # a column that is named twice the same is called as its heading is, also where it was given by its place
        mapping[f"{ATTRIBUTE}{reading.headers[place]}" if field == f"{ATTRIBUTE}{column}" else field] = place
    return mapping


def _find_column(reading: Reading, column: str) -> int:
    plain_headers = [plain(header) for header in reading.headers]
    if column in reading.headers:
        return reading.headers.index(column)
    if plain(column) in plain_headers:
        return plain_headers.index(plain(column))
    if column.isdigit() and 1 <= int(column) <= len(reading.headers):
        return int(column) - 1
    raise ColumnUnknown(column=column, columns=", ".join(reading.headers[:50]))


def _settle_total(database: duckdb.DuckDBPyConnection, folder: Path, mapping: Mapping) -> Mapping:
    """A "total" that differs between the rows of one order is each row's own."""
    if (
        "order_id" not in mapping
        or "order_total" not in mapping
        or {"unit_price", "line_total"} & set(mapping)
    ):
        return mapping
    order, total = mapping["order_id"], mapping["order_total"]
    row = database.execute(
        f"SELECT count(*) FROM (SELECT 1 FROM {raw_table(folder)} WHERE filled(c{order}) IS NOT NULL "
        f"GROUP BY c{order} HAVING min(filled(c{total})) <> max(filled(c{total})) LIMIT 1)"
    ).fetchone()
    if row and row[0]:
        return {
            ("line_total" if field == "order_total" else field): place for field, place in mapping.items()
        }
    return mapping


def _guess_day_first(says: DateSigns, given: Options) -> tuple[bool | None, str]:
    """What the whole column says, else a date to ask about; what was answered stands."""
    if given.day_first is not None:
        return given.day_first, ""
    if says.day > DAY_FIRST_MARGIN * says.month:
        return True, ""
    if says.month > DAY_FIRST_MARGIN * says.day:
        return False, ""
    return None, says.example


def _guess_options(
    database: duckdb.DuckDBPyConnection,
    folder: Path,
    reading: Reading,
    *,
    columns: list[Column],
    mapping: Mapping,
    given: Options,
) -> Options:
    """The options with what the file itself says about numbers, returns and currency filled in."""
    numbers = [
        place for field, place in mapping.items() if field in NUMBER_FIELDS and not columns[place].is_plain
    ]
    prefix = given.refund_prefix
    if prefix is None:
        signs = [mapping[field] for field in ("quantity", *AMOUNT_FIELDS) if field in mapping]
        prefix = (
            find_refund_prefix(database, folder, mapping["order_id"], signs) if "order_id" in mapping else ""
        )
    currency = given.currency
    if "currency" not in mapping:
        amounts = [mapping[field] for field in (*AMOUNT_FIELDS, "unit_cost") if field in mapping]
        currency = currency or read_currency(find_currency_sign(database, folder, amounts))
    decimal = given.decimal or _guess_decimal(database, folder, reading, numbers)
    return replace(given, decimal=decimal, refund_prefix=prefix, currency=currency)


def _guess_decimal(
    database: duckdb.DuckDBPyConnection, folder: Path, reading: Reading, places: list[int]
) -> Literal[".", ","]:
    """One sign for the whole file. Where no column tells, 1,234 is a thousand unless semicolons divide the cells."""
    point = comma = either = 0
    for place in places:
        counts = count_decimal_signs(database, folder, reading, place)
        point, comma, either = point + counts[0], comma + counts[1], either + counts[2]
    if point != comma:
        return "," if comma > point else "."
    return "," if either and reading.delimiter == ";" else "."
