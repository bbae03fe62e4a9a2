"""Workbooks as the ZIP archives that they are: told from other archives, and measured before a parser builds them."""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import IO, Any

import numpy as np

from wafaa.listen.connectors.files.errors import (
    FileDamaged,
    FileIsArchive,
    FileKindUnknown,
    FileLocked,
    SheetDamaged,
    UnpacksTooLarge,
)

MB = 1024**2
# A full sheet, a million rows of twenty columns, unpacks to some 900 MB.
UNPACKED_BYTES_MAX = 1_500 * MB
# Text packs 5 to 30 times; what packs 300 times is no list of orders once it is larger than the second number.
PACKED_RATIO_MAX = 300
RATIO_COUNTS_FROM_BYTES = 200 * MB
# A workbook has tens of entries; its list of entries is held in memory.
ENTRIES_MAX = 10_000
DIRECTORY_BYTES_MAX = 4 * MB
# The parser holds a sheet as a full rectangle of cells of 24 bytes, and each text cell's text besides.
CELLS_MAX = 25_000_000
CELL_BYTES = 24
TEXT_BYTES_MAX = 500 * MB

_CELL_PLACE = re.compile(rb"\sr\s*=\s*[\"']\$?([A-Za-z]{1,3})\$?(\d{1,7})[\"']")
_STRING_ITEM = re.compile(rb"<(?:\w+:)?si[\s/>]")
# Nothing in it repeats without end: each start would run to the end of a sheet that is made for that.
_STRING_CELL = re.compile(
    rb"\st\s*=\s*[\"']s[\"'][^<>]{0,200}>\s{0,20}"
    rb"(?:<(?:\w{1,20}:)?f[^<>]{0,200}(?:/>|>[^<]{0,9000}</(?:\w{1,20}:)?f>)\s{0,20})?"
    rb"<(?:\w{1,20}:)?v[^<>]{0,200}>\s{0,20}(\d{1,9})"
)
# Longer than what the patterns find, a cell's formula aside.
_OVERLAP_BYTES = 1_000
# What zipfile raises where an archive is damaged, or was made to look so.
_BROKEN = (zipfile.BadZipFile, OSError, ValueError, RuntimeError, EOFError, zlib.error, struct.error)
_FOREIGN = (
    ("xl/workbook.bin", "XLSB"),
    ("word/", "Word (DOCX)"),
    ("ppt/", "PowerPoint (PPTX)"),
    ("Index/", "Numbers"),
)


def check_workbook(path: Path) -> None:
    """Refuses what is no workbook, what lies about its sizes, and what would fill the memory once it is opened."""
    _check_directory(path)
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _check_names(archive, [entry.filename for entry in entries])
            _check_told_sizes(entries, path)
    except _BROKEN as error:
        raise FileDamaged from error
    texts = _Texts()
    with path.open("rb") as packed:
        for entry in entries:
            if not entry.is_dir():
                _measure(_inflate(packed, entry), texts)
    texts.check()


def _check_directory(path: Path) -> None:
    """The list of entries stands at the end of the file, with its length; it is read as a whole by whoever opens it."""
    size = path.stat().st_size
    with path.open("rb") as packed:
        packed.seek(max(0, size - 66_000))
        tail = packed.read()
        place = tail.rfind(b"PK\x05\x06")
        if place < 0 or len(tail) - place < 22:
            raise FileDamaged
        entries, length = struct.unpack_from("<HI", tail, place + 10)
        if place >= 20 and tail[place - 20 : place - 16] == b"PK\x06\x07":
            (start,) = struct.unpack_from("<Q", tail, place - 12)
            packed.seek(min(start, size))
            wide = packed.read(56)
            if len(wide) < 56:
                raise FileDamaged
            entries, length = struct.unpack_from("<QQ", wide, 32)
    if entries > ENTRIES_MAX or length > DIRECTORY_BYTES_MAX:
        raise UnpacksTooLarge(limit_mb=DIRECTORY_BYTES_MAX // MB)


def _check_names(archive: zipfile.ZipFile, names: list[str]) -> None:
    for start, kind in _FOREIGN:
        if any(name.startswith(start) for name in names):
            raise FileKindUnknown(kind=kind)
    if "mimetype" in names:
        with archive.open("mimetype") as told:
            if told.read(60).startswith(b"application/vnd.oasis.opendocument"):
                raise FileKindUnknown(kind="ODS (LibreOffice)")
    if not any(name.startswith("xl/") for name in names):
        raise FileIsArchive(kind="ZIP")


def _check_told_sizes(entries: list[zipfile.ZipInfo], path: Path) -> None:
    if any(entry.flag_bits & 1 for entry in entries):
        raise FileLocked
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > UNPACKED_BYTES_MAX:
        raise UnpacksTooLarge(limit_mb=UNPACKED_BYTES_MAX // MB)
    if unpacked > RATIO_COUNTS_FROM_BYTES and unpacked > PACKED_RATIO_MAX * path.stat().st_size:
        raise UnpacksTooLarge(limit_mb=RATIO_COUNTS_FROM_BYTES // MB)


def _inflate(packed: IO[bytes], entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The entry's bytes as they really are, a megabyte at a time; one that has others than it says is damaged."""
    _seek_data(packed, entry)
    left, given = entry.compress_size, 0
    inflater = zlib.decompressobj(-15) if entry.compress_type == zipfile.ZIP_DEFLATED else None
    if inflater is None and entry.compress_type != zipfile.ZIP_STORED:
        raise SheetDamaged
    waiting = b""
    while not (inflater and inflater.eof):
        if left and not waiting:
            waiting = packed.read(min(left, MB))
            left -= len(waiting)
            if not waiting:
                raise SheetDamaged
        try:
            data = inflater.decompress(waiting, MB) if inflater else waiting
        except zlib.error as error:
            raise SheetDamaged from error
        waiting = inflater.unconsumed_tail if inflater else b""
        given += len(data)
        if given > entry.file_size:
            raise SheetDamaged
        if data:
            yield data
        elif not (waiting or left):  # the last bytes of input may hold more than a piece of output
            break
    if given != entry.file_size:
        raise SheetDamaged


def _seek_data(packed: IO[bytes], entry: zipfile.ZipInfo) -> None:
    """Behind the entry's own head, which stands before its bytes."""
    packed.seek(entry.header_offset)
    head = packed.read(30)
    if len(head) < 30 or not head.startswith(b"PK\x03\x04"):
        raise SheetDamaged
    name_bytes, extra_bytes = struct.unpack_from("<HH", head, 26)
    packed.seek(name_bytes + extra_bytes, 1)


Places = np.ndarray[Any, np.dtype[np.int64]]


class _Texts:
    """How much text the cells of a sheet repeat: each gets its own copy of the workbook's common texts."""

    def __init__(self) -> None:
        self.lengths: Places = np.zeros(0, np.int64)
        self.used: list[list[Places]] = []  # by sheet, in pieces

    def check(self) -> None:
        if int(self.lengths.sum()) + CELL_BYTES * self.lengths.size > TEXT_BYTES_MAX:
            raise UnpacksTooLarge(limit_mb=TEXT_BYTES_MAX // MB)
        for sheet in self.used:
            repeated = sum(int(self.lengths[places[places < self.lengths.size]].sum()) for places in sheet)
            if repeated > TEXT_BYTES_MAX:
                raise UnpacksTooLarge(limit_mb=TEXT_BYTES_MAX // MB)


def _measure(pieces: Iterator[bytes], texts: _Texts) -> None:
    """Goes through one entry, whatever its name: what is a sheet and what holds the common texts is said inside."""
    last_row = last_column = strings = 0
    used: list[Places] = []
    starts: list[Places] = []
    tail, before = b"", 0  # what was read last, and how many bytes stand before it
    for data in chain(pieces, [b""]):
        text = tail + data
        # what begins behind the cut is looked at with the next piece
        cut = max(0, len(text) - _OVERLAP_BYTES) if data else len(text)
        for found in _CELL_PLACE.finditer(text):
            last_row = max(last_row, int(found[2]))
            last_column = max(last_column, _column_number(found[1]))
        used.append(_numbers(int(found[1]) for found in _STRING_CELL.finditer(text) if found.start() < cut))
        starts.append(
            _numbers(before + found.start() for found in _STRING_ITEM.finditer(text) if found.start() < cut)
        )
        strings += starts[-1].size
        if last_row * last_column > CELLS_MAX or CELL_BYTES * strings > TEXT_BYTES_MAX:
            raise UnpacksTooLarge(limit_mb=CELLS_MAX * CELL_BYTES // MB)
        tail = text[cut:]
        before += cut
    if strings:
        texts.lengths = np.diff(np.concatenate([*starts, _numbers([before])]))
    texts.used.append(used)


def _numbers(values: Iterable[int]) -> Places:
    return np.fromiter(values, np.int64)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
