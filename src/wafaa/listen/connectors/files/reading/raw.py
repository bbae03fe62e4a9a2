"""Writes raw.parquet and the problems met while reading, a batch at a time."""

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from wafaa.listen.connectors.files.errors import TooManyColumns

# A shop's export has tens of columns; 500 leaves room for odd ones and keeps memory flat.
COLUMNS_MAX = 500
PROBLEM_FIELDS: list[Any] = [
    pa.field("line", pa.int64()),
    pa.field("column", pa.string()),
    pa.field("code", pa.string()),
    pa.field("value", pa.string()),
]
PROBLEM_SCHEMA = pa.schema(PROBLEM_FIELDS)
PROBLEM_BATCH = 10_000
# A value in the list of problems is there to be recognised, not to be kept.
PROBLEM_VALUE_CHARS = 200


class RawWriter:
    """Columns are named c0, c1 ... by place, so that no header can collide or break a query."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows = 0
        self.problems = 0
        self.first_problem: tuple[int, str] | None = None
        self.has_arabic_digits = False
        self._raw: pq.ParquetWriter | None = None
        self._schema: pa.Schema | None = None
        self._waiting: list[tuple[int, str, str, str]] = []
        self._problems = pq.ParquetWriter(folder / "raw_problems.parquet", PROBLEM_SCHEMA)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._flush_problems()
        self._problems.close()
        if self._raw is not None:
            self._raw.close()

    def start(self, columns: int) -> None:
        if columns > COLUMNS_MAX:
            raise TooManyColumns(columns=columns, limit=COLUMNS_MAX)
        names = [f"c{place}" for place in range(columns)]
        fields: list[Any] = [
            pa.field("line", pa.int64()),
            *(pa.field(name, pa.string()) for name in names),
        ]
        self._schema = pa.schema(fields)
        self._raw = pq.ParquetWriter(self.folder / "raw.parquet", self._schema, compression="snappy")

    def write(self, lines: Any, columns: Sequence[Any]) -> None:
        assert self._raw is not None, "start() comes first"
        self._raw.write_table(pa.Table.from_arrays([lines, *columns], schema=self._schema))
        self.rows += len(lines)

    def write_rows(self, lines: Sequence[int], rows: Sequence[Sequence[str | None]]) -> None:
        """Rows of equal width."""
        if rows:
            arrays = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
            self.write(pa.array(lines, pa.int64()), arrays)

    def note_problem(
        self, line: int, code: str, value: str = "", column: str = "", *, is_row: bool = True
    ) -> None:
        """What of the file was left out; `is_row` where it is a row that would have counted among the others."""
        self.problems += is_row
        self.first_problem = self.first_problem or (line, code)
        self._waiting.append((line, column, code, value[:PROBLEM_VALUE_CHARS]))
        if len(self._waiting) >= PROBLEM_BATCH:
            self._flush_problems()

    def _flush_problems(self) -> None:
        if self._waiting:
            columns = [list(column) for column in zip(*self._waiting, strict=True)]
            self._problems.write_table(pa.table(columns, schema=PROBLEM_SCHEMA))
            self._waiting.clear()
