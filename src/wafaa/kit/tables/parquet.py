"""Parquet: rows are put down by the web process, and made into columns by the analyst."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import msgspec

from wafaa.kit import remote
from wafaa.kit.tables.cells import Cell

if TYPE_CHECKING:
    import pyarrow

# So many rows are in memory at once, and make one row group.
BATCH_ROWS = 10_000
# Decimals of 38 digits are the widest that every reader knows; longer ones become text.
PRECISION_MAX = 38
PATIENCE_S = 600.0
_LENGTH_BYTES = 4


class Column(msgspec.Struct):
    """What was met in a column; its type follows when all rows are known."""

    name: str
    kinds: set[str] = msgspec.field(default_factory=set)
    whole_digits: int = 1
    decimals: int = 0

    def meet(self, cell: Cell) -> Any:
        """The cell as it is put down."""
        if cell is None:
            return None
        kind = _KINDS.get(type(cell), "text")
        self.kinds.add(kind)
        if isinstance(cell, Decimal):
            return self._meet_decimal(cell)
        if isinstance(cell, datetime):
            return (cell if cell.tzinfo else cell.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
        if kind == "whole":
            self.whole_digits = max(self.whole_digits, len(str(abs(int(str(cell))))))
            return str(cell)
        return cell.isoformat() if isinstance(cell, date) else cell

    def _meet_decimal(self, cell: Decimal) -> str:
        exponent = cell.as_tuple().exponent
        if not isinstance(exponent, int):  # not a number, or infinite
            self.kinds.add("text")
            return str(cell)
        self.decimals = max(self.decimals, -exponent)
        self.whole_digits = max(self.whole_digits, cell.adjusted() + 1)
        return f"{cell:f}"

    @property
    def kind(self) -> str:
        """The narrowest that holds all: mixed numbers are decimals or floats, anything else mixed is text."""
        if not self.kinds or self.kinds == {"text"}:
            return "text"
        if "float" in self.kinds and self.kinds <= {"whole", "decimal", "float"}:
            return "float"
        if self.kinds <= {"whole", "decimal"}:
            if self.kinds == {"whole"} and self.whole_digits < len(str(2**63)):
                return "whole"
            return "decimal" if self.whole_digits + self.decimals <= PRECISION_MAX else "text"
        return next(iter(self.kinds)) if len(self.kinds) == 1 else "text"


_KINDS: dict[type, str] = {
    str: "text", bool: "truth", int: "whole", float: "float", Decimal: "decimal", date: "day", datetime: "moment",
}  # fmt: skip


def write_parquet(target: Path, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Writes the whole table to `target`, in flat memory here and in the analyst."""
    rows_path = target.with_suffix(".rows")
    try:
        with rows_path.open("wb") as file:
            columns = _put_down(file, head, rows)
        schema = [(c.name, c.kind, c.whole_digits + c.decimals, c.decimals) for c in columns]
        remote.call("tables.write_parquet", [str(rows_path), str(target), schema], timeout_s=PATIENCE_S)
    finally:
        rows_path.unlink(missing_ok=True)


def _put_down(file: IO[bytes], head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> list[Column]:
    columns = [Column(name=name) for name in _make_unique(head)]
    flowing = iter(rows)
    while some := list(islice(flowing, BATCH_ROWS)):
        lists: list[list[Any]] = [
            [column.meet(row[place]) if place < len(row) else None for row in some]
            for place, column in enumerate(columns)
        ]
        body = msgspec.msgpack.encode(lists)
        file.write(len(body).to_bytes(_LENGTH_BYTES, "big") + body)
    return columns


def _make_unique(head: Sequence[str]) -> list[str]:
    """Readers of Parquet stumble over two columns of one name."""
    names: list[str] = []
    for name in head:
        unique, number = name, 2
        while unique in names:
            unique, number = f"{name}_{number}", number + 1
        names.append(unique)
    return names


def _assemble(argument: Any) -> bool:
    """The analyst's part."""
    import pyarrow as pa  # only the analyst loads it
    import pyarrow.parquet as pq

    source, target, described = argument
    schema = pa.schema([(name, _find_type(kind, digits, scale)) for name, kind, digits, scale in described])
    with pq.ParquetWriter(target, schema, compression="zstd") as writer:
        for lists in _read_batches(Path(source)):
            arrays = [_to_array(cells, field.type) for cells, field in zip(lists, schema, strict=True)]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
    return True


def _read_batches(path: Path) -> Iterator[list[list[Any]]]:
    with path.open("rb") as file:
        while length := file.read(_LENGTH_BYTES):
            yield msgspec.msgpack.decode(file.read(int.from_bytes(length, "big")))


def _find_type(kind: str, digits: int, scale: int) -> "pyarrow.DataType":
    import pyarrow as pa

    simple: dict[str, pyarrow.DataType] = {
        "text": pa.string(),
        "truth": pa.bool_(),
        "whole": pa.int64(),
        "float": pa.float64(),
        "day": pa.date32(),
        "moment": pa.timestamp("us", tz="UTC"),
    }
    return simple[kind] if kind in simple else pa.decimal128(max(digits, 1), scale)


def _to_array(cells: list[Any], wanted: "pyarrow.DataType") -> "pyarrow.Array[Any]":
    import pyarrow as pa

    if pa.types.is_string(wanted):
        return pa.array([None if cell is None else str(cell) for cell in cells], pa.string())
    if pa.types.is_boolean(wanted):
        return pa.array(cells, wanted)
    if pa.types.is_integer(wanted):
        return pa.array([None if cell is None else int(cell) for cell in cells], wanted)
    if pa.types.is_floating(wanted):
        return pa.array([None if cell is None else float(cell) for cell in cells], wanted)
    if pa.types.is_decimal(wanted):
        return pa.array([None if cell is None else Decimal(cell) for cell in cells], wanted)
    read = date.fromisoformat if pa.types.is_date(wanted) else datetime.fromisoformat
    return pa.array([None if cell is None else read(cell) for cell in cells], wanted)


remote.register("tables.write_parquet", _assemble)
