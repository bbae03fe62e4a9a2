"""The content security policy as a browser sees it, and the pages about one's own account."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, is_breach, keep_picture, open_browser
from tests.browser.looks import assert_looks_right

# A link is followed once by its shape: one customer's page stands for all.
_NUMBER = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+")
PAGES_MAX = 80


def collect_links(page: Page, host: str) -> set[str]:
    hrefs = page.eval_on_selector_all("a[href]", "nodes => nodes.map(node => node.href)")
    return {
        urlsplit(href).path
        for href in hrefs
        if urlsplit(href).netloc == host and "/export" not in urlsplit(href).path
    }


def test_no_page_breaks_the_policy_and_every_page_has_one(chromium, site: Site, owner_session: list[dict]):
    """Follows the console's links, one of each kind, and reads the console of the browser."""
    context = open_browser(chromium, site, "ar", "desktop")
    context.add_cookies(owner_session)
    page = context.new_page()
    breaches: list[str] = []
    page.on(
        "console",
        lambda message: breaches.append(f"{page.url}: {message.text}") if is_breach(message.text) else None,
    )
    host = urlsplit(site.url).netloc
    waiting, seen = ["/", "/account/"], set()
    while waiting and len(seen) < PAGES_MAX:
        path = waiting.pop(0)
        shape = _NUMBER.sub("#", path)
        if shape in seen or not path.endswith("/"):
            continue
        seen.add(shape)
        answer = page.goto(path)
        assert answer is not None
        assert "script-src 'self'" in answer.headers.get("content-security-policy", ""), path
        waiting += sorted(collect_links(page, host))
    context.close()

    assert breaches == []
    assert len(seen) > 15


def test_script_that_somebody_smuggled_in_does_not_run(chromium, site: Site):
    """The policy really bites: as an element, as an attribute, as an address, by eval."""
    context = open_browser(chromium, site, "en", "desktop")
    page = context.new_page()
    breaches: list[str] = []
    page.on("console", lambda message: breaches.append(message.text) if is_breach(message.text) else None)
    page.goto("/sign-in/")
    page.evaluate(
        """() => {
          const script = document.createElement('script');
          script.textContent = 'window.ran = 1';
          document.body.append(script);
          document.body.insertAdjacentHTML('beforeend', '<img src="/none" onerror="window.ran = 1"><p style="color:red">');
          const far = document.createElement('script');
          far.src = 'https://evil.example/x.js';
          document.body.append(far);
        }"""
    )
    page.wait_for_timeout(300)

    assert page.evaluate("window.ran") is None
    assert len(breaches) >= 4
    context.close()


@pytest.mark.parametrize("address", ["/forgotten-password/", "/forgotten-password/MQ/abc-def/"])
def test_the_pages_about_a_forgotten_password_look_right(
    visitor: Page, address: str, language: str, size: str
):
    visitor.goto(address)

    keep_picture(visitor, "forgotten" if address.count("/") == 2 else "link-no-longer-good", language, size)
    assert_looks_right(visitor, language)


def test_the_account_page_and_what_it_leads_to_look_right(
    owner_page: Page, site: Site, language: str, size: str
):
    owner_page.goto("/account/second-factor/")
    # the tests share one session, in which a password counts for a quarter of an hour
    if "/account/confirm/" in owner_page.url:
        owner_page.locator("main input[name=password]").fill(site.password)
        owner_page.locator("main button[type=submit]").click()
    expect(owner_page.locator(".qr svg")).to_be_visible()
    keep_picture(owner_page, "second-factor", language, size)
    assert_looks_right(owner_page, language)

    owner_page.goto("/account/password/")
    field = owner_page.locator("main input[name=password]")
    field.fill("saffron")
    owner_page.locator("[data-reveals]").check()
    expect(field).to_have_attribute("type", "text")
    keep_picture(owner_page, "change-password", language, size)
    assert_looks_right(owner_page, language)
