"""Broken and hostile files through the doors that people use: a clear message or a listed row, never a half import."""

import json
import subprocess
import sys

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from wafaa.know.customers.models import Customer
from wafaa.know.orders.models import Order, Product
from wafaa.listen.connectors.files.actions import import_file, read_import
from wafaa.listen.connectors.files.errors import FileError
from wafaa.listen.connectors.files.models import Import, RememberedMapping
from wafaa.listen.connectors.files.queries import get_folder, list_problems
from wafaa.listen.connectors.files.rules import Options
from wafaa.listen.connectors.files.tests.files import stage, write
from wafaa.listen.connectors.files.tests.hostile import HEAD, LISTED, READ, REFUSED, rows
from wafaa.listen.connectors.files.words import say_reason
from wafaa.stream.models import Event

pytestmark = pytest.mark.django_db

OPTIONS = Options(currency="SAR", time_zone="UTC")


def said_in_both(error) -> tuple[str, str]:
    """The error in English and Arabic."""
    with translation.override("en"):
        english = str(error)
    with translation.override("ar"):
        return english, str(error)


def has_arabic(text: str) -> bool:
    return any("\u0600" <= char <= "\u06ff" for char in text)


def published_orders() -> dict[str, int]:
    """Number -> what its lines come to in minor units, as the events say."""
    found = {}
    for event in Event.objects.filter(name="Order Completed"):
        told = json.loads(event.properties) if isinstance(event.properties, str) else event.properties
        minor = 1000 if told["currency"] == "KWD" else 100
        lines = [float(line["quantity"]) * float(line["price"]) for line in told["products"]]
        found[told["order_id"]] = round(sum(lines) * minor)
    return found


def nothing_was_kept() -> bool:
    kept = [model.objects.exists() for model in (Event, Order, Customer, Product, RememberedMapping)]
    return not any(kept)


def test_there_are_at_least_eighty_cases():
    assert len(REFUSED) + len(LISTED) + len(READ) >= 130


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_cannot_be_imported_says_why_in_both_languages(tmp_path, name):
    case = REFUSED[name]

    with pytest.raises(FileError) as caught:
        import_file(write(tmp_path, case.make()), options=OPTIONS, columns=case.columns)

    assert caught.value.code == case.code
    english, arabic = said_in_both(caught.value)
    assert len(english) > 15
    assert has_arabic(arabic)
    assert all(words in english for words in case.says), english
    assert nothing_was_kept()
    imported = Import.objects.first()  # an empty file does not even become one
    if imported is not None:
        assert imported.state in {"cancelled", "failed"}
        assert not get_folder(imported).exists()


@pytest.mark.parametrize("name", LISTED)
def test_what_cannot_be_read_is_listed_and_the_rest_goes_on(tmp_path, name):
    case = LISTED[name]

    imported = import_file(write(tmp_path, case.make()), options=OPTIONS)

    problems = list(list_problems(imported))
    lines = {line for line, _, _ in case.problems}
    assert set(case.problems) <= {(line, column, code) for line, column, code, _ in problems}
    assert {line for line, _, _, _ in problems} == lines
    assert published_orders() == case.orders
    for _, _, code in case.problems[:1]:
        with translation.override("en"):
            english = say_reason(code)
        with translation.override("ar"):
            assert has_arabic(say_reason(code))
        assert english != code


@pytest.mark.parametrize("name", READ)
def test_an_odd_file_is_read_as_it_is_meant(tmp_path, name):
    case = READ[name]

    imported = import_file(write(tmp_path, case.make()), options=OPTIONS)

    assert list(list_problems(imported)) == []
    assert published_orders() == case.orders


ON_THE_PAGE = [
    "truncated gzip", "gzip of gzip", "workbook locked by a password", "HTML renamed .csv", "ODS", "heading only",
    "unclosed quotation mark", "5,000 columns", "workbook with a cell far off", "Parquet with lists",
]  # fmt: skip


@pytest.mark.parametrize("name", ON_THE_PAGE)
def test_the_page_says_it_as_well(client_as, manager, name):
    page = client_as(manager)
    answer = page.post(reverse("imports"), {"file": SimpleUploadedFile("=x.csv", REFUSED[name].make())})
    assert answer.status_code == 302

    imported = read_import(import_uuid=Import.objects.get().uuid)

    assert (imported.state, imported.error) == ("failed", REFUSED[name].code)
    shown = {}
    for language in ("en", "ar"):
        manager.language = language
        manager.save(update_fields=["language"])
        shown[language] = page.get(reverse("import", args=[imported.uuid])).content.decode()
    assert "Nothing was changed." in shown["en"]
    assert "Nothing was changed." not in shown["ar"]
    assert nothing_was_kept()


def test_nothing_but_a_file_is_a_file(tmp_path):
    with pytest.raises(FileError) as caught:
        import_file(tmp_path)
    assert caught.value.code == "file_missing"

    with pytest.raises(FileError):
        import_file(tmp_path / "\u202egnp.exe")
    assert not Import.objects.exists()


@pytest.mark.parametrize(
    "name", ["a" * 300 + ".csv", "=cmd|x.csv", "\u202egnp.csv", "..\\..\\boot.csv", "%s{0}.csv"]
)
def test_a_name_is_only_a_name(client_as, manager, name):
    page = client_as(manager)

    page.post(reverse("imports"), {"file": SimpleUploadedFile(name, rows("")())})

    imported = Import.objects.get()
    assert [path.name for path in get_folder(imported).iterdir()] == ["upload"]
    assert page.get(reverse("imports")).status_code == 200
    assert page.get(reverse("import", args=[imported.uuid])).status_code == 200


BOMBS = [
    "workbook that packs 300 MB into little", "workbook that lies about its size", "workbook with a cell far off",
    "workbook that repeats a long text", "workbook of 20,000 entries", "workbook with growing entities",
    "Parquet that repeats a long text", "gzip of 300 MB in one line", "gzip of 300 MB in short lines",
]  # fmt: skip
MEASURE = """
import resource, sys, tempfile
from pathlib import Path
import django
django.setup()
from wafaa.listen.connectors.files.errors import FileError
from wafaa.listen.connectors.files.reading import read_file
from wafaa.listen.connectors.files.reading import columnar, delimited, sheets
from wafaa.listen.connectors.files.understanding import understand
with tempfile.TemporaryDirectory() as place:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        read_file(Path(sys.argv[1]), Path(place))
    except FileError as error:
        pass
    print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.parametrize("name", BOMBS)
def test_memory_stays_flat_whatever_a_file_claims(tmp_path, name):
    path = write(tmp_path, REFUSED[name].make())

    told = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True, timeout=120
    )

    grown_mb = int(told.stdout.split()[-1])
    assert grown_mb < 250, f"{grown_mb} MB for {path.stat().st_size} bytes"


def test_one_order_number_for_everything_is_no_order_number(tmp_path):
    staged_rows = "".join("1,2024-01-05,7,1,5\n" for _ in range(10_001)) + "2,2024-01-05,7,1,5\n"

    staged = stage(tmp_path, HEAD + staged_rows)

    assert list(staged.orders) == ["2"]
    assert {code for _, _, code, _ in staged.problems} == {"too_many_lines"}
