"""Parquet: plain columns of any type, as text."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from wafaa.listen.connectors.files.errors import (
    ColumnNested,
    LineTooLong,
    NoRows,
    ParquetDamaged,
    TooManyColumns,
    UnpacksTooLarge,
)
from wafaa.listen.connectors.files.reading.encoding import LINE_BYTES_MAX
from wafaa.listen.connectors.files.reading.header import name_columns
from wafaa.listen.connectors.files.reading.raw import COLUMNS_MAX, RawWriter
from wafaa.listen.connectors.files.rules import Shape

BATCH_ROWS = 65_536
# Fifty million rows of forty columns; a few bytes of Parquet can claim far more.
CELLS_MAX = 2_000_000_000
# Of a piece whose texts are written out.
PIECE_BYTES = 64 * 1024**2
# As in delimited text: NUL and what only says how text runs.
MARKS = "[\\x{0}\\x{200b}\\x{200e}\\x{200f}\\x{202a}-\\x{202e}\\x{2066}-\\x{2069}\\x{61c}\\x{feff}]"


def read_parquet(path: Path, writer: RawWriter) -> Shape:
    """All rows; the line number is the row's, from 1."""
    try:
        schema = pq.read_schema(path)
        _check_schema(schema)
        # as dictionaries, because few bytes may say that one long text stands in all rows
        texts = [column.name for column in schema if _is_text(column.type)]
        file = pq.ParquetFile(path, read_dictionary=texts)
        rows = file.metadata.num_rows
        if not len(schema) or not rows:
            raise NoRows
        if rows * len(schema) > CELLS_MAX:
            raise UnpacksTooLarge(limit_mb=CELLS_MAX // 1024**2)
        writer.start(len(schema))
        line = 1
        for batch in file.iter_batches(batch_size=BATCH_ROWS):
            batch.validate(full=True)
            for piece in _cut(batch, line):
                columns = [as_text(column) for column in piece.columns]
                writer.write(pa.array(range(line, line + len(piece)), pa.int64()), columns)
                line += len(piece)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise ParquetDamaged from error
    writer.has_arabic_digits = True
    return Shape(encoding="", delimiter="", headers=name_columns(schema.names, len(schema)), has_header=True)


def _check_schema(schema: Any) -> None:
    if len(schema) > COLUMNS_MAX:
        raise TooManyColumns(columns=len(schema), limit=COLUMNS_MAX)
    for column in schema:
        if pa.types.is_nested(column.type):
            raise ColumnNested(column=column.name)


def _is_text(kind: Any) -> bool:
    return any(
        is_kind(kind) for is_kind in (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary)
    )


def _cut(batch: Any, line: int) -> Iterator[Any]:
    """The batch in pieces that stay small when every text is written out. Raises LineTooLong."""
    longest = 1
    for column in batch.columns:
        texts = column.dictionary if pa.types.is_dictionary(column.type) else column
        if len(texts) and (_is_text(texts.type) or pa.types.is_large_binary(texts.type)):
            longest += pc.max(pc.binary_length(texts)).as_py() or 0
    if longest > LINE_BYTES_MAX:
        raise LineTooLong(line=line, limit_mb=LINE_BYTES_MAX // 1024**2)
    step = max(1, min(BATCH_ROWS, PIECE_BYTES // longest))
    for start in range(0, len(batch), step):
        yield batch.slice(start, step)


def as_text(column: Any) -> Any:
    """Text as people would have written it: ISO times, numbers without exponent, nothing for null and NaN."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_floating(column.type):
        return pa.array(
            ["" if value is None or math.isnan(value) else _number(value) for value in column.to_pylist()]
        )
    if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
        column = pa.array(
            [
                None if value is None else value.decode("utf-8", errors="replace")
                for value in column.to_pylist()
            ],
            pa.string(),
        )
    text: Any = pc.fill_null(pc.cast(column, pa.string()), pa.scalar(""))
    return pc.replace_substring_regex(text, MARKS, "")


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
