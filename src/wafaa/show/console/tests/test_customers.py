"""The list of customers: search, filters, order, scope, masks, export."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from tests.build import NOON, make_business, make_customer, make_orders, make_store, order_event
from tests.worlds import world

from wafaa.know.customers.models import Customer

pytestmark = pytest.mark.django_db
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


def make_shop():
    """Three customers: one of olaya's, one of another store, one who never bought."""
    make_business(currency="SAR", time_zone="Asia/Riyadh")
    make_store("RUH-1", "متجر العليا")
    make_store("JED-1", "Jeddah")
    make_customer("C1", name="أحمد الفهد", email="ahmad@example.com", phone="0501234567", country="SA")
    make_customer("C2", name="Zoe Ames", email="zoe@example.com", country="GB")
    make_customer("C3", name="Bo", country="GB")
    make_orders(
        order_event("1", customer="C1", store="RUH-1", lines=[("A", 1, "100.00")], at=NOON),
        order_event("2", customer="C1", store="JED-1", lines=[("A", 1, "7.00")], at=NOON + timedelta(days=5)),
        order_event(
            "3", customer="C2", store="JED-1", lines=[("A", 1, "300.00")], at=NOON + timedelta(days=1)
        ),
    )


# tests that shall not meet it stand before the first that does
made = world(make_shop)


@pytest.fixture
def shop(made, olaya):
    return made


def numbers(response):
    return [row["customer"].external_id for row in response.context["rows"]]


def test_pages_lead_forth_and_back_without_losing_anyone(owner, client_as):
    make_customer("none")
    make_orders(
        *(order_event(str(i), customer=f"C{i:03}", at=NOON + timedelta(hours=i // 3)) for i in range(120))
    )
    client, seen, cursor = client_as(owner), [], ""
    pages = []
    while True:
        response = client.get(reverse("customers"), {"at": cursor})
        pages.append(numbers(response))
        seen += pages[-1]
        cursor = response.context["page"].next_cursor
        if not cursor:
            break
    newest_first = sorted(
        ((i // 3, Customer.objects.get(external_id=f"C{i:03}").pk, f"C{i:03}") for i in range(120)),
        reverse=True,
    )
    assert seen == [*(number for _hour, _pk, number in newest_first), "none"]
    assert [len(page) for page in pages] == [50, 50, 21]

    back = client.get(reverse("customers"), {"at": response.context["page"].previous_cursor})
    assert numbers(back) == pages[1]
    first = client.get(reverse("customers"), {"at": back.context["page"].previous_cursor})
    assert numbers(first) == pages[0]
    assert first.context["page"].previous_cursor == ""


def test_an_empty_installation_says_what_to_do_next(owner, client_as):
    page = client_as(owner, **ENGLISH).get(reverse("customers")).content.decode()

    assert "No customers yet" in page
    assert "Import your order history" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["C1", "C2", "C3"]),
        ({"order": "last"}, ["C2", "C1", "C3"]),
        ({"order": "-spend"}, ["C2", "C1", "C3"]),
        ({"order": "orders"}, ["C2", "C1", "C3"]),
        ({"order": "name"}, ["C3", "C2", "C1"]),
        ({"order": "-name"}, ["C1", "C2", "C3"]),
        ({"order": "bad"}, ["C1", "C2", "C3"]),
        ({"q": "احمد"}, ["C1"]),
        ({"q": "zoe@"}, ["C2"]),
        ({"q": "nobody"}, []),
        ({"q": "0501234"}, ["C1"]),
        ({"q": "C2"}, ["C2"]),
        ({"country": "GB"}, ["C2", "C3"]),
        ({"country": "XX"}, ["C1", "C2", "C3"]),
        ({"bought": "once"}, ["C2"]),
        ({"search": "zoe@"}, ["C2"]),
        ({"at": "broken"}, ["C1", "C2", "C3"]),
    ],
)
def test_customers_can_be_searched_filtered_and_sorted(shop, owner, client_as, query, found):
    response = client_as(owner).get(reverse("customers"), query)

    assert response.status_code == 200
    assert numbers(response) == found


def test_customers_of_a_store(shop, owner, olaya, client_as):
    assert numbers(client_as(owner).get(reverse("customers"), {"store": olaya.id})) == ["C1"]


def test_a_branch_sees_its_customers_with_the_figures_of_its_own_orders(shop, branch_manager, client_as):
    response = client_as(branch_manager).get(reverse("customers"))

    assert numbers(response) == ["C1"]
    customer = response.context["rows"][0]["customer"]
    assert (customer.bought_orders, customer.bought_minor, customer.bought_last) == (1, 10000, NOON)


def test_another_stores_customers_stay_hidden_when_asked_for(shop, cashier, client_as):
    from wafaa.know.orders.models import Store

    jeddah = Store.objects.get(code="JED-1")
    assert numbers(client_as(cashier).get(reverse("customers"), {"q": "zoe"})) == []
    assert numbers(client_as(cashier).get(reverse("customers"), {"store": jeddah.id})) == ["C1"]


def test_somebody_without_a_store_sees_nobody(shop, branch_manager, client_as):
    branch_manager.stores.clear()

    assert numbers(client_as(branch_manager).get(reverse("customers"))) == []


def test_an_analyst_sees_masks_and_searches_numbers_only(shop, analyst, client_as):
    client = client_as(analyst)
    page = client.get(reverse("customers")).content.decode()

    for personal in ("أحمد", "الفهد", "ahmad@", "+966501234567", "Zoe Ames", "zoe@"):
        assert personal not in page
    assert numbers(client.get(reverse("customers"), {"q": "zoe"})) == []
    assert numbers(client.get(reverse("customers"), {"q": "C2"})) == ["C2"]


def test_the_export_is_what_the_list_shows_and_runs_nothing(shop, owner, client_as):
    make_customer("C4", name="=HYPERLINK(1)")

    response = client_as(owner).get(reverse("customers-export"))
    text = b"".join(response.streaming_content).decode()
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))

    assert [row["customer_number"] for row in rows] == ["C1", "C2", "C3", "C4"]
    assert (rows[0]["name"], rows[0]["orders"], rows[0]["gross"]) == ("أحمد الفهد", "2", "107.00")
    assert rows[3]["name"] == "'=HYPERLINK(1)"
    assert rows[0]["phone"] == "'+966501234567"


def test_an_analysts_export_is_masked(shop, analyst, client_as):
    response = client_as(analyst).get(reverse("customers-export"))
    text = b"".join(response.streaming_content).decode()

    for personal in ("أحمد", "ahmad@", "501234567", "Zoe Ames", "zoe@"):
        assert personal not in text
    assert "C1" in text


def test_a_cashier_may_not_export(shop, cashier, client_as):
    assert client_as(cashier).get(reverse("customers-export")).status_code == 403


def test_the_list_costs_the_same_for_one_and_for_fifty(owner, client_as, django_assert_max_num_queries):
    make_orders(*(order_event(str(i), customer=f"C{i:03}", store=f"S{i % 3}") for i in range(60)))
    client = client_as(owner)

    with django_assert_max_num_queries(17):
        response = client.get(reverse("customers"))
    assert len(response.context["rows"]) == 50
    assert response.context["page"].next_cursor
