"""Comma-separated values, row by row."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from wafaa.kit.tables.cells import Cell, make_inert

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
