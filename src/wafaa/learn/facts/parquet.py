"""Rows as Arrow tables and Parquet bytes, with the types that fact tables declare."""

from collections.abc import Iterator, Mapping
from datetime import date
from io import BytesIO
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from wafaa.kit.facts import ColumnType

_TYPES: dict[ColumnType, pa.DataType] = {
    "int64": pa.int64(),
    "int32": pa.int32(),
    "string": pa.string(),
    "bool": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "decimal": pa.decimal128(18, 6),
}


def make_schema(columns: Mapping[str, ColumnType]) -> pa.Schema:
    return pa.schema([(name, _TYPES[kind]) for name, kind in columns.items()])


def decode_csv(csv: bytes, columns: Mapping[str, ColumnType]) -> pa.Table:
    """PostgreSQL's CSV, without a header, as a typed table. A missing text is empty; other missing values are null."""
    schema = make_schema(columns)
    if not csv:
        return schema.empty_table()
    return pyarrow.csv.read_csv(
        BytesIO(csv),
        read_options=pyarrow.csv.ReadOptions(column_names=schema.names, use_threads=False),
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=schema,
            true_values=["t"],
            false_values=["f"],
            null_values=[""],
            strings_can_be_null=False,
        ),
    )


def encode_parquet(table: pa.Table) -> memoryview:
    """The same rows give the same bytes."""
    sink = pa.BufferOutputStream()
    # Level 1 reads as fast as any and writes fastest; the row groups let several cores read one part.
    pq.write_table(table, sink, compression="zstd", compression_level=1, row_group_size=122_880)
    return memoryview(sink.getvalue())


def split_parts(table: pa.Table, key: str, part_rows: int) -> Iterator[tuple[int, pa.Table]]:
    """(part index, its rows in the order of the key); parts without rows are left out."""
    keys = table.column(key).to_numpy()
    if len(keys) == 0:
        return
    if np.any(keys[1:] < keys[:-1]):
        order = np.argsort(keys, kind="stable")
        table, keys = table.take(order), keys[order]
    indexes = keys // part_rows
    starts = np.concatenate(([0], np.flatnonzero(np.diff(indexes)) + 1, [len(keys)]))
    for start, end in pairwise(starts):
        yield int(indexes[start]), table.slice(int(start), int(end - start))


def find_days(table: pa.Table) -> tuple[date | None, date | None]:
    """The first and last `day`, where the table has days."""
    if "day" not in table.column_names:
        return None, None
    days = table.column("day")
    return pc.min(days).as_py(), pc.max(days).as_py()
