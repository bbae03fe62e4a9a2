"""Two lanes at once: orders and refunds find each other, totals miss nothing, names do not depend on who was first."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from tests.build import NOON, order_event, refund_event, tell

from wafaa.know.customers.models import DistinctId
from wafaa.know.orders.handlers import on_order_events
from wafaa.know.orders.models import CustomerTotals, Order, Product, Refund
from wafaa.stream.actions import record_events
from wafaa.stream.models import Event
from wafaa.stream.rules import EventHead

pytestmark = pytest.mark.django_db(transaction=True)


def _record(*events):
    """The heads of the events, which nobody has handled yet."""
    record_events(events=events)
    rows = Event.objects.order_by("-position").values_list(
        "xid", "position", "received_at", "name", "distinct_id"
    )
    return [EventHead(str(xid), *row) for xid, *row in reversed(rows[: len(events)])]


def _handle_at_once(*batches):
    """Each batch in a transaction of its own; all have begun to write before the first commits, or wait for each other."""
    failures, started = [], threading.Barrier(len(batches), timeout=30)

    def handle(heads):
        try:
            started.wait()
            with transaction.atomic():
                on_order_events(heads)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=handle, args=(batch,)) for batch in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert failures == []


@pytest.mark.parametrize("turn", range(5))
def test_orders_and_their_refunds_find_each_other(turn):
    numbers = [f"{turn}-{ordinal}" for ordinal in range(200)]
    orders = _record(*(order_event(number, customer=None) for number in numbers))
    refunds = _record(*(refund_event(f"R{number}", order=number, customer=None) for number in numbers))

    _handle_at_once(orders, refunds)

    assert Refund.objects.filter(order=None).count() == 0
    assert Refund.objects.count() == Order.objects.count() == 200


@pytest.mark.parametrize("turn", range(5))
def test_batches_with_orders_and_refunds_do_not_deadlock(turn):
    batches = [
        _record(
            *(order_event(f"{lane}-{ordinal}", customer=None) for ordinal in range(50)),
            *(refund_event(f"R{lane}-{i}", order=f"{1 - lane}-{i}", customer=None) for i in range(50)),
        )
        for lane in range(2)
    ]

    _handle_at_once(*batches)

    assert Refund.objects.filter(order=None).count() == 0
    assert Refund.objects.count() == 100


def test_the_totals_of_a_customer_with_two_ids_miss_nothing():
    tell(order_event("1", customer="first"))
    owner = DistinctId.objects.get(distinct_id="first").customer
    DistinctId.objects.create(distinct_id="second", customer=owner)

    _handle_at_once(
        _record(*(order_event(f"a{i}", customer="first") for i in range(100))),
        _record(*(order_event(f"b{i}", customer="second") for i in range(100))),
    )

    totals = CustomerTotals.objects.get()
    assert (totals.orders, totals.gross_minor) == (201, 201_000)


def test_a_products_name_does_not_depend_on_who_was_first():
    def batch(name, days):
        lines = [{"sku": f"S{i}", "name": f"{name} {i}", "quantity": 1, "price": 1} for i in range(50)]
        return _record(order_event(f"{name}{days}", customer=name, lines=lines, at=NOON + timedelta(days)))

    _handle_at_once(batch("old", 0), batch("new", 31))
    _handle_at_once(batch("newest", 62), batch("older", 1))

    assert sorted(Product.objects.values_list("name", flat=True)) == sorted(f"newest {i}" for i in range(50))
