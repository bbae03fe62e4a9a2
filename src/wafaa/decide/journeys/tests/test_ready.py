"""Automations that are ready from the first day: there, off, switched on in one step; and whom winning back reaches."""

from dataclasses import replace

import pytest
from tests.build import tell

from wafaa.act.messages.models import Message
from wafaa.act.messages.tests.samples import make_reader
from wafaa.decide.journeys.actions import add_ready, change_automation, ensure_ready, switch_on
from wafaa.decide.journeys.models import Automation, Run
from wafaa.decide.journeys.queries import list_ready
from wafaa.decide.journeys.ready import READY
from wafaa.decide.journeys.rules import write_plan
from wafaa.decide.journeys.tests.build import (
    DAY,
    HOUR,
    MORNING,
    ORDER,
    happen,
    list_messages,
    list_states,
    turn_until_quiet,
)
from wafaa.kit import clock
from wafaa.learn.segments.actions import flip_due, run_build
from wafaa.learn.segments.models import Build, Segment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]


def test_ready_ones_are_there_off_and_switched_on_in_one_step():
    assert ensure_ready() == len(READY)
    assert ensure_ready() == 0
    assert set(Automation.objects.values_list("state", flat=True)) == {"off"}
    make_reader(language="ar", name="نورة")

    on = switch_on(automation=add_ready(key="thanks", by=None), by=None)
    happen(ORDER, order_id="7", order_number="SO-7")
    with clock.fixed_at(MORNING + DAY):
        turn_until_quiet()

    assert [ready.key for ready, own in list_ready() if own and own.state == "on"] == ["thanks"]
    assert on.latest.number == 2
    assert list_messages() == [("1", "order:7", "queued", "")]
    assert Message.objects.get().template == on.latest.plan.template


@pytest.mark.parametrize("key", list(READY))
def test_every_ready_one_can_be_switched_on(key):
    automation = switch_on(automation=add_ready(key=key, by=None), by=None)

    assert automation.state == "on"
    plan = automation.latest.plan
    assert automation.experiment is None if plan.control_bp == 0 else automation.experiment.state == "running"


def test_who_becomes_inactive_is_won_back_that_morning_unless_they_order_and_who_was_gets_nothing():
    for number, days in (("was", 300), ("becomes", 179), ("orders", 179), ("stays", 100)):
        make_reader(number)
        happen(ORDER, customer=number, order_id=number, at=MORNING - days * DAY)
    ready = add_ready(key="win_back", by=None)
    plan = write_plan(replace(ready.latest.plan, control_bp=0))
    automation = switch_on(automation=change_automation(automation=ready, definition=plan, by=None), by=None)
    segment = Segment.objects.get(key="lapsed")
    run_build(build_id=Build.objects.get(segment=segment).pk)
    assert automation.latest.plan.trigger.where == (("segment", str(segment.uuid)),)

    with clock.fixed_at(MORNING + 14 * HOUR):  # midnight in Riyadh
        assert flip_due() == 2
        tell()
    with clock.fixed_at(MORNING + 15 * HOUR):
        happen(ORDER, customer="orders")
    with clock.fixed_at(MORNING + DAY):
        turn_until_quiet()

    assert [(who, state, why) for who, _what, state, why in list_states()] == [
        ("becomes", "sent", ""),
        ("orders", "ended", "unless"),
    ]
    assert {run.due_at for run in Run.objects.all()} == {MORNING + DAY}


@pytest.mark.parametrize(
    ("key", "name", "told", "said"),
    [
        (
            "points_expiring",
            "Points Expiring",
            {"unit": "points", "points": 30, "expires_on": "2026-11-30", "worth": "1.50", "currency": "SAR"},
            {"amount": 30, "ends_on": "2026-11-30", "worth": {"minor": 150, "currency": "SAR"}},
        ),
        (
            "reward_redeemed",
            "Reward Redeemed",
            {"reward": "Mug", "reward_name": {"ar": "كوب", "en": "Mug"}, "code": "R-1"},
            {"name_ar": "كوب", "name_en": "Mug", "code": "R-1"},
        ),
        (
            "tier_up",
            "Tier Changed",
            {"to": "gold", "tier_name_ar": "الذهبية", "tier_name_en": "Gold", "direction": "up"},
            {"name_ar": "الذهبية", "name_en": "Gold"},
        ),
    ],
)
def test_loyaltys_events_give_their_ready_messages_what_they_ask_for(key, name, told, said):
    make_reader(language="ar", name="نورة")
    switch_on(automation=add_ready(key=key, by=None), by=None)
    happen(name, **told)
    happen(name, **{**told, "unit": "stamps", "direction": "down"} if key != "reward_redeemed" else told)

    for later in (HOUR, DAY):
        with clock.fixed_at(MORNING + later):
            turn_until_quiet()

    messages = list(Message.objects.order_by("id"))
    assert len(messages) == (2 if key == "reward_redeemed" else 1)
    group = {"points_expiring": "points"}.get(key, key.partition("_")[0])
    assert messages[0].values[group] == said
