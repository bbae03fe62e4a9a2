"""The pages of automations: the list with its switches, one of them, writing one, and what it would have done."""

import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import pytest
from django.db import connection
from django.urls import reverse

from wafaa.access.audit.queries import list_changes
from wafaa.act.messages.models import Message, Template
from wafaa.act.messages.tests.samples import make_reader, make_template
from wafaa.decide.journeys import counting
from wafaa.decide.journeys.actions import automations, create_automation, ensure_ready, switch_on
from wafaa.decide.journeys.models import Automation, Run
from wafaa.decide.journeys.ready import READY
from wafaa.decide.journeys.rules import Delay, Once, OnDay, OnEvent, Plan, Unless, Yearly, write_plan
from wafaa.decide.journeys.tests.build import (
    DAY,
    HOUR,
    MORNING,
    ORDER,
    do_jobs,
    happen,
    make_automation,
    make_readers,
    make_segment,
    make_shop,
    order_all,
    turn_until_quiet,
)
from wafaa.kit import clock
from wafaa.learn.segments.models import Segment
from wafaa.stream.models import Event

pytestmark = pytest.mark.django_db
LANGUAGES = ["ar", "en"]
TWO_HOURS = Delay(minutes=120)


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


def open_page(client, name, automation, **asked):
    return words_of(client.get(reverse(name, args=[automation.uuid]), asked))


def make_plan(template=None, **told):
    template = template or make_template()
    return Plan(
        **{
            "trigger": OnEvent(names=(ORDER,)),
            "template": template.uuid,
            "control_bp": 0,
            "delay": TWO_HOURS,
            **told,
        }
    )


def form(**told) -> dict[str, object]:
    return {
        "name": "After an order",
        "starts": "event",
        "event": ORDER,
        "wait": "after",
        "after": "2",
        "unit": "hours",
        "later_days": "1",
        "later_at": "10:00",
        "day": "birthday",
        "calendar": "gregorian",
        "days_before": "0",
        "day_at": "09:00",
        "channel": "email",
        "once": "order",
        "patience_hours": "24",
        "control_bp": "10",
        "waiting": "stay",
        **told,
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_ready_ones_are_there_when_somebody_looks_for_the_first_time(analyst, client_as, language):
    client = client_as(analyst, HTTP_ACCEPT_LANGUAGE=language)

    shown = words_of(client.get(reverse("automations")))
    client.get(reverse("automations"))

    assert Automation.objects.count() == len(READY)
    assert set(Automation.objects.values_list("state", flat=True)) == {"off"}
    assert not list_changes(deed="create_automation").exists()
    assert ("Abandoned cart" if language == "en" else "سلة متروكة") in shown
    if language == "en":
        assert (
            "When “ Checkout abandoned ” happens, for everybody: send its ready message 4 hours later, unless"
            in shown
        )
        assert "On the birthday, for everybody: send its ready message at 09:00 by their own clock" in shown
    else:
        assert not re.search(
            "[A-Za-z]{4,}", re.sub("Ana Costa|Wafaa|Palm Roastery|English", "", shown.split("main")[-1])
        )


@pytest.mark.django_db(transaction=True)
def test_two_who_look_at_once_make_each_ready_one_once():
    def look(_number):
        try:
            return ensure_ready()
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=4) as pool:
        list(pool.map(look, range(4)))

    assert sorted(Automation.objects.values_list("key", flat=True)) == sorted(READY)


def test_a_ready_one_is_switched_on_and_off_in_the_list(page, manager):
    page.get(reverse("automations"))
    cart = Automation.objects.get(key="cart")
    state = reverse("automation-state", args=[cart.uuid])

    on = page.post(state, {"state": "on", "back": "list"}, follow=True)
    cart.refresh_from_db()
    assert "“Abandoned cart” is on." in words_of(on)
    assert (cart.state, Template.objects.get().ready_key) == ("on", "cart")
    assert 'aria-checked="true"' in on.content.decode()
    assert cart.experiment.name == "Abandoned cart"

    off = page.post(state, {"state": "off", "back": "list"}, follow=True)
    assert "“Abandoned cart” is off." in words_of(off)
    assert Automation.objects.get(key="cart").state == "off"
    deeds = [change for change in list_changes(person=manager.email) if change.deed.endswith("_automation")]
    assert [(change.deed, change.subject) for change in deeds] == [
        ("switch_off_automation", "Abandoned cart"),
        ("switch_on_automation", "Abandoned cart"),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", READY)
def test_every_ready_one_reads_as_a_sentence_and_can_be_edited(client_as, manager, language, key):
    ensure_ready()
    automation = Automation.objects.get(key=key)
    client = client_as(manager, HTTP_ACCEPT_LANGUAGE=language)

    shown = client.get(reverse("automation", args=[automation.uuid]))
    opened = client.get(reverse("automation-edit", args=[automation.uuid]))
    posted = {
        name: value
        for name, bound in ((one.name, one) for one in opened.context["form"])
        if (value := bound.value()) is not None and value is not False
    }
    saved = client.post(reverse("automation-edit", args=[automation.uuid]), posted)

    assert "%(" not in shown.content.decode()
    assert saved.status_code == 302, saved.context["form"].errors
    automation.refresh_from_db()
    assert (automation.latest.number, automation.name) == (1, READY[key].source)


def test_an_automation_is_written_switched_on_and_runs(page, manager, client_as):
    segment, template = make_segment(*make_readers(3)), make_template()

    made = page.post(
        reverse("automation-add"),
        form(
            template=str(template.uuid),
            segment=str(segment.uuid),
            unless_0="Order Cancelled",
            same_0="on",
            control_bp="0",
        ),
    )
    automation = Automation.objects.get()
    shown = words_of(page.get(made["Location"]))

    assert (
        "When “ Order placed ” happens, for customers in “ Friends ”: send “ Winter ” 2 hours later, unless "
        "“ Order cancelled ” of the same order happens first; at most once for each order."
    ) in shown
    assert "Nobody yet: it is off." in shown

    page.post(reverse("automation-state", args=[automation.uuid]), {"state": "on"})
    order_all(count=2)
    happen("Order Cancelled", customer="r001", at=MORNING + HOUR, order_id="7")
    with clock.fixed_at(MORNING + 3 * HOUR):
        turn_until_quiet()
        page = client_as(manager, HTTP_ACCEPT_LANGUAGE="en")
        after = open_page(page, "automation", automation)
        runs = open_page(page, "automation-runs", automation)
        ended = open_page(page, "automation-runs", automation, state="ended", why="unless")

    assert "1 handed over to be sent" in after
    assert "1 ended 1 What makes the message needless happened first." in after
    assert "1 on its way" in after
    assert "no effect is claimed" in after
    assert "order 7" in runs
    assert "What makes the message needless happened first." in ended
    assert "r000" not in ended


def test_another_version_keeps_whoever_is_on_the_way_or_ends_them(page):
    make_readers(2)
    automation = make_automation(make_plan(once=Once.ORDER))
    order_all(count=1)
    edit = reverse("automation-edit", args=[automation.uuid])
    template = str(automation.latest.plan.template)

    assert "1 customer waits just now." in words_of(page.get(edit))
    kept = page.post(edit, form(template=template, control_bp="0", after="5"), follow=True)
    assert "Saved as version 2." in words_of(kept)
    assert "5 hours later" in words_of(kept)
    assert Run.objects.get().state == "waiting"

    page.post(edit, form(template=template, control_bp="0", after="6", waiting="leave"))
    assert (Run.objects.get().state, Run.objects.get().why) == ("ended", "changed")
    page.post(edit, form(template=template, control_bp="0", after="6", name="Thanks again"))
    automation.refresh_from_db()
    assert (automation.name, automation.latest.number) == ("Thanks again", 3)


def test_of_many_on_the_way_the_worker_takes_back_what_waits(page, monkeypatch):
    monkeypatch.setattr(counting, "ENDED_IN_REQUEST_MAX", 2)
    monkeypatch.setattr(automations, "ENDED_AT_ONCE", 2)
    make_readers(3)
    automation = make_automation(make_plan())
    template = str(automation.latest.plan.template)
    order_all(count=3)
    edit = reverse("automation-edit", args=[automation.uuid])

    page.post(edit, form(template=template, control_bp="0", after="6", waiting="leave"))
    order_all(count=2, number="8")
    assert set(Run.objects.values_list("state", flat=True)) == {"waiting"}
    last = do_jobs()
    ended = Run.objects.filter(state="ended")
    assert list(ended.values_list("version__number", "why")) == [(1, "changed")] * 3

    with clock.fixed_at(MORNING + 6 * HOUR):
        turn_until_quiet()
    order_all(count=3, number="9")
    told = page.post(reverse("automation-state", args=[automation.uuid]), {"state": "off"}, follow=True)
    assert "is off. Nothing leaves any more; those on the way are being let go." in words_of(told)
    assert ended.count() == 3
    do_jobs(last)
    assert ended.filter(why="switched_off").count() == Run.objects.count() - 3 == 5
    assert set(Message.objects.values_list("state", "why")) == {("cancelled", "switched_off")}


def test_days_and_segments_are_written_too(page):
    segment, template = make_segment(), make_template()

    page.post(
        reverse("automation-add"),
        form(
            starts="day", calendar="hijri", days_before="3", day_at="09:30", wait="at_once",
            template=str(template.uuid), name="Birthday soon",
        ),
    )  # fmt: skip
    page.post(
        reverse("automation-add"),
        form(
            event="Segment Entered", entered=str(segment.uuid), wait="later_day", later_days="1", later_at="10:00",
            once="ever", name="Welcome",
        ),
    )  # fmt: skip

    day = Automation.objects.get(name="Birthday soon").latest.plan
    assert day.trigger == OnDay(day=Yearly.BIRTHDAY, calendar="hijri", days_before=3, at=570)
    entered = Automation.objects.get(name="Welcome")
    assert entered.latest.plan.trigger.where == (("segment", str(segment.uuid)),)
    assert entered.latest.plan.delay == Delay(days=1, at=600)
    shown = open_page(page, "automation", entered)
    assert "segment “ Friends ”" in shown
    assert "the day after at 10:00 by their own clock" in shown
    assert "3 days before the birthday by the Hijri calendar" in open_page(
        page, "automation", Automation.objects.get(name="Birthday soon")
    )


def test_what_is_missing_is_told_at_its_field_and_nothing_is_made(page):
    answer = page.post(
        reverse("automation-add"),
        form(event="", after="", where_key="currency", patience_hours="0", channel="fax"),
    )

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {
        "event",
        "after",
        "where_value",
        "patience_hours",
        "channel",
    }
    assert 'value="After an order"' in answer.content.decode()
    assert not Automation.objects.exists()


def test_winning_back_says_that_who_is_inactive_today_takes_a_campaign(page, client_as, analyst):
    shown = words_of(page.get(reverse("automations")))
    automation = Automation.objects.get(key="win_back")
    segment = Segment.objects.get(key="lapsed")
    said = "Whoever is in “ Inactive customers ” today does not enter it any more and gets nothing by this."
    link = f'href="{reverse("campaign-add")}?segment={segment.uuid}"'

    own = page.get(reverse("automation", args=[automation.uuid]))
    read = client_as(analyst, HTTP_ACCEPT_LANGUAGE="en").get(reverse("automation", args=[automation.uuid]))

    assert shown.count(said) == 1
    assert said in words_of(own)
    assert said in words_of(read)
    assert link in own.content.decode()
    assert link not in read.content.decode()


def test_one_without_a_message_cannot_be_switched_on(page):
    page.post(reverse("automation-add"), form())
    automation = Automation.objects.get()

    said = page.post(reverse("automation-state", args=[automation.uuid]), {"state": "on"}, follow=True)

    assert "The automation has no message to send yet." in words_of(said)
    assert Automation.objects.get().state == "off"


def test_it_is_paused_and_goes_on(page):
    automation = make_automation(make_plan())
    state = reverse("automation-state", args=[automation.uuid])

    assert "is paused" in words_of(page.post(state, {"state": "paused"}, follow=True))
    assert Automation.objects.get().state == "paused"
    assert "goes on" in words_of(page.post(state, {"state": "on"}, follow=True))
    assert Automation.objects.get().state == "on"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_past_is_tried_and_nothing_is_sent(client_as, manager, language):
    make_readers(3)
    make_reader("silent", consents=())
    with clock.fixed_at(MORNING - 5 * DAY):
        order_all(count=3)
        happen(ORDER, customer="silent")
        happen("Order Cancelled", customer="r001", at=MORNING - 5 * DAY + HOUR)
    plan = make_plan(once=Once.ORDER, unless=(Unless(name="Order Cancelled"),))
    automation = create_automation(name="Thanks", definition=write_plan(plan), by=None)
    client, events = client_as(manager, HTTP_ACCEPT_LANGUAGE=language), Event.objects.count()
    address = reverse("automation-simulation", args=[automation.uuid])

    assert client.get(address).status_code == 200
    asked = client.post(reverse("automation-simulation-ask", args=[automation.uuid]), {"days": "7"})
    key = asked["Location"].partition("key=")[2]
    waiting = client.get(asked["Location"])
    assert "hx-get" in waiting.content.decode()
    do_jobs()
    state = client.get(reverse("automation-simulation-state", args=[automation.uuid]), {"key": key})
    shown = words_of(client.get(asked["Location"]))
    silent = client.get(f"{asked['Location']}&group=not&why=no_consent")

    assert state["HX-Refresh"] == "true"
    assert [row["label"] for row in silent.context["rows"]] == ["Person silent"]
    if language == "en":
        assert "4 occasions" in shown
        assert "2 get it" in shown
        assert "2 don't get it" in shown
        assert "What makes the message needless happened first." in shown
    assert (Message.objects.count(), Run.objects.count(), Event.objects.count()) == (0, 0, events)


def test_a_simulation_that_is_forgotten_says_so(page):
    automation = create_automation(name="Thanks", definition=write_plan(make_plan()), by=None)

    assert "not kept any more" in open_page(page, "automation-simulation", automation, key="gone")


@pytest.mark.parametrize("name", ["automation-state", "automation-edit", "automation-simulation-ask"])
def test_an_analyst_reads_and_changes_nothing(analyst, client_as, name):
    automation = switch_on(
        automation=create_automation(name="Thanks", definition=write_plan(make_plan()), by=None), by=None
    )
    client = client_as(analyst, HTTP_ACCEPT_LANGUAGE="en")

    shown = open_page(client, "automation", automation)
    answer = client.post(reverse(name, args=[automation.uuid]), {"state": "off"})

    assert "Switch it off" not in shown
    assert answer.status_code == 403
    assert Automation.objects.get().state == "on"


def test_the_list_is_searched_in_the_readers_language(client_as, manager):
    client = client_as(manager, HTTP_ACCEPT_LANGUAGE="ar")

    found = words_of(client.get(reverse("automations"), {"q": "متروكه"}))
    nothing = words_of(client.get(reverse("automations"), {"q": "zzz"}))

    assert "سلة متروكة" in found
    assert "عيد الميلاد بالتقويم" not in found
    assert "لا أتمتة توافق هذا البحث" in nothing
