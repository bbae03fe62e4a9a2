"""What makes campaigns and runs wait or stop by themselves: a count that is not done, a time that is over, another text."""

import pytest

from wafaa.act.messages.actions import cancel_sending
from wafaa.act.messages.models import Message, TemplateVersion
from wafaa.act.messages.tests.samples import TEXTS, make_reader, make_template
from wafaa.decide.journeys.actions import (
    approve_campaign,
    launch_campaign,
    pause_campaign,
    resume_campaign,
    set_approval_above,
    walk_campaigns,
)
from wafaa.decide.journeys.errors import SegmentNotBuilt, TimeOver
from wafaa.decide.journeys.models import Run
from wafaa.decide.journeys.queries import list_dry_run, simulate
from wafaa.decide.journeys.rules import OnEvent, Plan
from wafaa.decide.journeys.tests.build import (
    DAY,
    HOUR,
    MORNING,
    ORDER,
    get_state,
    happen,
    list_messages,
    make_automation,
    make_campaign,
    make_readers,
    make_segment,
    turn_until_quiet,
)
from wafaa.kit import clock
from wafaa.learn.segments.actions import change_segment
from wafaa.learn.segments.tests.keeping import build
from wafaa.learn.segments.tests.keeping import make_segment as make_counted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]
RIYADH = {"all": [{"profile": {"field": "city", "one_of": ["Riyadh"]}}]}
JEDDAH = {"all": [{"profile": {"field": "city", "one_of": ["Jeddah"]}}]}


def walk_at(moment):
    with clock.fixed_at(moment):
        return turn_until_quiet()


def test_nothing_is_launched_to_a_segment_whose_new_conditions_are_still_being_counted(manager):
    make_reader(city="Riyadh")
    segment = make_counted(RIYADH)
    naming = make_counted({"all": [{"segment": {"uuid": str(segment.uuid), "in": True}}]}, name="Naming")
    campaigns = [make_campaign(one) for one in (segment, naming)]
    change_segment(segment=segment, definition=JEDDAH, by=None)

    for campaign in campaigns:
        with pytest.raises(SegmentNotBuilt):
            launch_campaign(campaign=campaign, by=manager)
        with pytest.raises(SegmentNotBuilt):
            list_dry_run(campaign)
    build(segment)
    build(naming)

    assert [list_dry_run(one) for one in campaigns] == [([], None), ([], None)]


def test_a_campaign_waits_for_the_count_and_then_goes_on_by_itself(manager):
    make_reader("r", city="Riyadh")
    make_reader("j", city="Jeddah")
    segment = make_counted(RIYADH)
    campaign = launch_campaign(campaign=make_campaign(segment), by=manager)
    change_segment(segment=segment, definition=JEDDAH, by=None)

    assert turn_until_quiet() == 0
    assert get_state(campaign) == ("scheduled", "segment_not_built")
    build(segment)
    turn_until_quiet()

    assert get_state(campaign) == ("sent", "")
    assert [who for who, _step, _state, _why in list_messages()] == ["j"]


def test_a_run_that_is_due_while_its_segment_is_counted_goes_a_moment_later():
    make_reader(city="Riyadh")
    segment = make_counted(JEDDAH)
    plan = Plan(
        trigger=OnEvent(names=(ORDER,)), template=make_template().uuid, segment=segment.uuid, control_bp=0
    )
    automation = make_automation(plan)
    happen(ORDER, order_id="7")
    change_segment(segment=segment, definition=RIYADH, by=None)

    turn_until_quiet()
    assert Run.objects.get().state == "waiting"
    with clock.fixed_at(MORNING + HOUR), pytest.raises(SegmentNotBuilt):
        simulate(automation, plan, since=MORNING - DAY, until=MORNING + HOUR)
    build(segment)
    walk_at(MORNING + HOUR / 60)

    assert Run.objects.get().state == "sent"


def test_agreed_to_after_its_time_it_stands_still_and_without_a_time_it_goes_then(manager, owner):
    set_approval_above(people=1, by=owner)
    segment = make_segment(*make_readers(2))
    timed, free = (
        launch_campaign(campaign=make_campaign(segment, **told), by=manager)
        for told in ({"starts_at": MORNING + HOUR}, {})
    )
    with clock.fixed_at(MORNING + 7 * DAY):
        approve_campaign(campaign=timed, by=owner)
        approve_campaign(campaign=free, by=owner)
        turn_until_quiet()

    assert get_state(timed) == ("paused", "time_over")
    assert get_state(free) == ("sent", "")
    assert set(Message.objects.values_list("sending__reason", flat=True)) == {free.reason}


@pytest.mark.parametrize(("hours", "came"), [(71, 3), (72, 0)])
def test_resumed_after_its_patience_nobody_more_gets_it(manager, hours, came):
    campaign = launch_campaign(campaign=make_campaign(make_segment(*make_readers(5))), by=manager)
    walk_campaigns(chunk=2)
    pause_campaign(campaign=campaign, by=manager)

    with clock.fixed_at(MORNING + hours * HOUR):
        resume_campaign(campaign=campaign, by=manager)
        assert turn_until_quiet() == came

    assert get_state(campaign) == (("sent", "") if came else ("paused", "time_over"))


def test_by_own_clocks_it_is_late_only_when_the_last_clock_is(manager):
    segment = make_segment(make_reader("1"))
    campaign = make_campaign(segment, local_at="2026-11-23T10:00", patience_hours=2)
    launch_campaign(campaign=campaign, by=manager)

    assert walk_at(MORNING + DAY + 15 * HOUR) == 1  # what is ten in the west lies behind Riyadh
    with clock.fixed_at(MORNING + 2 * HOUR), pytest.raises(TimeOver):
        launch_campaign(campaign=make_campaign(segment, local_at="2026-11-22T10:00"), by=manager)


def test_what_was_rewritten_after_it_was_agreed_to_waits_again(manager, owner):
    set_approval_above(people=1, by=owner)
    template = make_template()
    campaign = make_campaign(make_segment(*make_readers(3)), template=template)
    launch_campaign(campaign=campaign, by=manager)
    approve_campaign(campaign=campaign, by=owner)
    assert walk_campaigns(chunk=1) == 1
    template.latest = TemplateVersion.objects.create(
        template=template, number=2, content={}, compiled={**TEXTS, "ar": {}}, created_at=MORNING
    )
    template.save()

    assert walk_campaigns(chunk=1) == 0
    assert get_state(campaign) == ("waiting", "rewritten")
    approve_campaign(campaign=campaign, by=owner)
    while walk_campaigns(chunk=1):
        pass

    assert get_state(campaign) == ("sent", "")
    assert len(list_messages()) == 3


def test_whose_messages_were_ended_for_good_is_cancelled_with_its_experiment(manager):
    campaign = make_campaign(make_segment(*make_readers(4)), control_bp=1_000)
    launch_campaign(campaign=campaign, by=manager)
    walk_campaigns(chunk=2)
    cancel_sending(reason=campaign.reason)

    assert walk_campaigns(chunk=2) == 0

    assert get_state(campaign) == ("cancelled", "")
    assert campaign.experiment.state == "finished"
    assert walk_campaigns(chunk=2) == 0
