"""Any table becomes text cells with the physical line of each row."""

import datetime
import io
from decimal import Decimal

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from wafaa.listen.connectors.files.tests.files import packed, read

ROWS = "order,date,amount\n1,2024-01-05,10.5\n2,2024-01-06,7\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path, delimiter):
    reading, rows, lines, problems = read(tmp_path, ROWS.replace(",", delimiter))

    assert reading.delimiter == delimiter
    assert reading.headers == ["order", "date", "amount"]
    assert rows == [("1", "2024-01-05", "10.5"), ("2", "2024-01-06", "7")]
    assert lines == [2, 3]
    assert problems == []


def test_runs_of_white_space_divide_where_no_other_sign_does(tmp_path):
    reading, rows, _, _ = read(tmp_path, " id  day      value\n 1   19970101   2.5\n 20  19970102  13.5\n")

    assert reading.delimiter == " "
    assert reading.headers == ["id", "day", "value"]
    assert rows == [("1", "19970101", "2.5"), ("20", "19970102", "13.5")]


def test_decimal_commas_do_not_divide(tmp_path):
    reading, rows, _, _ = read(tmp_path, "order;amount;tax\n1;1,5;0,2\n2;2,5;0,3\n")

    assert reading.delimiter == ";"
    assert rows[0] == ("1", "1,5", "0,2")


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", "رقم الطلب,الاسم\n1,سارة\n"),
        ("utf-8-sig", "رقم الطلب,الاسم\n1,سارة\n"),
        ("utf-16", "رقم الطلب,الاسم\n1,سارة\n"),
        ("utf-16-le", "رقم الطلب,الاسم\n1,سارة\n"),
        ("cp1256", "رقم الطلب,الاسم\n1,سارة\n"),
        ("latin-1", "order id,name\n1,Renée Müller\n"),
    ],
)
def test_the_encoding_is_found(tmp_path, encoding, text):
    reading, rows, _, _ = read(tmp_path, text.encode(encoding))

    head, row = text.splitlines()
    assert reading.headers == head.split(",")
    assert rows == [tuple(row.split(","))]


def test_letters_that_are_not_utf8_may_come_late(tmp_path):
    text = "order id,name\n" + "".join(f"{number},Smith\n" for number in range(400_000)) + "400000,Renée\n"

    reading, rows, _, _ = read(tmp_path, text.encode("latin-1"))

    assert reading.encoding == "cp1252"
    assert rows[-1] == ("400000", "Renée")


def test_a_broken_letter_in_utf8_costs_only_its_row(tmp_path):
    rows_of_text = [f"{number},سارة\n".encode() for number in range(50)]
    rows_of_text[20] = b"20,\xd8\xb3\xff\n"

    _, rows, _, problems = read(tmp_path, "رقم,الاسم\n".encode() + b"".join(rows_of_text))

    assert len(rows) == 49
    assert problems == [(22, "unreadable_letters")]


def test_gzip_is_known_by_its_content(tmp_path):
    reading, rows, _, _ = read(tmp_path, packed(ROWS), name="orders.csv")

    assert reading.compressed
    assert len(rows) == 2


@pytest.mark.parametrize("newline", ["\r\n", "\r", "\n"])
def test_line_ends_of_every_system_are_read(tmp_path, newline):
    _, rows, lines, _ = read(tmp_path, ROWS.replace("\n", newline))

    assert rows == [("1", "2024-01-05", "10.5"), ("2", "2024-01-06", "7")]
    assert lines == [2, 3]


def test_line_numbers_are_those_of_the_file_behind_quoted_line_breaks(tmp_path):
    text = 'order,note,amount\n1,"two\nlines",5\n2,plain,6\n\n3,"a ""quoted"" one",7\n'

    _, rows, lines, problems = read(tmp_path, text)

    assert rows == [("1", "two\nlines", "5"), ("2", "plain", "6"), ("3", 'a "quoted" one', "7")]
    assert lines == [2, 4, 6]
    assert problems == []


def test_rows_of_another_width_become_problems_and_the_others_go_on(tmp_path):
    _, rows, lines, problems = read(tmp_path, "a,b,c\n1,2\n1,2,3\n1,2,3,4\n5,6,7,,\n")

    assert rows == [("1", "2", "3"), ("5", "6", "7")]
    assert lines == [3, 5]
    assert problems == [(2, "too_few_cells"), (4, "too_many_cells")]


def test_a_file_without_heading_numbers_its_columns(tmp_path):
    reading, _, lines, _ = read(tmp_path, "1,2024-01-05,10.5\n2,2024-01-06,7\n")

    assert not reading.has_header
    assert reading.headers == ["1", "2", "3"]
    assert lines == [1, 2]


def test_a_title_above_the_heading_is_told(tmp_path):
    reading, _, lines, problems = read(tmp_path, "Sales of January\n\norder,date,amount\n1,2024-01-05,10.5\n")

    assert reading.headers == ["order", "date", "amount"]
    assert lines == [4]
    assert problems == [(1, "above_heading")]


def test_equal_headings_are_told_apart(tmp_path):
    reading, _, _, _ = read(tmp_path, "total,total,,date\n1,2,3,2024-01-01\n")

    assert reading.headers == ["total", "total (2)", "3", "date"]


def test_direction_marks_and_hard_blanks_vanish(tmp_path):
    _, rows, _, _ = read(tmp_path, "order,name\n\u200f12\u200e,Sara\u00a0A\n")

    assert rows == [("12", "Sara A")]


def test_a_workbook_is_read_with_dates_numbers_and_formulas(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["order", "date", "amount", "name"])
    book.active.append([17850.0, datetime.datetime.fromisoformat("2024-01-05T09:30"), 10.5, "تمر"])
    book.active.append([2, datetime.date(2024, 1, 6), 7, None])
    stream = io.BytesIO()
    book.save(stream)

    reading, rows, lines, _ = read(tmp_path, stream.getvalue(), name="orders.xlsx")

    assert reading.kind == "sheet"
    assert rows == [
        ("17850", "2024-01-05 09:30:00", "10.5", "تمر"),
        ("2", "2024-01-06", "7", ""),
    ]
    assert lines == [2, 3]


def test_parquet_of_any_plain_type_is_read(tmp_path):
    table = pa.table(
        {
            "order": pa.array([1, 2], pa.int64()),
            "at": pa.array([datetime.datetime.fromisoformat("2024-01-05T09:00"), None], pa.timestamp("us")),
            "amount": pa.array([Decimal("10.50"), Decimal("7.00")], pa.decimal128(10, 2)),
            "customer": pa.array([17850.0, float("nan")]),
            "kind": pa.array(["a", "b"]).dictionary_encode(),
        }
    )
    stream = io.BytesIO()
    pq.write_table(table, stream)

    reading, rows, lines, _ = read(tmp_path, stream.getvalue(), name="orders.parquet")

    assert reading.kind == "parquet"
    assert rows == [("1", "2024-01-05 09:00:00.000000", "10.50", "17850", "a"), ("2", "", "7.00", "", "b")]
    assert lines == [1, 2]


def test_a_packed_workbook_is_read_too(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["order", "date"])
    book.active.append([1, "2024-01-05"])
    stream = io.BytesIO()
    book.save(stream)

    _, rows, _, _ = read(tmp_path, packed(stream.getvalue()), name="orders.xlsx.gz")

    assert rows == [("1", "2024-01-05")]


def test_fast_and_slow_parsers_say_the_same(tmp_path):
    body = "".join(f'{number},"A ""b"", c",{number / 4}\n' for number in range(1, 2000))
    fast = read(tmp_path, "order,name,amount\n" + body)
    slow = read(tmp_path, "order,name,amount\n" + body + 'x,"two\nlines",1\n')

    assert slow[1][:-1] == fast[1]
    assert slow[2][:-1] == fast[2]
