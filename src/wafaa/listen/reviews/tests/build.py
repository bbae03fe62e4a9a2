"""Builders for reviews: somebody who bought, an invitation, pictures."""

import struct
import zlib

from tests.build import make_event, order_event, tell

from wafaa.know.customers.models import DistinctId
from wafaa.know.orders.models import Product
from wafaa.listen.reviews.actions import make_review_invitations, submit_reviews
from wafaa.listen.reviews.models import Review, ReviewInvitation
from wafaa.listen.reviews.rules import Draft, Invitee

OUD = {"sku": "OUD-1", "name": "عود كمبودي", "quantity": 1, "price": "300.00"}
CUP = {"sku": "CUP-2", "name": "Coffee cup", "quantity": 2, "price": "20.00"}


def invite(number: str = "1", order: str = "A1", *, lines=(OUD, CUP), **told) -> ReviewInvitation:
    """A customer of that number bought these lines, and is asked."""
    return invite_all((number, order), lines=lines, **told)[0]


def invite_all(*people: tuple[str, str], lines=(OUD, CUP), **told) -> list[ReviewInvitation]:
    """Customers by number and order, told at once: each telling wakes every consumer."""
    events = []
    for number, order in people:
        traits = {"customer_number": number, "name": "سارة العمري", "email": f"sara{number}@example.com"}
        events.append(make_event("identify", distinct_id=number, properties=traits))
        events.append(order_event(order, customer=number, lines=lines))
    tell(*events)
    ids = dict(DistinctId.objects.values_list("distinct_id", "customer_id"))
    return make_review_invitations(
        people=[
            Invitee(customer_id=ids[number], order_ref=order, language="en", **told)
            for number, order in people
        ]
    )


def get_product(sku: str = "OUD-1") -> Product:
    return Product.objects.get(sku=sku)


def make_review(invitation: ReviewInvitation, rating: int = 5, *, sku: str = "OUD-1", **said) -> Review:
    product = get_product(sku)
    draft = Draft(rating=rating, **{"text": "رائحة تدوم طويلا", "name": "سارة", "language": "ar", **said})
    found = submit_reviews(invitation=invitation, drafts={product.pk: draft}, quote_words="may quote")
    return next(one for one in found if one.product_id == product.pk)


def make_png(*, extra: bytes = b"", width: int = 2, height: int = 1) -> bytes:
    """A whole picture; `extra` is a text chunk that a tool might write into it."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = b"".join(b"\x00" + b"\x10\x20\x30" * width for _row in range(height))
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
            chunk(b"tEXt", extra) if extra else b"",
            chunk(b"IDAT", zlib.compress(rows)),
            chunk(b"IEND", b""),
        ]
    )


def make_jpeg(*, turned: int = 0, place: bytes = b"GPS 24.7136 46.6753", tail: bytes = b"") -> bytes:
    """The parts of a camera's picture in their order: what it tells, its size, coded data, and what stands behind its end."""

    def segment(marker: int, data: bytes) -> bytes:
        return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data

    tiff = b"MM\x00*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, turned, 0, 0) + place
    coded = b"\x12\x34\xff\x00\x56\xff\xd0\x78"
    return b"".join(
        [
            b"\xff\xd8",
            segment(0xE0, b"JFIF\x00\x01\x01"),
            segment(0xE1, b"Exif\x00\x00" + tiff),
            segment(0xFE, b"taken by Sara"),
            segment(0xDB, bytes(65)),
            segment(0xC0, struct.pack(">BHHB", 8, 30, 40, 1) + b"\x01\x11\x00"),
            segment(0xC4, bytes(20)),
            segment(0xDA, b"\x01\x01\x00\x00\x3f\x00"),
            coded,
            b"\xff\xd9",
            tail,
        ]
    )


def make_webp(*, note: bytes = b"") -> bytes:
    """Lossless, 3 by 2, with a chunk that a camera might write."""
    bits = (3 - 1) | (2 - 1) << 14
    picture = b"\x2f" + struct.pack("<I", bits) + b"\x00\x01\x02"
    large = bytes([0x08]) + bytes(3) + (2).to_bytes(3, "little") + (1).to_bytes(3, "little")
    chunks = [(b"VP8X", large), (b"VP8L", picture), *([(b"EXIF", note)] if note else [])]
    body = b"WEBP" + b"".join(
        name + struct.pack("<I", len(data)) + data + b"\x00" * (len(data) % 2) for name, data in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body
