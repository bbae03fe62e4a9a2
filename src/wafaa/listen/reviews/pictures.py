"""Pictures made harmless without decoding them: written anew from the parts that show, without all others.

What a camera adds (place, time, device, a smaller picture of what was cut away) and what stands behind the picture's end goes.
Only how the picture is turned is kept. Pure.
"""

import hashlib
import struct
import zlib
from dataclasses import dataclass

MEDIA_TYPES = {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
SIDE_MAX = 16_000
PIXELS_MAX = 64_000_000  # what claims more is made to burst the reader's memory
# So many pixels of a byte no camera writes: a large picture of it is a small file that grows when it is looked at.
PIXELS_A_BYTE_MAX, LARGE_FROM = 200, 4_000_000
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset({b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"sRGB", b"cHRM", b"IDAT", b"IEND"})
_WEBP_KEPT = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH"})
# What a browser would take for a page, wherever it stands.
_MARKUP = (b"<script", b"<!doctype html", b"<iframe", b"<html", b"<svg", b"<?php")


class PictureBroken(Exception):
    """No picture of a kind that we know, or one that is not whole."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    kind: str
    width: int
    height: int
    content: bytes
    turned: int = 1  # as Exif's orientation has it

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def clean_picture(told: bytes) -> Picture:
    """Raises PictureBroken. Never more than the size of what came, and linear in it."""
    try:
        if told.startswith(b"\xff\xd8\xff"):
            picture = _clean_jpeg(told)
        elif told.startswith(_PNG):
            picture = _clean_png(told)
        elif told[:4] == b"RIFF" and told[8:12] == b"WEBP":
            picture = _clean_webp(told)
        else:
            raise PictureBroken
    except (struct.error, IndexError) as error:
        raise PictureBroken from error
    sides = (picture.width, picture.height)
    pixels = picture.width * picture.height
    if not all(0 < side <= SIDE_MAX for side in sides) or pixels > PIXELS_MAX:
        raise PictureBroken
    if pixels > LARGE_FROM and pixels > PIXELS_A_BYTE_MAX * len(picture.content):
        raise PictureBroken
    lowered = picture.content.lower()
    if any(mark in lowered for mark in _MARKUP):
        raise PictureBroken
    return picture


_SIZES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})


def _clean_jpeg(told: bytes) -> Picture:
    out, place, size, turned = [b"\xff\xd8"], 2, (0, 0), 1
    while (marker := told[place + 1]) != 0xD9:
        if told[place] != 0xFF:
            raise PictureBroken
        if marker == 0xFF:  # padding
            place += 1
            continue
        segment = _read_segment(told, place)
        if segment[4:10] == b"Exif\x00\x00":
            turned = _read_turn(segment[10:]) or turned
        elif not _is_told_only(marker):
            out.append(segment)
        if marker in _SIZES:
            size = struct.unpack_from(">HH", segment, 5)
        place += len(segment)
        if marker == 0xDA:
            end = _find_marker(told, place)
            out.append(told[place:end])
            place = end
    if turned > 1:
        out.insert(1, _write_turn(turned))
    content = b"".join([*out, b"\xff\xd9"])
    return Picture(kind="jpeg", width=size[1], height=size[0], content=content, turned=turned)


def drop_turn(picture: Picture) -> bytes:
    """The content without how it is turned."""
    turn = _write_turn(picture.turned) if picture.turned > 1 else b""
    return picture.content.replace(turn, b"", 1) if turn else picture.content


def _read_segment(told: bytes, place: int) -> bytes:
    (length,) = struct.unpack_from(">H", told, place + 2)
    segment = told[place : place + 2 + length]
    if length < 2 or len(segment) < length + 2:
        raise PictureBroken
    return segment


def _is_told_only(marker: int) -> bool:
    """Of an application, or a comment; but Adobe's says how colours are meant."""
    return (0xE0 <= marker <= 0xEF and marker != 0xEE) or marker == 0xFE


def _find_marker(told: bytes, place: int) -> int:
    """The next marker behind entropy-coded data: not a stuffed byte and not a restart."""
    while True:
        place = told.find(b"\xff", place)
        if place < 0 or place + 1 >= len(told):
            raise PictureBroken
        follows = told[place + 1]
        if follows and not 0xD0 <= follows <= 0xD7 and follows != 0xFF:
            return place
        place += 1 if follows == 0xFF else 2


def _read_turn(tiff: bytes) -> int:
    """The tag Orientation of the first directory; 0 where it can't be read."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return 0
    try:
        (start,) = struct.unpack_from(order + "I", tiff, 4)
        (count,) = struct.unpack_from(order + "H", tiff, start)
        for index in range(min(count, 200)):
            tag, _kind, _many, value = struct.unpack_from(order + "HHIH", tiff, start + 2 + 12 * index)
            if tag == 0x0112:
                return int(value) if 1 <= value <= 8 else 0
    except struct.error:
        return 0
    return 0


def _write_turn(turned: int) -> bytes:
    tiff = b"II*\x00" + struct.pack("<IHHHIHHI", 8, 1, 0x0112, 3, 1, turned, 0, 0)
    body = b"Exif\x00\x00" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _clean_png(told: bytes) -> Picture:
    out, place, size = [_PNG], 8, (0, 0)
    while True:
        length, name = struct.unpack_from(">I4s", told, place)
        data = told[place + 8 : place + 8 + length]
        (checksum,) = struct.unpack_from(">I", told, place + 8 + length)
        if zlib.crc32(name + data) != checksum:
            raise PictureBroken
        if name == b"IHDR":
            size = struct.unpack_from(">II", data)
        if name in _PNG_KEPT:
            out.append(told[place : place + 12 + length])
        place += 12 + length
        if name == b"IEND":
            return Picture(kind="png", width=size[0], height=size[1], content=b"".join(out))


def _clean_webp(told: bytes) -> Picture:
    """Still pictures only. In VP8X the bits that announce colours, notes and films are put out."""
    (whole,) = struct.unpack_from("<I", told, 4)
    end = min(whole + 8, len(told))
    if end < whole + 8:
        raise PictureBroken
    chunks, place, size = [], 12, (0, 0)
    while place + 8 <= end:
        name, length = struct.unpack_from("<4sI", told, place)
        data = told[place + 8 : place + 8 + length]
        if len(data) < length:
            raise PictureBroken
        if name in _WEBP_KEPT:
            size = _read_webp_size(name, data) or size
            if name == b"VP8X":
                data = bytes([data[0] & 0x10]) + data[1:]
            chunks.append(name + struct.pack("<I", length) + data + b"\x00" * (length % 2))
        place += 8 + length + length % 2
    if not any(chunk[:4] in (b"VP8 ", b"VP8L") for chunk in chunks):
        raise PictureBroken
    body = b"WEBP" + b"".join(chunks)
    content = b"RIFF" + struct.pack("<I", len(body)) + body
    return Picture(kind="webp", width=size[0], height=size[1], content=content)


def _read_webp_size(name: bytes, data: bytes) -> tuple[int, int] | None:
    if name == b"VP8X":
        return 1 + int.from_bytes(data[4:7], "little"), 1 + int.from_bytes(data[7:10], "little")
    if name == b"VP8 ":
        if data[3:6] != b"\x9d\x01\x2a":
            raise PictureBroken
        width, height = struct.unpack_from("<HH", data, 6)
        return width & 0x3FFF, height & 0x3FFF
    if name == b"VP8L":
        if data[0] != 0x2F:
            raise PictureBroken
        bits = int.from_bytes(data[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return None
