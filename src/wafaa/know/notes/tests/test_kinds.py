"""What a file is by its content, whatever it is called."""

import io
import struct
import zlib

import pytest

from wafaa.know.notes.errors import AttachmentDamaged, AttachmentKindRefused, AttachmentMixed
from wafaa.know.notes.kinds import KINDS, find_kind
from wafaa.know.notes.rules import read_file_name
from wafaa.know.notes.tests.samples import (
    DOCX,
    GIF,
    HEIC,
    JPEG,
    ODS,
    ODT,
    PDF,
    PPTX,
    WEBP,
    XLSX,
    archive,
    png,
)

BOMB = zlib.compress(bytes(50_000_000))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, "pdf"),
        (png(), "png"),
        (JPEG, "jpeg"),
        (JPEG + b"a film behind the picture", "jpeg"),
        (GIF, "gif"),
        (WEBP, "webp"),
        (HEIC, "heic"),
        (DOCX, "docx"),
        (XLSX, "xlsx"),
        (PPTX, "pptx"),
        (ODT, "odt"),
        (ODS, "ods"),
        ("اسم,رقم\nسارة,1\n".encode(), "text"),
        ("\ufeffname;n\r\n".encode(), "text"),
        (b"x" * 3_000_000, "text"),
        (b"x" * (2**20 - 1) + "ع".encode() * 10, "text"),  # a letter across two blocks
    ],
)
def test_a_file_is_known_by_its_content(content, kind):
    assert find_kind(io.BytesIO(content)) == kind
    assert kind in KINDS


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"<!DOCTYPE html><script>alert(1)</script>", AttachmentMixed),
        (b"  <svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", AttachmentKindRefused),
        (b"<?xml version='1.0'?><a/>", AttachmentKindRefused),
        (b"#!/bin/sh\nrm -rf /\n", AttachmentKindRefused),
        (b"MZ\x90\x00\x03", AttachmentKindRefused),
        (b"\x7fELF\x02\x01", AttachmentKindRefused),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), AttachmentKindRefused),
        (b"\x1f\x8b\x08\x00" + bytes(20), AttachmentKindRefused),
        (b"name\x00value", AttachmentKindRefused),
        ("سارة".encode("cp1256"), AttachmentKindRefused),
        (b"half a letter \xd8", AttachmentKindRefused),
        (archive("a.txt"), AttachmentKindRefused),
        (archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), AttachmentKindRefused),
        (
            archive("Basic/x.xml", first=("mimetype", b"application/vnd.oasis.opendocument.text")),
            AttachmentKindRefused,
        ),
        (archive(first=("mimetype", b"application/epub+zip")), AttachmentKindRefused),
        (DOCX[:40], AttachmentDamaged),
        (DOCX[:-10], AttachmentDamaged),
        (PDF[:-10], AttachmentDamaged),
        (JPEG[:-2], AttachmentDamaged),
        (GIF[:-1], AttachmentDamaged),
        (WEBP[:-1], AttachmentDamaged),
        (WEBP + b"more than padding", AttachmentMixed),
        (png()[:-5], AttachmentDamaged),
        (png()[:8], AttachmentDamaged),
        (png()[:8] + struct.pack(">I4s", 2**32 - 1, b"IHDR") + bytes(50), AttachmentDamaged),
        (png(tail=b"<html><script>alert(1)</script>"), AttachmentMixed),
        (png(tail=b"PK\x03\x04"), AttachmentMixed),
        (png(text=b"<ScRiPt>alert(1)</sCrIpT>"), AttachmentMixed),
        (GIF[:-1] + b"<script>alert(1)</script>;", AttachmentMixed),
        (JPEG[:-2] + b"x" * (2**20 - 24) + b"<script>" + JPEG[-2:], AttachmentMixed),  # across two blocks
    ],
)
def test_what_is_not_allowed_is_refused(content, error):
    with pytest.raises(error):
        find_kind(io.BytesIO(content))


def test_an_archive_is_never_unpacked():
    content = archive("[Content_Types].xml", "xl/workbook.xml").replace(b"x", b"x") + b""
    assert find_kind(io.BytesIO(content)) == "xlsx"
    huge = archive("xl/workbook.xml", first=("mimetype", bytes(10_000_000)))
    with pytest.raises(AttachmentKindRefused):
        find_kind(io.BytesIO(huge))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("report.pdf", "report.pdf"),
        ("REPORT.PDF", "REPORT.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("..\\..\\boot.ini", "boot.ini.pdf"),
        ('a"b\r\nSet-Cookie: x=1.pdf', "a_b Set-Cookie_ x=1.pdf"),
        ("فاتورة مارس.pdf", "فاتورة مارس.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe.pdf"),
        ("page.html", "page.html.pdf"),
        (".htaccess", "htaccess.pdf"),
        ("....", "file.pdf"),
        ("", "file.pdf"),
        ("\x00\x01", "file.pdf"),
        ("x" * 500 + ".pdf", "x" * 140 + ".pdf"),
        ("ع" * 500, "ع" * 140 + ".pdf"),
        ("<script>.pdf", "_script_.pdf"),
        ("a\u2028b.pdf", "a b.pdf"),
    ],
)
def test_a_name_is_made_harmless_and_ends_as_its_content_does(given, kept):
    assert read_file_name(given, KINDS["pdf"].endings) == kept
