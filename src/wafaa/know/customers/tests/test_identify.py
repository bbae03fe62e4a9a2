"""Identify events make customers and write their traits."""

from datetime import date

import pytest
from tests.build import make_business, make_customer, make_event, tell

from wafaa.know.customers.actions import ensure_customers
from wafaa.know.customers.models import Customer
from wafaa.stream.models import ParkedEvent

pytestmark = pytest.mark.django_db


def test_each_distinct_id_gets_one_customer():
    first = ensure_customers(["17850", "email:a@b.sa"], sources={"17850": "file"})
    again = ensure_customers(["17850", "17850", "email:a@b.sa", "new"])

    assert {key: again[key] for key in first} == first
    assert len(set(again.values())) == 3
    customer = Customer.objects.get(id=first["17850"])
    assert (customer.external_id, customer.source, str(customer)) == ("17850", "file", "17850")
    assert customer.uuid.version == 7
    assert Customer.objects.get(id=first["email:a@b.sa"]).external_id == ""


def test_nobody_asked_makes_nobody():
    assert ensure_customers([]) == {}


def test_an_identify_event_writes_what_it_gives():
    make_business(time_zone="Asia/Riyadh")
    customer = make_customer(
        "C1",
        name=" سارة العتيبي ",
        email="Sara@Example.COM",
        phone="٠٥٠ ١٢٣ ٤٥٦٧",
        language="ar",
        country="SA",
        city="الرياض",
        birthday="1990-02-28",
        attributes={"latin_name": "Sara"},
    )

    assert customer.name == "سارة العتيبي"
    assert (customer.email, customer.phone) == ("sara@example.com", "+966501234567")
    assert (customer.language, customer.country, customer.city) == ("ar", "SA", "الرياض")
    assert (customer.birth_date, customer.attributes) == (date(1990, 2, 28), {"latin_name": "Sara"})
    assert (customer.external_id, customer.source) == ("C1", "test")


def test_what_is_not_given_stays_and_attributes_are_joined():
    make_customer("C1", name="Sara", city="Riyadh", attributes={"a": 1, "b": 1})
    before = Customer.objects.get()

    customer = make_customer("C1", name="Sarah", attributes={"b": 2})

    assert (customer.name, customer.city, customer.attributes) == ("Sarah", "Riyadh", {"a": 1, "b": 2})
    assert (customer.id, customer.uuid, customer.created_at) == (before.id, before.uuid, before.created_at)


def test_of_one_batch_the_later_event_stands():
    tell(
        make_event("identify", properties={"name": "First", "city": "Riyadh"}),
        make_event("identify", properties={"name": "Second"}),
    )

    customer = Customer.objects.get()
    assert (customer.name, customer.city) == ("Second", "Riyadh")


@pytest.mark.parametrize(
    ("given", "country", "kept"),
    [
        ("0501234567", "", "+966501234567"),
        ("+44 20 7946 0958", "", "+442079460958"),
        ("020 7946 0958", "GB", "+442079460958"),
        ("00966 50 123 4567", "", "+966501234567"),
        ("ask for Ali", "", "ask for Ali"),
        ("12", "", "12"),
        ("", "", ""),
    ],
)
def test_a_phone_becomes_e164_where_it_can_be_read(given, country, kept):
    make_business(time_zone="Asia/Riyadh")

    assert make_customer(phone=given, country=country).phone == kept


def test_an_e_mail_that_is_none_is_kept_as_given():
    assert make_customer(email="Not A Mail").email == "not a mail"


@pytest.mark.parametrize(
    "wrong",
    [{"name": 5}, {"birthday": "31/12/1990"}, {"attributes": "x"}, {"email": "x" * 255}, {"address": ["x"]}],
)
def test_a_trait_that_cannot_be_counts_as_not_told_and_the_others_are_kept(wrong):
    tell(make_event("identify", distinct_id="b", properties={"city": "Jeddah", **wrong}))

    customer = Customer.objects.get(distinct_ids__distinct_id="b")
    assert (customer.city, customer.name, customer.email, customer.birth_date) == ("Jeddah", "", "", None)
    assert customer.attributes == {}
    assert not ParkedEvent.objects.exists()


def test_a_customers_traits_are_written_in_a_handful_of_queries(django_assert_max_num_queries):
    from wafaa.know.customers.actions import identify_customers
    from wafaa.know.customers.rules import Traits

    told = [(str(i), Traits(name=f"N{i}")) for i in range(50)]
    with django_assert_max_num_queries(12):
        assert identify_customers(told=told) == 50
