"""A webhook from its first page to its last: added, tried out by the worker, looked at, deleted."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import CROSSED, keep_picture
from tests.browser.looks import assert_looks_right

# A name that nobody can have (RFC 2606), so that the worker's try fails without leaving this machine's resolver.
NOBODY = "https://shop.example/hook"
PATIENCE_MS = 60_000


@CROSSED
def test_a_webhook_is_added_tested_and_deleted(owner_page: Page, language: str, size: str):
    page = owner_page

    def look(name: str) -> None:
        keep_picture(page, name, language, size)
        assert_looks_right(page, language)

    page.goto("/webhooks/")
    look("webhooks")
    page.goto("/webhooks/add/")
    look("webhook-add")
    page.locator("[name=url]").fill(NOBODY)
    page.locator("[name=description]").fill("Stock · المخزون")
    page.locator("[name=names][value='Order Completed']").check()
    page.locator("main form.card button[type=submit]").first.click()
    expect(page.locator("#webhook-secret")).to_have_value(re.compile("^whsec_"))
    look("webhook-secret")

    page.locator("main .form-actions a.button.primary").click()
    page.locator("form[action$='/test/'] button").click()
    # the log asks again by itself until the worker has tried
    expect(page.locator("#deliveries tbody .tag.bad")).to_have_count(1, timeout=PATIENCE_MS)
    look("webhook")
    page.locator("#deliveries tbody a").first.click()
    page.wait_for_url("**/deliveries/*/")
    look("webhook-delivery")

    page.goto("/webhooks/")
    look("webhooks-filled")
    page.locator("main table tbody a").first.click()
    page.goto(f"{page.url}edit/")
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("form[action$='/delete/'] button").click()
    page.wait_for_url("**/webhooks/")
    expect(page.locator("main .empty h2")).to_be_visible()
