"""From raw.parquet and a mapping to what will be published: typed lines, orders, refunds, customers, problems, events."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import duckdb
import msgspec

from wafaa.kit import clock
from wafaa.listen.connectors.files.errors import (
    AmountsTooLarge,
    ColumnMissing,
    CurrencyUnknown,
    DatesAmbiguous,
    DatesUnreadable,
    TimeZoneUnknown,
)
from wafaa.listen.connectors.files.reading import load_reading
from wafaa.listen.connectors.files.rules import Counts, Reading, Understanding
from wafaa.listen.connectors.files.staging import lists, output, words
from wafaa.listen.connectors.files.staging.cells import Cell, CellMaker
from wafaa.listen.connectors.files.staging.expressions import (
    AMOUNT_MAX,
    LINES_MAX,
    TOTAL_MAX,
    TRAITS,
    cost_minor,
    in_minor,
    line_values,
    make_original,
    minor_as_text,
    traits_of,
)
from wafaa.listen.connectors.files.staging.steps import raise_nothing_left, run
from wafaa.listen.connectors.files.understanding.currencies import codes
from wafaa.listen.connectors.files.understanding.database import connect, raw_table

# A till whose clock runs ahead, or a zone that was mistaken, is no reason to lose a line.
AHEAD = timedelta(days=1)
# Where nothing can be wrong with a cell.
NO_PROBLEM = "NULL::STRUCT(place INTEGER, code VARCHAR, value VARCHAR)"

# done and total in steps
OnProgress = Callable[[int, int], None]


def stage_file(
    folder: Path, understanding: Understanding, *, namespace: str = "", on_progress: OnProgress | None = None
) -> Counts:
    """Writes the staged files into `folder` and returns what they hold. With a `namespace` (the import's uuid) also events.

    Raises a FileError where the mapping or an answer is missing, or nothing is left.
    """
    reading = load_reading(folder)
    check_answers(reading, understanding)
    steps = _Progress(on_progress, 6)
    with connect(folder) as database:
        try:
            cells = _type_lines(database, folder, reading, understanding)
            steps.advance()
            if understanding.options.kind == "orders":
                counts = _stage_orders(
                    database, folder, reading, understanding, cells=cells, namespace=namespace, steps=steps
                )
            else:
                counts = lists.stage(database, folder, reading, understanding, namespace=namespace)
            steps.advance()
        finally:
            shutil.rmtree(folder / "spill", ignore_errors=True)
    (folder / "understanding.json").write_bytes(msgspec.json.encode(understanding))
    (folder / "counts.json").write_bytes(msgspec.json.encode(counts))
    return counts


def _stage_orders(
    database: duckdb.DuckDBPyConnection,
    folder: Path,
    reading: Reading,
    understanding: Understanding,
    *,
    cells: dict[str, Cell],
    namespace: str,
    steps: "_Progress",
) -> Counts:
    _price_lines(database, reading, understanding, cells)
    steps.advance()
    _gather_documents(database, understanding, cells)
    steps.advance()
    _reckon(database, understanding, cells)
    steps.advance()
    counts = output.write(database, folder, reading, understanding, with_lines=not namespace)
    steps.advance()
    if namespace:
        events = output.write_events(database, folder, understanding, namespace)
        counts = replace(counts, events=events)
    return counts


def check_answers(reading: Reading, understanding: Understanding) -> None:
    """Raises what has to be said before anything can be staged."""
    options = understanding.options
    if understanding.missing:
        raise ColumnMissing(fields=", ".join(understanding.missing))
    if options.currency and options.currency not in codes():
        raise CurrencyUnknown(currency=options.currency)
    try:
        ZoneInfo(options.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise TimeZoneUnknown(time_zone=options.time_zone) from error
    if understanding.ambiguous_example and options.day_first is None:
        raise DatesAmbiguous(example=understanding.ambiguous_example)
    if options.kind != "orders":
        return
    dates = understanding.columns[understanding.mapping["ordered_at"]]
    if not dates.date_formats:
        raise DatesUnreadable(column=dates.header, example=(dates.examples or [""])[0])


class _Progress:
    def __init__(self, on_progress: OnProgress | None, total: int) -> None:
        self._on_progress = on_progress
        self._total = total
        self._done = 0

    def advance(self) -> None:
        self._done += 1
        if self._on_progress:
            self._on_progress(self._done, self._total)


def _type_lines(
    database: duckdb.DuckDBPyConnection, folder: Path, reading: Reading, understanding: Understanding
) -> dict[str, Cell]:
    until = (clock.now() + AHEAD).strftime("%Y-%m-%d %H:%M:%S")
    maker = CellMaker(database, folder, reading, understanding)
    cells = [
        words.translate(database, folder, maker.make(field, until=until), understanding)
        for field in understanding.mapping
    ]
    checks = [f"coalesce({condition}, false)" for cell in cells for _, condition in cell.checks]
    notes = [f"coalesce({condition}, false)" for cell in cells for _, condition in cell.notes]
    found = [
        f"CASE WHEN {condition} THEN {{'place': {cell.raw[1:]}, 'code': '{code}', 'value': left({cell.raw}, 200)}} END"
        for cell in cells
        for code, condition in (*cell.checks, *cell.notes)
    ]
    values = [f"{cell.value} AS {cell.field}" for cell in cells]
    for cell in cells:
        if cell.join:
            values.append(f"read_{cell.field}.given IS NOT NULL AS {cell.field}_is_filled")
            values.append(f"read_{cell.field}.value IS NOT NULL AS {cell.field}_is_number")
    run(
        database,
        "stage_typed",
        raw=raw_table(folder),
        fields=", ".join(cell.field for cell in cells),
        values=", ".join(values),
        joins=" ".join(cell.join for cell in cells),
        checks=" OR ".join(checks) or "false",
        notes=" OR ".join(notes) or "false",
        problems=", ".join(found) or NO_PROBLEM,
    )
    return {cell.field: cell for cell in cells}


def _price_lines(
    database: duckdb.DuckDBPyConnection,
    reading: Reading,
    understanding: Understanding,
    cells: dict[str, Cell],
) -> None:
    words.register_phones(database, understanding)
    run(database, "stage_lines", **line_values(understanding, cells))
    run(database, "stage_sorted")
    row = database.execute("SELECT count(*) FROM priced").fetchone()
    if not row or not row[0]:
        raise_nothing_left(database)


def _gather_documents(
    database: duckdb.DuckDBPyConnection, understanding: Understanding, cells: dict[str, Cell]
) -> None:
    """Contradicting lines leave; what they belonged to is gathered again without them."""
    traits = "".join(f", arg_max({trait}, line) AS {trait}" for trait in traits_of(understanding))
    run(database, "stage_documents", traits=traits)
    mapping = understanding.mapping
    amount = next(field for field in ("unit_price", "line_total", "order_total") if field in mapping)
    buyer = next((field for field in ("customer_id", "email", "phone") if field in mapping), "order_id")
    run(
        database,
        "stage_contradictions",
        lines_max=LINES_MAX,
        amount_max=AMOUNT_MAX,
        order_place=mapping.get("order_id", -1),
        customer_place=mapping.get(buyer, -1),
        currency_place=mapping.get("currency", -1),
        amount_place=mapping[amount],
    )
    row = database.execute("SELECT count(*) FROM contradiction").fetchone()
    if row and row[0]:
        database.execute("INSERT INTO problem SELECT * FROM contradiction")
        database.execute("DELETE FROM priced WHERE line IN (SELECT line FROM contradiction)")
        run(database, "stage_documents", traits=traits)
    row = database.execute("SELECT sum(abs(pieces * price)::DOUBLE) FROM priced").fetchone()
    if row and row[0] and row[0] > TOTAL_MAX:
        raise AmountsTooLarge
    database.execute(
        "CREATE OR REPLACE TEMP TABLE numbered AS SELECT *, row_number() OVER (ORDER BY first_line) AS number FROM document"
    )


def _reckon(
    database: duckdb.DuckDBPyConnection, understanding: Understanding, cells: dict[str, Cell]
) -> None:
    options = understanding.options
    run(
        database,
        "stage_sales",
        amount_minor=in_minor("pieces * price - discount", "document.currency", understanding),
        cost_minor=cost_minor(understanding),
        discount_minor=in_minor("coalesce(order_discount, 0)", "currency", understanding),
        tax_minor=in_minor("coalesce(tax, 0)", "currency", understanding),
        shipping_minor=in_minor("coalesce(shipping, 0)", "currency", understanding),
    )
    run(
        database,
        "stage_refunds",
        line_minor=in_minor("pieces * price", "currency", understanding),
        given_minor=in_minor("pieces * price - discount", "currency", understanding),
        amount_text=minor_as_text("reckoned.amount_minor", "document.currency", understanding),
        original=make_original(options),
    )
    told = traits_of(understanding)
    latest = "".join(
        f", arg_max({trait}, (told_at, number)) AS {trait}"
        if trait in told
        else f", NULL::VARCHAR AS {trait}"
        for trait in TRAITS
    )
    run(database, "stage_customers", latest=latest)
