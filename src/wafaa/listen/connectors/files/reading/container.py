"""What kind of file it is, by its first bytes; unpacking within limits."""

import gzip
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedIOBase
from pathlib import Path
from typing import IO, Literal

from wafaa.listen.connectors.files.errors import (
    FileBinary,
    FileDamaged,
    FileEmpty,
    FileIsArchive,
    FileKindUnknown,
    FileLocked,
    FileTruncated,
    UnpacksTooLarge,
)
from wafaa.listen.connectors.files.reading.archive import check_workbook

MB = 1024**2
# Fifty million order lines of a wide export; more than that is a mistake or a bomb.
UNPACKED_BYTES_MAX = 20_000 * MB
# Text packs 5 to 30 times; what packs 300 times is no list of orders once it is larger than the second number.
PACKED_RATIO_MAX = 300
RATIO_COUNTS_FROM_BYTES = 200 * MB

Kind = Literal["text", "sheet", "parquet"]
# First bytes of kinds that people do try to upload.
_FOREIGN = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"{\\rtf": "RTF",
    b"SQLite format 3": "SQLite",
}
_ARCHIVES = {
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7z",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"\x1f\x8b": "gzip",
    b"PK\x05\x06": "ZIP",
    b"PK\x07\x08": "ZIP",
}
# The container of Microsoft's old formats, and of new ones that a password locks.
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKUP = re.compile(
    rb"<(?:!doctype|!--|\?xml|html|head|body|meta|style|script|table|tr|div|workbook)[\s>:-]"
)
_JSON = re.compile(rb"\{|\[\s*[\[{\"]")


@dataclass(frozen=True, kw_only=True)
class Container:
    kind: Kind
    compressed: bool
    path: Path  # of the unpacked file where the kind needs random access
    stream: "LimitedStream"  # of the unpacked bytes otherwise


class LimitedStream:
    """Unpacked bytes, counted against the limits, with the errors of unpacking in our words."""

    def __init__(
        self,
        source: BufferedIOBase,
        packed: IO[bytes],
        packed_bytes: int,
        on_progress: Callable[[int, int], None],
    ) -> None:
        self._source = source
        self._packed = packed
        self._packed_bytes = packed_bytes
        self._on_progress = on_progress
        self._given = 0

    def read(self, size: int) -> bytes:
        try:
            data = self._source.read(size)
        except EOFError as error:
            raise FileTruncated from error
        except (gzip.BadGzipFile, zlib.error) as error:
            raise FileDamaged from error
        self._given += len(data)
        too_packed = (
            self._given > RATIO_COUNTS_FROM_BYTES and self._given > PACKED_RATIO_MAX * self._packed_bytes
        )
        if too_packed or self._given > UNPACKED_BYTES_MAX:
            limit = RATIO_COUNTS_FROM_BYTES if too_packed else UNPACKED_BYTES_MAX
            raise UnpacksTooLarge(limit_mb=limit // MB)
        self._on_progress(self._packed.tell(), self._packed_bytes)
        return data


@contextmanager
def opened(path: Path, folder: Path, on_progress: Callable[[int, int], None]) -> Iterator[Container]:
    """The file, unpacked if it is gzip, whatever its name says."""
    with path.open("rb") as packed:
        compressed = packed.read(2) == b"\x1f\x8b"
        packed.seek(0)
        source: BufferedIOBase = gzip.GzipFile(fileobj=packed) if compressed else packed
        stream = LimitedStream(source, packed, path.stat().st_size, on_progress)
        start = stream.read(4096)
        if start.startswith(_COMPOUND) and _is_locked(start, stream):
            raise FileLocked
        kind = _kind_of(start)
        if compressed:
            source.seek(0)
        else:
            packed.seek(0)
        place = path
        if kind != "text" and compressed:
            place = folder / "unpacked"
            with place.open("wb") as unpacked:
                while data := stream.read(MB):
                    unpacked.write(data)
        if kind == "sheet":
            check_workbook(place)
        yield Container(kind=kind, compressed=compressed, path=place, stream=stream)


def _is_locked(start: bytes, stream: LimitedStream) -> bool:
    """A locked workbook is a container with one packet in it; its name stands in the list of streams, anywhere."""
    name, data = "EncryptedPackage".encode("utf-16-le"), start
    while name not in data:
        if not (more := stream.read(MB)):
            return False
        data = data[-len(name) :] + more
    return True


def _kind_of(start: bytes) -> Kind:
    if not start:
        raise FileEmpty
    if start.startswith(b"PK\x03\x04"):
        return "sheet"
    if start.startswith(b"PAR1"):
        return "parquet"
    _refuse_foreign(start)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text"
    if _is_binary(start):
        raise FileBinary
    return "text"


def _refuse_foreign(start: bytes) -> None:
    """Raises what the first bytes say about a file that is no table of ours."""
    if start.startswith(_COMPOUND):
        raise FileKindUnknown(kind="XLS (Excel 97-2003)")
    for known, error in ((_FOREIGN, FileKindUnknown), (_ARCHIVES, FileIsArchive)):
        if name := next((name for magic, name in known.items() if start.startswith(magic)), ""):
            raise error(kind=name)
    if start[257:262] == b"ustar":
        raise FileIsArchive(kind="TAR")
    text = start.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if _MARKUP.match(text):
        raise FileKindUnknown(kind="HTML/XML")
    if _JSON.match(text):
        raise FileKindUnknown(kind="JSON")


def _is_binary(start: bytes) -> bool:
    """UTF-16 without a mark has its NULs at every other byte; text in another encoding has none."""
    if nuls := start.count(0):
        even = start[::2].count(0)
        is_one_sided = max(even, nuls - even) > 0.95 * nuls
        return not (is_one_sided and nuls > len(start) / 20)
    strange = sum(byte < 32 and byte not in b"\t\n\r\f\x0b\x1a" for byte in start)
    return strange > len(start) // 20
