"""Small files of every kind, made here, and customers of the cast's branch."""

import io
import struct
import zipfile
import zlib

from tests.build import make_business, make_customer, make_order, make_store

from wafaa.know.customers.models import Customer


def make_branch_customer(number: str = "C1", **traits) -> Customer:
    """Somebody who bought at the branch where the cashier works."""
    make_business(currency="SAR", time_zone="Asia/Riyadh")
    customer = make_customer(number, **{"name": "سارة", **traits})
    make_order(customer=number, store="RUH-1")
    return customer


def make_sara() -> Customer:
    """As make_branch_customer, where the branch has its name before the cast comes."""
    make_store("RUH-1", "متجر العليا")
    return make_branch_customer()


def make_elsewhere_customer(number: str = "C2", **traits) -> Customer:
    """Somebody whom the branch doesn't know."""
    make_business(currency="SAR", time_zone="Asia/Riyadh")
    customer = make_customer(number, **{"name": "Ali", **traits})
    make_order(customer=number, store="JED-1")
    return customer


def png(*, text: bytes = b"", tail: bytes = b"") -> bytes:
    """One pixel; `text` stands in a comment, `tail` behind the picture's end."""
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))]
    chunks += [(b"tEXt", b"Comment\x00" + text)] if text else []
    chunks += [(b"IDAT", zlib.compress(b"\x00\xff\xff\xff")), (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body + tail


PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(20) + b"\xff\xd9"
GIF = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"
WEBP = b"RIFF" + struct.pack("<I", 12) + b"WEBPVP8 " + bytes(0)
WEBP = b"RIFF" + struct.pack("<I", 4 + 8 + 4) + b"WEBP" + b"VP8 " + struct.pack("<I", 4) + bytes(4)
HEIC = b"\x00\x00\x00\x18ftypheic" + bytes(40)


def archive(*members: str, first: tuple[str, bytes] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        if first:
            target.writestr(*first)
        for member in members:
            target.writestr(member, b"x")
    return out.getvalue()


DOCX = archive("[Content_Types].xml", "word/document.xml")
XLSX = archive("[Content_Types].xml", "xl/workbook.xml")
PPTX = archive("[Content_Types].xml", "ppt/presentation.xml")
ODT = archive("content.xml", first=("mimetype", b"application/vnd.oasis.opendocument.text"))
ODS = archive("content.xml", first=("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"))
