"""Writing a message from the ready text to the mail in the mailbox, as a marketer does it."""

import os
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import CROSSED, keep_picture
from tests.browser.looks import assert_looks_right, assert_looks_right_now

PATIENCE_MS = 60_000


def show_language(page: Page, code: str) -> None:
    """On a phone one language is written at a time."""
    choice = page.locator(f"#writes-{code}")
    if page.locator(".writes").is_visible():
        choice.check(force=True)


@CROSSED
def test_a_message_is_written_looked_at_tried_and_read_in_the_mailbox(
    owner_page: Page, language: str, size: str
):
    page = owner_page
    page.on("dialog", lambda dialog: dialog.accept())

    def look(name: str) -> None:
        expect(page.locator(".htmx-request")).to_have_count(0)
        if folder := os.environ.get("WAFAA_SCREENSHOTS"):
            page.screenshot(path=Path(folder) / f"{name}-{language}-{size}.png", full_page=True)
        assert_looks_right_now(page, language)

    # a template of one's own with the words of a ready one, in whichever language the test runs
    page.goto("/messages/add/?begins=thanks")
    page.locator("[name=name]").fill("شكرًا على طلبك")
    page.locator("main form.card button[type=submit]").click()
    page.wait_for_url("**/messages/templates/*/")
    expect(page.locator("#preview iframe")).to_have_count(2)
    look("message-template")

    # a wrong name is said while one writes, and one press puts it right
    show_language(page, "en")
    subject = page.locator("#en-email-subject")
    subject.fill("Thank you, {{ customer.frist_name }}")
    fix = page.locator("#wrongs-en-email-subject button[name=fix]")
    expect(fix).to_be_visible()
    look("message-template-wrong")
    fix.click()
    expect(subject).to_have_value("Thank you, {{ customer.first_name }}")
    expect(page.locator("#wrongs-en-email-subject li")).to_have_count(0)

    # a chip goes where the caret stands
    show_language(page, "en")
    subject = page.locator("#en-email-subject")
    subject.fill("Order ")
    page.locator("details:has(#into) > summary").click()
    page.locator("button[name=insert][value='{{ order.number }}']").click()
    expect(subject).to_have_value("Order {{ order.number }}")
    expect(page.locator(".preview .inbox").last).to_contain_text("SO-20418", timeout=PATIENCE_MS)
    look("message-template-chips")

    # as a customer reads it, wide and narrow
    page.locator("#width-desktop").check(force=True)
    page.locator("#find").fill("a")
    expect(page.locator(".as input")).not_to_have_count(0, timeout=PATIENCE_MS)
    look("message-template-desktop")
    page.locator("#width-phone").check(force=True)
    frame = page.frame_locator("#preview iframe").last
    expect(frame.locator("body")).to_contain_text("SO-20418")

    # a short message and its parts
    page.locator("#channel-sms").check(force=True)
    expect(page.locator(".meter")).to_have_count(2)
    look("message-template-sms")
    page.locator("#channel-email").check(force=True)

    # saved, tried, read
    page.locator(".save-bar button[value=test]").click()
    expect(page.locator("#test")).to_have_class(re.compile("success"), timeout=PATIENCE_MS)
    look("message-template-tried")
    page.goto("/messages/mailbox/")
    look("message-mailbox-filled")
    page.locator("main table tbody a").first.click()
    page.wait_for_url("**/mailbox/*/")
    expect(page.frame_locator("iframe").locator("body")).to_contain_text("SO-20418")
    look("message-mail")
    page.goto(f"{page.url.split('?')[0]}?view=html&width=phone")
    look("message-mail-phone")
    page.goto(f"{page.url.split('?')[0]}?view=source")
    look("message-mail-source")


def test_an_address_is_blocked_and_let_in_again(owner_page: Page, language: str, size: str):
    page = owner_page
    address = f"gone-{language}-{size}@example.com"
    page.goto("/messages/blocked/")
    page.locator("[name=address]").fill(address)
    page.locator("[name=detail]").fill("طلب بالهاتف · by phone")
    page.locator("form.card button[type=submit]").click()
    expect(page.locator("table")).to_contain_text(re.compile("gone-"))
    keep_picture(page, "message-suppressions-filled", language, size)
    assert_looks_right(page, language)

    page.locator("tr", has_text=f"gone-{language}-{size}").locator("td a").click()
    page.locator("[name=reason]").fill("asked again")
    keep_picture(page, "message-suppression-lift", language, size)
    assert_looks_right(page, language)
    page.locator("form.card button[type=submit]").click()
    expect(page.locator("main")).not_to_contain_text(f"gone-{language}-{size}")
