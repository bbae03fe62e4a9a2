"""Refund events: linked to their order where it is known, now or later."""

from datetime import timedelta

import pytest
from tests.build import NOON, make_order, make_refund, make_store, refund_event, tell

from wafaa.know.customers.models import Customer
from wafaa.know.orders.models import CustomerTotals, Refund, RefundLine
from wafaa.stream.models import ParkedEvent

pytestmark = pytest.mark.django_db


def test_a_refund_is_the_sum_of_its_lines_and_hangs_on_its_order():
    order = make_order("1", lines=[("A", 3, "2.55")], store="S1")

    refund = make_refund(
        "R1", order=order, lines=[("A", 2, "2.55"), ("B", 1, "0.005")], at=NOON + timedelta(1)
    )

    assert (refund.order, refund.customer, refund.store) == (order, order.customer, order.store)
    assert refund.amount_minor == 511
    assert list(RefundLine.objects.order_by("ordinal").values_list("ordinal", "amount_minor")) == [
        (1, 510),
        (2, 1),
    ]
    totals = CustomerTotals.objects.get()
    assert (totals.orders, totals.gross_minor, totals.refunded_minor) == (1, 765, 511)


def test_an_amount_that_is_told_goes_before_the_lines():
    assert make_refund(amount="4.20").amount_minor == 420


def test_a_refund_without_lines_may_still_have_an_amount():
    assert make_refund(amount="4.20", lines=[]).amount_minor == 420


def test_a_refund_that_comes_before_its_order_finds_it_later():
    refund = make_refund("R1", order="1", customer=None)
    assert (refund.order, refund.customer, refund.order_external_id) == (None, None, "1")

    order = make_order("1", customer="a", store="S1")

    refund.refresh_from_db()
    assert (refund.order, refund.customer, refund.store) == (order, order.customer, order.store)
    assert CustomerTotals.objects.get().refunded_minor == 1000


def test_an_order_and_its_refund_in_one_batch_find_each_other():
    from tests.build import order_event

    tell(refund_event("R1", order="1"), order_event("1"))

    assert Refund.objects.get().order.external_id == "1"


def test_a_refund_of_an_unknown_order_belongs_to_the_customer():
    refund = make_refund(customer="a")

    assert refund.order is None
    assert refund.customer == Customer.objects.get()
    totals = CustomerTotals.objects.get()
    assert (totals.orders, totals.refunded_minor, totals.last_at) == (0, 1000, None)


def test_telling_a_refund_again_replaces_it():
    make_refund("R1", customer="a", lines=[("A", 1, "1.00"), ("B", 1, "1.00")])
    refund = make_refund("R1", customer="b", lines=[("A", 1, "3.00")])

    assert (Refund.objects.count(), RefundLine.objects.count(), refund.amount_minor) == (1, 1, 300)
    refunded = dict(CustomerTotals.objects.values_list("customer__external_id", "refunded_minor"))
    assert refunded == {"a": 0, "b": 300}


@pytest.mark.parametrize("amount", ["-1", "much", [1], 1e300])
def test_an_amount_that_cannot_be_leaves_the_sum_of_the_lines(amount):
    tell(refund_event("R1", amount=amount, lines=[("A", 1, "3.00")]))

    assert Refund.objects.get().amount_minor == 300
    assert not ParkedEvent.objects.exists()


def test_a_refund_without_a_number_is_none():
    tell(refund_event(""))

    assert not Refund.objects.exists()
    assert not ParkedEvent.objects.exists()


def test_a_refund_told_with_its_store_keeps_it():
    make_store("S2", "Jeddah")
    order = make_order("1", store="S1")

    assert make_refund(order=order, store="S2").store.name == "Jeddah"
