"""What a story of loyalty needs: a programme that a manager switched on, a shop's server that speaks /v1, and a past.

No clock is moved and no deed is done beside the product: orders say their own day, which lies in the past, and so the programme
has to be older than its switch. Jobs are asked for as the scheduler asks, and done by the site's own worker.
"""

import json
import os
import urllib.error
import urllib.request
from calendar import monthrange
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import procrastinate
import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site, choose_language, open_browser
from tests.browser.test_marketers_story import let_mails_go_at_any_hour
from tests.browser.test_portal import open_portal

# The demo shop's.
ZONE = ZoneInfo("Asia/Riyadh")
MANAGER, CASHIER = "manager@demo.wafaa", "cashier@demo.wafaa"
# Older than the oldest order that is told.
AGE_DAYS = 400
REWARD = "5 off"
AUTOMATIONS = ("Birthday gift in points", "Points about to expire")
JOBS = {
    "celebrate": "wafaa.decide.loyalty.tasks.celebrate_days",
    "ripen": "wafaa.act.points.tasks.sweep",
    "warn": "wafaa.decide.loyalty.tasks.warn_of_ends",
}
PATIENCE_TRIES = 30


@dataclass(frozen=True)
class Club:
    """The programme that both languages share. What was earned a year before `last_day`'s month ends with that day."""

    site: Site
    key: str
    programme: str
    last_day: date
    cookies: Mapping[str, list[dict]]  # of who signed in, by address

    @property
    def last_year(self) -> datetime:
        return datetime(self.last_day.year - 1, self.last_day.month, 10, 9, tzinfo=UTC)

    def ask(self, address: str, told: Mapping[str, Any], **headers: str) -> Any:
        """As a shop's server does."""
        request = urllib.request.Request(
            f"{self.site.url}/v1{address}",
            data=json.dumps(told).encode(),
            headers={
                "Authorization": f"Bearer {self.key}",
                "Content-Type": "application/json",
                **headers,
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            pytest.fail(f"{address}: {refused.read().decode()}")

    def tell(self, address: str, told: Mapping[str, Any], *, key: str) -> dict[str, Any]:
        """Sent with its key until the answer holds the effects: again, it is the same one."""
        for _try in range(PATIENCE_TRIES):
            answer = self.ask(address, told, **{"Idempotency-Key": key, "Prefer": "wait=2"})
            if answer["is_handled"]:
                return dict(answer)
        pytest.fail("nobody handled it")


def find_last_day() -> date:
    """Of a month, far enough that a gift of today ends before it: whatever day it is, nothing else ends with it."""
    far = datetime.now(ZONE).date() + timedelta(days=45)
    return far.replace(day=monthrange(far.year, far.month)[1])


@contextmanager
def open_club(chromium: Browser, site: Site, owner_session: list[dict]) -> Iterator[Club]:
    """Switched on; afterwards the automations are off and the programme is as young as it was, as other tests expect."""
    last_day = find_last_day()
    owner = open_staff(chromium, site, owner_session)
    key = make_key(owner)
    owner.context.close()
    cookies = {email: enter(chromium, site, email) for email in (MANAGER, CASHIER)}
    page = open_staff(chromium, site, cookies[MANAGER])
    open_portal(page)
    let_mails_go_at_any_hour(page)
    programme = switch_on(page, warns=f"{(last_day - datetime.now(ZONE).date()).days}, 7, 1")
    offer_reward(page)
    for name in AUTOMATIONS:
        start_automation(page, name)
    move_start(-AGE_DAYS)
    try:
        yield Club(site, key, programme, last_day, cookies)
    finally:
        move_start(AGE_DAYS)
        choose_language(page, "en")
        for name in AUTOMATIONS:
            stop_automation(page, name)
        page.context.close()


def open_staff(chromium: Browser, site: Site, cookies: list[dict]) -> Page:
    """In English and at a desk, whoever it is."""
    context = open_browser(chromium, site, "en", "desktop")
    context.add_cookies(cookies)
    page = context.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    choose_language(page, "en")
    return page


def enter(chromium: Browser, site: Site, email: str) -> list[dict]:
    context = open_browser(chromium, site, "en", "desktop")
    page = context.new_page()
    page.goto("/sign-in/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(site.password)
    page.locator("form.card button[type=submit]").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    cookies = [cookie for cookie in context.cookies() if cookie["name"] == "sessionid"]
    context.close()
    return cookies


def make_key(page: Page) -> str:
    page.goto("/settings/keys/")
    page.locator("input[name=name]").fill("Checkout")
    page.locator("input[name=scope][value=write]").check()
    page.locator("form.card button.primary").click()
    return page.locator("#new-key").input_value()


def switch_on(page: Page, *, warns: str) -> str:
    """The shop's preset, with a ladder of notices of its own; returns its address."""
    page.goto("/loyalty/")
    own = page.locator("main table tbody a")
    if own.count():
        own.first.click()
    else:
        page.locator("form:has([name=preset][value=retail]) button").click()
    page.wait_for_url("**/loyalty/*-*-*-*/")
    programme = page.url
    page.goto(f"{programme}ends/")
    page.locator("[name=warns]").fill(warns)
    page.locator("form:has([name=warns]) button.primary").click()
    page.wait_for_url(programme)
    page.locator("button[name=publish]").click()
    expect(page.locator("button[name=publish]")).to_have_count(0)
    return programme


def offer_reward(page: Page) -> None:
    page.goto("/rewards/")
    page.locator("main a", has_text=REWARD).first.click()
    page.wait_for_url("**/rewards/*-*-*-*/")
    offer = page.locator("button[name=state][value=live]")
    if offer.count():
        offer.click()
        expect(page.locator("button[name=state][value=withdrawn]")).to_be_visible()


def start_automation(page: Page, name: str) -> None:
    """At once and to everybody, since the test runs at any hour and has two customers."""
    page.goto("/campaigns/automations/")
    page.locator("main .automation h3 a", has_text=name).click()
    page.wait_for_url("**/automations/*-*-*-*/")
    if page.locator("button[name=state][value=paused]").count():
        return
    page.locator("main a[href$='/edit/']").click()
    page.locator("[name=wait][value=at_once]").check()
    page.locator("[name=control_bp]").fill("0")
    page.locator("main form button.primary").click()
    page.wait_for_url("**/automations/*-*-*-*/")
    page.locator("button[name=state][value=on]").click()
    expect(page.locator("button[name=state][value=paused]")).to_be_visible()


def stop_automation(page: Page, name: str) -> None:
    page.goto("/campaigns/automations/")
    page.locator("main .automation h3 a", has_text=name).click()
    page.locator("button[name=state][value=off]").click()
    expect(page.locator("button[name=state][value=on]")).to_be_visible()


def find_database() -> str:
    name = os.environ.get("WAFAA_TEST_DATABASE") or f"wafaa_browser_{os.getpid()}"
    return psycopg.conninfo.make_conninfo(os.environ["WAFAA_DATABASE_URL"], dbname=name)


def find_environment() -> dict[str, str]:
    """Of a command beside the server."""
    return {**os.environ, "WAFAA_DATABASE_URL": find_database()}


def move_start(days: int) -> None:
    """Of the programme and its versions, which the database itself holds against changes."""
    with psycopg.connect(find_database()) as connection:
        connection.execute("ALTER TABLE decide_loyalty_version DISABLE TRIGGER version_is_immutable")
        connection.execute(
            "UPDATE decide_loyalty_version SET published_at = published_at + make_interval(days => %s)",
            [days],
        )
        connection.execute("ALTER TABLE decide_loyalty_version ENABLE TRIGGER version_is_immutable")
        connection.execute(
            "UPDATE decide_loyalty_programme SET started_at = started_at + make_interval(days => %s)", [days]
        )


def move_joining(customer: str, days: int) -> None:
    """Who joined on their birthday has had none as a member."""
    with psycopg.connect(find_database()) as connection:
        moved = connection.execute(
            "UPDATE decide_loyalty_member SET joined_at = joined_at + make_interval(days => %s)"
            " WHERE customer_id = (SELECT id FROM know_customers_customer WHERE uuid = %s)",
            [days, customer],
        )
        assert moved.rowcount == 1


def ask_for_job(name: str) -> None:
    """The worker does it, as it does when its minute or hour has come."""
    connector = procrastinate.SyncPsycopgConnector(conninfo=find_database(), min_size=1, max_size=1)
    with procrastinate.App(connector=connector).open() as app:
        app.configure_task(JOBS[name]).defer(timestamp=int(datetime.now(UTC).timestamp()))
