"""Runs follow who is merged, and go with who is erased."""

import pytest
from tests.build import make_event, tell

from wafaa.act.messages.tests.samples import make_reader, make_template
from wafaa.decide.journeys.actions import RUNS_FOLLOW, erase_customer
from wafaa.decide.journeys.models import Run
from wafaa.decide.journeys.queries import export_customer
from wafaa.decide.journeys.rules import Delay, Once, OnEvent, Plan, Unless
from wafaa.decide.journeys.tests.build import (
    DAY,
    HOUR,
    MORNING,
    ORDER,
    PAID,
    happen,
    list_states,
    make_automation,
    make_shop,
)
from wafaa.kit import clock
from wafaa.know.customers.actions import merge_customers, undo_merge
from wafaa.know.customers.models import Customer
from wafaa.know.identity.tests.telling import account, seen

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shop():
    with clock.fixed_at(MORNING):
        make_shop()
        make_automation(
            Plan(
                trigger=OnEvent(names=(ORDER,)),
                template=make_template().uuid,
                delay=Delay(minutes=60),
                once=Once.ORDER,
                control_bp=0,
            )
        )
        yield


def test_of_two_runs_for_one_thing_the_kept_one_goes_on_and_all_can_be_undone():
    kept, gone = make_reader("kept"), make_reader("gone")
    happen(ORDER, customer="kept", order_id="7")
    happen(ORDER, customer="gone", order_id="7")
    happen(ORDER, customer="gone", order_id="8")

    assert RUNS_FOLLOW.count(gone.pk) == {"runs": 2}
    moved = RUNS_FOLLOW.move(gone.pk, kept.pk)

    assert list_states() == [
        ("gone", "order:7", "ended", "merged"),
        ("kept", "order:7", "waiting", ""),
        ("kept", "order:8", "waiting", ""),
    ]
    RUNS_FOLLOW.give_back(kept.pk, gone.pk, moved)
    assert [(who, what) for who, what, _state, _why in list_states()] == [
        ("gone", "order:7"),
        ("gone", "order:8"),
        ("kept", "order:7"),
    ]


def test_a_cart_of_whoever_was_merged_ends_on_the_kept_ones_order_and_comes_back_when_that_is_undone():
    kept, gone = make_reader("kept"), make_reader("gone")
    make_automation(
        Plan(
            trigger=OnEvent(names=("Checkout Abandoned",)),
            template=make_template().uuid,
            delay=Delay(minutes=60),
            unless=(Unless(name=ORDER),),
            once=Once.CART,
            control_bp=0,
        ),
        name="Cart",
    )
    happen("Checkout Abandoned", customer="gone", checkout_id="c1")

    merge = merge_customers(kept=kept, gone=gone, choices={}, movers=[RUNS_FOLLOW], by=None)
    with clock.fixed_at(MORNING + HOUR / 2):
        happen(ORDER, customer="kept", order_id="7")

    carts = Run.objects.filter(what="cart:c1")
    assert carts.values_list("customer", "state", "why").get() == (kept.pk, "ended", "unless")
    undo_merge(merge=merge, movers=[RUNS_FOLLOW], by=None)
    assert carts.get().customer_id == gone.pk
    assert Run.objects.get(what="order:7").customer_id == kept.pk


def test_who_stays_when_a_shared_device_moves_out_keeps_their_runs():
    tell(make_event(ORDER, distinct_id="anonymous:d", properties={**PAID, "order_id": "1"}), seen("7", "d"))
    happen(ORDER, customer="7", order_id="2")
    assert account("anonymous:d") == account("7")

    tell(seen("8", "d"))

    assert account("anonymous:d") != account("7")
    assert Run.objects.get(what="order:2").customer == account("7")
    assert Customer.objects.filter(merged_into=None).count() == 3


def test_all_is_handed_out_and_erased():
    reader, other = make_reader("1"), make_reader("2")
    happen(ORDER, customer="1", order_id="7")
    happen(ORDER, customer="2", order_id="7")

    told = export_customer(customer_id=reader.pk, distinct_ids=["1"])
    gone = erase_customer(customer_id=reader.pk, distinct_ids=["1"])

    assert [(row["what"], row["state"]) for row in told["automations"]] == [("order:7", "waiting")]
    assert told["automations"][0]["values"]["order"]["number"] == "7"
    assert gone == {"runs": 1}
    assert [run.customer_id for run in Run.objects.all()] == [other.pk]
    assert DAY.days == 1
