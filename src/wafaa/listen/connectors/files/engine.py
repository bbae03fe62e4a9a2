"""What the analyst does for this room: reading and staging. Imported there, and where no analyst runs."""

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from wafaa.kit import remote
from wafaa.listen.connectors.files.errors import FileError, ImportFailed
from wafaa.listen.connectors.files.reading import load_reading, read_file
from wafaa.listen.connectors.files.rules import Column, Mapping, Options, Understanding
from wafaa.listen.connectors.files.staging import stage_file
from wafaa.listen.connectors.files.understanding import understand

log = logging.getLogger(__name__)

PREVIEW_ROWS = 20
# What a file that we did not foresee may lead the engine to: a fault of ours, which stops this import and nothing else.
BROKEN = (duckdb.Error, pa.ArrowException)
# Often enough for a bar that moves, seldom enough to cost nothing.
PROGRESS_INTERVAL_S = 0.2


class Cancelled(FileError):
    code = "cancelled"


def watch(folder: Path) -> Callable[[int, int], None]:
    """Writes progress into the import's folder, and ends the work when a file `cancel` appears there."""
    last = 0.0

    def on_progress(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < PROGRESS_INTERVAL_S:
            return
        last = now
        if (folder / "cancel").exists():
            raise Cancelled
        draft = folder / "progress.new"
        draft.write_text(f"{done} {total}")
        draft.replace(folder / "progress")

    return on_progress


def read(argument: dict[str, Any]) -> dict[str, Any]:
    """Reads, unless that was done, and understands; the answer holds what the page shows, or the error's code and facts."""
    folder = Path(argument["folder"])
    try:
        known = folder / "columns.json"  # what is written last
        if known.exists():
            reading, columns = (
                load_reading(folder),
                msgspec.json.decode(known.read_bytes(), type=list[Column]),
            )
        else:
            reading, columns = read_file(folder / "upload", folder, on_progress=watch(folder)), None
        options = msgspec.convert(argument["options"], Options)
        understanding = understand(folder, options=options, columns=columns)
        known.write_bytes(msgspec.json.encode(understanding.columns))
    except FileError as error:
        return {"error": error.code, "facts": error.facts}
    except BROKEN:
        log.exception("reading a file failed")
        return {"error": ImportFailed.code, "facts": {}}
    return {"reading": reading, "understanding": understanding, "preview": _preview(folder)}


def understand_again(argument: dict[str, Any]) -> dict[str, Any]:
    """With a mapping and answers that somebody gave."""
    folder = Path(argument["folder"])
    try:
        known = folder / "columns.json"
        understanding = understand(
            folder,
            columns=msgspec.json.decode(known.read_bytes(), type=list[Column]) if known.exists() else None,
            mapping=msgspec.convert(argument["mapping"], Mapping),
            options=msgspec.convert(argument["options"], Options),
        )
    except FileError as error:
        return {"error": error.code, "facts": error.facts}
    return {"understanding": understanding}


def stage(argument: dict[str, Any]) -> dict[str, Any]:
    """Understands with the given mapping and answers, then stages; the answer holds the counts, or the error."""
    folder = Path(argument["folder"])
    again = understand_again(argument)
    if "error" in again:
        return again
    understanding: Understanding = again["understanding"]
    try:
        counts = stage_file(folder, understanding, namespace=argument["namespace"], on_progress=watch(folder))
    except FileError as error:
        return {"error": error.code, "facts": {key: str(value) for key, value in error.facts.items()}}
    except BROKEN:
        log.exception("checking a file failed")
        return {"error": ImportFailed.code, "facts": {}}
    return {"counts": counts, "understanding": understanding}


def _preview(folder: Path) -> list[list[str]]:
    path = folder / "raw.parquet"
    if not path.exists():
        return []
    for batch in pq.ParquetFile(path).iter_batches(batch_size=PREVIEW_ROWS):
        rows = zip(*(column.to_pylist() for column in batch.columns), strict=True)
        return [["" if cell is None else str(cell)[:200] for cell in row] for row in rows]
    return []


def mentions(argument: dict[str, Any]) -> bool:
    """Whether a cell of the file as it was read holds one of the words, or is one of the cells. True where it was not read."""
    path = Path(argument["folder"]) / "raw.parquet"
    if not path.exists():
        return True
    cells = pa.array([cell.lower() for cell in argument["cells"]], pa.string())
    for batch in pq.ParquetFile(path).iter_batches():
        for column in batch.columns:
            text = pc.utf8_lower(column.cast(pa.string()))
            found = [pc.match_substring(text, word.lower()) for word in argument["words"]]
            found.append(pc.is_in(pc.utf8_trim_whitespace(text), value_set=cells))
            if any(pc.any(one).as_py() for one in found):
                return True
    return False


remote.register("files.mentions", mentions)
remote.register("files.read", read)
remote.register("files.stage", stage)
