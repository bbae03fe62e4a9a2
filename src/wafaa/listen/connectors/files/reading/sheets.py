"""Workbooks (XLSX, XLSM): the first sheet that holds a table. Macros are never run, formulas never counted."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetVisibleEnum,
)

from wafaa.kit.text import without_marks
from wafaa.listen.connectors.files.errors import FileEmpty, SheetDamaged, TooManyColumns
from wafaa.listen.connectors.files.reading.header import find_heading, is_header, name_columns
from wafaa.listen.connectors.files.reading.raw import COLUMNS_MAX, RawWriter
from wafaa.listen.connectors.files.rules import Shape

BATCH_ROWS = 5_000


def read_sheet(path: Path, writer: RawWriter) -> Shape:
    """Rows of the first sheet with more than one row; dates come as ISO text, whole numbers without decimals."""
    try:
        book = CalamineWorkbook.from_path(str(path))
        sheet, others = _find_table(book)
    except (CalamineError, PasswordError, OSError, ValueError) as error:
        raise SheetDamaged from error
    if sheet is None:
        raise FileEmpty
    rows = _rows_of(sheet)
    head = [row for row, _ in zip(rows, range(200), strict=False)]
    filled = [(line, cells) for line, cells in head if any(cells)]
    width = max(_width(cells) for _, cells in filled)
    if width > COLUMNS_MAX:
        raise TooManyColumns(columns=width, limit=COLUMNS_MAX)
    start = next(place for place, (_, cells) in enumerate(filled) if sum(map(bool, cells)) >= min(width, 2))
    start = max(start, find_heading([cells for _, cells in filled]))
    for line, cells in filled[:start]:
        writer.note_problem(line, "above_heading", " ".join(cell for cell in cells if cell))
    first = filled[start][1][:width]
    header = first if is_header(first, [cells[:width] for _, cells in filled[start + 1 :]]) else None
    writer.start(width)
    _write(filled[start + (header is not None) :], rows, writer, width)
    for name in others:
        writer.note_problem(1, "other_sheet", name, is_row=False)
    return Shape(
        encoding="", delimiter="", headers=name_columns(header, width), has_header=header is not None
    )


def _write(
    head: list[tuple[int, list[str]]], rows: Iterator[tuple[int, list[str]]], writer: RawWriter, width: int
) -> None:
    numbers: list[int] = []
    batch: list[list[str]] = []
    for source in (iter(head), rows):
        for line, cells in source:
            if not any(cells):
                continue
            if _width(cells) > width:
                writer.note_problem(line, "too_many_cells", " ".join(cell for cell in cells if cell))
                continue
            numbers.append(line)
            batch.append((cells + [""] * width)[:width])
            if len(batch) == BATCH_ROWS:
                writer.write_rows(numbers, batch)
                numbers, batch = [], []
    writer.write_rows(numbers, batch)
    writer.has_arabic_digits = True  # not worth a second look: workbooks are small


def _find_table(book: CalamineWorkbook) -> tuple[CalamineSheet | None, list[str]]:
    """The first sheet with a table, one that is shown before one that is hidden; and the names of others with tables."""
    order = sorted(book.sheets_metadata, key=lambda told: told.visible != SheetVisibleEnum.Visible)
    best, is_table, others = None, False, []
    for told in order:
        sheet = book.get_sheet_by_name(told.name)
        if sheet.height > 1 and sheet.width > 1:
            if is_table:
                others.append(told.name)
            else:
                best, is_table = sheet, True
        elif sheet.height and best is None:
            best = sheet
    return best, others


def _rows_of(sheet: CalamineSheet) -> Iterator[tuple[int, list[str]]]:
    """(row number, cells); calamine gives the rows above the table as empty ones."""
    for line, row in enumerate(sheet.iter_rows(), start=1):
        yield line, [_as_text(cell) for cell in row]


def _width(cells: list[str]) -> int:
    return max((place + 1 for place, cell in enumerate(cells) if cell), default=0)


def _as_text(cell: Any) -> str:
    if isinstance(cell, str):
        return without_marks(cell).replace("\0", "")
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return "" if cell is None else str(cell)
