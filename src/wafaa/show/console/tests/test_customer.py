"""The page of one customer: who they are, orders, refunds and the timeline."""

import re
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation
from tests.build import (
    NOON,
    make_business,
    make_customer,
    make_event,
    make_order,
    make_orders,
    make_refund,
    order_event,
    tell,
)

from wafaa.show.console.customers.timeline import say_event

pytestmark = pytest.mark.django_db
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


def page_of(client, customer, **query):
    return client.get(reverse("customer", args=[customer.uuid]), query)


def sentences(response):
    return [re.sub("<[^>]+>", "", entry.sentence) for entry in response.context["timeline"].entries]


@pytest.fixture
def sara(olaya):
    """A customer who bought at two stores and gave something back."""
    make_business(currency="SAR", time_zone="Asia/Riyadh")
    customer = make_customer(
        "C1", name="سارة", email="sara@example.com", phone="0501234567", birthday="1990-02-28", at=NOON
    )
    order = make_order(
        "1001", customer="C1", store="RUH-1", at=NOON + timedelta(days=1), lines=[("A", 12, "2.85")]
    )
    make_order("1002", customer="C1", store="JED-1", at=NOON + timedelta(days=2))
    make_refund("R1", order=order, customer="C1", store="RUH-1", at=NOON + timedelta(days=3), amount="5")
    tell(make_event("Store Entered", distinct_id="C1", at=NOON + timedelta(days=4)))
    return customer


def test_the_page_shows_who_it_is_and_all_that_happened(sara, owner, client_as):
    response = page_of(client_as(owner, **ENGLISH), sara)
    page = response.content.decode()

    assert response.status_code == 200
    for told in ("سارة", "sara<wbr>@example.com", "+966501234567", "28 Feb 1990", "1001", "1002", "R1"):
        assert told in page
    assert sentences(response) == [
        "Store entered",
        "Got SAR\xa05.00 back",
        "Bought 1 item for SAR\xa010.00",
        "Bought 12 items for SAR\xa034.20",
        "Details noted: customer number, name, e-mail, phone, birth date",
    ]
    assert "1 Mar 2026" not in sentences(response)
    assert "2 March 2026 15:00" in page  # in the business's zone


def test_entries_lead_to_their_order(sara, owner, client_as):
    entries = page_of(client_as(owner), sara).context["timeline"].entries

    order = sara.orders.get(external_id="1001")
    assert [entry.url for entry in entries] == [
        "",
        reverse("order", args=[order.uuid]),
        reverse("order", args=[sara.orders.get(external_id="1002").uuid]),
        reverse("order", args=[order.uuid]),
        "",
    ]


def test_a_branch_sees_only_what_concerns_its_store(sara, cashier, client_as):
    response = page_of(client_as(cashier, **ENGLISH), sara)

    assert [order.external_id for order in response.context["orders"]] == ["1001"]
    assert sentences(response) == [
        "Store entered",
        "Got SAR\xa05.00 back",
        "Bought 12 items for SAR\xa034.20",
        "Details noted: customer number, name, e-mail, phone, birth date",
    ]
    assert "1002" not in response.content.decode()


def test_a_customer_of_other_stores_does_not_exist_for_a_branch(olaya, cashier, client_as):
    other = make_order(customer="C9", store="JED-1").customer
    client = client_as(cashier)

    assert page_of(client, other).status_code == 404
    assert client.get(reverse("customer-timeline", args=[other.uuid])).status_code == 404
    assert page_of(client, make_customer("C1")).status_code == 404


def test_nobody_by_that_id(owner, client_as):
    response = client_as(owner).get(reverse("customer", args=[uuid.uuid4()]))

    assert response.status_code == 404


def test_an_analyst_sees_no_personal_data(sara, analyst, client_as):
    page = page_of(client_as(analyst, **ENGLISH), sara).content.decode()

    for personal in ("سارة", "sara@", "501234567", "28 Feb 1990"):
        assert personal not in page
    assert "Bought" in page
    assert "C1" in page


def test_the_timeline_goes_on_with_and_without_javascript(owner, client_as):
    make_orders(*(order_event(str(i), customer="C1", at=NOON + timedelta(days=i)) for i in range(40)))
    client = client_as(owner)
    from wafaa.know.customers.models import Customer

    customer = Customer.objects.get()
    first = page_of(client, customer)
    cursor = first.context["timeline"].next_cursor
    fetched = client.get(reverse("customer-timeline", args=[customer.uuid]), {"before": cursor})
    plain = page_of(client, customer, before=cursor)

    assert len(first.context["timeline"].entries) == 30
    assert [entry.at.day for entry in fetched.context["timeline"].entries] == [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]
    assert fetched.context["timeline"].next_cursor == ""
    assert plain.context["timeline"].entries == fetched.context["timeline"].entries
    assert "<html" not in fetched.content.decode()
    assert cursor.split("~")[1] in first.content.decode()
    assert page_of(client, customer, before="broken").context["timeline"].entries == (
        first.context["timeline"].entries
    )


def test_the_page_costs_the_same_for_one_event_and_for_many(owner, client_as, django_assert_max_num_queries):
    make_orders(
        *(order_event(str(i), customer="C1", store=f"S{i}", at=NOON + timedelta(i)) for i in range(30))
    )
    from wafaa.know.customers.models import Customer

    customer, client = Customer.objects.get(), client_as(owner)
    with django_assert_max_num_queries(18):
        assert page_of(client, customer).status_code == 200


@pytest.mark.parametrize(
    ("name", "properties", "english"),
    [
        (
            "Order Completed",
            {"products": [{"quantity": 1, "price": "1"}], "currency": "KWD"},
            "Bought 1 item for KWD 1.000",
        ),
        ("Order Completed", {"products": "?"}, "Bought 0 items for 0.00"),
        ("Order Completed", {"products": [{"quantity": "x", "price": None}, 5]}, "Bought 0 items for 0.00"),
        ("Order Completed", {"products": [{"quantity": "2.5", "price": "2"}]}, "Bought 1 item for 5.00"),
        ("Order Completed", {"products": [{"quantity": "1e99999", "price": "2"}]}, "Bought 0 items for 0.00"),
        ("Order Completed", {"products": [{"quantity": "1", "price": "1e-99999"}]}, "Bought 1 item for 0.00"),
        ("Order Refunded", {"amount": "1e99999", "currency": "EURO"}, "Got EURO 0.00 back"),
        ("Order Delivered", {"order_id": "7", "days_late": 2}, "Order 7 arrived 2 days late"),
        ("Order Delivered", {"order_id": "7"}, "Order 7 arrived"),
        ("Order Cancelled", {"order_id": "{x}"}, "Cancelled order {x}"),
        ("identify", {}, "Became known"),
        ("Segment Entered", {"name": "VIP {x}"}, "Came into the segment VIP {x}"),
        ("Segment Exited", {}, "Segment left"),
        ("Segment Entered", {"name": "Champions"}, "Came into the segment Champions"),
        ("Message Opened", {"subject": "?"}, "Message opened"),
        ("<b>Odd</b>", {}, "&lt;b&gt;Odd&lt;/b&gt;"),
    ],
)
def test_events_are_told_in_words(name, properties, english):
    with translation.override("en"):
        sentence = say_event(name, properties)
    assert re.sub("</?bdi>", "", sentence).replace("\xa0", " ") == english


@pytest.mark.parametrize(("name", "said"), [("Champions", "أبطال الولاء"), ("Orders", "Orders")])
def test_only_ready_made_segments_are_translated(name, said):
    """The house has a word for orders, but that is what somebody called their own segment."""
    with translation.override("ar"):
        assert f"<bdi>{said}</bdi>" in say_event("Segment Entered", {"name": name})


def test_what_customers_wrote_cannot_become_markup():
    with translation.override("en"):
        sentence = say_event("Order Cancelled", {"order_id": "<script>"})
    assert sentence == "Cancelled order <bdi>&lt;script&gt;</bdi>"
