"""Cancelled and updated orders: in which order their events come makes no difference."""

import itertools
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.build import NOON, make_business, order_event, tell

from wafaa.know.customers.models import Customer
from wafaa.know.orders.models import CustomerTotals, Order
from wafaa.know.orders.queries import OrderFilter, list_orders
from wafaa.stream.rules import NewEvent

pytestmark = pytest.mark.django_db
TWO = (("A", 1, "10.00"), ("B", 2, "5.00"))


@pytest.fixture(autouse=True)
def business(db):
    make_business()


def completed(**told) -> NewEvent:
    return order_event("O1", **told)


def updated(*, version: int, **told) -> NewEvent:
    return at_version(replace(order_event("O1", **told), name="Order Updated"), version)


def at_version(event: NewEvent, number: int) -> NewEvent:
    moment = NOON + timedelta(minutes=number)
    return replace(event, context={"version": moment.isoformat()})


def cancelled(*, minutes: int = 30, **told) -> NewEvent:
    """With no more than its number."""
    event = order_event("O1", at=NOON + timedelta(minutes=minutes))
    return replace(event, name="Order Cancelled", properties={"order_id": "O1", **told})


def state() -> tuple:
    order = Order.objects.get()
    at = order.cancelled_at and int((order.cancelled_at - NOON).total_seconds() / 60)
    return order.gross_minor, order.counted, at, order.lines.count()


def reset() -> None:
    Order.objects.all().delete()
    CustomerTotals.objects.all().delete()


def assert_same_in_any_order(events: list[NewEvent], expected: tuple) -> None:
    """One by one, and all in one batch."""
    for turn in itertools.permutations(events):
        for is_batch in (False, True):
            fresh = [replace(one, message_id=uuid.uuid4()) for one in turn]
            if is_batch:
                tell(*fresh)
            else:
                for one in fresh:
                    tell(one)
            assert state() == expected, [one.name for one in turn]
            totals = CustomerTotals.objects.get()
            assert (totals.orders, totals.gross_minor) == (
                int(expected[1]),
                expected[0] if expected[1] else 0,
            )
            reset()


def test_a_cancelled_order_stays_and_is_not_counted():
    tell(completed(), cancelled())

    assert state() == (1000, False, 30, 1)
    assert Customer.objects.get().totals.orders == 0


def test_cancelled_before_completed_holds_too():
    assert_same_in_any_order([completed(), cancelled()], (1000, False, 30, 1))


def test_the_earliest_of_two_cancellations_is_told():
    events = [completed(), cancelled(), cancelled(minutes=50)]
    assert_same_in_any_order(events, (1000, False, 30, 1))


def test_the_newest_version_stands_whenever_it_comes():
    events = [at_version(completed(), 1), updated(version=2, lines=TWO), updated(version=3, lines=())]
    assert_same_in_any_order(events, (0, False, None, 0))


def test_a_version_that_says_cancelled_is_taken_back_by_a_newer_one_only():
    gone = (NOON + timedelta(minutes=30)).isoformat()
    first, second = at_version(completed(), 1), updated(version=2, cancelled_at=gone)
    assert_same_in_any_order([first, second], (1000, False, 30, 1))
    third = updated(version=3, lines=TWO)
    assert_same_in_any_order([first, second, third], (2000, True, None, 2))


def test_when_it_was_placed_the_completed_order_says():
    late = replace(order_event("O1", at=NOON + timedelta(hours=2)), name="Order Updated")
    for events in ([completed(), late], [late, completed()]):
        for is_batch in (True, False):
            fresh = [replace(one, message_id=uuid.uuid4()) for one in events]
            for some in [fresh] if is_batch else [[one] for one in fresh]:
                tell(*some)
            assert Order.objects.get().ordered_at == NOON
            reset()


def test_no_version_takes_back_what_was_cancelled_without_one():
    events = [at_version(completed(), 1), cancelled(), updated(version=3, lines=TWO)]
    assert_same_in_any_order(events, (2000, False, 30, 2))


def test_a_whole_cancellation_of_the_same_version_holds():
    whole = replace(at_version(order_event("O1", at=NOON + timedelta(minutes=30)), 2), name="Order Cancelled")
    gone = (NOON + timedelta(minutes=30)).isoformat()
    tell(at_version(completed(), 1), updated(version=2, cancelled_at=gone), whole)
    assert state() == (1000, False, 30, 1)


def test_an_update_without_products_leaves_the_lines():
    tell(completed(lines=TWO))
    tell(replace(order_event("O1"), name="Order Updated", properties={"order_id": "O1"}))

    assert state() == (2000, True, None, 2)


def test_an_update_without_products_of_an_unknown_order_is_nothing():
    tell(replace(order_event("O1"), name="Order Updated", properties={"order_id": "O1"}))

    assert not Order.objects.exists()


def test_the_number_that_people_see_is_shown_and_found():
    event = completed()
    tell(replace(event, properties={**event.properties, "number": "#1001"}))

    assert str(Order.objects.get()) == "#1001"
    assert list_orders(OrderFilter(search="#10")).count() == 1
    assert list_orders(OrderFilter(search="o1")).count() == 1


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("3f2b8c1d-9a4e-4c7b-8d21-5e6f70819203", "3f2b8c1d"),  # random
        ("0190a5b2-7c3d-7e4f-8a1b-2c3d4e5f6071", "0190a5b2-7c3d-7e4f-8a1b-2c3d4e5f6071"),  # of one minute many begin alike
        ("O1", "O1"),
    ],
)  # fmt: skip
def test_only_what_is_random_from_its_beginning_on_is_shortened_and_never_for_good(number, shown):
    order = Order(external_id=number, number="")

    assert (str(order), order.exact_name) == (shown, number)


@pytest.mark.parametrize(("language", "words"), [("en", "cancelled"), ("ar", "ملغى")])
def test_the_order_page_and_the_list_say_it(client_as, cast, language, words):
    tell(completed(), cancelled())
    client = client_as(cast["owner"])
    client.cookies["wafaa_language"] = language

    for address in (Order.objects.get().get_absolute_url(), "/orders/"):
        assert words in client.get(address).content.decode()
