"""Parquet: plain columns of any type, as text."""

import math
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from wafaa.listen.connectors.files.errors import ColumnNested, NoRows, ParquetDamaged, TooManyColumns
from wafaa.listen.connectors.files.reading.header import name_columns
from wafaa.listen.connectors.files.reading.raw import COLUMNS_MAX, RawWriter
from wafaa.listen.connectors.files.rules import Shape

BATCH_ROWS = 65_536


def read_parquet(path: Path, writer: RawWriter) -> Shape:
    """All rows; the line number is the row's, from 1."""
    try:
        file = pq.ParquetFile(path)
        schema = file.schema_arrow
        if len(schema) > COLUMNS_MAX:
            raise TooManyColumns(columns=len(schema), limit=COLUMNS_MAX)
        for column in schema:
            if pa.types.is_nested(column.type):
                raise ColumnNested(column=column.name)
        if not len(schema) or not file.metadata.num_rows:
            raise NoRows
        writer.start(len(schema))
        line = 1
        for batch in file.iter_batches(batch_size=BATCH_ROWS):
            columns = [as_text(column) for column in batch.columns]
            writer.write(pa.array(range(line, line + len(batch)), pa.int64()), columns)
            line += len(batch)
    except (pa.ArrowException, OSError) as error:
        raise ParquetDamaged from error
    writer.has_arabic_digits = True
    return Shape(encoding="", delimiter="", headers=name_columns(schema.names, len(schema)), has_header=True)


def as_text(column: Any) -> Any:
    """Text as people would have written it: ISO times, numbers without exponent, nothing for null and NaN."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_floating(column.type):
        return pa.array(
            ["" if value is None or math.isnan(value) else _number(value) for value in column.to_pylist()]
        )
    if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
        return pa.array(
            ["" if value is None else value.decode("utf-8", errors="replace") for value in column.to_pylist()]
        )
    text: Any = pc.fill_null(pc.cast(column, pa.string()), pa.scalar(""))
    return pc.replace_substring(text, "\0", "")


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
