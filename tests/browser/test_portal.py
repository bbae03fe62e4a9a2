"""The shop opens its members' pages; a customer signs in with the code of a mail, and looks at everything."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import CROSSED, Site, keep_picture, open_browser, watch
from tests.browser.looks import assert_looks_right_now, wait_until_settled

PATHS = ("me/", "me/card/", "me/orders/", "me/details/", "me/choices/", "me/privacy/")


def open_portal(page: Page) -> None:
    page.goto("/settings/portal/")
    for name in ("is_on", "may_join"):
        page.locator(f"input[name={name}]").check()
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()


def find_address(page: Page, place: int) -> str:
    page.goto("/customers/")
    address = page.locator("main table tbody a").nth(place).get_attribute("href")
    page.goto(f"{address}edit/")
    return page.locator("input[name=email]").input_value()


def read_code(page: Page, address: str) -> str:
    """In the mailbox, where the worker leaves it."""
    for _ in range(40):
        page.goto(f"/messages/mailbox/?search={address}")
        links = page.locator("main table tbody a")
        if links.count():
            page.goto(f"{links.first.get_attribute('href')}?view=text")
            return re.search(r"^\s*(\d{6})\s*$", page.locator("main").inner_text(), re.MULTILINE)[1]
        page.wait_for_timeout(250)
    pytest.fail("no code came")


@CROSSED
def test_a_customer_signs_in_by_code_and_looks_around(
    owner_page: Page, chromium: Browser, site: Site, language: str, size: str
):
    open_portal(owner_page)
    address = find_address(owner_page, 0 if language == "ar" else 1)  # each their own: codes are limited
    context = open_browser(chromium, site, language, size)
    context.add_cookies([{"name": "wafaa_me_language", "value": language, "url": site.url}])
    phone = context.new_page()

    def look(name: str) -> None:
        wait_until_settled(phone)
        keep_picture(phone, f"portal-{name}", language, size)
        assert_looks_right_now(phone, language)

    with watch(phone):
        phone.goto("/me/")
        expect(phone).to_have_url(re.compile("/me/sign-in/"))
        look("sign-in")
        phone.locator("#address").fill(address)
        phone.locator("main form button").click()
        expect(phone).to_have_url(re.compile("/me/code/"))
        look("code")
        phone.locator("#code").fill("000000")
        phone.locator("main form button").click()
        expect(phone.get_by_role("alert")).to_be_visible()
        look("code-wrong")
        phone.locator("#code").fill(read_code(owner_page, address))
        phone.locator("main form button").click()
        expect(phone).to_have_url(re.compile("/me/$"))
        for path in PATHS:
            phone.goto(f"/{path}")
            look(path.strip("/").replace("/", "-"))
        assert phone.evaluate("navigator.serviceWorker.ready.then((told) => told.scope)").endswith("/me/")
        phone.context.set_offline(True)
        phone.goto("/me/orders/")
        assert phone.locator("h1").inner_text() == ("لا يوجد اتصال" if language == "ar" else "No connection")
        phone.context.set_offline(False)
        phone.goto("/me/details/")
        phone.locator("form[action='/me/out/'] button").first.click()
        expect(phone).to_have_url(re.compile("/me/sign-in/"))
        context.close()


@pytest.mark.parametrize("language", ["en"], indirect=True)
@pytest.mark.parametrize("size", ["phone"], indirect=True)
def test_it_all_works_without_a_script(owner_page: Page, chromium: Browser, site: Site):
    open_portal(owner_page)
    context = chromium.new_context(base_url=site.url, java_script_enabled=False, locale="en-GB")
    phone = context.new_page()
    phone.goto("/me/sign-in/")
    phone.locator("#address").fill("nobody-here@example.com")
    phone.locator("main form button").click()
    expect(phone).to_have_url(re.compile("/me/code/"))
    context.close()
