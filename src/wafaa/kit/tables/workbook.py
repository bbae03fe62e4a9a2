"""Excel workbooks: one row in memory at a time, texts as texts, numbers and days as what they are."""

import math
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from wafaa.kit.tables.cells import Cell

# Excel's own limits: rows of a sheet with its head, characters of a cell, digits that a number keeps, the first day.
ROWS_MAX = 1_048_576
TEXT_MAX = 32_767
DIGITS_MAX = 15
FIRST_DAY = date(1900, 3, 1)  # before it, Excel's calendar has a day that never was
# Columns are as wide as what they hold in the first rows.
MEASURED_ROWS = 200
WIDTH_MIN, WIDTH_MAX = 8, 50


def write_workbook(
    file: IO[bytes],
    head: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    folder: Path,
    is_rtl: bool,
    zone: tzinfo = UTC,
) -> None:
    """Writes the whole table; `folder` takes what Excel's format makes us keep aside. Moments are shown in `zone`.

    What does not fit one sheet goes on in the next.
    """
    import xlsxwriter  # some MB that most requests never need

    options = {
        "constant_memory": True,
        "tmpdir": str(folder),
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(file, options) as book:
        sheets = _Sheets(book, head, is_rtl=is_rtl, zone=zone)
        for row in rows:
            sheets.add(row)
        sheets.finish()


class _Sheets:
    """The sheet that is written now, and how wide its columns are."""

    def __init__(self, book: Any, head: Sequence[str], *, is_rtl: bool, zone: tzinfo) -> None:
        self._book, self._head, self._is_rtl, self._zone = book, head, is_rtl, zone
        self._bold = book.add_format({"bold": True, "bottom": 1})
        self._day = book.add_format({"num_format": "yyyy-mm-dd"})
        self._moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._open()

    def _open(self) -> None:
        self._sheet = self._book.add_worksheet()
        if self._is_rtl:
            self._sheet.right_to_left()
        self._sheet.freeze_panes(1, 0)
        for column, name in enumerate(self._head):
            self._sheet.write_string(0, column, name, self._bold)
        self._widths = [len(name) for name in self._head]
        self._next = 1

    def add(self, row: Sequence[Cell]) -> None:
        if self._next == ROWS_MAX:
            self.finish()
            self._open()
        for column, cell in enumerate(row):
            self._write(column, cell)
        if self._next <= MEASURED_ROWS:
            for column, cell in enumerate(row[: len(self._widths)]):
                self._widths[column] = max(self._widths[column], len(str(cell if cell is not None else "")))
        self._next += 1

    def finish(self) -> None:
        for column, width in enumerate(self._widths):
            self._sheet.set_column(column, column, min(max(width + 1, WIDTH_MIN), WIDTH_MAX))

    def _write(self, column: int, cell: Cell) -> None:
        sheet, row = self._sheet, self._next
        if cell is None or cell == "":
            return
        if isinstance(cell, bool):
            sheet.write_boolean(row, column, cell)
        elif isinstance(cell, str):
            sheet.write_string(row, column, cell if len(cell) <= TEXT_MAX else cell[: TEXT_MAX - 1] + "…")
        elif isinstance(cell, datetime):
            self._write_moment(column, cell)
        elif isinstance(cell, date):
            if cell >= FIRST_DAY:
                sheet.write_datetime(row, column, cell, self._day)
            else:
                sheet.write_string(row, column, cell.isoformat())
        elif fits_number(cell):
            sheet.write_number(row, column, float(cell))
        else:
            sheet.write_string(row, column, f"{cell:f}" if isinstance(cell, Decimal) else str(cell))

    def _write_moment(self, column: int, moment: datetime) -> None:
        local = moment.astimezone(self._zone).replace(tzinfo=None) if moment.tzinfo else moment
        if local.date() >= FIRST_DAY:
            self._sheet.write_datetime(self._next, column, local, self._moment)
        else:
            self._sheet.write_string(self._next, column, moment.isoformat())


def fits_number(value: float | Decimal) -> bool:
    """Whether Excel keeps the number as it is; a longer one is written as text, so that no digit is lost."""
    if isinstance(value, Decimal):
        return value.is_finite() and len(value.as_tuple().digits) <= DIGITS_MAX
    return math.isfinite(value) and (not isinstance(value, int) or abs(value) < 10**DIGITS_MAX)
