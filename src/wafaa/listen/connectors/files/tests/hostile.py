"""Broken and hostile files by name, each with what Wafaa says to it. `python -m ...tests.hostile` prints them all.

Contents are made when they are asked for, because some are large.
"""

import bz2
import gzip
import io
import struct
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

HEAD = "order id,date,customer id,quantity,unit price\n"
GOOD = "1,2024-01-05,7,2,10.50\n"
Make = Callable[[], bytes]


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A file of which nothing is taken; `code` is the error's, `says` stands in the English message."""

    make: Make
    code: str
    says: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A file of which `orders` are taken (number -> amount in minor units) and these (line, column, code) are listed."""

    make: Make
    problems: tuple[tuple[int, str, str], ...]
    orders: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Read:
    """An odd file that is read as it is meant: nothing is listed."""

    make: Make
    orders: Mapping[str, int]


def text(content: str, encoding: str = "utf-8") -> Make:
    return lambda: content.encode(encoding)


def rows(row: str) -> Make:
    """A good order in line 2, then the row."""
    return text(HEAD + GOOD + row)


def packed(content: bytes) -> bytes:
    return gzip.compress(content, 6, mtime=0)


def zipped(entries: Mapping[str, bytes], source: bytes = b"") -> bytes:
    """An archive with these entries, behind those of `source`."""
    stream = io.BytesIO(source)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return stream.getvalue()


def workbook(*sheets: tuple[str, list[list[object]]], hidden: tuple[str, ...] = ()) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, cells in sheets or (("Sheet", []),):
        sheet = book.create_sheet(name)
        for row in cells:
            sheet.append(row)
        if name in hidden:
            sheet.sheet_state = "hidden"
    return _saved(book)


def _saved(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


TITLES: list[object] = ["order id", "date", "customer id", "quantity", "unit price"]
ORDERS: list[list[object]] = [TITLES, [1, "2024-01-05", 7, 2, 10.5]]


def far_cell() -> bytes:
    book = openpyxl.Workbook()
    book.active["A1"] = "date"
    book.active["XFD1048576"] = 1
    return _saved(book)


def merged_cells() -> bytes:
    book = openpyxl.Workbook()
    for row in [*ORDERS, [None, "2024-01-05", 7, 1, 5]]:
        book.active.append(row)
    book.active.merge_cells("A2:A3")
    return _saved(book)


def by_hand(sheet: bytes, strings: bytes = b"", *, place: str = "worksheets/sheet1.xml") -> bytes:
    """A workbook of one sheet whose XML is given."""
    office = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    bonds = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    entries = {
        "_rels/.rels": bonds
        + b'<Relationship Id="r1" Type="'
        + office
        + b'/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": b"<workbook "
        + main
        + b' xmlns:r="'
        + office
        + b'"><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": bonds
        + b'<Relationship Id="r1" Type="'
        + office
        + b'/worksheet" Target="'
        + place.encode()
        + b'"/><Relationship Id="r2" Type="'
        + office
        + b'/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        f"xl/{place}": b"<worksheet " + main + b"><sheetData>" + sheet + b"</sheetData></worksheet>",
        "xl/sharedStrings.xml": b"<sst " + main + b">" + strings + b"</sst>",
    }
    return zipped(entries)


def repeated_text() -> bytes:
    """30 kB that 50,000 cells repeat."""
    cells = b"".join(
        b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (row, row) for row in range(1, 50_001)
    )
    return by_hand(cells, b"<si><t>" + b"x" * 30_000 + b"</t></si>")


def lying_sizes() -> bytes:
    """The list of entries says that 300 MB are a hundred bytes."""
    content = bytearray(zipped({"xl/worksheets/sheet1.xml": b"0" * 300_000_000}))
    place = content.rindex(b"PK\x01\x02")
    content[place + 24 : place + 28] = struct.pack("<I", 100)
    return bytes(content)


def locked_kind() -> bytes:
    """An archive that says of one entry, the one that tells its kind, that it is locked."""
    content = bytearray(zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}))
    content[6] |= 1
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def many_entries() -> bytes:
    return zipped({f"xl/{number}": b"" for number in range(20_000)})


def laughs() -> bytes:
    """Ten entities, each ten times the one before."""
    entities = b'<!ENTITY a0 "ha">' + b"".join(
        b'<!ENTITY a%d "%s">' % (number, b"&a%d;" % (number - 1) * 10) for number in range(1, 10)
    )
    content = by_hand(
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>&a9;</t></is></c><c r="B1"><v>1</v></c></row>'
        b'<row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>1</v></c></row>'
    )
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    entries[sheet] = b"<!DOCTYPE x [" + entities + b"]>" + entries[sheet]
    return zipped(entries)


def with_link(source: bytes = b"") -> bytes:
    """An archive, or this one, with an entry that is a symbolic link to somewhere else."""
    stream = io.BytesIO(source)
    with zipfile.ZipFile(stream, "a") as archive:
        link = zipfile.ZipInfo("media/link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "../../../../etc/passwd")
    return stream.getvalue()


def compound(stream: str) -> bytes:
    """The container of Microsoft's old formats with a stream of that name."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1016 + stream.encode("utf-16-le") + b"\0" * 600


def archive_of_files() -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        entry = tarfile.TarInfo("orders.csv")
        entry.size = len(HEAD)
        archive.addfile(entry, io.BytesIO(HEAD.encode()))
    return stream.getvalue()


def parquet(**columns: object) -> bytes:
    stream = io.BytesIO()
    pq.write_table(pa.table(columns), stream)
    return stream.getvalue()


def broken_letters() -> bytes:
    offsets, letters = pa.py_buffer(struct.pack("<2i", 0, 2)), pa.py_buffer(b"\xff\xfe")
    return parquet(date=pa.Array.from_buffers(pa.string(), 1, [None, offsets, letters]))


def parquet_orders(**more: object) -> bytes:
    return parquet(
        **{
            "order id": ["1"],
            "date": ["2024-01-05"],
            "customer id": ["\u200f7\u200e"],
            "quantity": [2.0],
            "unit price": [10.5],
        }
        | more
    )


def nuls_inside() -> bytes:
    body = "".join(f"{number},2024-01-05,7,1,1\n" for number in range(1, 301))
    return (HEAD + body).encode() + b"301,2024-01-05,\x007,1,1\n"


REFUSED: dict[str, Refused] = {
    "empty file": Refused(make=text(""), code="file_empty"),
    "gzip of nothing": Refused(make=lambda: packed(b""), code="file_empty"),
    "only blanks": Refused(make=text(" \n \n\n"), code="file_empty"),
    "only a byte order mark": Refused(make=lambda: b"\xef\xbb\xbf", code="file_empty"),
    "heading only": Refused(make=text(HEAD), code="no_rows"),
    "heading only, in a workbook": Refused(make=lambda: workbook(("A", [TITLES])), code="no_rows"),
    "truncated gzip": Refused(make=lambda: packed((HEAD + GOOD * 50).encode())[:-20], code="file_truncated"),
    "gzip of two bytes": Refused(make=lambda: b"\x1f\x8b\x08", code="file_truncated"),
    "damaged gzip": Refused(
        make=lambda: packed((HEAD + GOOD * 50).encode())[:-8] + bytes(8), code="file_damaged"
    ),
    "gzip with rubbish behind it": Refused(
        make=lambda: packed((HEAD + GOOD).encode()) + b"rubbish", code="file_damaged"
    ),
    "gzip of gzip": Refused(
        make=lambda: packed(packed((HEAD + GOOD).encode())), code="file_is_archive", says=("gzip",)
    ),
    "bzip2": Refused(make=lambda: bz2.compress(HEAD.encode()), code="file_is_archive", says=("bzip2",)),
    "7z": Refused(make=lambda: b"7z\xbc\xaf\x27\x1c" + bytes(99), code="file_is_archive", says=("7z",)),
    "RAR": Refused(make=lambda: b"Rar!\x1a\x07" + bytes(99), code="file_is_archive", says=("RAR",)),
    "TAR": Refused(make=archive_of_files, code="file_is_archive", says=("TAR",)),
    "gzipped TAR": Refused(make=lambda: packed(archive_of_files()), code="file_is_archive", says=("TAR",)),
    "ZIP of CSV": Refused(
        make=lambda: zipped({"orders.csv": HEAD.encode()}), code="file_is_archive", says=("ZIP", "Unpack")
    ),
    "ZIP of a workbook": Refused(
        make=lambda: zipped({"orders.xlsx": workbook(("A", ORDERS))}), code="file_is_archive"
    ),
    "ZIP of nothing": Refused(make=lambda: zipped({}), code="file_is_archive"),
    "ZIP with a symbolic link": Refused(make=with_link, code="file_is_archive"),
    "broken ZIP": Refused(make=lambda: b"PK\x03\x04" + b"x" * 200, code="file_damaged"),
    "cut workbook": Refused(make=lambda: workbook(("A", ORDERS))[:-100], code="file_damaged"),
    "binary": Refused(make=lambda: bytes(range(256)) * 20, code="file_binary"),
    "NUL bytes throughout": Refused(make=lambda: b"a\0b\0\0\0c" * 100, code="file_binary"),
    "PDF": Refused(make=lambda: b"%PDF-1.7\n" + b"x" * 99, code="file_kind_unknown", says=("PDF",)),
    "PNG": Refused(make=lambda: b"\x89PNG\r\n\x1a\n" + b"x" * 99, code="file_kind_unknown", says=("PNG",)),
    "old XLS": Refused(make=lambda: compound("Workbook"), code="file_kind_unknown", says=("XLS",)),
    "workbook locked by a password": Refused(
        make=lambda: compound("EncryptedPackage"), code="file_locked", says=("password",)
    ),
    "ODS": Refused(
        make=lambda: zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}),
        code="file_kind_unknown",
        says=("ODS",),
    ),
    "archive whose kind is locked": Refused(make=locked_kind, code="file_damaged"),
    "XLSB": Refused(
        make=lambda: zipped({"xl/workbook.bin": b"\0"}), code="file_kind_unknown", says=("XLSB",)
    ),
    "DOCX": Refused(
        make=lambda: zipped({"word/document.xml": b"<x/>"}), code="file_kind_unknown", says=("Word",)
    ),
    "HTML renamed .csv": Refused(
        make=text("<html><table><tr><td>1</td></tr></table></html>"), code="file_kind_unknown", says=("HTML",)
    ),
    "HTML behind a comment": Refused(make=text("\n<!-- x --><table>"), code="file_kind_unknown"),
    "HTML in UTF-16": Refused(make=text("<table><tr>", "utf-16"), code="file_kind_unknown", says=("HTML",)),
    "XML spreadsheet of 2003": Refused(
        make=text('<?xml version="1.0"?><Workbook/>'), code="file_kind_unknown"
    ),
    "JSON": Refused(make=text('[{"order": 1}]'), code="file_kind_unknown", says=("JSON",)),
    "JSON over several lines": Refused(make=text('[\n  {"order": 1}\n]'), code="file_kind_unknown"),
    "JSON lines": Refused(make=text('{"order": 1}\n{"order": 2}\n'), code="file_kind_unknown"),
    "RTF": Refused(make=text("{\\rtf1 orders}"), code="file_kind_unknown", says=("RTF",)),
    "SQLite": Refused(make=lambda: b"SQLite format 3\0" + bytes(99), code="file_kind_unknown"),
    "workbook without sheets": Refused(
        make=lambda: zipped({"xl/workbook.xml": b"<x/>"}), code="sheet_damaged"
    ),
    "empty workbook": Refused(make=workbook, code="file_empty"),
    "workbook that packs 300 MB into little": Refused(
        make=lambda: zipped({"xl/worksheets/s1": b"0" * 300_000_000}), code="unpacks_too_large"
    ),
    "workbook that lies about its size": Refused(make=lying_sizes, code="sheet_damaged"),
    "workbook with a cell far off": Refused(make=far_cell, code="unpacks_too_large"),
    "far cell in a sheet of another name": Refused(
        make=lambda: by_hand(b"<row><c  r = 'XFD1048576'><v>1</v></c></row>", place="odd.dat"),
        code="unpacks_too_large",
    ),
    "workbook that repeats a long text": Refused(make=repeated_text, code="unpacks_too_large"),
    "workbook that takes hours to look through": Refused(
        make=lambda: by_hand(b" t='s'" * 80_000 + b"><f" + b"x" * 500_000), code="sheet_damaged"
    ),
    "workbook of 20,000 entries": Refused(make=many_entries, code="unpacks_too_large"),
    "workbook with growing entities": Refused(make=laughs, code="sheet_damaged"),
    "workbook of 600 columns": Refused(
        make=lambda: workbook(("A", [list(range(600)), list(range(600))])), code="too_many_columns"
    ),
    "broken Parquet": Refused(make=lambda: b"PAR1" + b"x" * 99 + b"PAR1", code="parquet_damaged"),
    "cut Parquet": Refused(make=lambda: parquet(a=[1, 2])[:-10], code="parquet_damaged"),
    "Parquet with broken letters": Refused(make=broken_letters, code="parquet_damaged"),
    "Parquet with lists": Refused(
        make=lambda: parquet(order=[1], items=[[1, 2]]), code="column_nested", says=("items",)
    ),
    "Parquet without rows": Refused(make=lambda: parquet(a=pa.array([], pa.int64())), code="no_rows"),
    "Parquet that repeats a long text": Refused(
        make=lambda: parquet(
            date=pa.DictionaryArray.from_arrays(pa.array([0] * 60_000, pa.int32()), ["x" * 9 * 1024**2])
        ),
        code="line_too_long",
    ),
    "5,000 columns": Refused(
        make=text("c," * 5000 + "\n" + "1," * 5000 + "\n"), code="too_many_columns", says=("5001", "500")
    ),
    "10 MB line": Refused(make=text(HEAD + "x" * 10 * 1024**2), code="line_too_long", says=("Line 2",)),
    "gzip of 300 MB in one line": Refused(make=lambda: packed(b"0" * 300_000_000), code="line_too_long"),
    "gzip of 300 MB in short lines": Refused(
        make=lambda: packed(b"0,1\n" * 75_000_000), code="unpacks_too_large"
    ),
    "unclosed quotation mark": Refused(
        make=text(HEAD + GOOD + '2,"2024-01-05,7,2,1\n' + GOOD * 20),
        code="quote_not_closed",
        says=("line 3",),
    ),
    "one column": Refused(make=text("order id\n1\n2\n"), code="column_missing", says=("date",)),
    "no heading and nothing known": Refused(make=text("a,b\nc,d\n"), code="column_missing"),
    "missing date column": Refused(
        make=text("order id,unit price\n1,5\n"), code="column_missing", says=("Order date",)
    ),
    "missing amount column": Refused(
        make=text("order id,date\n1,2024-01-01\n"), code="column_missing", says=("Unit price",)
    ),
    "dates that are none": Refused(
        make=text("order id,date,unit price\n1,soon,5\n2,later,6\n"), code="column_missing"
    ),
    "another column said to be the date": Refused(
        make=text("order id,date,note,unit price\n1,2024-01-01,soon,5\n"),
        columns={"ordered_at": "note"},
        code="dates_unreadable",
        says=("note", "soon"),
    ),
    "a column that is not there": Refused(
        make=rows(""), columns={"sku": "{nothing}"}, code="column_unknown", says=("{nothing}", "unit price")
    ),
    "a field that is not there": Refused(
        make=rows(""), columns={"colour": "date"}, code="field_unknown", says=("colour",)
    ),
    "dates that can be read in two ways": Refused(
        make=text("order id,date,unit price\n1,05/01/2024,5\n"), code="dates_ambiguous", says=("05/01/2024",)
    ),
    "every row bad": Refused(
        make=text(HEAD + "1,2024-01-05,7,x,y\n2,2024-01-05,7,z,1\n"), code="nothing_left", says=("line 2",)
    ),
    "every row of another width": Refused(
        make=text(HEAD + "1,2\n" * 3), code="nothing_left", says=("line 2", "fewer")
    ),
    "every row in the future": Refused(
        make=text("order id,date,unit price\n1,2999-01-01,5\n"), code="nothing_left", says=("future",)
    ),
    "amounts beyond counting": Refused(
        make=text(HEAD + "".join(f"{number},2024-01-05,7,1,99999999999\n" for number in range(51_000))),
        code="amounts_too_large",
    ),
}

ONE = {"1": 2100}


def _bad_cell(row: str, column: str, code: str) -> Listed:
    return Listed(make=rows(row), problems=((3, column, code),), orders=ONE)


LISTED: dict[str, Listed] = {
    "year 0": _bad_cell("2,0000-01-01,7,1,5\n", "date", "date_too_early"),
    "year 10000": _bad_cell("2,10000-01-01,7,1,5\n", "date", "not_a_date"),
    "year of the Hijri calendar": _bad_cell("2,1445-03-12,7,1,5\n", "date", "date_too_early"),
    "30 February": _bad_cell("2,2024-02-30,7,1,5\n", "date", "not_a_date"),
    "29 February of a common year": _bad_cell("2,2023-02-29,7,1,5\n", "date", "not_a_date"),
    "25 o'clock": _bad_cell("2,2024-01-05 25:00,7,1,5\n", "date", "not_a_date"),
    "date in the future": _bad_cell("2,2999-01-01,7,1,5\n", "date", "date_in_future"),
    "no date": _bad_cell("2,,7,1,5\n", "date", "missing"),
    "NaN": _bad_cell("2,2024-01-05,7,NaN,5\n", "quantity", "missing"),
    "infinite": _bad_cell("2,2024-01-05,7,1,inf\n", "unit price", "not_a_number"),
    "1e308": _bad_cell("2,2024-01-05,7,1,1e308\n", "unit price", "number_too_large"),
    "huge quantity": _bad_cell("2,2024-01-05,7,99999999999,5\n", "quantity", "number_too_large"),
    "huge amount": _bad_cell("2,2024-01-05,7,900000000,900000000000\n", "unit price", "number_too_large"),
    "formula": _bad_cell("2,2024-01-05,7,=1+1,5\n", "quantity", "not_a_number"),
    "formula that would run a program": _bad_cell(
        "2,2024-01-05,7,=cmd|'/c calc'!A0,5\n", "quantity", "not_a_number"
    ),
    "word for a number": _bad_cell("2,2024-01-05,7,two,5\n", "quantity", "not_a_number"),
    "percent": _bad_cell("2,2024-01-05,7,1,10%\n", "unit price", "not_a_number"),
    "two numbers in a cell": _bad_cell("2,2024-01-05,7,1,5-10\n", "unit price", "not_a_number"),
    "amount in another currency": Listed(
        make=text("order id,date,unit price\n1,2024-01-05,21.00 SAR\n2,2024-01-05,4 SAR\n3,2024-01-05,€5\n"),
        problems=((4, "unit price", "other_sign"),),
        orders={"1": 2100, "2": 400},
    ),
    "unknown currency": Listed(
        make=text("order id,date,unit price,currency\n1,2024-01-05,21,SAR\n2,2024-01-05,4,Talents\n"),
        problems=((3, "currency", "not_a_currency"),),
        orders=ONE,
    ),
    "order in two currencies": Listed(
        make=text("order id,date,unit price,currency\n1,2024-01-05,21,SAR\n1,2024-01-05,4,USD\n"),
        problems=((3, "currency", "other_currency"),),
        orders=ONE,
    ),
    "order of two customers": _bad_cell("1,2024-01-05,8,1,5\n", "customer id", "other_customer"),
    "no order number": _bad_cell(",2024-01-05,7,1,5\n", "order id", "missing"),
    "long order number": _bad_cell("9" * 400 + ",2024-01-05,7,1,5\n", "order id", "too_long"),
    "order number that a spreadsheet rounded": _bad_cell(
        "8.71E+12,2024-01-05,7,1,5\n", "order id", "rounded_number"
    ),
    "customer number that a spreadsheet rounded": _bad_cell(
        "2,2024-01-05,9.66501E+11,1,5\n", "customer id", "rounded_number"
    ),
    "heading twice": _bad_cell(HEAD, "date", "not_a_date"),
    "line of totals at the end": _bad_cell("الإجمالي,,,2,10.50\n", "date", "missing"),
    "too few cells": _bad_cell("2,2024-01-05\n", "", "too_few_cells"),
    "too many cells": _bad_cell("2,2024-01-05,7,1,5,6,7\n", "", "too_many_cells"),
    "decimal comma without quotation marks": _bad_cell("2,2024-01-05,7,1,5,50\n", "", "too_many_cells"),
    "broken letters": Listed(
        make=lambda: (
            (
                "order id,date,customer id,unit price,product\n1,2024-01-05,7,21.00,تمر سكري وقهوة\n" * 1
            ).encode()
            + b"2,2024-01-05,7,5,\xd8\xaa\xff\n"
        ),
        problems=((3, "", "unreadable_letters"),),
        orders=ONE,
    ),
    "10,001 lines of one order": Listed(
        make=text(HEAD + GOOD + "2,2024-01-05,7,1,5\n" * 10_001),
        problems=tuple((line, "order id", "too_many_lines") for line in range(3, 10_004)),
        orders=ONE,
    ),
    "heading in line 7": Listed(
        make=text(
            "Sales report,,,,\n,,,,\nFrom,2024-01-01,To,2024-01-31,\nBranch,Riyadh,,,\nPrinted by,Sara,,,\n,,,,\n"
            + HEAD
            + GOOD
        ),
        problems=tuple((line, "", "above_heading") for line in range(1, 7)),
        orders=ONE,
    ),
    "heading in line 4 of a workbook": Listed(
        make=lambda: workbook(
            ("A", [["Sales report"], ["From", "2024-01-01"], ["To", "2024-01-31"], *ORDERS])
        ),
        problems=tuple((line, "", "above_heading") for line in range(1, 4)),
        orders=ONE,
    ),
    "merged cells": Listed(make=merged_cells, problems=((3, "order id", "missing"),), orders=ONE),
    "formula that was never counted": Listed(
        make=lambda: workbook(("A", [*ORDERS, [2, "2024-01-05", 7, "=1+1", 5]])),
        problems=((3, "quantity", "missing"),),
        orders=ONE,
    ),
    "several sheets": Listed(
        make=lambda: workbook(("January", ORDERS), ("February", ORDERS)),
        problems=((1, "", "other_sheet"),),
        orders=ONE,
    ),
    "hidden sheet before the shown one": Listed(
        make=lambda: workbook(
            ("Old", [TITLES, [9, "2020-01-05", 7, 1, 1]]), ("New", ORDERS), hidden=("Old",)
        ),
        problems=((1, "", "other_sheet"),),
        orders=ONE,
    ),
    "infinite in Parquet": Listed(
        make=lambda: parquet(
            **{
                "order id": ["1", "2"],
                "date": ["2024-01-05"] * 2,
                "unit price": [21.0, float("inf")],
            }
        ),
        problems=((2, "unit price", "not_a_number"),),
        orders=ONE,
    ),
}

READ: dict[str, Read] = {
    "right-to-left marks in ids": Read(
        make=text(HEAD + "\u200f 1 ,2024-01-05, 7,1,11\n1,2024-01-05,7\u200e,2,5\n"), orders=ONE
    ),
    "right-to-left marks in Parquet": Read(make=parquet_orders, orders=ONE),
    "ids with spaces inside": Read(
        make=text(HEAD + "A 1,2024-01-05,7 8,2,10.5\nA  1,2024-01-05,7,1,5\n"),
        orders={"A 1": 2100, "A  1": 500},
    ),
    "leading zeros in ids": Read(
        make=text(HEAD + "007,2024-01-05,7,2,10.5\n7,2024-01-05,7,1,5\n"), orders={"007": 2100, "7": 500}
    ),
    "numbers that a program wrote with decimals": Read(
        make=text(HEAD + "1.0,2024-01-05,7.0,2.0,10.5\n"), orders=ONE
    ),
    "negative zero": Read(make=text(HEAD + GOOD + "2,2024-01-05,7,-0,5\n"), orders={"1": 2100, "2": 0}),
    "Arabic digits with Arabic decimal marks": Read(
        make=text("رقم الطلب,التاريخ,رقم العميل,الكمية,السعر\n1,٢٠٢٤-٠١-٠٥,٧,٢,١٠٫٥٠\n"), orders={"1": 2100}
    ),
    "Arabic headings with vowel marks": Read(
        make=text("رَقْمُ الطَّلَب,التَّارِيخ,رَقْم العَمِيل,الكَمِّيَّة,السِّعْر\n1,2024-01-05,7,2,10.5\n"), orders=ONE
    ),
    "Windows Arabic letters": Read(
        make=text("رقم الطلب,التاريخ,رقم العميل,الكمية,السعر\n1,2024-01-05,7,2,10.5\n", "cp1256"), orders=ONE
    ),
    "UTF-16": Read(make=text(HEAD + GOOD, "utf-16"), orders=ONE),
    "UTF-16 without its mark": Read(make=text(HEAD + GOOD, "utf-16-le"), orders=ONE),
    "UTF-32": Read(make=text(HEAD + GOOD, "utf-32"), orders=ONE),
    "NUL bytes here and there": Read(make=nuls_inside, orders={str(number): 100 for number in range(1, 302)}),
    "mixed line ends": Read(
        make=text(HEAD.strip() + "\r\n1,2024-01-05,7,2,10.50\n2,2024-01-05,7,1,5\r3,2024-01-05,7,1,5\r\n"),
        orders={"1": 2100, "2": 500, "3": 500},
    ),
    "equal headings": Read(
        make=text("order id,date,date,unit price,unit price\n1,2024-01-05,2024-02-01,21,9\n"), orders=ONE
    ),
    "headings that are SQL": Read(
        make=text('order id,date,unit price,"\'); DROP TABLE typed; --",{values}\n1,2024-01-05,21,a,b\n'),
        orders=ONE,
    ),
    "several currencies": Read(
        make=text("order id,date,unit price,currency\n1,2024-01-05,21,SAR\n2,2024-01-05,4,د.ك\n"),
        orders={"1": 2100, "2": 4000},
    ),
    "quantities with units": Read(
        make=text(HEAD + "1,2024-01-05,7,2 pcs,10.50 SAR\n2,2024-01-05,7,٣ حبات,ر.س 5\n"),
        orders={"1": 2100, "2": 1500},
    ),
    "29 February of a leap year": Read(make=text(HEAD + "1,2024-02-29,7,2,10.5\n"), orders=ONE),
    "times with zones": Read(
        make=text(HEAD + "1,2024-01-05T23:30:00+03:00,7,2,10.5\n2,2024-01-05T20:30:00Z,7,1,5\n"),
        orders={"1": 2100, "2": 500},
    ),
    "days as a spreadsheet counts them": Read(make=text(HEAD + "1,45296,7,2,10.5\n"), orders=ONE),
    "decimal commas": Read(
        make=text(HEAD.replace(",", ";") + "1;2024-01-05;7;2;10,50\n2;2024-01-05;7;1;1.234,5\n"),
        orders={"1": 2100, "2": 123450},
    ),
    "gzip in two parts": Read(make=lambda: packed(HEAD.encode()) + packed(GOOD.encode()), orders=ONE),
    "a cell of 1 MB": Read(
        make=text("order id,date,unit price,product\n1,2024-01-05,21," + "x" * 1024**2 + "\n"), orders=ONE
    ),
    "a heading of 1 MB of digits": Read(
        make=text("order id,date,unit price," + "1" * 1024**2 + "x\n1,2024-01-05,21,a\n"), orders=ONE
    ),
    "1 MB of blanks between two cells": Read(
        make=text("order_id date unit_price\n1 2024-01-05" + " " * 1024**2 + "21\n2 2024-01-05 5 \n"),
        orders={"1": 2100, "2": 500},
    ),
    "workbook with macros": Read(
        make=lambda: zipped({"xl/vbaProject.bin": b"\0" * 99}, workbook(("A", ORDERS))), orders=ONE
    ),
    # its last bytes of input hold more than one piece of output
    "workbook with a picture that packs well": Read(
        make=lambda: zipped({"xl/media/a.bmp": bytes(1024**2 + 37)}, workbook(("A", ORDERS))), orders=ONE
    ),
    "workbook with a symbolic link": Read(make=lambda: with_link(workbook(("Orders", ORDERS))), orders=ONE),
    "product called like a formula": Read(
        make=text("order id,date,unit price,product\n1,2024-01-05,21,=HYPERLINK(A1)\n"), orders=ONE
    ),
    "semicolons behind a hint for Excel": Read(
        make=text("sep=;\n" + (HEAD + GOOD).replace(",", ";")), orders=ONE
    ),
}


def main() -> None:
    """Prints every case with what is said to it in English and Arabic; needs no database."""
    import tempfile
    from pathlib import Path

    import django

    django.setup()
    from django.utils import translation

    from wafaa.listen.connectors.files.actions import prepare_file, read_problems
    from wafaa.listen.connectors.files.errors import FileError
    from wafaa.listen.connectors.files.rules import Options

    cases: list[tuple[str, Refused | Listed | Read]] = [*REFUSED.items(), *LISTED.items(), *READ.items()]
    for number, (name, case) in enumerate(cases, start=1):
        with tempfile.TemporaryDirectory() as place:
            path, staged = Path(place) / "file.csv", Path(place) / "staged"
            path.write_bytes(case.make())
            error: FileError | None = None
            try:
                columns = case.columns if isinstance(case, Refused) else {}
                prepare_file(path, staged, options=Options(currency="SAR"), columns=columns)
            except FileError as caught:
                error = caught
            print(f"{number:3}. {name}")
            for language in ("en", "ar"):
                with translation.override(language):
                    listed = [] if error else read_problems(staged, limit=1)
                    said = [f"line {line}, {column or '-'}: {reason}" for line, column, _, reason in listed]
                    print(f"       {language}: {error or ', '.join(said) or 'read as it is meant'}")


if __name__ == "__main__":
    main()
