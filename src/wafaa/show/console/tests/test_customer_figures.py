"""The figures panel of a customer's page."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from django.utils.html import strip_tags
from tests.build import make_business, make_orders, make_refund, order_event

from wafaa.kit import clock
from wafaa.know.customers.models import Customer
from wafaa.show.console.customer_figures import CustomerFigures, find_usual_gap
from wafaa.show.console.tests.shop import shop

__all__ = ["shop"]

ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


def get_panel(client, number: str):
    customer = Customer.objects.get(distinct_ids__distinct_id=number)
    return client.get(reverse("customer-panel-figures", args=[customer.uuid]))


def read(response) -> str:
    spaced = response.content.decode().replace("</dt>", "</dt> ")
    return " ".join(strip_tags(spaced).split())


def test_the_panel_tells_what_orders_add_up_to_and_where_the_customer_stands(shop, agent, client_as):
    panel = get_panel(client_as(agent, HTTP_HX_REQUEST="true", **ENGLISH), "C1")
    words = read(panel)

    # 100 in January, 200 in April, 50 in June of which 50 came back; gaps of 95 and 71 days
    assert "<html" not in panel.content.decode()
    for said in ("Orders 3", "Gross so far SAR 350.00", "Refunded SAR 50.00", "Average order SAR 116.67"):
        assert said in words
    assert "First order 5 Jan 2026" in words
    assert "Last order 20 Jun 2026 10 days ago" in words
    assert "Usual gap 83 days" in words
    assert "Scores from 1 to 5: recency" in words


def test_a_branch_manager_sees_what_the_customer_bought_at_their_store(shop, branch_manager, client_as):
    client = client_as(branch_manager, HTTP_HX_REQUEST="true", **ENGLISH)
    words = read(get_panel(client, "C2"))

    # the 100 of January were spent in the other store
    assert "Orders 2" in words
    assert "Gross so far SAR 250.00" in words
    assert "Orders of your stores only." in words
    # C38 has never been at this store
    assert get_panel(client, "C38").status_code == 404


def test_without_facts_the_customers_own_figures_stand(db, agent, client_as):
    make_business(currency="SAR")
    with clock.fixed_at(datetime(2026, 3, 31, 12, tzinfo=UTC)):
        make_orders(order_event("1", customer="C1", at=datetime(2026, 3, 1, 12, tzinfo=UTC)))
        words = read(get_panel(client_as(agent, HTTP_HX_REQUEST="true", **ENGLISH), "C1"))

    assert "Orders 1" in words
    assert "30 days ago" in words
    assert "one order so far" in words
    assert "Scores" not in words


def test_a_customer_who_only_gave_back_has_no_figures_yet(db, agent, client_as):
    make_business(currency="SAR")
    make_refund("R1", customer="C9")

    assert "No counted order yet" in read(get_panel(client_as(agent, **ENGLISH), "C9"))


def test_a_stranger_is_asked_to_sign_in(shop, client_as, stranger):
    assert get_panel(client_as(stranger), "C1").status_code == 302


@pytest.mark.parametrize(
    ("days", "gap"),
    [
        ([], None),
        ([date(2026, 1, 1)], None),
        ([date(2026, 1, 1), date(2026, 1, 31)], 30.0),
        ([date(2026, 3, 1), date(2026, 1, 1), date(2026, 1, 11), date(2026, 1, 12)], 10.0),
    ],
)
def test_the_usual_gap_is_the_median(days, gap):
    assert find_usual_gap(days) == gap


@pytest.mark.parametrize(("since", "is_late"), [(60, False), (61, True)])
def test_twice_the_usual_gap_is_late(since, is_late):
    figures = CustomerFigures(
        orders=2,
        gross_minor=1,
        refunded_minor=0,
        first_day=date(2026, 1, 1),
        last_day=date(2026, 1, 31),
        days_since_last=since,
        usual_gap_days=30.0,
        shop_gap_days=5.0,
        rfm=None,
    )
    assert figures.is_late is is_late
