"""Which kind of file something is, by its content: its name and what the browser claims are not asked."""

import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from wafaa.know.notes.errors import AttachmentDamaged, AttachmentKindRefused, AttachmentMixed

_HEAD_BYTES = 4096
_TAIL_BYTES = 4096
_BLOCK_BYTES = 1 << 20
_PARTS_MAX = 10_000  # a document with more members is no document
# What a browser would take for a page, wherever it stands. Long enough not to come about by chance in a picture.
_MARKUP = (b"<script", b"<!doctype html", b"<iframe", b"<html>", b"<html ", b"<body>", b"<body ", b"<?php")
_OVERLAP_BYTES = max(map(len, _MARKUP)) - 1
_TEXT_CONTROLS = frozenset(range(32)) - {9, 10, 12, 13}


@dataclass(frozen=True, kw_only=True)
class Kind:
    """`endings`: the first is given to names that have another."""

    media_type: str
    endings: tuple[str, ...]


KINDS: dict[str, Kind] = {
    "pdf": Kind(media_type="application/pdf", endings=(".pdf",)),
    "png": Kind(media_type="image/png", endings=(".png",)),
    "jpeg": Kind(media_type="image/jpeg", endings=(".jpg", ".jpeg")),
    "gif": Kind(media_type="image/gif", endings=(".gif",)),
    "webp": Kind(media_type="image/webp", endings=(".webp",)),
    "heic": Kind(media_type="image/heic", endings=(".heic", ".heif")),
    "text": Kind(media_type="text/plain; charset=utf-8", endings=(".txt", ".csv", ".md", ".log", ".tsv")),
    "docx": Kind(
        media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        endings=(".docx",),
    ),
    "xlsx": Kind(
        media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", endings=(".xlsx",)
    ),
    "pptx": Kind(
        media_type="application/vnd.openxmlformats-officedocument.presentationml.presentation",
        endings=(".pptx",),
    ),
    "odt": Kind(media_type="application/vnd.oasis.opendocument.text", endings=(".odt",)),
    "ods": Kind(media_type="application/vnd.oasis.opendocument.spreadsheet", endings=(".ods",)),
}


def find_kind(content: BinaryIO) -> str:
    """A key of KINDS. Raises AttachmentKindRefused, AttachmentMixed or AttachmentDamaged; nothing is unpacked."""
    head = _read_head(content)
    for opening, kind, check in _OPENINGS:
        if head.startswith(opening):
            check(content)
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        _check_webp(content)
        return "webp"
    if head[4:12] in {b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypheif", b"ftypmsf1"}:
        _refuse_markup(content)
        return "heic"
    if head.startswith(b"PK\x03\x04"):
        return _find_document(content)
    _check_text(content)
    return "text"


def _read_head(content: BinaryIO) -> bytes:
    content.seek(0)
    return content.read(_HEAD_BYTES)


def _read_tail(content: BinaryIO) -> bytes:
    size = content.seek(0, 2)
    content.seek(max(size - _TAIL_BYTES, 0))
    return content.read()


def _refuse_markup(content: BinaryIO) -> None:
    """A picture that a browser could be brought to read as a page is refused, though we never serve it as one."""
    content.seek(0)
    end = b""
    while block := content.read(_BLOCK_BYTES):
        seen = (end + block).lower()
        if any(mark in seen for mark in _MARKUP):
            raise AttachmentMixed
        end = block[-_OVERLAP_BYTES:]


def _check_pdf(content: BinaryIO) -> None:
    if b"%%EOF" not in _read_tail(content):
        raise AttachmentDamaged


def _check_png(content: BinaryIO) -> None:
    """Chunk by chunk to IEND, after which nothing may stand."""
    _refuse_markup(content)
    size = content.seek(0, 2)
    content.seek(8)
    name = b""
    while name != b"IEND":
        start = content.read(8)
        if len(start) < 8:
            raise AttachmentDamaged
        length, name = struct.unpack(">I4s", start)
        if content.tell() + length + 4 > size:
            raise AttachmentDamaged
        data, (checksum,) = content.read(length), struct.unpack(">I", content.read(4))
        if zlib.crc32(name + data) != checksum:
            raise AttachmentDamaged
    if content.tell() != size:
        raise AttachmentMixed


def _check_jpeg(content: BinaryIO) -> None:
    # phones put a film or a depth map behind the picture, so more may follow its end
    _refuse_markup(content)
    if not _holds(content, b"\xff\xd9"):
        raise AttachmentDamaged


def _holds(content: BinaryIO, wanted: bytes) -> bool:
    content.seek(0)
    end = b""
    while block := content.read(_BLOCK_BYTES):
        if wanted in end + block:
            return True
        end = block[1 - len(wanted) :]
    return False


def _check_gif(content: BinaryIO) -> None:
    _refuse_markup(content)
    if not _read_tail(content).rstrip(b"\x00").endswith(b";"):
        raise AttachmentDamaged


def _check_webp(content: BinaryIO) -> None:
    _refuse_markup(content)
    size = content.seek(0, 2)
    content.seek(4)
    (length,) = struct.unpack("<I", content.read(4))
    if length + 8 > size:
        raise AttachmentDamaged
    if length + 9 < size:  # one byte of padding is allowed
        raise AttachmentMixed


_OPENINGS: tuple[tuple[bytes, str, Callable[[BinaryIO], None]], ...] = (
    (b"%PDF-", "pdf", _check_pdf),
    (b"\x89PNG\r\n\x1a\n", "png", _check_png),
    (b"\xff\xd8\xff", "jpeg", _check_jpeg),
    (b"GIF87a", "gif", _check_gif),
    (b"GIF89a", "gif", _check_gif),
)

_FOLDERS = {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx"}
_OPEN_DOCUMENTS = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
}
# Programs inside of documents, by the ends and the beginnings of their members' names.
_PROGRAM_ENDINGS = ("vbaproject.bin", ".exe", ".dll", ".js", ".vbs", ".bat")
_PROGRAM_FOLDERS = ("basic/", "scripts/")


def _find_document(content: BinaryIO) -> str:
    """By the list of members at the archive's end; a macro is no reason to unpack, but to refuse."""
    content.seek(0)
    try:
        with zipfile.ZipFile(content) as archive:
            members = archive.namelist()
            told = b""
            if members[:1] == ["mimetype"] and archive.getinfo("mimetype").file_size < 100:
                told = archive.read("mimetype").strip()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, zlib.error) as error:
        raise AttachmentDamaged from error
    names = [member.lower() for member in members]
    if len(names) > _PARTS_MAX or any(_is_program(name) for name in names):
        raise AttachmentKindRefused
    if told in _OPEN_DOCUMENTS:
        return _OPEN_DOCUMENTS[told]
    for folder, kind in _FOLDERS.items():
        if "[content_types].xml" in names and any(name.startswith(folder) for name in names):
            return kind
    raise AttachmentKindRefused


def _is_program(name: str) -> bool:
    return name.endswith(_PROGRAM_ENDINGS) or name.startswith(_PROGRAM_FOLDERS)


def _check_text(content: BinaryIO) -> None:
    """UTF-8 without control characters, and no page, drawing or program written as text."""
    content.seek(0)
    left = b""
    while block := content.read(_BLOCK_BYTES):
        if _TEXT_CONTROLS.intersection(block):
            raise AttachmentKindRefused
        left = _decode(left + block)
    if left:
        raise AttachmentKindRefused
    _refuse_markup(content)
    opening = _read_head(content).removeprefix(b"\xef\xbb\xbf").lstrip()[:20].lower()
    if opening.startswith((b"<", b"#!", b"@echo", b"mz")):
        raise AttachmentKindRefused


def _decode(block: bytes) -> bytes:
    """The bytes of a letter that the block's end cuts through."""
    try:
        block.decode()
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and len(block) - error.start < 4:
            return block[error.start :]
        raise AttachmentKindRefused from error
    return b""
