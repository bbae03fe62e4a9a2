"""A table as a download in the format that the address asks for."""

import tempfile
import time
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import get_language_bidi

from wafaa.kit.tables.cells import Cell
from wafaa.kit.tables.delimited import stream_csv
from wafaa.kit.tables.parquet import write_parquet
from wafaa.kit.tables.workbook import write_workbook

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PARQUET_TYPE = "application/vnd.apache.parquet"
# A file half written by a process that was killed is swept up by the next export after this time.
LEFT_BEHIND_S = 24 * 3600


def answer_table(
    request: HttpRequest, name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> StreamingHttpResponse:
    """The table as wafaa-<name>.csv, .xlsx or .parquet after `?format=`; nonsense means CSV."""
    wanted = request.GET.get("format", "")
    if wanted == "xlsx":
        return _answer_workbook(name, head, rows)
    if wanted == "parquet":
        return _answer_parquet(name, head, rows)
    response = StreamingHttpResponse(stream_csv(head, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="wafaa-{name}.csv"'
    return response


def _answer_workbook(name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> FileResponse:
    folder = _prepare_folder()
    file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 (the response closes it)
    is_rtl, zone = get_language_bidi(), timezone.get_current_timezone()
    write_workbook(file, head, rows, folder=folder, is_rtl=is_rtl, zone=zone)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"wafaa-{name}.xlsx", content_type=XLSX_TYPE)


def _answer_parquet(name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> FileResponse:
    path = _prepare_folder() / f"{uuid.uuid4()}.parquet"
    try:
        write_parquet(path, head, rows)
        file = path.open("rb")
    finally:
        path.unlink(missing_ok=True)
    return FileResponse(file, as_attachment=True, filename=f"wafaa-{name}.parquet", content_type=PARQUET_TYPE)


def _prepare_folder() -> Path:
    """Beside the files that are kept, out of backups' way: /tmp may lie in memory."""
    folder = Path(settings.FILES_ROOT).parent / "exports"
    folder.mkdir(parents=True, exist_ok=True)
    oldest = time.time() - LEFT_BEHIND_S
    for path in folder.iterdir():
        if path.is_file() and path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
    return folder
