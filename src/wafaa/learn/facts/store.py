"""The folder of facts: Parquet parts and the manifest that names them. Light: loads no engine.

    facts/manifest.json                        what the facts are at this moment; replaced atomically
    facts/orders/000012-1f0c88aa90d2.parquet   a part; its name holds the digest of its content, so it never changes
    facts/.lock                                held while somebody writes

A reader takes the manifest and the parts it names. A writer brings new parts, then the manifest, and keeps the parts that
are no longer named for a while, for readers that are still at work on them.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

from wafaa.kit import clock
from wafaa.kit.facts import ColumnType

# Raised whenever the same rows would be written in another form: older facts are then written anew.
FORMAT: Final = 1
# A question takes seconds; a reader never needs an old part for longer.
RETIRED_KEPT: Final = timedelta(minutes=10)
# Tables that questions ask without any other: what was counted of them stays true while orders come in.
ALONE: Final = {"said": ("responses", "answers")}


@dataclass(frozen=True, kw_only=True)
class Part:
    """The rows of one table whose key lies from index * part_rows up to the next part's."""

    index: int
    file: str
    rows: int
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, kw_only=True)
class TableParts:
    name: str
    columns: dict[str, ColumnType]
    part_rows: int
    parts: tuple[Part, ...] = ()

    @property
    def rows(self) -> int:
        return sum(part.rows for part in self.parts)


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What the facts are. Facts of equal content have equal versions, however and whenever they were written."""

    version: str
    synced_at: datetime
    format: int
    origin: str  # which database, epoch, time zone and currency they were written under
    watermark: int  # every transaction below it is in the facts
    tables: dict[str, TableParts]
    retired: dict[str, datetime] = field(default_factory=dict)

    @property
    def first_day(self) -> date | None:
        return min((part.first_day for part in self._parts() if part.first_day), default=None)

    @property
    def last_day(self) -> date | None:
        """The local day of the last event in the facts."""
        return max((part.last_day for part in self._parts() if part.last_day), default=None)

    def _parts(self) -> Iterator[Part]:
        for table in self.tables.values():
            yield from table.parts


def make_version(origin: str, tables: dict[str, TableParts]) -> str:
    """A digest of the origin, the columns and the parts, whose names hold their own digests."""
    told = [
        FORMAT,
        origin,
        sorted(
            (name, list(table.columns.items()), table.part_rows, [part.file for part in table.parts])
            for name, table in tables.items()
        ),
    ]
    return hashlib.sha256(msgspec.json.encode(told)).hexdigest()[:20]


def list_versions(manifest: Manifest) -> dict[str, str]:
    """Of all facts together ("" names it), and of those tables that are asked alone: these do not turn when only others did."""
    alone = {
        name: make_version(manifest.origin, {one: manifest.tables[one] for one in tables})
        for name, tables in ALONE.items()
        if set(tables) <= manifest.tables.keys()
    }
    return {"": manifest.version, **alone}


def read_manifest(folder: Path) -> Manifest | None:
    """The present manifest; None where there are no facts yet, or only such as this code cannot read."""
    try:
        manifest = msgspec.json.decode((folder / "manifest.json").read_bytes(), type=Manifest)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
    return manifest if manifest.format == FORMAT else None


def write_manifest(folder: Path, manifest: Manifest, *, keeps_retired: bool = True) -> None:
    """Puts it in place of the present one, all or nothing, even when the power fails.

    Without `keeps_retired` it names no old parts, so that the next sweep removes them.
    """
    before = read_manifest(folder)
    named = _list_files(manifest)
    retired = dict(before.retired) if before else {}
    if before:
        retired.update(dict.fromkeys(_list_files(before) - named, manifest.synced_at))
    retired = {
        file: at
        for file, at in retired.items()
        if keeps_retired and file not in named and manifest.synced_at - at < RETIRED_KEPT
    }
    draft = folder / f"manifest.json.{os.getpid()}"
    with draft.open("wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(replace(manifest, retired=retired)), indent=1))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(folder / "manifest.json")
    _flush_folder(folder)


def sweep(folder: Path) -> int:
    """Deletes what neither the present manifest nor a recent one names: leftovers of a crash. The lock must be held."""
    manifest = read_manifest(folder)
    kept = _list_files(manifest) | set(manifest.retired) if manifest else set()
    swept = 0
    for path in [*folder.glob("*/*.parquet*"), *folder.glob("manifest.json.*")]:
        if str(path.relative_to(folder)) not in kept:
            path.unlink(missing_ok=True)
            swept += 1
    return swept


def is_whole(folder: Path, manifest: Manifest) -> bool:
    """Whether every part is still there: somebody may have cleared the folder."""
    return all((folder / file).is_file() for file in _list_files(manifest))


@contextmanager
def lock(folder: Path) -> Iterator[None]:
    """One writer at a time, across processes; the operating system frees it when the writer dies."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def name_part(table: str, index: int, content: bytes | memoryview) -> str:
    return f"{table}/{index:06d}-{hashlib.sha256(content).hexdigest()[:12]}.parquet"


def write_part(folder: Path, file: str, content: bytes | memoryview) -> None:
    """Durable once flush_parts() has returned; nothing to do where the same content is already there."""
    path = folder / file
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".parquet.{os.getpid()}")
    draft.write_bytes(content)
    draft.replace(path)


def flush_parts(folder: Path, files: list[str]) -> None:
    """Waits until the parts are on disk, so that a manifest never names a part that a power cut can take away."""
    for file in files:
        descriptor = os.open(folder / file, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    for parent in {(folder / file).parent for file in files}:
        _flush_folder(parent)


def stamp() -> datetime:
    return clock.now().replace(microsecond=0)


def _list_files(manifest: Manifest) -> set[str]:
    return {part.file for table in manifest.tables.values() for part in table.parts}


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
