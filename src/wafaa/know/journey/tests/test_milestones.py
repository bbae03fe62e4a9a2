"""Milestones: what happened to orders and conversations, once each, whatever order it is told in."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from tests.build import make_event, make_order, tell

from wafaa.know.journey.actions import apply_milestones, remove_source
from wafaa.know.journey.models import Milestone, Traveller
from wafaa.know.journey.rules import MILESTONES
from wafaa.stream.actions import record_events
from wafaa.stream.drain import drain_until_quiet
from wafaa.stream.rules import Consumer, EventHead, NewEvent

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HEARD: list[EventHead] = []
LISTENER = Consumer(name="test.milestones", hears=tuple(MILESTONES), handle=HEARD.extend)
COLUMNS = ("kind", "number", "step", "at", "due_at", "reason", "seconds")


def hear(*events: NewEvent) -> list[EventHead]:
    HEARD.clear()
    record_events(events=events)
    drain_until_quiet([LISTENER])
    return list(HEARD)


def step(name: str, at: datetime = NOON, who: str = "C1", **properties: Any) -> NewEvent:
    return make_event(name, distinct_id=who, at=at, properties=properties)


@pytest.mark.django_db
def test_a_step_is_kept_with_its_promise_reason_and_length() -> None:
    due = NOON + timedelta(days=2)
    apply_milestones(
        hear(
            step("Order Delivered", order_id="A-1", promised_at=due.isoformat()),
            step("Return Requested", order_id="A-1", reason="Not as  described!"),
            step("Support Call Ended", call_id="7", duration_s=95.4),
            step("Store Exited", store="olaya", dwell_s="600"),
        )
    )
    assert list(Milestone.objects.order_by("kind", "step").values_list(*COLUMNS)) == [
        ("call", "7", "Support Call Ended", NOON, None, "", 95),
        ("order", "A-1", "Order Delivered", NOON, due, "", None),
        ("order", "A-1", "Return Requested", NOON, None, "not_as_described", None),
        ("store", "olaya", "Store Exited", NOON, None, "", 600),
    ]


@pytest.mark.django_db
def test_what_cannot_be_read_is_left_out_and_what_has_no_number_is_no_step() -> None:
    apply_milestones(
        hear(
            step("Order Shipped", order_id="A-1", promised_at="soon"),
            step("Order Shipped", order_id="A-2", promised_at="2026-02-31T00:00:00Z"),
            step("Order Shipped", order_id=""),
            step("Order Paid"),
        )
    )
    assert list(Milestone.objects.order_by("number").values_list("number", "due_at")) == [
        ("A-1", None),
        ("A-2", None),
    ]


@pytest.mark.django_db
def test_the_same_step_told_by_several_messages_in_any_order_is_one_row_with_the_later_promise() -> None:
    early, late = NOON + timedelta(days=1), NOON + timedelta(days=3)
    told = [
        {"promised_at": early.isoformat()},
        {"promised_at": late.isoformat(), "reason": "b"},
        {"reason": "a"},
    ]
    for order in permutations(told):
        Milestone.objects.all().delete()
        for properties in order:
            apply_milestones(hear(step("Order Delayed", order_id="A-1", **properties)))
        assert list(Milestone.objects.values_list("due_at", "reason")) == [(late, "b")]


@pytest.mark.django_db
def test_the_same_events_once_more_change_nothing() -> None:
    heads = hear(step("Order Paid", order_id="A-1"), step("Order Shipped", order_id="A-1"))
    apply_milestones(heads)
    before = list(Milestone.objects.values())
    apply_milestones(heads)
    assert list(Milestone.objects.values()) == before


@pytest.mark.django_db
def test_orders_of_files_leave_no_trace_here() -> None:
    make_order()
    assert not Traveller.objects.exists()
    assert not Milestone.objects.exists()


@pytest.mark.django_db
def test_the_flow_brings_milestones_and_a_source_takes_them_along() -> None:
    tell(step("Order Paid", order_id="A-1"))
    assert Milestone.objects.count() == 1
    remove_source(source="test")
    assert not Milestone.objects.exists()
    assert not Traveller.objects.exists()
