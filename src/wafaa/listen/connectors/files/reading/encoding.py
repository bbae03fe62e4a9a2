"""Any text file as blocks of whole lines in UTF-8."""

import codecs
import re
from collections.abc import Iterator
from typing import Protocol

from wafaa.listen.connectors.files.errors import LineTooLong, UnreadableText

BLOCK_BYTES = 4 * 1024**2
# A line longer than this is no order line; the limit keeps memory flat.
LINE_BYTES_MAX = 8 * 1024**2

# Direction marks, the zero-width space and inner byte order marks carry no meaning in a table; NUL cannot be stored.
_MARKS = re.compile(rb"\xe2\x80[\x8b\x8e\x8f\xaa-\xae]|\xe2\x81[\xa6-\xa9]|\xd8\x9c|\xef\xbb\xbf|\0")
_BLANKS = re.compile(rb"\xc2\xa0|\xe2\x80\xaf")
# How they all begin: looking for these is many times faster than looking for the patterns.
_MARK_STARTS = (b"\xe2\x80", b"\xe2\x81", b"\xd8\x9c", b"\xef\xbb\xbf", b"\0")
_BLANK_STARTS = (b"\xc2\xa0", b"\xe2\x80\xaf")
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def detect_encoding(sample: bytes, *, is_whole: bool) -> str:
    """One of utf-8, utf-16-le, utf-16-be, cp1256, cp1252; `sample` is the file's start."""
    for mark, name in _BOMS:
        if sample.startswith(mark):
            return name
    if (nuls := sample.count(0)) > len(sample) / 20:  # some few are only rubbish
        even = sample[::2].count(0)
        return "utf-16-be" if even > nuls / 2 else "utf-16-le"
    if _is_utf8(sample, is_whole=is_whole):
        return "utf-8"
    return _detect_single_byte(sample)


def _is_utf8(sample: bytes, *, is_whole: bool) -> bool:
    """Also a file with a few broken bytes among many good sequences counts as UTF-8."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample, final=is_whole)
    except UnicodeDecodeError:
        broken = sample.decode("utf-8", errors="replace").count("\ufffd")
        good = sum(char > "\x7f" for char in sample.decode("utf-8", errors="ignore"))
        return good > 10 * broken
    return True


def _detect_single_byte(sample: bytes) -> str:
    """Arabic letters stand in runs of high bytes, a European text has them one by one among ASCII letters."""
    runs = _HIGH_RUN.findall(sample)
    in_words = sum(len(run) for run in runs if len(run) > 1)
    return "cp1256" if in_words > sum(map(len, runs)) / 2 else "cp1252"


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class Utf8Blocks:
    """Iterates over blocks of whole lines. `encoding` may fall back once from UTF-8 when a later block is none."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        start = stream.read(BLOCK_BYTES)
        self._is_whole = len(start) < BLOCK_BYTES and not (more := stream.read(BLOCK_BYTES))
        self._pending = [start] if self._is_whole else [start, more if len(start) < BLOCK_BYTES else b""]
        self.encoding = detect_encoding(start, is_whole=self._is_whole)
        self.newline = b"\n" if b"\n" in start or b"\r" not in start else b"\r"
        self.has_broken_bytes = False
        self._line = 1

    def __iter__(self) -> Iterator[bytes]:
        carry = b""
        for text in self._texts():
            data = carry + _clean(text)
            end = data.rfind(self.newline) + 1
            carry = data[end:]
            if len(carry) > LINE_BYTES_MAX:
                raise LineTooLong(
                    line=self._line + data.count(self.newline), limit_mb=LINE_BYTES_MAX // 1024**2
                )
            if end:
                block = data[:end]
                yield block
                self._line += block.count(self.newline)
        if carry:
            yield carry

    def _texts(self) -> Iterator[bytes]:
        """Pieces in UTF-8, cut anywhere between two characters."""
        decoder = codecs.getincrementaldecoder(self.encoding)(
            "replace" if self.encoding != "utf-8" else "strict"
        )
        is_first = True
        for data in self._pieces():
            piece = data
            if is_first:
                is_first = False
                for mark, name in _BOMS:
                    if name == self.encoding:
                        piece = piece.removeprefix(mark)
            if self.encoding == "utf-8" and piece.isascii() and not decoder.getstate()[0]:
                yield piece
                continue
            try:
                yield decoder.decode(piece).encode("utf-8", errors="replace")
            except UnicodeDecodeError as error:
                held = decoder.getstate()[0]
                decoder = self._fall_back(held + piece, error)
                yield decoder.decode(held + piece).encode("utf-8")
        yield decoder.decode(b"", final=self.encoding != "utf-8").encode("utf-8")

    def _pieces(self) -> Iterator[bytes]:
        yield from (piece for piece in self._pending if piece)
        self._pending = []
        if not self._is_whole:
            while piece := self._stream.read(BLOCK_BYTES):
                yield piece

    def _fall_back(self, piece: bytes, error: UnicodeDecodeError) -> codecs.IncrementalDecoder:
        """The first piece that is not UTF-8: either some broken bytes, or what came before was plain ASCII."""
        if not piece:
            raise UnreadableText from error
        if _is_utf8(piece, is_whole=False):
            self.has_broken_bytes = True
            return codecs.getincrementaldecoder("utf-8")("replace")
        self.encoding = _detect_single_byte(piece)
        return codecs.getincrementaldecoder(self.encoding)("replace")


def _clean(text: bytes) -> bytes:
    if any(start in text for start in _MARK_STARTS):
        text = _MARKS.sub(b"", text)
    if any(start in text for start in _BLANK_STARTS):
        text = _BLANKS.sub(b" ", text)
    return text
