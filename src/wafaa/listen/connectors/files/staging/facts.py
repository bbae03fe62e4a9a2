"""Fact tables straight from staged files, for a report without a database; equal to what the database's facts would say."""

from pathlib import Path

import duckdb
import pyarrow as pa

from wafaa.kit.sql import load_sql
from wafaa.listen.connectors.files.understanding.database import PACKAGE, connect, quoted

FACT_NAMES = ("orders", "order_lines", "refunds", "refund_lines", "customers", "products", "stores")


def build_fact_tables(folder: Path, *, time_zone: str) -> dict[str, pa.RecordBatchReader]:
    """A reader per fact table over what stage_file left in `folder`; days are calendar days in `time_zone`.

    Ids are given here, by the order in the file. Each reader may be read once.
    """
    database = connect(folder)
    for name in ("lines", "orders", "refunds", "refund_lines", "customers"):
        database.execute(
            f"CREATE VIEW {name} AS SELECT * FROM read_parquet({quoted(str(folder / f'{name}.parquet'))})"
        )
    database.execute(load_sql(PACKAGE, "facts_names"))
    return {name: _read(database, name, time_zone) for name in FACT_NAMES}


def _read(database: duckdb.DuckDBPyConnection, name: str, time_zone: str) -> pa.RecordBatchReader:
    query = load_sql(PACKAGE, f"facts_{name}").replace("{time_zone}", quoted(time_zone))
    # a cursor of its own, so that one reader does not end another
    reader: pa.RecordBatchReader = database.cursor().execute(query).to_arrow_reader(100_000)
    return reader
