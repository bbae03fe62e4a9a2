"""The UCI Online Retail file through the whole path, on either PostgreSQL: an owner reads the known figures off the
pages, in both languages.
"""

import os
import re
import uuid

import psycopg
import pytest
from django.utils.html import strip_tags

from tests.flow.processes import ROWS, Shop, Visitor
from wafaa.run.tests.processes import copy_prepared, execute

pytestmark = pytest.mark.slow

DECEMBER_2010 = ["885", "324", "286", "340", "321", "352", "321", "309", "313", "350", "331", "445", "235"]
# What a page of a report says of the whole file, to the last digit.
TOLD = {
    "orders": "18,532",
    "customers": "4,338",
    "lines": "397,884",
    "gross": "8,911,407.90",
    "pareto": "74.59%",
}


@pytest.fixture(params=["embedded", "external"])
def shop(request, tmp_path):
    """A shop in London that serves, on the PostgreSQL of the name."""
    with_database = request.getfixturevalue("external_database") if request.param == "external" else {}
    home = tmp_path / "home"
    shop = Shop(home if with_database else copy_prepared(home), **with_database)
    shop.make_owner()
    shop.start()
    yield shop
    shop.clear()


@pytest.fixture
def external_database():
    """The settings for a new database on the server of WAFAA_TEST_EXTERNAL_URL."""
    given = os.environ.get("WAFAA_TEST_EXTERNAL_URL")
    if not given:
        pytest.skip("no external PostgreSQL; set WAFAA_TEST_EXTERNAL_URL to one where databases may be made")
    name = f"wafaa_{uuid.uuid4().hex[:12]}"
    execute(given, f"CREATE DATABASE {name}")
    yield {"WAFAA_DATABASE_URL": psycopg.conninfo.make_conninfo(given, dbname=name)}
    execute(given, f"DROP DATABASE {name} WITH (FORCE)")


def test_an_owner_reads_the_known_figures_in_both_languages(shop, real_data):
    file = real_data / "online_retail.csv.gz"
    english = Visitor(shop, "en").sign_in()
    english.submit("/settings/", currency="GBP", time_zone="Europe/London")

    imported = shop.run("import", "orders", str(file), "--currency", "GBP", "--time-zone", "Europe/London")

    assert imported.returncode == 0, imported.stderr
    assert "18,532 counted orders of 4,338 customers" in imported.stderr
    shop.wait_until_settled()
    first = read_pages(english)
    assert first == TOLD | {"cohort": DECEMBER_2010}
    assert read_pages(Visitor(shop, "ar").sign_in()) == first

    rows = {name: shop.ask(query) for name, query in ROWS.items()}
    again = shop.run("import", "orders", str(file), "--currency", "GBP", "--time-zone", "Europe/London")

    assert "New or changed records: 0." in again.stderr
    shop.wait_until_settled()
    assert {name: shop.ask(query) for name, query in ROWS.items()} == rows
    assert read_pages(english) == first
    shop.close()


def read_pages(visitor):
    """What the pages say of all that TOLD knows, and the oldest cohort's row."""
    told = {}
    for key, expected in TOLD.items():
        page = visitor.get_figures(f"/reports/{key}/", period="all")
        words = " ".join(strip_tags(page).split())
        told[key] = (
            expected if re.search(rf"(?<![\d.,]){re.escape(expected)}(?![\d]|[.,]\d)", words) else words
        )
    table = visitor.get_figures("/reports/cohorts/", show="count").split("<tbody>")[1]
    cells = re.findall(r"<td.*?</td>", table[: table.index("</tr>")], re.DOTALL)
    return told | {"cohort": [strip_tags(cell) for cell in cells[1:]]}  # the first is the cohort's size
