"""The golden values of the UCI Online Retail file, read off the pages as an owner would."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from django.utils.html import strip_tags
from tests.build import make_business

from wafaa.kit import clock
from wafaa.learn.facts.queries import close_facts
from wafaa.learn.measures.tests.retail import write_retail_facts

ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}
WHOLE = {"period": "all"}


@pytest.fixture
def retail(db, settings, real_data):
    """The file's facts in place of the shop's own, looked at fifteen years later: figures stand as of its last day."""
    make_business(currency="GBP", time_zone="Europe/London")
    write_retail_facts(settings.FACTS_ROOT, real_data)
    with clock.fixed_at(datetime(2026, 6, 30, 18, tzinfo=UTC)):
        yield
    close_facts(settings.FACTS_ROOT)


def read(response) -> str:
    return " ".join(strip_tags(response.content.decode()).split())


def test_the_pages_show_the_known_figures_to_the_last_digit(retail, owner, client_as):
    client = client_as(owner, **ENGLISH)

    def open_report(key: str, **query: str) -> str:
        return read(client.get(reverse(f"report-{key}"), WHOLE | query))

    assert "GBP 8,911,407.90" in open_report("gross").replace("£", "GBP ")
    assert "18,532" in open_report("orders")
    assert "4,338" in open_report("customers")
    assert "397,884" in open_report("lines")
    assert (
        "The top 20% of customers bring 74.59% of gross; 80% of gross comes from 1,133 customers of 4,338."
        in open_report("pareto")
    )


def test_the_cohort_of_december_2010_stands_in_its_table(retail, owner, client_as):
    response = client_as(owner, **ENGLISH).get(reverse("report-cohorts"), {"show": "count"})
    first = response.context["rows"][0]

    assert [strip_tags(cell) for cell in first.cells] == (
        ["885", "324", "286", "340", "321", "352", "321", "309", "313", "350", "331", "445", "235"]
    )


def test_old_facts_are_said_to_be_old_and_today_still_speaks(retail, owner, client_as):
    page = read(client_as(owner, **ENGLISH).get(reverse("today")))

    assert "Figures stand as of 9 Dec 2011" in page
    assert "The newest order is of 9 December 2011." in page
    assert "Of 100 customers who were live 30 days ago," in page
