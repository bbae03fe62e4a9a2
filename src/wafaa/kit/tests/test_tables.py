"""Tables that leave the house: inert, typed, flat in memory."""

import io
import tracemalloc
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import repeat
from xml.etree import ElementTree
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.test import RequestFactory
from django.utils import timezone, translation

from wafaa.kit.tables import answer_table, make_inert, stream_csv, write_workbook
from wafaa.kit.tables.parquet import write_parquet

HEAD = ["name", "count", "share", "gross", "day", "at"]
ROW = ["قهوة", 7, 0.25, Decimal("12.50"), date(2026, 3, 1), datetime(2026, 3, 1, 22, 30, tzinfo=UTC)]
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RISKY = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1+1", "＋1", "－1", "＠SUM(A1)", "﹦1",
    "  =1+1", "\ufeff=1+1", "\u200f=1+1", "\u00a0+1", " \t x", "\x00=1",
]  # fmt: skip


@pytest.mark.parametrize("text", RISKY)
def test_a_text_that_a_spreadsheet_would_run_is_quoted(text):
    assert make_inert(text) == f"'{text}"


@pytest.mark.parametrize("text", ["قهوة", "a=b", "1-2", " x", "", "#1", "'=1"])
def test_a_harmless_text_stays_what_it_is(text):
    assert make_inert(text) == text


def test_other_cells_stay_what_they_are():
    row = ["قهوة", None, -5, Decimal("-1.50"), datetime(2026, 1, 2, 3, tzinfo=UTC), 'a "b", c']

    text = "".join(stream_csv(["a", "b", "c", "d", "e", "=f"], [row]))

    assert text == ('\ufeffa,b,c,d,e,\'=f\r\nقهوة,,-5,-1.50,2026-01-02T03:00:00+00:00,"a ""b"", c"\r\n')


def read_sheet(content: bytes, number: int = 1) -> ElementTree.Element:
    with ZipFile(io.BytesIO(content)) as archive:
        return ElementTree.fromstring(archive.read(f"xl/worksheets/sheet{number}.xml"))


def read_cells(sheet: ElementTree.Element, row: int) -> list[tuple[str | None, str]]:
    """(type, value) of the cells of a row; texts are written in place."""
    return [
        (cell.get("t"), "".join(cell.itertext())) for cell in sheet.findall(f".//{SHEET}row[@r='{row}']/*")
    ]


def make_workbook(rows, tmp_path, *, is_rtl=False, zone=UTC) -> ElementTree.Element:
    file = io.BytesIO()
    write_workbook(file, HEAD, rows, folder=tmp_path, is_rtl=is_rtl, zone=zone)
    return read_sheet(file.getvalue())


def test_a_workbook_keeps_numbers_and_days_as_such_and_its_head_in_sight(tmp_path):
    sheet = make_workbook([ROW], tmp_path, zone=ZoneInfo("Asia/Riyadh"))

    # days since Excel's beginning: 1 March 2026 is 46082; 22:30 UTC is 1:30 of the next day in Riyadh
    assert read_cells(sheet, 2) == [
        ("inlineStr", "قهوة"), (None, "7"), (None, "0.25"), (None, "12.5"), (None, "46082"), (None, "46083.0625"),
    ]  # fmt: skip
    pane = sheet.find(f".//{SHEET}pane")
    assert (pane.get("ySplit"), pane.get("state")) == ("1", "frozen")
    assert sheet.find(f".//{SHEET}sheetView").get("rightToLeft") is None


def test_an_arabic_workbook_runs_from_right_to_left(tmp_path):
    sheet = make_workbook([ROW], tmp_path, is_rtl=True)

    assert sheet.find(f".//{SHEET}sheetView").get("rightToLeft") == "1"


@pytest.mark.parametrize("text", [*RISKY[:12], "http://example.com", "00123"])
def test_a_text_in_a_workbook_is_never_a_formula_a_link_or_a_number(text, tmp_path):
    sheet = make_workbook([[text]], tmp_path)

    assert [kind for kind, _value in read_cells(sheet, 2)] == ["inlineStr"]
    assert sheet.find(f".//{SHEET}f") is None
    assert sheet.find(f".//{SHEET}hyperlink") is None


def test_what_excel_would_round_or_refuse_is_written_as_text(tmp_path):
    odd = [12345678901234567, Decimal("1234567890123456.78"), float("nan"), date(1899, 1, 1), "x" * 40_000]

    cells = read_cells(make_workbook([odd], tmp_path), 2)

    assert [kind for kind, _value in cells] == ["inlineStr"] * 5
    assert [value for _kind, value in cells[:4]] == [
        "12345678901234567",
        "1234567890123456.78",
        "nan",
        "1899-01-01",
    ]
    assert len(cells[4][1]) == 32_767


def test_parquet_finds_the_type_of_each_column(tmp_path):
    path = tmp_path / "t.parquet"

    write_parquet(
        path, [*HEAD, "mixed", "none", "none"], [[*ROW, 1, None, None], [None] * 6 + ["x", None, None]]
    )

    table = pq.read_table(path)
    assert table.schema.types == [
        pa.string(), pa.int64(), pa.float64(), pa.decimal128(4, 2), pa.date32(), pa.timestamp("us", tz="UTC"),
        pa.string(), pa.string(), pa.string(),
    ]  # fmt: skip
    assert table.column_names[-2:] == ["none", "none_2"]
    assert [column[0].as_py() for column in table.columns[:7]] == [*ROW, "1"]
    assert table.num_rows == 2
    assert list(tmp_path.iterdir()) == [path]


def test_a_table_without_rows_is_a_table(tmp_path):
    path = tmp_path / "t.parquet"

    write_parquet(path, HEAD, [])

    assert (pq.read_table(path).num_rows, pq.read_table(path).column_names) == (0, HEAD)


@pytest.mark.parametrize(
    ("wanted", "name", "begin"),
    [
        ("csv", "t.csv", b"\xef\xbb\xbf"),
        ("xlsx", "t.xlsx", b"PK"),
        ("parquet", "t.parquet", b"PAR1"),
        ("exe", "t.csv", b"\xef"),
    ],
)
def test_the_address_chooses_the_format_and_nothing_stays_behind(wanted, name, begin, settings):
    request = RequestFactory().get("/", {"format": wanted})

    with translation.override("ar"), timezone.override("Asia/Riyadh"):
        response = answer_table(request, "t", HEAD, [ROW])

    assert response["Content-Disposition"] == f'attachment; filename="wafaa-{name}"'
    assert response.getvalue().startswith(begin)
    folder = settings.FILES_ROOT.parent / "exports"
    assert not folder.exists() or list(folder.iterdir()) == []


@pytest.mark.parametrize("wanted", ["csv", "xlsx", "parquet"])
def test_memory_does_not_grow_with_the_rows(wanted, settings):
    """Three times the rows take no more than a fifth more of Python's memory."""
    peaks = []
    for rows in (30_000, 90_000):
        request = RequestFactory().get("/", {"format": wanted})
        tracemalloc.start()
        response = answer_table(request, "t", HEAD[:3], repeat(ROW[:3], rows))
        for _chunk in response:
            pass
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[1] < peaks[0] * 1.2 + 100_000
