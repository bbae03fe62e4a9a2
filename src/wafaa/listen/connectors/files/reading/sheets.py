"""Workbooks (XLSX): the first sheet that holds a table."""

import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from wafaa.kit.text import without_marks
from wafaa.listen.connectors.files.errors import FileEmpty, SheetDamaged, TooManyColumns, UnpacksTooLarge
from wafaa.listen.connectors.files.reading.header import is_header, name_columns
from wafaa.listen.connectors.files.reading.raw import COLUMNS_MAX, RawWriter
from wafaa.listen.connectors.files.rules import Shape

BATCH_ROWS = 5_000
# The parser holds a sheet as a full rectangle: a far-off single cell would claim all memory. 12 bytes-wide million rows pass.
CELLS_MAX = 40_000_000
_CELL_PLACE = re.compile(rb'<c [^>]*?r="([A-Z]{1,3})(\d{1,7})"')


def read_sheet(path: Path, writer: RawWriter) -> Shape:
    """Rows of the first sheet with more than one row; dates come as ISO text, whole numbers without decimals."""
    _check_rectangles(path)
    try:
        book = CalamineWorkbook.from_path(str(path))
        sheet = _first_table(book)
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
    for line, cells in filled[:start]:
        writer.note_problem(line, "above_heading", " ".join(cell for cell in cells if cell))
    first = filled[start][1][:width]
    header = first if is_header(first, [cells[:width] for _, cells in filled[start + 1 :]]) else None
    writer.start(width)
    _write(filled[start + (header is not None) :], rows, writer, width)
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


def _first_table(book: CalamineWorkbook) -> CalamineSheet | None:
    best = None
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        if sheet.height > 1 and sheet.width > 1:
            return sheet
        if sheet.height and best is None:
            best = sheet
    return best


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


def _check_rectangles(path: Path) -> None:
    """Refuses a sheet whose rectangle is far larger than memory, before the parser builds it."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if not (name.startswith("xl/worksheets/") and name.endswith(".xml")):
                continue
            try:
                with archive.open(name) as sheet:
                    rows, columns = _rectangle(sheet)
            except (zipfile.BadZipFile, EOFError, OSError, RuntimeError, NotImplementedError) as error:
                raise SheetDamaged from error
            if rows * columns > CELLS_MAX:
                raise UnpacksTooLarge(limit_mb=CELLS_MAX * 24 // 1024**2)


def _rectangle(sheet: Any) -> tuple[int, int]:
    last_row = last_column = 0
    tail = b""
    while data := sheet.read(1 << 20):
        for letters, row in _CELL_PLACE.findall(tail + data):
            last_row = max(last_row, int(row))
            column = 0
            for letter in letters:
                column = column * 26 + letter - 64
            last_column = max(last_column, column)
        tail = data[-200:]
    return last_row, last_column
