"""Today and the reports, on a shop that came through stream, drain and facts."""

import csv
import gzip
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags
from tests.build import make_business

from wafaa.config.facts import FACT_TABLES
from wafaa.learn.facts.actions import sync_facts
from wafaa.learn.facts.queries import close_facts
from wafaa.learn.measures.definitions import MEASURES
from wafaa.listen.connectors.files.models import Import
from wafaa.show.console.tests.shop import NOW, shop

__all__ = ["shop"]

LANGUAGES = {"en": {"HTTP_ACCEPT_LANGUAGE": "en"}, "ar": {"HTTP_ACCEPT_LANGUAGE": "ar"}}
ENGLISH = LANGUAGES["en"]
PAGES = ("today", "reports", "report-cohorts", "report-rfm", "report-pareto", "report-gaps")


def read(response) -> str:
    """The page's words, white space folded."""
    return fold(response.content.decode())


def fold(html: str) -> str:
    """Without tags, and with plain single spaces."""
    return " ".join(strip_tags(html).split())


def read_csv(response):
    return list(csv.DictReader(io.StringIO(response.getvalue().decode().removeprefix("\ufeff"))))


def test_every_page_of_figures_answers_in_both_languages(shop, owner, client_as):
    for language, headers in LANGUAGES.items():
        client = client_as(owner, **headers)
        addresses = [reverse(name) for name in PAGES]
        addresses += [reverse("report-measure", args=[key]) for key in MEASURES]
        addresses += [reverse("report-receipt", args=["gross"])]
        for address in addresses:
            response = client.get(address)
            page = response.content.decode()

            assert response.status_code == 200, address
            assert f'lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in page


def test_a_page_with_charts_travels_compressed(shop, owner, client_as):
    client, address = client_as(owner, **ENGLISH), reverse("report-cohorts")
    plain = client.get(address)
    packed = client.get(address, HTTP_ACCEPT_ENCODING="gzip")

    assert not plain.has_header("Content-Encoding")
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    assert len(packed.content) * 3 < len(plain.content)
    assert "Month of the first order" in gzip.decompress(packed.content).decode()


def test_today_says_who_stayed_what_changed_and_what_to_do(shop, owner, client_as):
    page = read(client_as(owner, **ENGLISH).get(reverse("today"), {"period": "30"}))

    # live on 1 June (90 days back to 3 March): the thirty of April; all of them still are on 30 June
    assert "Of 30 customers who were live 30 days ago, 30 still are." in page
    assert "You lost 0 customers, won back 0 and gained 5 new ones." in page
    assert "Figures stand as of 30 Jun 2026" in page
    assert "20 orders (19.0% of all, worth SAR 200.00) have no customer" in page
    assert "Margin of error: with 95% certainty between 88.6 and 100.0 of 100." in page


def test_without_a_period_before_nothing_is_said_of_change(shop, owner, client_as):
    page = read(client_as(owner, **ENGLISH).get(reverse("today"), {"period": "all"}))

    assert "There is no period before to compare with." in page
    assert "No significant change" not in page


def test_the_period_is_chosen_by_address(shop, owner, client_as):
    client = client_as(owner, **ENGLISH)

    month = read(
        client.get(reverse("report-measure", args=["gross"]), {"period": "month", "month": "2026-04"})
    )
    whole = read(client.get(reverse("report-measure", args=["gross"]), {"period": "all"}))

    assert "1 Apr 2026 to 30 Apr 2026" in month
    assert "SAR 6,000.00" in month
    assert "5 Jan 2026 to 30 Jun 2026" in whole
    assert "SAR 10,550.00" in whole


def test_the_pareto_page_speaks_of_the_whole_history_unless_asked_otherwise(shop, owner, client_as):
    page = read(client_as(owner, **ENGLISH).get(reverse("report-pareto")))

    # of 45 customers the top 9 have spent 350 each: 3,150 of 10,550
    assert (
        "The top 20% of customers bring 29.86% of gross; 80% of gross comes from 27 customers of 45." in page
    )


def test_a_branch_manager_sees_the_figures_of_their_store_only(shop, branch_manager, client_as):
    client = client_as(branch_manager, **ENGLISH)

    gross = read(client.get(reverse("report-measure", args=["gross"]), {"period": "all"}))
    today = read(client.get(reverse("today")))

    # RUH-1: twenty of January at 100, thirty of April at 200, ten of June at 50
    assert "SAR 8,500.00" in gross
    assert "SAR 10,550.00" not in gross
    assert "JED-1" not in gross
    assert "have no customer" not in today


@pytest.mark.parametrize("name", PAGES)
def test_who_may_not_see_figures_is_turned_away(db, cashier, agent, stranger, client_as, name):
    assert client_as(cashier).get(reverse(name)).status_code == 403
    assert client_as(agent).get(reverse(name)).status_code == 403
    assert client_as(stranger).get(reverse(name)).url.startswith(reverse("sign-in"))


def test_a_table_is_exported_exactly_and_runs_nothing(shop, analyst, client_as):
    address = reverse("report-export", args=["gross"])
    rows = read_csv(
        client_as(analyst, **ENGLISH).get(address, {"by": "store", "period": "all", "order": "-value"})
    )

    assert [(row["group"], row["value"], row["n"]) for row in rows] == [
        ("متجر العليا", "8500.00", "60"),
        ("JED-1", "2000.00", "20"),
        ("'=SUM(1)", "50.00", "5"),
    ]


def test_rates_are_exported_with_their_counts_and_margins(shop, analyst, client_as):
    address = reverse("report-export", args=["repeat_purchase_rate"])
    response = client_as(analyst, **ENGLISH).get(address, {"table": "time", "grain": "month"})
    newest = read_csv(response)[0]

    assert response["Content-Disposition"].startswith(
        'attachment; filename="wafaa-repeat_purchase_rate-month-'
    )
    assert (newest["group"], newest["numerator"], newest["denominator"]) == ("2026-06-01", "30", "45")
    assert float(newest["value"]) == 30 / 45
    assert float(newest["low"]) < 30 / 45 < float(newest["high"])


def test_rows_are_sorted_as_the_address_asks(shop, owner, client_as):
    client, address = client_as(owner, **ENGLISH), reverse("report-measure", args=["orders"])

    for order, expected in (
        ("value", ["=SUM(1)", "JED-1", "متجر العليا"]),
        ("-label", ["متجر العليا", "JED-1", "=SUM(1)"]),
    ):
        response = client.get(address, {"by": "store", "period": "all", "order": order})
        assert [row.label for row in response.context["rows"]] == expected


def test_the_receipt_names_query_engine_and_age(shop, owner, client_as):
    address = reverse("report-receipt", args=["repeat_purchase_rate"])
    fragment = client_as(owner, HTTP_HX_REQUEST="true", **ENGLISH).get(address, {"period": "all"})
    page = client_as(owner, **ENGLISH).get(address, {"period": "all"})

    assert "<html" not in fragment.content.decode()
    assert "<html" in page.content.decode()
    for response in (fragment, page):
        words = read(response)
        assert "30 / 45" in words
        assert "duckdb" in words.lower()
        assert "SELECT" in words.upper()


def test_groups_lead_to_their_customers(shop, owner, client_as):
    page = client_as(owner, **ENGLISH).get(reverse("report-rfm")).content.decode()
    response = client_as(owner, **ENGLISH).get(reverse("report-rfm"))
    shown = [group for group in response.context["groups"] if group.customers]

    assert sum(group.customers for group in shown) == 45
    for group in shown:
        assert f'href="{reverse("customers")}?group={group.key}"' in page


def test_cohorts_are_shown_as_shares_customers_and_money(shop, owner, client_as):
    client = client_as(owner, **ENGLISH)
    rows = {
        show: client.get(reverse("report-cohorts"), {"show": show}).context["rows"]
        for show in ("count", "money")
    }

    assert [strip_tags(cell) for cell in rows["count"][0].cells] == ["40", "0", "0", "30", "0", "10"]
    assert fold(rows["money"][0].cells[3]) == "SAR 6,000.00"


def test_an_unknown_measure_is_not_found(shop, owner, client_as):
    assert client_as(owner).get("/reports/nonsense/").status_code == 404
    assert client_as(owner).get("/reports/nonsense/receipt/").status_code == 404
    assert client_as(owner).get("/reports/nonsense/export/").status_code == 404


def test_a_page_asks_the_database_a_fixed_number_of_times(shop, owner, client_as):
    client = client_as(owner, **ENGLISH)
    client.get(reverse("today"))  # counts, and keeps the answers

    with CaptureQueriesContext(connection) as told:
        client.get(reverse("today"))

    # session, staff, the business by each of four who ask for it, seven kept answers, single buyers, imports,
    # tasks that are due, cases that are late, requests and gifts that wait for a second person
    assert len(told) <= 19


def test_figures_that_are_not_there_yet_are_waited_for(db, owner, client_as):
    page = client_as(owner, **ENGLISH).get(reverse("today"))
    fetched = client_as(owner, HTTP_HX_REQUEST="true", **ENGLISH).get(reverse("today"))

    assert page.status_code == 503
    assert page["Retry-After"] == "3"
    assert fetched.status_code == 200
    assert "The figures are being counted" in read(page)
    assert 'hx-trigger="load delay:3s"' in page.content.decode()


def make_import(state: str) -> Import:
    return Import.objects.create(
        file_name="orders.csv",
        size_bytes=1,
        sha256="0" * 64,
        state=state,
        counts={"events": 200},
        events_done=50,
        created_at=NOW,
        changed_at=NOW,
    )


def test_a_running_import_is_shown_with_its_progress_until_it_is_over(shop, owner, client_as):
    client = client_as(owner, **ENGLISH)
    running = make_import("publishing")

    page = client.get(reverse("today"))
    assert "Your orders are being taken over 50 of 200" in read(page)
    assert f'hx-get="{reverse("importing")}"' in page.content.decode()
    assert "HX-Refresh" not in client.get(reverse("importing"))

    running.state = "done"
    running.save(update_fields=["state"])
    assert "being taken over" not in read(client.get(reverse("today")))
    assert client.get(reverse("importing"))["HX-Refresh"] == "true"


def test_an_empty_installation_asks_for_orders(db, settings, owner, analyst, client_as):
    make_business(currency="SAR")
    sync_facts(FACT_TABLES)

    assert "Bring your orders" in read(client_as(owner, **ENGLISH).get(reverse("today")))
    assert "The owner or a manager can import them." in read(
        client_as(analyst, **ENGLISH).get(reverse("today"))
    )
    close_facts(settings.FACTS_ROOT)
