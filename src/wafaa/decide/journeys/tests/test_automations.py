"""Automations from event to message: when, unless, once, for whom, and what stays away."""

from datetime import timedelta

import pytest
from tests.build import make_event, tell

from wafaa.act.messages.actions import cancel_sending
from wafaa.act.messages.errors import SendingOver
from wafaa.act.messages.models import Message
from wafaa.act.messages.tests.samples import make_reader, make_template, turn
from wafaa.decide.experiments.actions import set_universal_share
from wafaa.decide.experiments.models import Exposure
from wafaa.decide.experiments.queries import get_effect
from wafaa.decide.journeys.actions import (
    change_automation,
    create_automation,
    pause_automation,
    resume_automation,
    switch_off,
    switch_on,
)
from wafaa.decide.journeys.errors import AutomationUnfinished, PlanUnreadable, TemplateNotReady
from wafaa.decide.journeys.models import Automation, Run
from wafaa.decide.journeys.queries import count_runs
from wafaa.decide.journeys.rules import Delay, Once, OnEvent, Plan, Unless, write_plan
from wafaa.decide.journeys.tests.build import (
    DAY,
    HOUR,
    MORNING,
    ORDER,
    happen,
    list_messages,
    list_states,
    make_automation,
    make_readers,
    make_segment,
    order_all,
    turn_until_quiet,
)
from wafaa.kit import clock
from wafaa.learn.segments.actions import take_off_list

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]


@pytest.fixture
def template():
    return make_template(purpose="service")


def thanks(template, **changes):
    """A day after an order, unless it was cancelled, once for each order."""
    return Plan(
        **{
            "trigger": OnEvent(names=(ORDER,)),
            "template": template.uuid,
            "delay": Delay(minutes=24 * 60),
            "unless": (Unless(name="Order Cancelled", same=True),),
            "once": Once.ORDER,
            "control_bp": 0,
            **changes,
        }
    )


def test_an_order_is_thanked_for_when_its_day_has_passed_and_once(template):
    make_reader()
    make_automation(thanks(template))
    happen(ORDER, order_id="7")
    happen(ORDER, order_id="7")  # told again by the shop

    assert (turn_until_quiet(), list_messages()) == (0, [])
    with clock.fixed_at(MORNING + DAY):
        assert turn_until_quiet() == 1
        assert turn_until_quiet() == 0

    assert list_states() == [("1", "order:7", "sent", "")]
    assert list_messages() == [("1", "order:7", "queued", "")]
    assert Message.objects.get().values["order"]["number"] == "7"


def test_each_order_has_a_message_of_its_own(template):
    make_reader(consents=())
    make_automation(thanks(template))
    happen(ORDER, order_id="7")
    happen(ORDER, order_id="8")

    with clock.fixed_at(MORNING + DAY):
        turn_until_quiet()

    assert [step for _who, step, _state, _why in list_messages()] == ["order:7", "order:8"]


def test_what_makes_it_needless_ends_it_inside_the_delay_at_once(template):
    make_reader()
    make_automation(thanks(template))
    happen(ORDER, order_id="7")
    happen(ORDER, order_id="8")

    with clock.fixed_at(MORNING + HOUR):
        happen("Order Cancelled", order_id="7")

    assert list_states() == [("1", "order:7", "ended", "unless"), ("1", "order:8", "waiting", "")]
    with clock.fixed_at(MORNING + DAY):
        turn_until_quiet()
    assert [step for _who, step, _state, _why in list_messages()] == ["order:8"]


def test_what_makes_it_needless_takes_back_a_message_that_waits_for_the_morning():
    template = make_template()
    make_reader(country="SA")
    plan = Plan(
        trigger=OnEvent(names=("Checkout Abandoned",)),
        template=template.uuid,
        delay=Delay(minutes=60),
        unless=(Unless(name=ORDER),),
        once=Once.CART,
        control_bp=0,
    )
    make_automation(plan)
    with clock.fixed_at(MORNING + 12 * HOUR):  # ten at night
        happen("Checkout Abandoned", checkout_id="c1")
    with clock.fixed_at(MORNING + 13 * HOUR):
        turn_until_quiet()
        assert list_messages() == [("1", "cart:c1", "held", "hours")]
        happen(ORDER)

    assert list_messages() == [("1", "cart:c1", "cancelled", "needless")]
    assert list_states() == [("1", "cart:c1", "ended", "unless")]
    with clock.fixed_at(MORNING + DAY):
        turn_until_quiet()
        assert turn() == []


def test_what_was_heard_before_it_began_but_happened_after_ends_it_too(template):
    make_reader()
    make_automation(thanks(template))
    with clock.fixed_at(MORNING + 3 * HOUR):
        happen("Order Cancelled", order_id="7", at=MORNING + 2 * HOUR)
        happen(ORDER, order_id="7", at=MORNING + HOUR)  # its event was late

    with clock.fixed_at(MORNING + 2 * DAY):
        turn_until_quiet()

    assert list_states() == [("1", "order:7", "ended", "unless")]
    assert list_messages() == []


def test_an_order_ends_the_wait_for_the_inactive_and_begins_another():
    make_reader()
    make_automation(
        thanks(make_template(), unless=(Unless(name=ORDER),), delay=Delay(days=60, at=600)), name="Win back"
    )
    happen(ORDER, order_id="7")
    with clock.fixed_at(MORNING + 30 * DAY):
        happen(ORDER, order_id="8")

    assert list_states() == [("1", "order:7", "ended", "unless"), ("1", "order:8", "waiting", "")]
    assert Run.objects.get(what="order:8").due_at == MORNING + 90 * DAY


def test_what_happened_before_it_was_switched_on_begins_nothing(template):
    make_reader()
    make_automation(thanks(template))

    happen(ORDER, order_id="7", at=MORNING - HOUR)

    assert list_states() == []


def test_a_run_that_slept_past_its_patience_is_let_go(template):
    make_reader()
    make_automation(thanks(template, patience_hours=5))
    happen(ORDER, order_id="7")

    with clock.fixed_at(MORNING + DAY + 5 * HOUR):
        turn_until_quiet()

    assert list_states() == [("1", "order:7", "ended", "late")]
    assert list_messages() == []


def test_an_event_that_comes_too_late_to_make_sense_begins_nothing(template):
    make_reader()
    make_automation(thanks(template, patience_hours=5))

    with clock.fixed_at(MORNING + 2 * DAY):
        happen(ORDER, order_id="7", at=MORNING)

    assert list_states() == []


def test_only_members_get_it_and_membership_counts_when_it_is_due(template):
    stays, leaves, never = (make_reader(number) for number in ("stays", "leaves", "never"))
    segment = make_segment(stays, leaves)
    make_automation(thanks(template, segment=segment.uuid))
    for number in ("stays", "leaves", "never"):
        happen(ORDER, customer=number, order_id="7")
    take_off_list(segment=segment, customer_ids=[leaves.pk])

    with clock.fixed_at(MORNING + DAY):
        turn_until_quiet()

    assert list_states() == [
        ("leaves", "order:7", "ended", "not_member"),
        ("never", "order:7", "ended", "not_member"),
        ("stays", "order:7", "sent", ""),
    ]
    assert never.pk not in set(Message.objects.values_list("customer", flat=True))


def test_who_is_kept_aside_gets_nothing_is_counted_and_their_page_says_so():
    make_readers(30)
    automation = make_automation(thanks(make_template(), control_bp=5_000))
    order_all(count=30)

    with clock.fixed_at(MORNING + DAY):
        turn_until_quiet()

    counts = count_runs(automation)
    assert set(counts) == {("sent", ""), ("control", "")}
    assert sum(counts.values()) == Exposure.objects.filter(experiment=automation.experiment).count() == 30
    refused = Message.objects.filter(why="control")
    assert refused.count() == counts["control", ""]
    assert refused[0].trace[0]["asked"][-1] == [
        "control",
        "refuse",
        {"why": "control", "group": "automation"},
    ]
    assert get_effect(automation.experiment).answer == "too_early"


def test_the_universal_group_is_obeyed_by_offers_and_not_by_service(template):
    set_universal_share(share_bp=5_000, by=None)
    make_readers(20)
    offers = make_automation(thanks(make_template(), delay=Delay()), name="Offer")
    service = make_automation(thanks(template, delay=Delay()), name="Service")
    order_all(count=20)

    turn_until_quiet()

    kept = count_runs(offers)["control", ""]
    assert 0 < kept < 20
    assert count_runs(service) == {("sent", ""): 20}
    assert service.experiment is None
    groups = Message.objects.filter(why="control").values_list("trace", flat=True)
    assert {trace[0]["asked"][-1][2]["group"] for trace in groups} == {"universal"}


def test_who_has_not_agreed_comes_into_no_experiment():
    make_reader(consents=())
    automation = make_automation(thanks(make_template(), control_bp=5_000, delay=Delay()))
    happen(ORDER, order_id="7")

    turn_until_quiet()

    assert list_messages() == [("1", "order:7", "refused", "no_consent")]
    assert not Exposure.objects.filter(experiment=automation.experiment).exists()


def test_paused_nothing_leaves_and_what_is_late_then_is_let_go(template):
    make_reader()
    automation = make_automation(thanks(template, patience_hours=10))
    happen(ORDER, order_id="7")
    pause_automation(automation=automation, by=None)
    with clock.fixed_at(MORNING + 5 * HOUR):
        happen(ORDER, order_id="8")

    with clock.fixed_at(MORNING + DAY + 12 * HOUR):
        assert turn_until_quiet() == 0
        resume_automation(automation=automation, by=None)
        turn_until_quiet()

    assert list_states() == [("1", "order:7", "ended", "late"), ("1", "order:8", "sent", "")]


def test_switched_off_everybody_on_the_way_leaves():
    make_reader(country="SA")
    automation = make_automation(thanks(make_template(), delay=Delay(minutes=12 * 60), unless=()))
    happen(ORDER, order_id="7")
    with clock.fixed_at(MORNING + 12 * HOUR):
        turn_until_quiet()  # held until the morning
        happen(ORDER, order_id="8")

        assert switch_off(automation=automation, by=None) == 2

        assert list_states() == [
            ("1", "order:7", "ended", "switched_off"),
            ("1", "order:8", "ended", "switched_off"),
        ]
        assert list_messages() == [("1", "order:7", "cancelled", "switched_off")]
        happen(ORDER, order_id="9")
        assert Run.objects.count() == 2
        switch_on(automation=automation, by=None)
        happen(ORDER, order_id="10")
        assert Run.objects.count() == 3


def test_who_is_on_the_way_stays_with_the_version_they_came_by(template):
    make_reader()
    automation = make_automation(thanks(template))
    happen(ORDER, order_id="7")
    changed = thanks(template, delay=Delay(minutes=60), unless=())

    change_automation(automation=automation, definition=write_plan(changed), by=None)
    happen(ORDER, order_id="8")

    rows = Run.objects.order_by("what").values_list("what", "version__number", "due_at")
    assert list(rows) == [("order:7", 1, MORNING + DAY), ("order:8", 2, MORNING + HOUR)]
    happen("Order Cancelled", order_id="7", at=MORNING + timedelta(minutes=1))
    happen("Order Cancelled", order_id="8", at=MORNING + timedelta(minutes=1))
    assert [state for _who, _what, state, _why in list_states()] == ["ended", "waiting"]


def test_a_change_may_let_those_on_the_way_leave(template):
    make_reader()
    automation = make_automation(thanks(template))
    happen(ORDER, order_id="7")

    change_automation(
        automation=automation,
        definition=write_plan(thanks(template, priority=3)),
        by=None,
        ends_waiting=True,
    )

    assert list_states() == [("1", "order:7", "ended", "changed")]


def test_another_share_and_switching_on_again_are_other_experiments_with_people_divided_anew():
    automation = make_automation(thanks(make_template(), control_bp=1_000))
    first = automation.experiment

    plan = thanks(make_template(), control_bp=2_000)
    changed = change_automation(automation=automation, definition=write_plan(plan), by=None)

    first.refresh_from_db()
    assert (first.state, changed.experiment.state) == ("finished", "running")
    again = change_automation(
        automation=changed, definition=write_plan(thanks(make_template(), control_bp=2_000)), by=None
    )
    assert again.experiment == changed.experiment  # another message alone divides nobody
    switch_off(automation=changed, by=None)
    on = switch_on(automation=changed, by=None)
    salts = [one.salt for one in (first, changed.experiment, on.experiment)]
    assert len(set(salts)) == 3
    assert on.salt == salts[-1]  # what a simulation divides by


def test_what_cannot_be_sent_is_not_switched_on():
    plan = thanks(make_template())
    bare = create_automation(name="Bare", definition=write_plan(Plan(trigger=plan.trigger)), by=None)
    template = make_template()
    template.state = "draft"
    template.save()
    draft = create_automation(name="Draft", definition=write_plan(thanks(template)), by=None)

    with pytest.raises(AutomationUnfinished):
        switch_on(automation=bare, by=None)
    with pytest.raises(TemplateNotReady):
        switch_on(automation=draft, by=None)
    with pytest.raises(PlanUnreadable) as broken:
        create_automation(name="Broken", definition={"trigger": {"names": []}}, by=None)

    assert "trigger.names" in str(broken.value)
    assert set(Automation.objects.values_list("state", flat=True)) == {"off"}


def test_whose_messages_were_ended_for_good_switches_itself_off(template):
    make_reader()
    automation = make_automation(thanks(template, delay=Delay()))
    happen(ORDER, order_id="7")
    turn_until_quiet()
    cancel_sending(reason=automation.reason)
    happen(ORDER, order_id="8")

    turn_until_quiet()

    automation.refresh_from_db()
    assert automation.state == "off"
    assert Run.objects.get(what="order:8").why == "switched_off"
    with pytest.raises(SendingOver):
        switch_on(automation=automation, by=None)


def test_an_event_of_nobody_that_is_known_begins_nothing(template):
    make_automation(thanks(template, trigger=OnEvent(names=("Product Viewed",)), unless=(), once=Once.EVENT))

    tell(make_event("Product Viewed", distinct_id="anonymous:1", at=MORNING))

    assert Run.objects.count() == 0


def test_replayed_events_change_nothing(template):
    from wafaa.decide.journeys.handlers import on_events
    from wafaa.stream.models import Event
    from wafaa.stream.rules import EventHead

    make_reader()
    make_automation(thanks(template, delay=Delay()))
    happen(ORDER, order_id="7")
    turn_until_quiet()
    rows = Event.objects.order_by("position").values_list(
        "xid", "position", "received_at", "name", "distinct_id"
    )
    heads = [EventHead(str(xid), *rest) for xid, *rest in rows]

    on_events(heads)
    turn_until_quiet()

    assert list_states() == [("1", "order:7", "sent", "")]
    assert len(list_messages()) == 1
