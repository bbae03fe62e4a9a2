"""Customers are found by the beginnings of words, whatever the letter variant."""

import pytest
from tests.build import make_business, make_customer
from tests.worlds import world

from wafaa.know.customers.models import Customer
from wafaa.know.customers.queries import list_countries, list_customers
from wafaa.know.customers.rules import make_search_query

pytestmark = pytest.mark.django_db


def make_two():
    make_business(time_zone="Asia/Riyadh")
    make_customer("17850", name="أحمد الفَهْد", email="ahmad.f@shop.sa", phone="0501234567", country="SA")
    make_customer("AB-12", name="José O'Neill", email="jose@mail.co.uk", country="ES")


two_customers = world(make_two)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("احمد", ["17850"]),
        ("الفهد أحمد", ["17850"]),
        ("فهد", ["17850"]),
        ("هد", []),
        ("ahmad", ["17850"]),
        ("f@", []),
        ("shop", ["17850"]),
        ("ahmad.f@shop.sa", ["17850"]),
        ("050 123 4567", ["17850"]),
        ("٠٥٠١٢٣", ["17850"]),
        ("+966 50 123", ["17850"]),
        ("00966501", ["17850"]),
        ("501234567", ["17850"]),
        ("17850", ["17850"]),
        ("1785", ["17850"]),
        ("jose o'n", ["AB-12"]),
        ("JOSÉ", ["AB-12"]),
        ("ab-12", ["AB-12"]),
        ("'", []),
        ("\\", []),
        ("a & !b", []),
        ("", ["17850", "AB-12"]),
        ("\u200f", ["17850", "AB-12"]),
    ],
)
def test_search_finds(two_customers, typed, found):
    customers = list_customers(search=typed).order_by("id")

    assert [customer.external_id for customer in customers] == found


def test_search_uses_its_index(two_customers, django_assert_num_queries):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = Customer.objects.filter(search_text__finds=make_search_query("احمد")).explain()
    assert "customer_search" in plan


def test_customers_can_be_narrowed_to_a_country(two_customers):
    assert [customer.external_id for customer in list_customers(country="ES")] == ["AB-12"]
    assert list_countries() == ["ES", "SA"]
