"""Every table that can be exported goes into every format; the reading libraries say whether it is one."""

import io
from zipfile import ZipFile

import pyarrow.parquet as pq
import pytest

from tests.build import make_customer
from tests.flow.fuzzing import list_routes
from tests.flow.said import answer_a_survey
from wafaa.access.audit.actions import record_change
from wafaa.config.facts import FACT_TABLES
from wafaa.learn.facts.actions import sync_facts
from wafaa.show.console.tests.shop import shop

__all__ = ["shop"]

ROUTES = [route for route in list_routes() if route.endswith("/export/")]
ADDRESSES = [route for route in ROUTES if "<" not in route]
ADDRESSES += [
    f"/reports/{key}/export/?by={by}" for key in ("gross", "retention_rate") for by in ("store", "channel")
]


def count_rows(content: bytes, wanted: str) -> int:
    if wanted == "parquet":
        return pq.read_table(io.BytesIO(content)).num_rows
    with ZipFile(io.BytesIO(content)) as book:
        return book.read("xl/worksheets/sheet1.xml").count(b"<row ") - 1


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_table_goes_into_each_format(address, language, shop, owner, client_as):
    record_change(staff=owner, deed="share_page", subject="=1+1", after={"path": "/"})
    make_customer("C-1", consents={"email": {"marketing": True}})
    answer_a_survey()
    if address.startswith("/satisfaction/"):
        sync_facts(FACT_TABLES)
    client = client_as(owner, HTTP_ACCEPT_LANGUAGE=language)
    sign = "&" if "?" in address else "?"
    told = {}
    for wanted in ("csv", "xlsx", "parquet"):
        response = client.get(f"{address}{sign}format={wanted}")
        assert response.status_code == 200, wanted
        told[wanted] = response.getvalue()

    rows = told["csv"].count(b"\r\n") - 1
    assert rows > 0
    assert {count_rows(told[wanted], wanted) for wanted in ("xlsx", "parquet")} == {rows}
