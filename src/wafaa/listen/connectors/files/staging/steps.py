"""What every kind of file is staged with: the room's SQL, and the problems that were met."""

import shutil
from pathlib import Path

import duckdb

from wafaa.kit.sql import load_sql
from wafaa.listen.connectors.files.errors import NothingLeft
from wafaa.listen.connectors.files.rules import Reading
from wafaa.listen.connectors.files.understanding.database import PACKAGE, quoted

# An event of an order with four lines has a kilobyte, and its making takes several times that.
STRETCH_EVENTS = 100_000
COPY_BYTES = 1 << 20


def run(database: duckdb.DuckDBPyConnection, name: str, **values: object) -> duckdb.DuckDBPyConnection:
    """Runs the room's SQL of that name with its places filled in."""
    return database.execute(load_sql(PACKAGE, name).format(**values))


def raise_nothing_left(database: duckdb.DuckDBPyConnection) -> None:
    """What was wrong with the first row."""
    row = database.execute("SELECT line, code FROM problem ORDER BY line, place LIMIT 1").fetchone()
    line, code = row or (1, "too_few_cells")
    raise NothingLeft(line=line, reason=code)


def write_problems(database: duckdb.DuckDBPyConnection, folder: Path, reading: Reading) -> None:
    """problems.csv with what reading and staging left out; the table every_problem stays."""
    headers = ", ".join(quoted(header) for header in reading.headers)
    database.execute(
        'CREATE OR REPLACE TEMP TABLE every_problem AS SELECT line, "column", code, value FROM '
        f"read_parquet({quoted(str(folder / 'raw_problems.parquet'))}) UNION ALL "
        f"SELECT line, coalesce([{headers}][place + 1], ''), code, value FROM problem"
    )
    place = quoted(str(folder / "problems.csv"))
    database.execute(
        f'COPY (SELECT * FROM every_problem ORDER BY line, "column") TO {place} (FORMAT csv, HEADER false)'
    )


def write_events(database: duckdb.DuckDBPyConnection, folder: Path, *, total: int = 0) -> int:
    """events.txt from the view told_event, a stretch of its `total` after the other; 0 where the view has no stretches.

    Returns how many.
    """
    part, written = folder / "events.part", 0
    with (folder / "events.txt").open("wb") as events:
        for start in range(0, total or 1, STRETCH_EVENTS):
            database.execute(
                f"SET VARIABLE stretch_start = {start}; SET VARIABLE stretch_end = {start + STRETCH_EVENTS}"
            )
            row = database.execute(
                f"COPY told_event TO {quoted(str(part))} (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x01')"
            ).fetchone()
            written += int(row[0]) if row else 0
            with part.open("rb") as source:
                shutil.copyfileobj(source, events, COPY_BYTES)
            part.unlink()
    return written
