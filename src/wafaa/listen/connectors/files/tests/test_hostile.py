"""Broken and hostile files: a clear message or a listed row, never a traceback, never a half import."""

import gzip
import io
import zipfile

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.utils import translation

from wafaa.listen.connectors.files.errors import FileError
from wafaa.listen.connectors.files.tests.files import packed, stage

HEAD = "order id,date,customer id,quantity,unit price\n"
GOOD = "1,2024-01-05,7,2,10.50\n"


def zipped(**entries: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


def workbook(*cells: tuple[str, object]) -> bytes:
    book = openpyxl.Workbook()
    for place, value in cells:
        book.active[place] = value
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def parquet(**columns) -> bytes:
    stream = io.BytesIO()
    pq.write_table(pa.table(columns), stream)
    return stream.getvalue()


REFUSED = {
    "empty": (b"", "file_empty"),
    "packed nothing": (packed(b""), "file_empty"),
    "only blanks": (b" \n \n\n", "file_empty"),
    "only a mark": (b"\xef\xbb\xbf", "file_empty"),
    "heading only": (HEAD.encode(), "no_rows"),
    "truncated gzip": (packed(HEAD + GOOD * 50)[:-20], "file_truncated"),
    "damaged gzip": (packed(HEAD + GOOD * 50)[:-8] + bytes(8), "file_damaged"),
    "gzip heading only": (b"\x1f\x8b\x08", "file_truncated"),
    "binary": (bytes(range(256)) * 20, "file_binary"),
    "nul bytes": (b"a\0b\0\0\0c" * 100, "file_binary"),
    "pdf": (b"%PDF-1.7\n" + b"x" * 100, "file_kind_unknown"),
    "png": (b"\x89PNG\r\n\x1a\n" + b"x" * 100, "file_kind_unknown"),
    "old excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "file_kind_unknown"),
    "html as xls": (b"<html><table><tr><td>1</td></tr></table></html>", "file_kind_unknown"),
    "json": (b'[{"order": 1}]', "file_kind_unknown"),
    "zip of csv": (zipped(orders_csv=HEAD.encode()), "file_kind_unknown"),
    "broken zip": (b"PK\x03\x04" + b"x" * 200, "file_damaged"),
    "workbook without sheets": (zipped(xl__workbook_xml=b"<x/>"), "sheet_damaged"),
    "zip bomb": (zipped(xl__worksheets__s1=b"0" * 300_000_000), "unpacks_too_large"),
    "far cell": (workbook(("A1", "date"), ("XFD1048576", 1)), "unpacks_too_large"),
    "empty workbook": (workbook(), "file_empty"),
    "broken parquet": (b"PAR1" + b"x" * 100 + b"PAR1", "parquet_damaged"),
    "cut parquet": (parquet(a=[1, 2])[:-10], "parquet_damaged"),
    "nested parquet": (parquet(order=[1], items=[[1, 2]]), "column_nested"),
    "parquet without rows": (parquet(a=pa.array([], pa.int64())), "no_rows"),
    "5000 columns": (("c," * 5000 + "\n" + "1," * 5000 + "\n").encode(), "too_many_columns"),
    "10 MB line": (HEAD.encode() + b"x" * 10 * 1024**2, "line_too_long"),
    "gzip bomb": (gzip.compress(b"0" * 300_000_000), "line_too_long"),
    "open quote": ((HEAD + GOOD + '2,"2024-01-05,7,2,1\n' + GOOD * 20).encode(), "quote_not_closed"),
    "no date column": (b"order id,unit price\n1,5\n", "column_missing"),
    "no amount column": (b"order id,date\n1,2024-01-01\n", "column_missing"),
    "dates that are none": (b"order id,date,unit price\n1,soon,5\n2,later,6\n", "column_missing"),
    "all rows bad": ((HEAD + "1,2024-01-05,7,x,y\n" + "2,2024-01-05,7,z,1\n").encode(), "nothing_left"),
    "all rows of another width": ((HEAD + "1,2\n" * 3).encode(), "nothing_left"),
    "ambiguous dates": (b"order id,date,unit price\n1,05/01/2024,5\n", "dates_ambiguous"),
    "all in the future": (b"order id,date,unit price\n1,2999-01-01,5\n", "nothing_left"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_cannot_be_imported_says_why_in_both_languages(tmp_path, case):
    content, code = REFUSED[case]

    with pytest.raises(FileError) as caught:
        stage(tmp_path, content)

    assert caught.value.code == code
    for language in ("en", "ar"):
        with translation.override(language):
            assert len(str(caught.value)) > 10
            assert "{" not in str(caught.value)


LISTED = {
    "year 0": ("2,0000-01-01,7,1,5\n", "date", "date_too_early"),
    "hijri year": ("2,1445-03-12,7,1,5\n", "date", "date_too_early"),
    "30 February": ("2,2024-02-30,7,1,5\n", "date", "not_a_date"),
    "future": ("2,2999-01-01,7,1,5\n", "date", "date_in_future"),
    "no date": ("2,,7,1,5\n", "date", "missing"),
    "NaN": ("2,2024-01-05,7,NaN,5\n", "quantity", "missing"),
    "infinite": ("2,2024-01-05,7,1,inf\n", "unit price", "not_a_number"),
    "1e308": ("2,2024-01-05,7,1,1e308\n", "unit price", "not_a_number"),
    "huge quantity": ("2,2024-01-05,7,99999999999,5\n", "quantity", "number_too_large"),
    "huge amount": ("2,2024-01-05,7,900000000,900000000000\n", "unit price", "number_too_large"),
    "formula": ("2,2024-01-05,7,=1+1,5\n", "quantity", "not_a_number"),
    "words": ("2,2024-01-05,7,two,5\n", "quantity", "not_a_number"),
    "no order number": (",2024-01-05,7,1,5\n", "order id", "missing"),
    "long order number": ("9" * 400 + ",2024-01-05,7,1,5\n", "order id", "too_long"),
    "two headers": (HEAD, "date", "not_a_date"),
    "too few cells": ("2,2024-01-05\n", "", "too_few_cells"),
    "too many cells": ("2,2024-01-05,7,1,5,6,7\n", "", "too_many_cells"),
    "other customer": ("1,2024-01-05,8,1,5\n", "customer id", "other_customer"),
}


@pytest.mark.parametrize("case", LISTED)
def test_a_bad_row_is_listed_and_the_good_ones_go_on(tmp_path, case):
    row, column, code = LISTED[case]

    staged = stage(tmp_path, HEAD + GOOD + row)

    assert [(line, name, what) for line, name, what, _ in staged.problems][:1] == [(3, column, code)] or (
        3,
        column,
        code,
    ) in [problem[:3] for problem in staged.problems]
    assert {problem[0] for problem in staged.problems} == {3}
    assert list(staged.orders) == ["1"]
    assert staged.counts.gross_minor == 2100


def test_ids_with_blanks_and_marks_are_one(tmp_path):
    rows = "\u200f 1 ,2024-01-05, 7,1,5\n1,2024-01-05,7\u200e,2,10\n"

    staged = stage(tmp_path, HEAD + rows)

    assert list(staged.orders) == ["1"]
    assert list(staged.customers) == ["7"]


def test_one_order_number_for_everything_is_no_order_number(tmp_path):
    staged_rows = "".join("1,2024-01-05,7,1,5\n" for _ in range(10_001)) + "2,2024-01-05,7,1,5\n"

    staged = stage(tmp_path, HEAD + staged_rows)

    assert list(staged.orders) == ["2"]
    assert {code for _, _, code, _ in staged.problems} == {"too_many_lines"}


def test_headings_cannot_break_a_query(tmp_path):
    head = 'order id,date,unit price,"\'); DROP TABLE typed; --",{values}\n'

    staged = stage(tmp_path, head + "1,2024-01-05,5,a,b\n")

    assert list(staged.orders) == ["1"]
