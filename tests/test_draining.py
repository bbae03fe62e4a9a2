"""What tests are handed on is what the drain hands on: one story by both."""

import itertools

import pytest
from django.db import connection, transaction

from tests.build import NOON, make_business, make_event, order_event, refund_event
from tests.draining import drain_all
from wafaa.config.flow import CONSUMERS
from wafaa.decide.loyalty.tests.build import DAY, SPEND, make_live
from wafaa.kit import clock
from wafaa.stream.actions import record_events
from wafaa.stream.drain import drain_until_quiet
from wafaa.stream.models import Event, ParkedEvent

pytestmark = pytest.mark.django_db
TABLES = """
SELECT table_name FROM information_schema.tables
WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name <> 'stream_checkpoint'
"""


def live(drain):
    """A member buys, gives back, signs in; events of another wait. What it left behind, and what waits."""
    before = transaction.savepoint()
    numbers = itertools.count(1)

    def tell(*events):
        for event in events:
            event.message_id = f"m{next(numbers)}"
        record_events(events=events)
        drain()

    with clock.fixed_at(NOON):
        make_business(currency="SAR", time_zone="Asia/Riyadh")
        make_live(SPEND, at=NOON - DAY)
        tell(make_event("identify", distinct_id="1", properties={"customer_number": "1", "name": "Sara"}))
        tell(
            *(order_event(f"O{n}", customer=str(n % 3), at=NOON, lines=[("A", 1, "50.00")]) for n in range(6))
        )
        tell(
            refund_event("R1", order="O1", customer="1", lines=[("A", 1, "20.00")]), make_event("Page Viewed")
        )
        ParkedEvent.objects.create(
            consumer="know.orders", xid=1, position=1, distinct_id="2", error="E", parked_at=NOON
        )
        tell(order_event("O7", customer="2"), order_event("O8", customer="1"))
        tell(make_event("identify", distinct_id="browser", properties={"customer_number": "2"}))
    told = sorted(Event.objects.values_list("name", "distinct_id", "source"))
    parked = sorted(ParkedEvent.objects.values_list("consumer", "name", "distinct_id"))
    rows = count_rows()
    waits = drain_until_quiet(CONSUMERS)
    transaction.savepoint_rollback(before)
    return told, parked, rows, waits


def count_rows():
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        names = [name for (name,) in cursor]
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}', count(*) FROM \"{name}\"" for name in names))
        return dict(cursor.fetchall())


def test_what_a_test_tells_comes_to_the_same_as_by_the_drain():
    by_drain, by_test = live(lambda: drain_until_quiet(CONSUMERS)), live(drain_all)

    for drained, handed in zip(by_drain, by_test, strict=True):
        assert handed == drained
    told, parked, *_rest = by_test
    assert {"Points Awarded", "Points Reversed"} <= {name for name, _who, _source in told}
    assert ("know.orders", "Order Completed", "2") in parked
