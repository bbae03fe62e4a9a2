"""What a source told can be asked for and taken away."""

import uuid

import pytest
from tests.build import make_customer, make_order, make_refund, make_store

from wafaa.know.customers import actions as customers
from wafaa.know.customers.models import Customer, DistinctId
from wafaa.know.orders.actions import remove_source
from wafaa.know.orders.models import CustomerTotals, Order, OrderLine, Product, Refund, RefundLine, Store
from wafaa.know.orders.queries import copy_fingerprints, list_fingerprints

pytestmark = pytest.mark.django_db


def test_removing_a_source_takes_all_that_it_told_and_nothing_else():
    make_customer("d", source="demo", name="Demo")
    order = make_order(
        "1", customer="d", source="demo", lines=[("D", 1, "1.00"), ("F", 1, "1.00")], store="SD"
    )
    make_refund("1", order=order, customer="d", source="demo", lines=[("D", 1, "1.00")])
    kept = make_order("1", customer="f", source="file", lines=[("F", 1, "1.00")], store="SF")
    make_store("EMPTY")

    assert remove_source(source="demo") == {"orders": 1, "refunds": 1}
    assert customers.remove_source(source="demo") == 1

    assert list(Order.objects.all()) == [kept]
    assert list(OrderLine.objects.values_list("order_id", flat=True)) == [kept.id]
    assert list(Customer.objects.values_list("external_id", flat=True)) == ["f"]
    assert list(DistinctId.objects.values_list("distinct_id", flat=True)) == ["f"]
    assert list(Product.objects.values_list("sku", flat=True)) == ["F"]
    assert sorted(Store.objects.values_list("code", flat=True)) == ["EMPTY", "SF"]
    assert CustomerTotals.objects.count() == 1
    assert not Refund.objects.exists()
    assert not RefundLine.objects.exists()


def test_removing_a_source_that_told_nothing_removes_nothing():
    make_order()

    assert remove_source(source="demo") == {"orders": 0, "refunds": 0}
    assert customers.remove_source(source="demo") == 0
    assert (Order.objects.count(), Customer.objects.count()) == (1, 1)


def test_fingerprints_are_listed_and_copied_by_source():
    order = make_order("1", source="file")
    order.fingerprint = uuid.UUID(int=7)
    order.save(update_fields=["fingerprint"])
    make_refund("R", source="file")
    make_order("1", source="api")

    assert list(list_fingerprints("file")) == [("order", "1", uuid.UUID(int=7)), ("refund", "R", None)]
    assert b"".join(copy_fingerprints("file")) == f"order,1,{uuid.UUID(int=7)}\nrefund,R,\n".encode()
