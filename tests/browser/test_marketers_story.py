"""A marketer's story from the segment to the result: nothing is told beforehand but what customers did and agreed to."""

import base64
import json
import time
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import CROSSED, Site, keep_picture
from tests.browser.looks import assert_looks_right

PATIENCE_MS = 60_000
# Of so many somebody is kept aside, and somebody is not, but once in a million times.
PEOPLE = 120
SILENT = 3
EARLY = {"en": "Too early to say", "ar": "الوقت مبكر للحكم"}
NO_CONSENT = {"en": "the customer has not agreed to it", "ar": "لم يوافق العميل على ذلك"}


@dataclass(frozen=True)
class Story:
    """What one run of it is about, apart from all others."""

    page: Page
    site: Site
    language: str
    size: str
    mark: str

    @property
    def city(self) -> str:
        return f"ثول {self.mark}"

    @property
    def subject(self) -> str:
        return f"نشتاق إليك {self.mark}"

    def look(self, name: str) -> None:
        keep_picture(self.page, f"story-{name}", self.language, self.size)
        assert_looks_right(self.page, self.language)


@pytest.fixture
def story(owner_page: Page, site: Site, language: str, size: str) -> Story:
    return Story(owner_page, site, language, size, f"{time.time_ns() % 10**10}")


def make_key(page: Page, name: str) -> str:
    page.goto("/settings/keys/")
    page.locator("input[name=name]").fill(name)
    page.locator("input[name=scope][value=ingest]").check()
    page.locator("form.card button.primary").click()
    return page.locator("#new-key").input_value()


def tell_customers(story: Story, key: str) -> None:
    """Three orders each, the last one 70 days ago, and a yes to offers by e-mail of all but a few."""
    now, messages = datetime.now(UTC), []
    for number in range(PEOPLE):
        who, own = f"{story.mark}-{number}", {"userId": f"{story.mark}-{number}"}
        traits = {
            "name": f"نورة {number}",
            "email": f"{who}@example.com",
            "city": story.city,
            "country": "KW",  # no hours are known of it but those of the house
            "language": "ar",
        }
        messages.append({"type": "identify", **own, "traits": traits, "timestamp": _say(now, 200)})
        if number >= SILENT:
            agreed = {"channel": "email", "purpose": "marketing"}
            messages.append(_track(own, "Consent Given", agreed, _say(now, 199)))
        for place in range(3):
            order = {
                "order_id": f"{who}-{place}",
                "currency": "SAR",
                "products": [{"sku": "OUD", "name": "عود", "quantity": 1, "price": 120}],
            }
            messages.append(_track(own, "Order Completed", order, _say(now, 70 + 10 * place)))
    for start in range(0, len(messages), 200):
        _post(story.site, key, messages[start : start + 200])


def _track(own: dict[str, str], name: str, properties: dict[str, object], at: str) -> dict[str, object]:
    return {"type": "track", "event": name, **own, "properties": properties, "timestamp": at}


def _say(now: datetime, days: int) -> str:
    return (now - timedelta(days=days)).isoformat()


def _post(site: Site, key: str, batch: list[dict[str, object]]) -> None:
    request = urllib.request.Request(
        f"{site.url}/v1/batch",
        data=json.dumps({"batch": batch}).encode(),
        headers={
            "Authorization": f"Basic {base64.b64encode(f'{key}:'.encode()).decode()}",
            "Content-Type": "application/json",
        },
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status == 200


def let_mails_go_at_any_hour(page: Page) -> None:
    """The test runs at night too: hours would hold its mails until the morning, those of every country and those known of the
    demo shop's own, which count before them.
    """
    page.goto("/messages/settings/")
    if page.locator("[name='windows-0-opens']").input_value():
        return
    for row, country in enumerate(("", "SA")):
        page.locator(f"[name='windows-{row}-country']").select_option(country)
        page.locator(f"[name='windows-{row}-opens']").fill("00:00")
        page.locator(f"[name='windows-{row}-closes']").fill("24:00")
        page.locator("main form button.primary").first.click()
        expect(page.locator(f"[name='windows-{row + 1}-opens']")).to_have_value("")


def shape(page: Page, selector: str, value: str) -> None:
    """Chooses what a condition is about, which draws its fields anew."""
    with page.expect_response(lambda response: response.url.endswith("/segments/new/")):
        page.locator(selector).select_option(value)
    wait_until_settled(page)


def wait_until_settled(page: Page) -> None:
    """What was exchanged is alive only then, which nobody but a program is quick enough to notice."""
    underway = page.locator(".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added")
    expect(underway).to_have_count(0)


def add_condition(page: Page, row: int) -> None:
    page.locator("button[name=deed][value=add]").click()
    expect(page.locator(f"[name=r{row}-what]")).to_be_visible()
    wait_until_settled(page)


def make_segment(story: Story) -> str:
    """“bought at least 3 times, nothing for 60 days, lives in a city”; returns its address."""
    page = story.page
    page.goto("/segments/new/")
    page.locator("[name=name]").fill(f"غابوا {story.mark}")
    shape(page, "[name=r1-what]", "orders.count")
    page.locator("[name=r1-low]").fill("3")
    add_condition(page, 2)
    shape(page, "[name=r2-what]", "orders.count")
    shape(page, "[name=r2-test]", "never")
    shape(page, "[name=r2-when]", "last")
    page.locator("[name=r2-count]").fill("60")
    add_condition(page, 3)
    shape(page, "[name=r3-what]", "profile.city")
    city = page.locator("[name=r3-values]").first
    city.fill(story.city)
    # leaving the field may count once more, which should not fall into the picture
    city.press("Tab")
    page.wait_for_timeout(700)
    expect(page.locator("#estimate .figure-value")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator("#estimate .sentence").first).to_contain_text(story.city)
    expect(page.locator(".htmx-request")).to_have_count(0)
    story.look("segment")
    page.locator("form.builder button.primary[value=save]").click()
    page.wait_for_url("**/segments/*-*-*-*/")
    # as many as there are, whom the worker may still be hearing of
    for _look in range(30):
        if page.locator("section:has(#size-head) .figure-value").inner_text() == f"{PEOPLE}":
            break
        page.wait_for_timeout(1_000)
        page.reload()
    expect(page.locator("section:has(#size-head) .figure-value")).to_have_text(f"{PEOPLE}")
    return page.url


def write_message(story: Story) -> str:
    """One message in both languages, looked at before it is ready; returns its address."""
    page = story.page
    page.goto("/messages/add/")
    page.locator("[name=name]").fill(f"نشتاق {story.mark}")
    page.locator("main form.card button[type=submit]").click()
    page.wait_for_url("**/messages/templates/*/")
    for code, subject, body in (
        ("ar", story.subject, 'مرحبًا {{ customer.first_name | default: "بك" }}، طال غيابك.'),
        ("en", f"We miss you {story.mark}", 'Hello {{ customer.first_name | default: "there" }}.'),
    ):
        if page.locator(".writes").is_visible():
            page.locator(f"#writes-{code}").check(force=True)
        page.locator(f"#{code}-email-subject").fill(subject)
        page.locator(f"#{code}-email-body").fill(body)
    expect(page.locator("#preview iframe")).to_have_count(2, timeout=PATIENCE_MS)
    expect(page.locator(".preview .inbox").first).to_contain_text(story.mark, timeout=PATIENCE_MS)
    page.locator(".save-bar button[value=save]").click()
    page.locator("form[action$='/state/'] button[value=ready]").click()
    expect(page.locator("form[action$='/state/'] button[value=draft]")).to_be_visible()
    return page.url


def draft_campaign(story: Story) -> None:
    """From the page of the segment, with the message, and 10 per cent aside as it stands there."""
    page = story.page
    page.locator("a[href*='/campaigns/new/?segment=']").click()
    page.wait_for_url("**/campaigns/new/*")
    page.locator("[name=name]").fill(f"عودة {story.mark}")
    page.locator("[name=template]").select_option(label=_find_option(page, story))
    expect(page.locator("[name=control_bp]")).to_have_value("10")
    story.look("campaign-new")
    page.locator("form button.primary").click()
    page.wait_for_url("**/campaigns/*-*-*-*/")


def _find_option(page: Page, story: Story) -> str:
    texts = page.locator("[name=template] option").all_inner_texts()
    return next(text for text in texts if story.mark in text)


@CROSSED
def test_a_marketer_finds_the_lost_writes_to_them_and_reads_what_it_brought(story: Story):
    page = story.page
    page.on("dialog", lambda dialog: dialog.accept())
    tell_customers(story, make_key(page, f"story {story.mark}"))
    let_mails_go_at_any_hour(page)
    segment = make_segment(story)
    write_message(story)

    page.goto(segment)
    draft_campaign(story)
    story.look("draft")
    draft = page.url
    shown = page.locator("#counted")
    expect(shown).to_contain_text(NO_CONSENT[story.language])
    expect(page.locator("main")).to_contain_text("10%")

    page.goto(f"{draft}dry-run/?group=not")
    expect(page.locator("main tbody tr")).to_have_count(SILENT)
    story.look("dry-run")
    # those of this campaign alone, and with those who are kept aside of all marketing
    page.goto(f"{draft}dry-run/?group=aside&why=campaign")
    own = page.locator("main tbody tr").count()
    page.goto(f"{draft}dry-run/?group=aside")
    aside = page.locator("main tbody tr").count()
    assert 0 < own <= aside < PEOPLE / 3

    page.goto(f"{draft}launch/")
    story.look("launch")
    page.locator("form.form-actions button.primary").click()
    page.wait_for_url(draft)
    sent = PEOPLE - SILENT - aside
    expect(page.locator("#progress .verdicts .tag.good")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator("#progress .verdicts li:has(.tag.good) strong")).to_have_text(
        f"{sent}", timeout=PATIENCE_MS
    )
    story.look("progress")
    expect(page.locator("#results")).to_contain_text(EARLY[story.language])
    expect(page.locator("#results tbody tr").first).to_contain_text(f"{own}")

    page.goto(f"/messages/mailbox/?search={story.mark}")
    expect(page.locator("main")).to_contain_text(story.subject)

    page.goto("/campaigns/")
    row = page.locator("tr", has_text=story.mark)
    expect(row.locator(".brought")).to_contain_text(EARLY[story.language], timeout=PATIENCE_MS)
    story.look("campaigns")


@CROSSED
def test_a_ready_automation_is_tried_on_the_past_and_switched_on_and_off(story: Story):
    page = story.page
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/campaigns/automations/")
    story.look("automations")
    page.locator("main .automation h3 a").first.click()
    page.wait_for_url("**/automations/*-*-*-*/")
    automation = page.url
    page.locator("a[href$='/simulation/']").click()
    page.locator("[name=days]").select_option("365")
    page.locator("main form button.primary").click()
    expect(page.locator("#sum-head")).to_be_visible(timeout=PATIENCE_MS)
    story.look("simulation")

    page.goto(automation)
    page.locator("button[name=state][value=on]").click()
    expect(page.locator("button[name=state][value=paused]")).to_be_visible()
    story.look("automation")
    page.locator("button[name=state][value=off]").click()
    expect(page.locator("button[name=state][value=on]")).to_be_visible()
