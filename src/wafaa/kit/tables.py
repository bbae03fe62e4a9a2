"""Tables as files that a spreadsheet opens without running anything."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

Cell = str | int | float | Decimal | date | datetime | None

# A spreadsheet takes a text that begins so for a formula.
_RISKY = ("=", "+", "-", "@", "\t", "\r")
# Excel reads UTF-8 only behind this mark; without it Arabic turns to noise.
BYTE_ORDER_MARK = "\ufeff"


class _Echo:
    """A file for csv.writer that hands back what is written."""

    def write(self, text: str) -> str:
        return text


def stream_csv(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """RFC 4180 row by row, behind a byte order mark; texts cannot become formulas, numbers and times stay
    exact.
    """
    writer: Any = csv.writer(_Echo(), lineterminator="\r\n")
    yield BYTE_ORDER_MARK + writer.writerow([make_inert(name) for name in head])
    for row in rows:
        yield writer.writerow([make_inert(cell) for cell in row])


def make_inert(cell: Cell) -> str | int | float:
    """A cell that a spreadsheet shows and never runs."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(_RISKY) else cell
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return cell.isoformat() if isinstance(cell, date) else cell
