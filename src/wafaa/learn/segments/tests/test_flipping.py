"""Time alone lets people enter and leave; what begins at its moment is known beforehand."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from tests.build import make_customer, make_event, make_order, tell

from wafaa.kit import clock
from wafaa.know.customers.actions import set_tags
from wafaa.learn.segments.actions import building, find_next_flip, flip_due, start_build
from wafaa.learn.segments.models import Membership
from wafaa.learn.segments.tests.keeping import build, make_segment, numbers, settle, told
from wafaa.run.segments import LOOK_S, SegmentsKeeper
from wafaa.stream.actions import record_events

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 15, 9, tzinfo=UTC)
LATELY = {"orders": {"measure": "count", "min": 1, "window": {"last": 60, "unit": "days"}}}
VIEWED = {
    "events": {
        "name": "Product Viewed",
        "measure": "count",
        "min": 2,
        "window": {"last": 24, "unit": "hours"},
    }
}


@pytest.fixture(autouse=True)
def at_noon():
    with clock.fixed_at(NOW):
        yield


def test_time_alone_lets_people_leave_and_enter_at_its_moment():
    make_customer("1")
    make_order(customer="1", at=NOW - timedelta(days=10))
    lately, silent = make_segment(LATELY), make_segment({"not": LATELY})

    assert find_next_flip() == datetime(2026, 5, 3, 21, tzinfo=UTC)
    with clock.fixed_at(find_next_flip() - timedelta(microseconds=1)):
        assert flip_due() == 0
    with clock.fixed_at(find_next_flip()):
        assert flip_due() == 2
        assert flip_due() == 0
        assert (numbers(lately), numbers(silent)) == ([], ["1"])
    assert sorted(told()) == [("Segment Entered", "1"), ("Segment Exited", "1")]
    assert find_next_flip() is None


def test_whoever_said_something_that_was_not_heard_yet_is_looked_at_instead_of_leaving():
    make_customer("1")
    segment = make_segment(VIEWED)
    tell(*(make_event("Product Viewed", distinct_id="1", at=NOW) for _ in range(2)))
    assert Membership.objects.get().then_member is False

    with clock.fixed_at(find_next_flip()):
        record_events(
            events=[make_event("Product Viewed", distinct_id="1", at=clock.now()) for _ in range(2)]
        )
        assert flip_due() == 1
        assert numbers(segment) == ["1"]
        settle()
    assert told() == [("Segment Entered", "1")]


@pytest.mark.parametrize("is_turned_meanwhile", [True, False])
def test_whose_moment_comes_while_it_is_counted_anew_leaves_once(is_turned_meanwhile):
    make_customer("1")
    make_order(customer="1", at=NOW - timedelta(days=10))
    segment = make_segment(LATELY)
    building._fill(start_build(segment=segment))

    with clock.fixed_at(find_next_flip()):
        if is_turned_meanwhile:
            assert flip_due() == 1
        build(segment)
        settle()
        assert numbers(segment) == []
    assert told() == [("Segment Exited", "1")]


def test_the_workers_thread_sees_what_staff_change_and_whose_moment_has_come(owner):
    customer = make_customer("1")
    make_order(customer="1", at=NOW - timedelta(days=10))
    lately, tagged = make_segment(LATELY), make_segment({"profile": {"field": "tags", "known": True}})
    keeper = SegmentsKeeper(threading.Event())
    assert keeper._turn() == LOOK_S

    set_tags(customer=customer, names=["VIP"], by=owner)
    keeper._turn()
    assert numbers(tagged) == ["1"]
    with clock.fixed_at(find_next_flip() - timedelta(milliseconds=100)):
        assert keeper._turn() == pytest.approx(0.1)
    with clock.fixed_at(find_next_flip()):
        keeper._turn()
    assert numbers(lately) == []
