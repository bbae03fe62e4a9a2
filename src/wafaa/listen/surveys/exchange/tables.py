"""The file of another tool as plain rows of text, kept for a day between its upload and its import."""

import csv
import hashlib
import io
import re
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from wafaa.kit.text import without_marks
from wafaa.listen.surveys.errors import TableRefused

BYTES_MAX = 20 * 1024**2
ROWS_MAX = 100_000
COLUMNS_MAX = 200
CELL_LETTERS_MAX = 10_000
KEPT_S = 86_400
_SHA = re.compile(r"[0-9a-f]{64}\Z")
_WORKBOOK = b"PK\x03\x04"


@dataclass(frozen=True, kw_only=True)
class Table:
    """`rows` are (line in the file, cells); `sha` is that of the file as it came."""

    sha: str
    headers: list[str]
    rows: list[tuple[int, list[str]]]


def read_table(file: UploadedFile[Any]) -> Table:
    """Raises TableRefused."""
    if not file.size or file.size > BYTES_MAX:
        raise TableRefused(reason="size")
    data = file.read()
    lines = _read_workbook(data) if data.startswith(_WORKBOOK) else _read_text(data)
    headers: list[str] = []
    rows: list[tuple[int, list[str]]] = []
    for line, cells in lines:
        cleaned = [without_marks(cell).replace("\0", "")[:CELL_LETTERS_MAX] for cell in cells]
        if not any(cleaned):
            continue
        if not headers:
            headers = cleaned
            continue
        rows.append((line, (cleaned + [""] * len(headers))[: len(headers)]))
        if len(rows) > ROWS_MAX:
            raise TableRefused(reason="rows")
    if not rows:
        raise TableRefused(reason="empty")
    if len(headers) > COLUMNS_MAX:
        raise TableRefused(reason="columns")
    return Table(sha=hashlib.sha256(data).hexdigest(), headers=headers, rows=rows)


def _read_text(data: bytes) -> Iterator[tuple[int, list[str]]]:
    text = _decode(data)
    first = text[:20_000].partition("\n")[0]
    delimiter = max(",;\t|", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        raise TableRefused(reason="kind") from error


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1256", errors="replace")  # what Arabic Windows writes
    if text.count("\0") > 10:
        raise TableRefused(reason="kind")
    return text


def _read_workbook(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """The first sheet; what a formula came to, never the formula."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    from wafaa.kit.errors import WafaaError
    from wafaa.listen.connectors.files.reading.archive import check_workbook

    with tempfile.NamedTemporaryFile(suffix=".xlsx") as kept:
        kept.write(data)
        kept.flush()
        try:
            check_workbook(Path(kept.name))
            sheet = CalamineWorkbook.from_path(kept.name).get_sheet_by_index(0)
            if sheet.height > ROWS_MAX * 2 or sheet.width > COLUMNS_MAX * 2:
                raise TableRefused(reason="rows")
            for line, row in enumerate(sheet.iter_rows(), start=1):
                yield line, [_as_text(cell) for cell in row]
        except TableRefused:
            raise
        except (CalamineError, PasswordError, WafaaError, OSError, ValueError, IndexError) as error:
            raise TableRefused(reason="kind") from error


def _as_text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return "" if cell is None else str(cell)


def _folder() -> Path:
    return Path(settings.FILES_ROOT) / "survey-imports"


def _find(survey: UUID, sha: str) -> Path:
    if not _SHA.match(sha):
        raise TableRefused(reason="gone")
    return _folder() / f"{survey}-{sha}.json"


def keep_table(survey: UUID, table: Table) -> None:
    """Until it is imported, a day at most."""
    _folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    path = _find(survey, table.sha)
    path.touch(mode=0o600)
    path.write_bytes(msgspec.json.encode(table))


def find_table(survey: UUID, sha: str) -> Table:
    """Raises TableRefused where it is not kept any more."""
    try:
        return msgspec.json.decode(_find(survey, sha).read_bytes(), type=Table)
    except OSError as error:
        raise TableRefused(reason="gone") from error


def forget_table(survey: UUID, sha: str) -> None:
    _find(survey, sha).unlink(missing_ok=True)


def forget_old_tables() -> None:
    """Those that nobody imported."""
    for path in _folder().glob("*.json") if _folder().is_dir() else ():
        if path.stat().st_mtime < time.time() - KEPT_S:
            path.unlink(missing_ok=True)
