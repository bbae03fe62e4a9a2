"""From a file as it comes to raw.parquet: every cell as text, every row with its physical line number."""

from collections.abc import Callable
from pathlib import Path

import msgspec

from wafaa.listen.connectors.files.errors import FileEmpty, FileMissing, NoRows, NothingLeft
from wafaa.listen.connectors.files.reading.container import opened
from wafaa.listen.connectors.files.reading.raw import RawWriter
from wafaa.listen.connectors.files.rules import Reading

# done and total in bytes of the file as it lies on the disk
OnProgress = Callable[[int, int], None]


def read_file(path: Path, folder: Path, *, on_progress: OnProgress | None = None) -> Reading:
    """Reads the file into `folder` (raw.parquet, raw_problems.parquet, reading.json). Raises a FileError."""
    if not path.is_file():
        raise FileMissing(name=path.name)
    if not path.stat().st_size:
        raise FileEmpty
    folder.mkdir(parents=True, exist_ok=True)
    with opened(path, folder, on_progress or _ignore) as container, RawWriter(folder) as writer:
        if container.kind == "sheet":
            from wafaa.listen.connectors.files.reading.sheets import read_sheet

            shape = read_sheet(container.path, writer)
        elif container.kind == "parquet":
            from wafaa.listen.connectors.files.reading.columnar import read_parquet

            shape = read_parquet(container.path, writer)
        else:
            from wafaa.listen.connectors.files.reading.delimited import read_delimited

            shape = read_delimited(container.stream, writer)
        if not writer.rows:
            if writer.first_problem is None:
                raise NoRows
            line, code = writer.first_problem
            raise NothingLeft(line=line, reason=code)
        reading = Reading(
            kind=container.kind,
            compressed=container.compressed,
            encoding=shape.encoding,
            delimiter=shape.delimiter,
            headers=shape.headers,
            has_header=shape.has_header,
            rows=writer.rows,
            problems=writer.problems,
            has_arabic_digits=writer.has_arabic_digits,
        )
    (folder / "reading.json").write_bytes(msgspec.json.encode(reading))
    return reading


def load_reading(folder: Path) -> Reading:
    """What read_file said about the file."""
    return msgspec.json.decode((folder / "reading.json").read_bytes(), type=Reading)


def _ignore(done: int, total: int) -> None:
    """Nobody watches."""
