"""The form of a backup: a zip file with PostgreSQL's dump, the kept files, and a manifest that says what must be in it.

database.dump    pg_dump's custom format
files/...        what people brought and cannot be made again
secret_key       only if asked for
manifest.json    written last: version, time, migrations, sizes, sha256
"""

import hashlib
import os
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Final

import msgspec

from wafaa.run.backup.errors import BackupDamaged, FileTaken, NotABackup

FORMAT: Final = 1
DUMP, MANIFEST, SECRET_KEY, FILES = "database.dump", "manifest.json", "secret_key", "files/"
BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Member:
    """One file in the backup."""

    name: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What the backup is of."""

    format: int
    wafaa: str
    made_at: datetime
    server_major: int  # of the database that was backed up
    dump_major: int  # of the program that wrote the dump: a reader must be as new
    schema: str
    migrations: list[tuple[str, str]]  # (app, name), all that were applied
    tables: list[str]
    rows: dict[str, int]  # of some tables, counted in the dump's own snapshot
    members: list[Member]

    @property
    def size_bytes(self) -> int:
        return sum(member.size_bytes for member in self.members)


class Writer:
    """A backup that is being written; what is added is hashed on its way."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.members: list[Member] = []
        self._archive = archive

    def add(
        self, name: str, source: IO[bytes], *, on_bytes: Callable[[int], None] = lambda size: None
    ) -> None:
        digest, size = hashlib.sha256(), 0
        kind = zipfile.ZIP_DEFLATED if name.endswith((".csv", ".txt", ".json")) else zipfile.ZIP_STORED
        entry = zipfile.ZipInfo(name)
        entry.compress_type = kind
        entry.external_attr = 0o600 << 16
        with self._archive.open(entry, "w", force_zip64=True) as target:
            while block := source.read(BLOCK_BYTES):
                target.write(block)
                digest.update(block)
                size += len(block)
                on_bytes(size)
        self.members.append(Member(name=name, size_bytes=size, sha256=digest.hexdigest()))

    def finish(self, manifest: Manifest) -> None:
        self._archive.writestr(MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=1))


@contextmanager
def writing(file: Path) -> Iterator[Writer]:
    """A backup that appears under its name when it is whole and on the disk, or not at all."""
    if file.is_dir() or (file.exists() and not _looks_like_one(file)):
        raise FileTaken(file=file)
    draft = file.with_name(f".{file.name}.{os.getpid()}.draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            with zipfile.ZipFile(stream, "w") as archive:
                yield Writer(archive)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(file)
        flush_folder(file.parent)
    finally:
        draft.unlink(missing_ok=True)


def flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _looks_like_one(file: Path) -> bool:
    try:
        with zipfile.ZipFile(file) as archive:
            return MANIFEST in archive.namelist()
    except (OSError, zipfile.BadZipFile):
        return False


@contextmanager
def reading(file: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """Raises NotABackup."""
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive, _read_manifest(file, archive)
    except zipfile.BadZipFile as error:
        raise NotABackup(file=file, reason=error) from error
    except OSError as error:
        if error.filename is None or Path(error.filename) != file:
            raise
        raise NotABackup(file=file, reason=error.strerror) from error


def read_manifest(file: Path) -> Manifest:
    with reading(file) as (_, manifest):
        return manifest


def _read_manifest(file: Path, archive: zipfile.ZipFile) -> Manifest:
    try:
        content = archive.read(MANIFEST)
        told = msgspec.json.decode(content)
        if told["format"] > FORMAT:
            # newer than anything that can be read here: the version is all that matters
            told = {**told, "members": [], "migrations": [["wafaa", "newer"]]}
        return msgspec.convert(told, Manifest)
    except (KeyError, TypeError, msgspec.MsgspecError) as error:
        raise NotABackup(file=file, reason=error) from error


def verify(file: Path, archive: zipfile.ZipFile, manifest: Manifest, on_bytes: Callable[[int], None]) -> None:
    """Reads everything once. Raises BackupDamaged, before anything is changed."""
    names = set(archive.namelist())
    done = 0
    for member in manifest.members:
        if member.name not in names:
            raise BackupDamaged(file=file, part=member.name)
        digest = hashlib.sha256()
        try:
            with archive.open(member.name) as source:
                while block := source.read(BLOCK_BYTES):
                    digest.update(block)
                    done += len(block)
                    on_bytes(done)
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise BackupDamaged(file=file, part=member.name) from error
        if digest.hexdigest() != member.sha256:
            raise BackupDamaged(file=file, part=member.name)


def find_places(file: Path, manifest: Manifest, root: Path) -> dict[Path, Member]:
    """Where the kept files belong below `root`; a place that leads out of it is refused."""
    places = {}
    for member in manifest.members:
        if member.name.startswith(FILES):
            place = PurePosixPath(member.name.removeprefix(FILES))
            if place.is_absolute() or ".." in place.parts or not place.parts:
                raise BackupDamaged(file=file, part=member.name)
            places[root / place] = member
    return places


def extract(archive: zipfile.ZipFile, name: str, target: Path) -> None:
    """On the disk under its own name, or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}.draft")
    try:
        with archive.open(name) as source, draft.open("wb") as stream:
            shutil.copyfileobj(source, stream, BLOCK_BYTES)
            stream.flush()
            os.fsync(stream.fileno())
        draft.chmod(0o600)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
