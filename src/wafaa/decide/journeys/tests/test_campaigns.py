"""Campaigns from draft to result: who gets them, when, who agrees, and what stops them."""

from collections import Counter
from datetime import timedelta

import pytest
from tests.build import make_event, tell

from wafaa.act.messages.models import Message
from wafaa.act.messages.queries import count_states
from wafaa.act.messages.tests.samples import make_reader, make_template, turn
from wafaa.decide.experiments.actions import set_universal_share
from wafaa.decide.experiments.models import Exposure
from wafaa.decide.experiments.queries import get_effect
from wafaa.decide.journeys.actions import (
    approve_campaign,
    cancel_campaign,
    change_campaign,
    copy_campaign,
    launch_campaign,
    pause_campaign,
    remove_draft,
    resume_campaign,
    set_approval_above,
    walk_campaigns,
)
from wafaa.decide.journeys.errors import (
    CampaignFixed,
    CampaignStands,
    ControlWrong,
    SecondPersonNeeded,
    SegmentNotBuilt,
    TemplateNotReady,
    TimeOver,
    TimeUnreadable,
)
from wafaa.decide.journeys.models import Campaign
from wafaa.decide.journeys.queries import (
    foresee_campaign,
    get_progress,
    iterate_dry_run,
    list_dry_run,
)
from wafaa.decide.journeys.tests.build import (
    DAY,
    HOUR,
    MORNING,
    get_state,
    list_messages,
    make_campaign,
    make_readers,
    make_segment,
    turn_until_quiet,
)
from wafaa.kit import clock
from wafaa.learn.segments.actions import add_to_list, remove_segment, set_aside
from wafaa.learn.segments.models import Segment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]


def test_a_campaign_reaches_its_segment_less_the_exclusions_once(manager):
    people = make_readers(5)
    segment, out = make_segment(*people), make_segment(people[1], name="Staff")
    campaign = make_campaign(segment, exclusions=[out.uuid], by=manager)

    launch_campaign(campaign=campaign, by=manager)
    turn_until_quiet()
    turn_until_quiet()

    assert get_state(campaign) == ("sent", "")
    assert [who for who, _step, state, _why in list_messages() if state == "queued"] == [
        "r000",
        "r002",
        "r003",
        "r004",
    ]
    progress = get_progress(campaign)
    assert (progress.size, progress.people, progress.excluded, progress.waiting) == (5, 4, 1, 4)


def test_a_dry_run_lists_everybody_with_the_gates_verdict_and_changes_nothing():
    people = [*make_readers(3), make_reader("silent", consents=()), make_reader("nowhere", email="")]
    out = make_segment(people[0], name="Out")
    campaign = make_campaign(make_segment(*people), exclusions=[out.uuid])

    rows, after = list_dry_run(campaign, limit=3)
    further, end = list_dry_run(campaign, after=after, limit=3)

    assert [(one.customer_id, one.then, one.why) for one in rows + further] == [
        (people[0].pk, "excluded", "excluded"),
        (people[1].pk, "queued", ""),
        (people[2].pk, "queued", ""),
        (people[3].pk, "refused", "no_consent"),
        (people[4].pk, "refused", "no_address"),
    ]
    assert end is None
    assert Message.objects.count() == Exposure.objects.count() == 0
    with clock.fixed_at(MORNING + 12 * HOUR):
        assert Counter((one.then, one.why) for one in iterate_dry_run(campaign)) == {
            ("excluded", "excluded"): 1,
            ("held", "hours"): 2,
            ("refused", "no_consent"): 1,
            ("refused", "no_address"): 1,
        }


def test_a_dry_run_says_who_will_be_kept_aside(manager):
    set_universal_share(share_bp=1_000, by=None)
    campaign = make_campaign(make_segment(*make_readers(60)), control_bp=3_000)

    foreseen = {one.customer_id: one.why for one in list_dry_run(campaign)[0]}
    launch_campaign(campaign=campaign, by=manager)
    turn_until_quiet()

    assert dict(Message.objects.values_list("customer", "why")) == foreseen
    assert 5 < sum(why == "control" for why in foreseen.values()) < 40


def test_the_control_group_comes_in_with_the_treated_and_the_end_is_planned(manager):
    campaign = make_campaign(make_segment(*make_readers(40)), control_bp=5_000)
    launch_campaign(campaign=campaign, by=manager)
    turn_until_quiet()
    campaign.refresh_from_db()

    assert Exposure.objects.filter(experiment=campaign.experiment).count() == 40
    assert count_states(campaign.reason)["refused"] + count_states(campaign.reason)["queued"] == 40
    with clock.fixed_at(MORNING + HOUR):
        turn_until_quiet()
    campaign.refresh_from_db()
    assert campaign.experiment.state == "finished"
    with clock.fixed_at(MORNING + 8 * DAY):
        reading = get_effect(campaign.experiment)
    assert reading.is_planned_look
    assert sum(group.people for group in reading.groups) == 40
    assert foresee_campaign(campaign).control == 20


def test_a_time_on_each_customers_own_clock(manager):
    segment = make_segment(
        make_reader("riyadh", country="SA"),
        make_reader("auckland", country="NZ", city="Auckland"),
        make_reader("new_york", country="US", city="New York"),
    )
    launch_campaign(campaign=make_campaign(segment, local_at="2026-11-24T10:00"), by=manager)

    assert turn_until_quiet() == 0
    with clock.fixed_at(MORNING + 2 * DAY - 11 * HOUR):
        turn_until_quiet()

    due = {row.customer.external_id: row.due_at for row in Message.objects.select_related("customer")}
    assert due == {
        "auckland": MORNING + 2 * DAY - 10 * HOUR,
        "riyadh": MORNING + 2 * DAY,
        "new_york": MORNING + 2 * DAY + 8 * HOUR,
    }
    with clock.fixed_at(MORNING + 2 * DAY):
        turn_until_quiet()
    assert dict(Message.objects.values_list("customer__external_id", "state")) == {
        "auckland": "queued",
        "riyadh": "queued",
        "new_york": "held",
    }


def test_who_is_kept_aside_of_all_marketing_is_spared_where_there_is_no_experiment(manager):
    set_universal_share(share_bp=5_000, by=None)
    template = make_template(purpose="service")
    campaign = make_campaign(make_segment(*make_readers(20)), template=template)
    launch_campaign(campaign=campaign, by=manager)
    template.purpose = "marketing"  # after it was launched without an experiment
    template.save()

    foreseen = {one.customer_id: one.why for one in list_dry_run(campaign)[0]}
    turn_until_quiet()

    assert campaign.experiment is None
    assert dict(Message.objects.values_list("customer", "why")) == foreseen
    assert set(foreseen.values()) == {"", "control"}


def test_who_cannot_be_reached_yet_is_spared_too_when_they_can_be(manager):
    set_universal_share(share_bp=1_000, by=None)
    people = [make_reader(f"r{number:03}", consents=()) for number in range(20)]
    campaign = make_campaign(make_segment(*people), control_bp=4_000, local_at="2026-11-23T10:00")
    campaign = launch_campaign(campaign=campaign, by=manager)
    with clock.fixed_at(MORNING + 13 * HOUR):
        assert turn_until_quiet() == 20
    tell(
        *(
            make_event(
                "Consent Given",
                distinct_id=f"r{number:03}",
                at=MORNING + 14 * HOUR,
                properties={"channel": "email", "purpose": "marketing"},
            )
            for number in range(20)
        )
    )

    with clock.fixed_at(MORNING + DAY):
        foreseen = {one.customer_id: one.why for one in list_dry_run(campaign)[0]}
        turn_until_quiet()

    assert dict(Message.objects.values_list("customer", "why")) == foreseen
    assert set(foreseen.values()) == {"", "control"}
    assert not Exposure.objects.filter(experiment=campaign.experiment).exists()


def test_a_moment_to_come_is_waited_for(manager):
    campaign = make_campaign(make_segment(*make_readers(2)), starts_at=MORNING + HOUR)
    launch_campaign(campaign=campaign, by=manager)

    assert turn_until_quiet() == 0
    with clock.fixed_at(MORNING + HOUR):
        assert turn_until_quiet() == 2


def test_so_many_people_need_a_second_member_of_staff(manager, owner):
    set_approval_above(people=2, by=owner)
    segment = make_segment(*make_readers(3))
    campaign = launch_campaign(campaign=make_campaign(segment), by=manager)

    assert get_state(campaign) == ("waiting", "")
    assert turn_until_quiet() == 0
    with pytest.raises(SecondPersonNeeded):
        approve_campaign(campaign=campaign, by=manager)
    assert turn_until_quiet() == 0

    approve_campaign(campaign=campaign, by=owner)
    assert turn_until_quiet() == 3
    with pytest.raises(CampaignStands):
        approve_campaign(campaign=campaign, by=owner)


def test_an_audience_that_grows_beyond_what_was_agreed_waits_again(manager, owner):
    set_approval_above(people=2, by=owner)
    people = make_readers(6)
    segment = make_segment(*people[:2])
    campaign = launch_campaign(campaign=make_campaign(segment), by=manager)
    add_to_list(segment=segment, customer_ids=[one.pk for one in people])

    assert turn_until_quiet() == 0
    assert get_state(campaign) == ("waiting", "grown")
    approve_campaign(campaign=campaign, by=owner)
    turn_until_quiet()

    assert len(list_messages()) == 6


def test_paused_nobody_more_is_asked_about_and_it_goes_on_where_it_stood(manager):
    campaign = launch_campaign(campaign=make_campaign(make_segment(*make_readers(5))), by=manager)
    assert walk_campaigns(chunk=2) == 2

    pause_campaign(campaign=campaign, by=manager)
    assert walk_campaigns(chunk=2) == 0
    assert turn() == []
    resume_campaign(campaign=campaign, by=manager)
    while walk_campaigns(chunk=2):
        pass

    assert get_state(campaign) == ("sent", "")
    assert len(list_messages()) == 5


def test_cancelled_it_is_over_for_good(manager):
    campaign = launch_campaign(
        campaign=make_campaign(make_segment(*make_readers(5)), control_bp=1_000), by=manager
    )
    walk_campaigns(chunk=3)

    assert cancel_campaign(campaign=campaign, by=manager) == count_states(campaign.reason)["cancelled"]
    assert cancel_campaign(campaign=campaign, by=manager) == 0

    assert walk_campaigns(chunk=3) == 0
    assert get_state(campaign) == ("cancelled", "")
    assert Message.objects.filter(state="queued").count() == 0
    with pytest.raises(CampaignStands):
        resume_campaign(campaign=campaign, by=manager)


def test_cancelled_before_anything_was_asked_for(manager):
    campaign = launch_campaign(
        campaign=make_campaign(make_segment(*make_readers(1)), starts_at=MORNING + DAY), by=manager
    )

    assert cancel_campaign(campaign=campaign, by=manager) == 0
    with clock.fixed_at(MORNING + DAY):
        assert turn_until_quiet() == 0


def test_a_campaign_that_has_lost_what_it_leaves_out_stands_still(manager):
    people = make_readers(2)
    out = make_segment(people[0], name="Out")
    campaign = make_campaign(make_segment(*people), exclusions=[out.uuid], starts_at=MORNING + HOUR)
    launch_campaign(campaign=campaign, by=manager)
    remove_segment(segment=out, by=manager)

    with clock.fixed_at(MORNING + HOUR):
        assert turn_until_quiet() == 0

    assert get_state(campaign) == ("paused", "segment_missing")
    assert list_messages() == []


def test_a_campaign_whose_segment_was_removed_by_hand_stands_still_while_it_can_still_be_had_back(manager):
    segment = make_segment(*make_readers(2))
    campaign = make_campaign(segment, starts_at=MORNING + HOUR)
    launch_campaign(campaign=campaign, by=manager)
    set_aside(segment=segment, by=manager)

    with clock.fixed_at(MORNING + HOUR):
        assert turn_until_quiet() == 0

    assert get_state(campaign) == ("paused", "segment_missing")
    assert list_messages() == []


def test_what_cannot_be_sent_is_not_launched(manager):
    people = make_readers(1)
    segment = make_segment(*people)
    draft = make_template()
    draft.state = "draft"
    draft.save()
    unbuilt = Segment.objects.create(name="New", created_at=MORNING, changed_at=MORNING)

    for campaign, error in (
        (make_campaign(segment, template=draft), TemplateNotReady),
        (make_campaign(unbuilt), SegmentNotBuilt),
        (make_campaign(segment, exclusions=[unbuilt.uuid]), SegmentNotBuilt),
        (make_campaign(segment, starts_at=MORNING - HOUR), TimeOver),
        (make_campaign(segment, local_at="2026-11-21T10:00"), TimeOver),
    ):
        with pytest.raises(error):
            launch_campaign(campaign=campaign, by=manager)
        assert get_state(campaign) == ("draft", "")
    with pytest.raises(TimeUnreadable):
        make_campaign(segment, local_at="tomorrow")
    with pytest.raises(ControlWrong):
        make_campaign(segment, control_bp=5_001)


def test_only_drafts_change_and_what_was_sent_is_copied(manager):
    segment = make_segment(*make_readers(1))
    campaign = make_campaign(segment)
    change_campaign(campaign=campaign, changes={"name": "Ramadan", "control_bp": 500}, by=manager)
    campaign.refresh_from_db()
    launch_campaign(campaign=campaign, by=manager)

    with pytest.raises(CampaignFixed):
        change_campaign(campaign=campaign, changes={"name": "Other"}, by=manager)
    with pytest.raises(CampaignFixed):
        remove_draft(campaign=campaign, by=manager)
    with pytest.raises(CampaignFixed):
        launch_campaign(campaign=campaign, by=manager)
    copy = copy_campaign(campaign=campaign, name="Again", by=manager)

    assert (copy.state, copy.control_bp, copy.name) == ("draft", 500, "Again")
    assert copy.salt != campaign.salt
    remove_draft(campaign=copy, by=manager)
    assert Campaign.objects.count() == 1


def test_messages_of_a_campaign_do_not_outlive_its_patience(manager):
    campaign = make_campaign(make_segment(*make_readers(1)), patience_hours=5)
    launch_campaign(campaign=campaign, by=manager)
    turn_until_quiet()

    assert Message.objects.get().deadline == MORNING + timedelta(hours=5)
    assert Message.objects.get().lane == "bulk"
