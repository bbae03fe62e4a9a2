"""The pages of campaigns, by plain posts as a browser without JavaScript sends them, in both languages."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.build import make_event, tell

from wafaa.access.audit.queries import list_changes
from wafaa.act.messages.models import Message
from wafaa.act.messages.tests.samples import make_reader, make_template
from wafaa.decide.journeys import counting, queries
from wafaa.decide.journeys.actions import (
    launch_campaign,
    set_approval_above,
)
from wafaa.decide.journeys.models import Campaign
from wafaa.decide.journeys.queries import foresee_campaign, get_approval_above
from wafaa.decide.journeys.tests.build import (
    DAY,
    MORNING,
    do_jobs,
    make_campaign,
    make_readers,
    make_segment,
    make_shop,
    order_all,
    turn_until_quiet,
)
from wafaa.kit import clock
from wafaa.learn.segments.actions import pause_segment, remove_segment

pytestmark = pytest.mark.django_db
LANGUAGES = ["ar", "en"]


@pytest.fixture(autouse=True)
def shop():
    with clock.fixed_at(MORNING):
        make_shop(leaders_need_second_factor=False)
        yield


@pytest.fixture
def page(manager, client_as):
    return client_as(manager, HTTP_ACCEPT_LANGUAGE="en")


def words_of(response) -> str:
    assert response.status_code == 200, response.status_code
    return re.sub(
        r"\s+", " ", unescape(re.sub("<[^>]+>|[\u2066-\u2069\u200e]", " ", response.content.decode()))
    )


def told(segment, template, **more) -> dict[str, object]:
    return {
        "name": "عرض الشتاء",
        "segment": str(segment.uuid),
        "template": str(template.uuid),
        "channel": "email",
        "when": "now",
        "control_bp": "10",
        "window_days": "7",
        **more,
    }


def open_page(client, name, campaign):
    return words_of(client.get(reverse(name, args=[campaign.uuid])))


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_list_says_what_to_do_next(manager, client_as, language):
    shown = words_of(client_as(manager, HTTP_ACCEPT_LANGUAGE=language).get(reverse("campaigns")))

    assert ("No campaign yet" if language == "en" else "لا حملات بعد") in shown
    assert ("Make the first one" if language == "en" else "أنشئ") in shown


def test_a_campaign_is_drafted_looked_at_launched_and_goes(page, manager):
    people = [*make_readers(6), make_reader("silent", consents=())]
    segment, out = make_segment(*people), make_segment(people[0], name="Staff")
    template = make_template()

    made = page.post(
        reverse("campaign-add"), told(segment, template, exclusions=[str(out.uuid)], control_bp="0")
    )
    campaign = Campaign.objects.get()
    draft = words_of(page.get(made["Location"]))

    assert made["Location"] == reverse("campaign", args=[campaign.uuid])
    assert (campaign.name, campaign.control_bp, campaign.exclusions) == ("عرض الشتاء", 0, [str(out.uuid)])
    assert "5 get it" in draft
    assert "1 left out" in draft
    assert "1 don't get it 1 the customer has not agreed to it" in draft
    assert "Nobody is kept aside" in draft
    assert Message.objects.count() == 0

    asked = open_page(page, "campaign-launch", campaign)
    assert "5 customers get it." in asked
    assert Campaign.objects.get().state == "draft"

    launched = page.post(reverse("campaign-launch", args=[campaign.uuid]), follow=True)
    assert "Launched. You can pause or cancel it" in words_of(launched)
    turn_until_quiet()

    shown = open_page(page, "campaign", campaign)
    assert Campaign.objects.get().state == "sent"
    assert "5 on its way" in shown
    assert "1 not sent 1 the customer has not agreed to it" in shown
    deeds = [change.deed for change in list_changes(person=manager.email)]
    assert [deed for deed in deeds if deed.endswith("_campaign")] == ["launch_campaign", "create_campaign"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_after_the_sending_it_is_too_early_to_say_and_the_day_stands_beside_it(client_as, manager, language):
    campaign = make_campaign(make_segment(*make_readers(60)), control_bp=2_000, by=manager)
    launch_campaign(campaign=campaign, by=manager)
    turn_until_quiet()
    client = client_as(manager, HTTP_ACCEPT_LANGUAGE=language)

    shown = open_page(client, "campaign", campaign)
    cell = words_of(client.get(reverse("campaign-brought", args=[campaign.uuid])))
    row = words_of(client.get(reverse("campaigns")))

    early = "Too early to say" if language == "en" else "الوقت مبكر للحكم"
    assert early in shown
    assert early in cell
    assert "20%" in row
    assert "Eid offer" in row


def test_without_a_control_group_the_page_claims_nothing(page, manager):
    template = make_template(purpose="service")
    campaign = make_campaign(make_segment(*make_readers(3)), template=template, by=manager)
    launch_campaign(campaign=campaign, by=manager)
    turn_until_quiet()

    assert "no effect is claimed" in open_page(page, "campaign", campaign)


def test_what_is_missing_is_told_at_its_field_and_nothing_is_lost(page):
    segment, template = make_segment(), make_template()

    empty = page.post(reverse("campaign-add"), {"name": "Winter", "when": "moment"})
    wrong = page.post(
        reverse("campaign-add"),
        told(
            segment, template, when="clock", control_bp="51", channel="email", exclusions=[str(segment.uuid)]
        ),
    )

    assert empty.status_code == wrong.status_code == 422
    assert 'value="Winter"' in empty.content.decode()
    assert set(empty.context["form"].errors) == {
        "segment",
        "template",
        "channel",
        "control_bp",
        "window_days",
        "at",
    }
    assert set(wrong.context["form"].errors) == {"at", "control_bp", "exclusions"}
    assert Campaign.objects.count() == 0


def test_a_way_by_which_the_message_says_nothing_is_refused(page):
    sms = {"en": {"sms": {"text": "Hello"}}, "ar": {"sms": {"text": "مرحبًا"}}}
    template = make_template(sms)

    asked = page.get(reverse("campaign-add"), {"template": str(template.uuid)})
    answer = page.post(reverse("campaign-add"), told(make_segment(), template))

    assert asked.context["form"].initial["channel"] == "sms"
    assert list(answer.context["form"].errors) == ["channel"]


def test_a_draft_is_changed_copied_and_removed(page):
    segment, template = make_segment(*make_readers(2)), make_template()
    campaign = make_campaign(segment, template=template)
    at = "2026-11-24T10:30"

    page.post(reverse("campaign-edit", args=[campaign.uuid]), told(segment, template, when="clock", at=at))
    campaign.refresh_from_db()
    assert (campaign.local_at, campaign.control_bp, campaign.name) == (at, 1_000, "عرض الشتاء")
    assert "2026 10:30 , on each customer's own clock" in open_page(page, "campaign", campaign)

    page.post(reverse("campaign-edit", args=[campaign.uuid]), told(segment, template, when="moment", at=at))
    campaign.refresh_from_db()
    assert (campaign.local_at, campaign.starts_at.isoformat()) == ("", "2026-11-24T07:30:00+00:00")
    again = page.get(reverse("campaign-edit", args=[campaign.uuid])).content.decode()
    assert f'value="{at}"' in again

    page.post(reverse("campaign-copy", args=[campaign.uuid]))
    assert Campaign.objects.filter(name="Copy of عرض الشتاء", state="draft").count() == 1
    page.post(reverse("campaign-remove", args=[campaign.uuid]))
    assert not Campaign.objects.filter(pk=campaign.pk).exists()


def test_what_was_launched_is_neither_changed_nor_removed(page, manager):
    campaign = make_campaign(make_segment(*make_readers(1)))
    launch_campaign(campaign=campaign, by=manager)

    assert page.get(reverse("campaign-edit", args=[campaign.uuid])).status_code == 409
    assert page.get(reverse("campaign-launch", args=[campaign.uuid])).status_code == 409
    assert "not a draft any more" in words_of(
        page.post(reverse("campaign-remove", args=[campaign.uuid]), follow=True)
    )
    assert Campaign.objects.count() == 1


def test_a_large_campaign_waits_for_somebody_else(page, manager, owner, client_as):
    set_approval_above(people=2, by=None)
    campaign = make_campaign(make_segment(*make_readers(4)), by=manager)

    assert "waits until somebody else" in open_page(page, "campaign-launch", campaign)
    page.post(reverse("campaign-launch", args=[campaign.uuid]))
    mine = open_page(page, "campaign", campaign)
    refused = words_of(page.post(reverse("campaign-approve", args=[campaign.uuid]), follow=True))
    turn_until_quiet()

    assert Campaign.objects.get().state == "waiting"
    assert "A second agreement is needed" in mine
    assert "Somebody else who may send messages" in mine
    assert "not whoever launched it" in refused
    assert Message.objects.count() == 0

    other = client_as(owner, HTTP_ACCEPT_LANGUAGE="en")
    assert "I agree" in open_page(other, "campaign", campaign)
    other.post(reverse("campaign-approve", args=[campaign.uuid]))
    turn_until_quiet()

    assert Campaign.objects.get().state == "sent"
    assert Message.objects.filter(state="queued").count() == 4
    assert [change.deed for change in list_changes(person=owner.email)] == ["approve_campaign"]


def test_the_size_from_which_on_somebody_has_to_agree_is_set_by_who_may_change_settings(
    page, analyst, client_as
):
    assert "Saved." in words_of(page.post(reverse("campaign-approval"), {"people": "700"}, follow=True))
    assert get_approval_above() == 700
    page.post(reverse("campaign-approval"), {"people": "many"})
    assert client_as(analyst).post(reverse("campaign-approval"), {"people": "1"}).status_code == 403
    assert get_approval_above() == 700


def test_it_is_paused_goes_on_and_is_cancelled_on_its_page(page, manager):
    campaign = make_campaign(make_segment(*make_readers(3)), by=manager)
    launch_campaign(campaign=campaign, by=manager)
    turn_until_quiet()
    state = reverse("campaign-state", args=[campaign.uuid])

    assert "Paused." in words_of(page.post(state, {"state": "paused"}, follow=True))
    assert "Go on" in open_page(page, "campaign", campaign)
    assert "It goes on." in words_of(page.post(state, {"state": "sending"}, follow=True))
    gone = words_of(page.post(state, {"state": "cancelled"}, follow=True))

    assert "Cancelled: 3 messages do not go." in gone
    assert "3 cancelled" in gone
    assert Campaign.objects.get().state == "cancelled"
    assert "cannot be done" in words_of(page.post(state, {"state": "sending"}, follow=True))


def test_many_messages_are_cancelled_by_the_worker_and_nothing_leaves_meanwhile(page, manager, monkeypatch):
    monkeypatch.setattr("wafaa.decide.journeys.pages.campaign.CANCELLED_AT_ONCE", 2)
    campaign = make_campaign(make_segment(*make_readers(3)), by=manager)
    launch_campaign(campaign=campaign, by=manager)
    turn_until_quiet()

    said = words_of(
        page.post(reverse("campaign-state", args=[campaign.uuid]), {"state": "cancelled"}, follow=True)
    )
    assert "What waits is being cancelled" in said
    assert Campaign.objects.get().state == "paused"

    do_jobs()
    assert Campaign.objects.get().state == "cancelled"
    assert set(Message.objects.values_list("state", flat=True)) == {"cancelled"}


def test_progress_is_asked_for_while_it_moves_and_the_page_loads_anew_when_its_state_changes(page, manager):
    campaign = make_campaign(make_segment(*make_readers(2)), by=manager)
    launch_campaign(campaign=campaign, by=manager)
    address = reverse("campaign-progress", args=[campaign.uuid])

    before = page.get(address, {"state": "scheduled"})
    turn_until_quiet()
    after = page.get(address, {"state": "scheduled"})

    assert "HX-Refresh" not in before
    assert "every 2s" in before.content.decode()
    assert after["HX-Refresh"] == "true"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_dry_run_lists_everybody_with_the_reason(client_as, manager, language):
    people = [*make_readers(3), make_reader("silent", consents=()), make_reader("nowhere", email="")]
    campaign = make_campaign(make_segment(*people))
    client = client_as(manager, HTTP_ACCEPT_LANGUAGE=language)
    address = reverse("campaign-dry-run", args=[campaign.uuid])

    everybody = words_of(client.get(address))
    refused = words_of(client.get(address, {"group": "not", "why": "no_consent"}))
    nobody = words_of(client.get(address, {"group": "later"}))

    assert "Person silent" in everybody
    assert "Person nowhere" in everybody
    assert (
        "there is no address for this channel" if language == "en" else "لا عنوان لهذه الوسيلة"
    ) in everybody
    assert "Person silent" in refused
    assert "Person nowhere" not in refused
    assert ("Nobody gets this answer." if language == "en" else "لا أحد له هذا الجواب.") in nobody
    assert Message.objects.count() == 0


def test_a_dry_run_has_pages_and_looks_for_rare_answers_among_many(page, monkeypatch):
    monkeypatch.setattr("wafaa.decide.journeys.pages.dry_run.PAGE_ROWS", 2)
    monkeypatch.setattr("wafaa.decide.journeys.pages.dry_run.LOOKED_AT_ONCE", 2)
    monkeypatch.setattr("wafaa.decide.journeys.pages.dry_run.LOOKED_AT_MAX", 4)
    campaign = make_campaign(make_segment(*make_readers(5), make_reader("silent", consents=())))
    address = reverse("campaign-dry-run", args=[campaign.uuid])

    first = page.get(address)
    second = page.get(address, {"after": first.context["next_after"]})
    last = page.get(address, {"after": second.context["next_after"]})
    assert [len(one.context["rows"]) for one in (first, second, last)] == [2, 2, 2]
    assert (
        last.context["next_after"] is None
        or not page.get(address, {"after": last.context["next_after"]}).context["rows"]
    )

    rare = page.get(address, {"group": "not"})
    assert (rare.context["rows"], "Look further" in words_of(rare)) == ([], True)
    further = page.get(address, {"group": "not", "after": rare.context["next_after"]})
    assert [row["label"] for row in further.context["rows"]] == ["Person silent"]


def test_an_analyst_reads_everything_with_names_masked_and_changes_nothing(analyst, client_as, page):
    campaign = make_campaign(make_segment(make_reader("9")))
    reader = client_as(analyst, HTTP_ACCEPT_LANGUAGE="en")

    shown = words_of(reader.get(reverse("campaign-dry-run", args=[campaign.uuid])))
    rows = b"".join(reader.get(reverse("campaign-dry-run-export", args=[campaign.uuid]))).decode()

    assert "Person 9" not in shown
    assert "P••••" in rows
    assert "Person 9" not in rows
    assert "Person 9" in b"".join(page.get(reverse("campaign-dry-run-export", args=[campaign.uuid]))).decode()
    assert "New campaign" not in words_of(reader.get(reverse("campaigns")))
    assert "Go on to sending" not in open_page(reader, "campaign", campaign)
    for name in ("campaign-launch", "campaign-approve", "campaign-state", "campaign-copy", "campaign-remove"):
        assert reader.post(reverse(name, args=[campaign.uuid])).status_code == 403
    assert Campaign.objects.get().state == "draft"


@pytest.mark.parametrize("role", ["branch_manager", "cashier", "agent"])
def test_who_sees_some_stores_or_no_figures_sees_no_campaign(cast, role, client_as):
    campaign = make_campaign(make_segment())
    for address in (reverse("campaigns"), reverse("campaign", args=[campaign.uuid]), reverse("automations")):
        assert client_as(cast[role]).get(address).status_code == 403


def test_a_value_that_the_text_needs_and_nobody_knows_is_told_before_anything_goes(page):
    texts = {"en": {"email": {"subject": "{{ business.website }}", "html": "<p>Hi</p>", "text": "Hi"}}}
    campaign = make_campaign(make_segment(*make_readers(2)), template=make_template(texts))

    assert "2 don't get it 2 a value of the text is not known" in open_page(page, "campaign", campaign)
    assert "business.website" in open_page(page, "campaign-dry-run", campaign)


def test_a_campaign_by_sms_says_how_many_parts_it_takes(page):
    long = {"sms": {"text": "word " * 50}}  # 250 letters: two parts of 153
    people = [make_reader(str(number), phone=f"+96650123456{number}") for number in range(3)]
    tell(
        *(
            make_event(
                "Consent Given",
                distinct_id=str(number),
                properties={"channel": "sms", "purpose": "marketing"},
            )
            for number in range(3)
        )
    )
    template = make_template({"en": long, "ar": long})
    campaign = make_campaign(make_segment(*people), template=template, channel="sms")

    assert "That takes some 6 parts of SMS" in open_page(page, "campaign", campaign)


def test_many_people_are_counted_by_the_worker_with_progress(page, monkeypatch):
    monkeypatch.setattr(counting, "AT_ONCE_MAX", 2)
    campaign = make_campaign(make_segment(*make_readers(5)), control_bp=1_000)

    first = open_page(page, "campaign", campaign)
    open_page(page, "campaign", campaign)
    waiting = page.get(reverse("campaign-count", args=[campaign.uuid]))
    assert "Everybody is being asked about 0 of 5" in first
    assert "HX-Refresh" not in waiting
    assert ProcrastinateJob.objects.filter(task_name=counting.COUNT_TASK).count() == 1

    last = do_jobs()
    done = page.get(reverse("campaign-count", args=[campaign.uuid]))
    assert done["HX-Refresh"] == "true"
    assert "get it" in open_page(page, "campaign", campaign)

    page.post(reverse("campaign-count-anew", args=[campaign.uuid]))
    assert do_jobs(last) > last


def test_what_is_in_the_way_is_said_instead_of_numbers(page):
    segment = make_segment(*make_readers(1))
    campaign = make_campaign(segment)
    campaign_of_draft = make_campaign(segment, template=make_template())
    template = make_template()
    template.state = "draft"
    template.save()
    Campaign.objects.filter(pk=campaign_of_draft.pk).update(template=template.uuid)

    assert "The message is not ready to be sent." in open_page(page, "campaign", campaign_of_draft)
    assert "not ready" in open_page(page, "campaign-dry-run", campaign_of_draft)
    said = words_of(page.post(reverse("campaign-launch", args=[campaign_of_draft.uuid]), follow=True))
    assert "The message is not ready to be sent." in said

    remove_segment(segment=segment, by=None)
    assert "a segment that is gone" in open_page(page, "campaign", campaign)
    assert "a segment that is gone" in words_of(page.get(reverse("campaigns")))


def test_a_time_that_is_over_is_told_and_nothing_is_launched(page):
    campaign = make_campaign(make_segment(*make_readers(1)), starts_at=MORNING - timedelta(hours=1))

    said = words_of(page.post(reverse("campaign-launch", args=[campaign.uuid]), follow=True))

    assert "This time is over." in said
    assert Campaign.objects.get().state == "draft"


def test_before_sending_the_least_difference_that_would_be_seen_is_shown(page):
    people = make_readers(40)
    order_all(count=20, at=MORNING - 2 * DAY)
    campaign = make_campaign(make_segment(*people), control_bp=1_000)

    shown = open_page(page, "campaign", campaign)

    assert re.search("Of 40 people ?, about 4 people are kept aside", shown)
    assert "Each group needs at least 100 people" in shown
    assert "per person would be seen in 4 of 5 cases" in shown
    assert "50%" in shown


def test_while_many_are_counted_the_groups_are_those_of_all_and_the_sample_is_a_sample(page, monkeypatch):
    people = make_readers(40)
    order_all(count=40, at=MORNING - 2 * DAY)
    campaign = make_campaign(make_segment(*people), control_bp=1_000)
    monkeypatch.setattr(counting, "AT_ONCE_MAX", 20)
    monkeypatch.setattr(queries.campaigns, "FORESEEN_MAX", 20)

    shown = open_page(page, "campaign", campaign)

    assert re.search("Of 40 people ?, about 4 people are kept aside", shown)
    assert foresee_campaign(campaign).control == 2


def test_a_draft_to_a_paused_segment_says_so(page):
    segment = make_segment(*make_readers(1))
    campaign = make_campaign(segment)
    assert "Friends · 1 Message" in open_page(page, "campaign", campaign)
    pause_segment(segment=segment, by=None)

    assert "Friends · 1 · paused Message" in open_page(page, "campaign", campaign)


def test_the_list_is_searched_and_says_when_nothing_fits(page):
    make_campaign(make_segment(), name="عرض العيد")

    assert "عرض العيد" in words_of(page.get(reverse("campaigns"), {"q": "العيد"}))
    assert "No campaign fits this search" in words_of(page.get(reverse("campaigns"), {"state": "sent"}))
    assert "عرض العيد" in words_of(page.get(reverse("campaigns"), {"state": "no such state"}))


def test_segments_and_messages_lead_to_a_campaign(page):
    segment, template = make_segment(), make_template()

    from_segment = page.get(reverse("segment", args=[segment.uuid])).content.decode()
    from_message = page.get(reverse("message-template", args=[template.uuid])).content.decode()
    begun = page.get(reverse("campaign-add"), {"segment": str(segment.uuid), "template": str(template.uuid)})

    assert f"{reverse('campaign-add')}?segment={segment.uuid}" in from_segment
    assert f"{reverse('campaign-add')}?template={template.uuid}" in from_message
    assert begun.content.decode().count(" selected") >= 3
