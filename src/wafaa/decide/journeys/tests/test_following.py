"""Runs follow who is merged, and go with who is erased."""

import pytest

from wafaa.act.messages.tests.samples import make_reader, make_template
from wafaa.decide.journeys.actions import RUNS_FOLLOW, erase_customer
from wafaa.decide.journeys.models import Run
from wafaa.decide.journeys.queries import export_customer, list_runs_of
from wafaa.decide.journeys.rules import Delay, Once, OnEvent, Plan
from wafaa.decide.journeys.tests.build import (
    DAY,
    MORNING,
    ORDER,
    happen,
    list_states,
    make_automation,
    make_shop,
)
from wafaa.kit import clock

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
    moved = RUNS_FOLLOW.move(kept.pk, gone.pk)

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
    assert list(list_runs_of(reader.pk)) == []
    assert DAY.days == 1
