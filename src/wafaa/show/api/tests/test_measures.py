"""Figures by the API, on a shop that came through stream, drain and facts."""

from datetime import date

import pytest

from wafaa.kit import clock
from wafaa.learn.measures.definitions import JOURNEY_MEASURES, MEASURES
from wafaa.learn.measures.periods import read_period
from wafaa.learn.measures.rules import Period
from wafaa.listen.connectors.files.models import Import
from wafaa.show.api.tests.calls import get, make_key
from wafaa.show.console.tests.shop import shop

__all__ = ["shop"]


@pytest.fixture
def key(db):
    return make_key()


def test_every_measure_is_defined_in_the_language_asked_for(key):
    english = get("/v1/measures", key=key).json()["items"]
    arabic = get("/v1/measures", key=key, headers={"Accept-Language": "ar"}).json()["items"]

    assert [one["key"] for one in english] == [*MEASURES, *JOURNEY_MEASURES]
    assert (english[0]["label"], english[0]["unit"], english[0]["direction"]) == (
        "Gross sales",
        "money",
        "up",
    )
    assert all(one["label"] != other["label"] for one, other in zip(english, arabic, strict=True))


def test_the_summary_of_a_month(shop, key):
    told = get("/v1/measures/summary?period=2026-06", key=key).json()

    figures = told["total"]["figures"]
    assert told["currency"] == "SAR"
    assert told["receipt"]["period"] == {"start": "2026-06-01", "end": "2026-07-01"}
    assert "select" in told["receipt"]["query"].lower()
    assert (figures["gross"]["value"], figures["orders"]["value"]) == (55_000, 15)
    assert figures["refunds"]["value"] == 5_000
    assert figures["new_customers"]["value"] == 5
    rate = figures["repeat_purchase_rate"]
    assert (rate["numerator"], rate["denominator"]) == (30, 45)
    assert rate["low"] < rate["value"] < rate["high"]
    assert told["rows"] == []


def test_the_summary_by_store(shop, key):
    told = get("/v1/measures/summary?period=all&by=store", key=key).json()

    assert told["rows"][0]["label"] == "متجر العليا"
    assert (
        sum(row["figures"]["gross"]["value"] for row in told["rows"])
        == told["total"]["figures"]["gross"]["value"]
    )


def test_cohorts_pareto_and_rfm(shop, key):
    cohorts = get("/v1/measures/cohorts", key=key).json()
    pareto = get("/v1/measures/pareto", key=key).json()
    journey = get("/v1/measures/journey", key=key).json()
    assert [stage["stage"] for stage in journey["stages"]][:2] == ["visit", "product"]
    assert journey["receipt"]["engine"].startswith("DuckDB")
    rfm = get("/v1/measures/rfm", key=key).json()

    assert (cohorts["cohorts"][0]["month"], cohorts["cohorts"][0]["customers"]) == ("2026-01-01", 40)
    assert cohorts["cohorts"][0]["active"][3] == 30
    assert (pareto["customers"], pareto["curve"][0], pareto["curve"][-1]) == (45, [0.0, 0.0], [1.0, 1.0])
    assert sum(cell["customers"] for cell in rfm["cells"]) == 45
    assert sum(group["customers"] for group in rfm["groups"]) == 45
    assert all(answer["receipt"]["facts_version"] for answer in (cohorts, pareto, rfm))


def test_before_the_first_count_it_says_when_to_come_back(key):
    response = get("/v1/measures/summary", key=key)

    assert (response.status_code, response.json()["code"]) == (503, "facts_missing")
    assert response["Retry-After"] == "3"


@pytest.mark.parametrize(
    "period", ["", "yesterday", "0d", "99999d", "-1d", "2026-13", "2026-00", "0000", "9999", "2027", "2026-02-30..2026-03-01",
               "2026-03-02..2026-03-01", "2026-03-01..", "1800", "٣٠d", "30d%00"]
)  # fmt: skip
def test_what_is_no_period_is_refused(period, shop, key):
    response = get(f"/v1/measures/summary?period={period}", key=key)
    assert (response.status_code, response.json()["code"]) in {
        (422, "period_wrong"),
        (422, "validation_failed"),
    }


def test_periods_are_read():
    as_of = date(2026, 7, 1)
    assert read_period("all", as_of) is None
    assert read_period("30d", as_of) == Period(start=date(2026, 6, 1), end=as_of)
    assert read_period("2026", as_of) == Period(start=date(2026, 1, 1), end=as_of)
    assert read_period("2025-12", as_of) == Period(start=date(2025, 12, 1), end=date(2026, 1, 1))
    assert read_period("2026-03-01..2026-03-15", as_of) == Period(
        start=date(2026, 3, 1), end=date(2026, 3, 16)
    )


def test_imports_are_listed_newest_first(key, owner):
    for name, state in (("a.csv", "done"), ("b.csv", "failed")):
        Import.objects.create(
            staff=owner, file_name=name, size_bytes=7, sha256="0" * 64, state=state,
            error="" if state == "done" else "import_failed", created_at=clock.now(), changed_at=clock.now(),
        )  # fmt: skip

    told = get("/v1/imports", key=key).json()["items"]
    assert [(one["file_name"], one["state"], one["counts"]) for one in told] == [
        ("b.csv", "failed", None),
        ("a.csv", "done", None),
    ]
    assert told[0]["error"]
    assert told[1]["error"] is None
    assert [one["file_name"] for one in get("/v1/imports?state=done", key=key).json()["items"]] == ["a.csv"]
    assert get("/v1/imports?state=lost", key=key).status_code == 422
