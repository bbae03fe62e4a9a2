"""A simulation says what would have happened: the same as what happens."""

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wafaa.act.messages.models import Message
from wafaa.act.messages.tests.samples import make_reader, make_template
from wafaa.decide.journeys.models import Run
from wafaa.decide.journeys.queries import simulate
from wafaa.decide.journeys.rules import Delay, Once, OnDay, OnEvent, Plan, Reach, Unless, Yearly
from wafaa.decide.journeys.tests.build import (
    DAY,
    HOUR,
    MORNING,
    ORDER,
    happen,
    make_automation,
    make_readers,
    make_segment,
    make_shop,
    order_all,
    turn_until_quiet,
)
from wafaa.kit import clock
from wafaa.stream.models import Event

pytestmark = pytest.mark.django_db
PLANS = st.builds(
    Plan,
    trigger=st.just(OnEvent(names=(ORDER,))) | st.just(OnEvent(names=(ORDER, "Product Viewed"))),
    delay=st.builds(Delay, minutes=st.integers(0, 30 * 60))
    | st.builds(Delay, days=st.integers(0, 2), at=st.integers(0, 1_439)),
    unless=st.sampled_from(
        [
            (),
            (Unless(name="Order Cancelled", same=True),),
            (Unless(name=ORDER),),
            (Unless(name="Product Viewed"),),
        ]
    ),
    once=st.just(Once.ORDER),
    control_bp=st.just(0),
    patience_hours=st.just(700),
)
STORY = st.lists(
    st.tuples(
        st.sampled_from(["r000", "r001"]),
        st.sampled_from([ORDER, "Order Cancelled", "Product Viewed"]),
        st.sampled_from(["7", "8"]),
        st.integers(1, 40 * 60),
    ),
    max_size=8,
)
_runs = itertools.count()


@settings(max_examples=10, suppress_health_check=list(HealthCheck))
@given(plan=PLANS, story=STORY)
def test_simulated_and_lived_are_the_same(plan, story):
    before = transaction.savepoint()
    try:
        live_and_simulate(plan, story)
    finally:
        transaction.savepoint_rollback(before)


def live_and_simulate(plan, story):
    with clock.fixed_at(MORNING):
        make_shop()
        people = {number: make_reader(number) for number in ("r000", "r001")}
        plan = replace(plan, template=make_template(purpose="service").uuid)
        automation = make_automation(plan, name=f"A{next(_runs)}")
    order = sorted(story, key=lambda one: one[3])
    for place, (who, name, number, minute) in enumerate(order):
        moment = MORNING + timedelta(minutes=minute, seconds=place)
        with clock.fixed_at(moment):
            turn_until_quiet()  # all that is due before it
            Message.objects.filter(state="queued").update(state="sent")  # and is gone
            happen(name, customer=who, order_id=number)
    with clock.fixed_at(MORNING + 10 * DAY):
        turn_until_quiet()

        lived = {
            (row.customer_id, row.what): (row.state, row.why, row.began_at, row.due_at)
            for row in Run.objects.filter(automation=automation)
        }
        found = simulate(automation, plan, since=MORNING, until=MORNING + 5 * DAY)

    assert people
    assert {
        (row.customer_id, row.what): (row.then, row.why, row.began_at, row.due_at) for row in found.rows
    } == lived


@pytest.fixture
def shop():
    with clock.fixed_at(MORNING - 30 * DAY):
        make_shop()
    with clock.fixed_at(MORNING):
        yield


def test_a_simulation_sends_nothing_and_says_who_would_have_got_what_when(shop):
    inside, outside, silent = (make_reader(number) for number in ("in", "out", "silent"))
    segment = make_segment(inside, silent)
    silent_one = make_reader("silent", consents=())
    for number in ("in", "out", "silent"):
        happen(ORDER, customer=number, order_id="7", at=MORNING - 10 * DAY)
    happen(ORDER, customer="in", order_id="8", at=MORNING - 50 * DAY)
    plan = Plan(
        trigger=OnEvent(names=(ORDER,)),
        template=make_template().uuid,
        segment=segment.uuid,
        delay=Delay(days=1, at=600),
        once=Once.ORDER,
        control_bp=0,
    )
    automation = make_automation(plan, is_on=False)
    before = Event.objects.count()

    found = simulate(automation, plan, since=MORNING - 30 * DAY, until=MORNING)

    assert silent_one.pk == silent.pk
    assert [(row.customer_id, row.what, row.due_at, row.then, row.why) for row in found.rows] == [
        (inside.pk, "order:7", MORNING - 9 * DAY, "sent", ""),
        (outside.pk, "order:7", MORNING - 9 * DAY, "ended", "not_member"),
        (silent.pk, "order:7", MORNING - 9 * DAY, "sent", ""),
    ]
    assert found.counts == {("sent", ""): 2, ("ended", "not_member"): 1}
    assert (Run.objects.count(), Message.objects.count(), Event.objects.count()) == (0, 0, before)


def test_yearly_days_and_kinds_are_simulated(shop):
    reader = make_reader(birthday="1990-11-15", country="SA")
    goods = [{"sku": "C", "name": "Beans", "category": "Coffee", "quantity": 1, "price": "10"}]
    happen(ORDER, order_id="7", at=MORNING - 20 * DAY, products=goods)
    happen(
        "Product Launched",
        customer="shop",
        product_id="new",
        name="New",
        category="Coffee",
        at=MORNING - 2 * DAY,
    )
    template = make_template()
    birthday = Plan(trigger=OnDay(day=Yearly.BIRTHDAY), template=template.uuid, once=Once.YEAR, control_bp=0)
    kind = Plan(
        trigger=OnEvent(names=("Product Launched",), reach=Reach.KIND),
        template=template.uuid,
        once=Once.PRODUCT,
        control_bp=0,
    )
    automation = make_automation(birthday, is_on=False)

    days = simulate(automation, birthday, since=MORNING - 15 * DAY, until=MORNING)
    kinds = simulate(automation, kind, since=MORNING - 15 * DAY, until=MORNING)

    assert [(row.customer_id, row.what, row.due_at) for row in days.rows] == [
        (reader.pk, "year:2026", MORNING - 7 * DAY - HOUR)
    ]
    assert [(row.customer_id, row.what) for row in kinds.rows] == [(reader.pk, "product:new")]


def test_what_comes_due_after_the_span_is_not_told_as_sent(shop):
    make_reader()
    goods = [{"sku": "C", "name": "Beans", "category": "Coffee", "quantity": 1, "price": "10"}]
    happen(ORDER, order_id="7", at=MORNING - 20 * DAY, products=goods)
    for number in (3, 1):
        happen(ORDER, order_id=f"d{number}", at=MORNING - number * DAY)
        launched = {"product_id": f"new{number}", "name": "New", "category": "Coffee"}
        happen("Product Launched", customer="shop", at=MORNING - number * DAY, **launched)
    orders = Plan(
        trigger=OnEvent(names=(ORDER,)),
        template=make_template().uuid,
        delay=Delay(days=2, at=600),
        once=Once.ORDER,
        control_bp=0,
    )
    kinds = replace(orders, trigger=OnEvent(names=("Product Launched",), reach=Reach.KIND), once=Once.PRODUCT)
    automation = make_automation(orders, is_on=False)

    found = [simulate(automation, plan, since=MORNING - 4 * DAY, until=MORNING) for plan in (orders, kinds)]

    assert [[row.what for row in one.rows] for one in found] == [["order:d3"], ["product:new3"]]


def test_who_would_have_been_kept_aside_is_said(shop):
    make_readers(30)
    order_all(count=30, at=MORNING - DAY)
    plan = Plan(
        trigger=OnEvent(names=(ORDER,)), template=make_template().uuid, once=Once.ORDER, control_bp=5_000
    )
    automation = make_automation(plan, is_on=False)

    found = simulate(automation, plan, since=MORNING - 2 * DAY, until=MORNING)

    assert 5 < found.counts["control", "automation"] < 25
