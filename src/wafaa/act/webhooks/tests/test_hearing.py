"""Which events become deliveries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.build import NOON, make_event

from wafaa.act.webhooks.actions import set_state
from wafaa.act.webhooks.handlers import on_any_event
from wafaa.act.webhooks.rules import State
from wafaa.act.webhooks.tests.samples import make_endpoint, tell_webhooks
from wafaa.kit import clock
from wafaa.stream.models import Effect
from wafaa.stream.rules import EventHead

pytestmark = pytest.mark.django_db


def list_told():
    return sorted(
        (effect.destination.name[-4:], effect.payload["name"])
        for effect in Effect.objects.select_related("destination")
    )


def test_each_event_becomes_one_delivery_for_each_endpoint_that_hears_it(owner):
    everything, orders = make_endpoint(owner), make_endpoint(owner, names=["Order Completed"])

    tell_webhooks(make_event("Order Completed", message_id="m1"), make_event("Cart Viewed", message_id="m2"))
    tell_webhooks(make_event("Order Completed", message_id="m1"))  # a repeat

    all_of_it, some = everything.destination[-4:], orders.destination[-4:]
    assert list_told() == sorted(
        [(all_of_it, "Cart Viewed"), (all_of_it, "Order Completed"), (some, "Order Completed")]
    )
    effect = Effect.objects.order_by("id")[0]
    assert (effect.kind, effect.subject) == ("webhook", "1")
    assert set(effect.payload) == {"name", "message_id", "occurred_at"}  # nothing of what the event says


def test_the_same_events_heard_twice_stay_one_delivery(owner):
    make_endpoint(owner)
    tell_webhooks(make_event(message_id="m1"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT xid::text, position, received_at, name, distinct_id FROM stream_event")
        heads = [EventHead(*row) for row in cursor.fetchall()]

    on_any_event(heads * 2)

    assert Effect.objects.count() == 1


def test_where_nobody_hears_anything_it_costs_one_query(owner):
    heads = [EventHead("1", number, clock.now(), "Page Viewed", "1") for number in range(1000)]
    for _turn in range(2):
        with CaptureQueriesContext(connection) as queries:
            on_any_event(heads)
        assert len(queries) == 1
        make_endpoint(owner, names=["Order Completed"])


def test_an_endpoint_hears_what_is_received_from_its_beginning_on(owner):
    tell_webhooks(make_event(message_id="before"))
    with clock.fixed_at(NOON):
        early = make_event(message_id="early")
    make_endpoint(owner)
    tell_webhooks(early, make_event(message_id="after"))

    assert sorted(effect.payload["message_id"] for effect in Effect.objects.all()) == ["after", "early"]


def test_history_is_left_out_where_only_news_is_wanted(owner):
    make_endpoint(owner, with_history=False)

    tell_webhooks(make_event(message_id="old", at=NOON), make_event(message_id="new", at=clock.now()))

    assert [effect.payload["message_id"] for effect in Effect.objects.all()] == ["new"]


def test_while_paused_deliveries_are_kept_and_while_off_none_are(owner):
    paused, off = make_endpoint(owner), make_endpoint(owner)
    set_state(endpoint=paused, state=State.PAUSED, by=owner)
    set_state(endpoint=off, state=State.OFF, by=owner)

    tell_webhooks(make_event())

    (effect,) = Effect.objects.select_related("destination")
    assert (effect.destination.name, effect.destination.is_paused) == (paused.destination, True)
