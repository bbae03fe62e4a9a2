"""The icon of the installed page: a card in the shop's colour, painted here as a PNG (ISO 15948) without a library."""

import struct
import zlib

from wafaa.show.portal.colours import WHITE, make_fill, make_readable, read_colour

# What launchers ask for; 180 is Apple's.
SIZES = (180, 192, 512)
# In shares of the side: the card, its stripe, its chip. All of it lies within the circle that launchers may cut out.
CARD = (0.22, 0.32, 0.78, 0.68)
STRIPE = (0.22, 0.41, 0.78, 0.48)
CHIP = (0.29, 0.56, 0.43, 0.61)
ROUND = 0.05
GROUND, PAPER = 0, 1


def paint_icon(colour: str, size: int) -> bytes:
    """Two colours and what lies between them at the edges."""
    told = read_colour(colour)
    ground, paper = make_fill(told, make_readable(told, on=WHITE, towards=(0, 0, 0)), on=WHITE)
    lines = b"".join(b"\0" + _paint_line(place, size) for place in range(size))
    header = struct.pack(">IIBBBBB", size, size, 8, 3, 0, 0, 0)
    parts = (
        _pack(b"IHDR", header),
        _pack(b"PLTE", bytes((*ground, *paper))),
        _pack(b"IDAT", zlib.compress(lines, 9)),
        _pack(b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _paint_line(place: int, size: int) -> bytes:
    row = bytearray([GROUND]) * size
    height = (place + 0.5) / size
    for (left, top, right, bottom), value in ((CARD, PAPER), (STRIPE, GROUND), (CHIP, GROUND)):
        if top <= height < bottom:
            cut = _find_cut(height, top, bottom) if value == PAPER else 0.0
            start, end = round((left + cut) * size), round((right - cut) * size)
            row[start:end] = bytes([value]) * (end - start)
    return bytes(row)


def _find_cut(height: float, top: float, bottom: float) -> float:
    """How much a round corner takes away at this height."""
    away = max(top + ROUND - height, height - (bottom - ROUND), 0.0)
    return ROUND - (ROUND**2 - away**2) ** 0.5 if away else 0.0


def _pack(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
