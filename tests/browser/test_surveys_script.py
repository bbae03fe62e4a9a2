"""surveys.js on a shop's pages: a survey as a part of the page and as a pop-up, under a strict policy, in both languages."""

import gzip
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import CROSSED, LOCALES, SIZES, Site, is_breach, keep_picture
from tests.browser.shop_site import ShopSite, open_shop

BYTES_MAX = 10_000
ASKING = Path(__file__).with_name("asking_survey.py")
WORDS = {
    "en": {"title": "A short survey", "close": "Close the survey", "question": "Would you recommend us?"},
    "ar": {"title": "استبيان قصير", "close": "إغلاق الاستبيان", "question": "هل توصي بنا؟"},
}


@pytest.fixture
def shop() -> Iterator[ShopSite]:
    with open_shop() as opened:
        yield opened


def make_pop_up(settings: str = "{}") -> str:
    """By a process of its own on the server's database; its token."""
    name = os.environ.get("WAFAA_TEST_DATABASE") or f"wafaa_browser_{os.getpid()}"
    url = psycopg.conninfo.make_conninfo(os.environ["WAFAA_DATABASE_URL"], dbname=name)
    made = subprocess.run(
        [sys.executable, str(ASKING), f"survey {time.monotonic_ns()}", settings],
        env={**os.environ, "WAFAA_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "wafaa.config.settings"},
        check=True,
        timeout=120,
        capture_output=True,
        text=True,
    )
    return made.stdout.strip().splitlines()[-1]


@pytest.fixture
def token(site: Site) -> str:
    return make_pop_up()


@pytest.fixture
def guest(chromium: Browser, language: str, size: str) -> Iterator[Page]:
    """A visitor of the shop. A breach of its policy, or an error, fails the test."""
    context = chromium.new_context(viewport=SIZES[size], locale=LOCALES[language])
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if is_breach(message.text) else None)
    yield page
    context.close()
    assert not errors, errors


def put_page(shop: ShopSite, site: Site, language: str, body: str) -> None:
    """The shop's page, which allows no inline style and no script but its own and ours."""
    shop.headers["Content-Security-Policy"] = (
        f"default-src 'none'; script-src 'self' {site.url}; style-src 'self'; frame-src {site.url}; "
        f"connect-src 'self' {site.url}"
    )
    shop.pages["/shop.js"] = "window.wafaa=window.wafaa||function(){(wafaa.q=wafaa.q||[]).push(arguments)}"
    shop.types["/shop.js"] = "text/javascript"
    shop.pages["/"] = (
        f'<!doctype html><html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>Shop</title><script src="/shop.js"></script>'
        f'<script async src="{site.url}/wafaa.js" data-key="k" data-host="{shop.url}"></script>'
        f'<script async src="{site.url}/surveys.js"></script></head><body><main><h1>Shop</h1>{body}</main></body></html>'
    )


def test_the_script_is_at_most_10_kb_compressed_with_its_arabic(site):
    request = urllib.request.Request(f"{site.url}/surveys.js", headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request) as answer:
        packed = answer.read()
        assert answer.headers["Content-Encoding"] == "gzip"

    assert "استبيان قصير" in gzip.decompress(packed).decode()
    assert len(packed) <= BYTES_MAX


@CROSSED
def test_a_survey_is_a_part_of_the_page_and_is_as_tall_as_it_needs(site, shop, guest, token, language, size):
    put_page(shop, site, language, f'<div data-wafaa-survey="{token}" data-with="order_id=7"></div>')
    guest.goto(shop.url)

    frame = guest.frame_locator("iframe")
    expect(frame.get_by_text(WORDS[language]["question"]).first).to_be_visible()
    guest.wait_for_function("() => document.querySelector('iframe').style.height !== '320px'")
    assert "order_id=7" in str(guest.locator("iframe").get_attribute("src"))
    keep_picture(guest, "survey-inline", language, size)


@CROSSED
def test_a_pop_up_waits_for_its_event_and_leaves_who_answered_in_peace(
    site, shop, guest, token, language, size
):
    words = WORDS[language]
    put_page(
        shop,
        site,
        language,
        f'<div data-wafaa-popup="{token}" data-event="Order Completed" data-path="/*"></div>',
    )
    guest.goto(shop.url)
    guest.wait_for_function("() => window.wafaa.surveys")
    dialog = guest.get_by_role("dialog", name=words["title"])
    expect(dialog).to_have_count(0)

    guest.evaluate('wafaa("track", "Order Completed", {order_id: "7"})')
    expect(dialog).to_be_visible()
    shop.wait_until(lambda shop: any(one.get("event") == "Order Completed" for one in shop.messages))
    keep_picture(guest, "survey-pop-up", language, size)
    frame = dialog.frame_locator("iframe")
    frame.locator("input[type=radio][value='9']").focus()
    guest.keyboard.press("Space")
    frame.locator("form[method=post] button[type=submit]").last.click()
    guest.wait_for_function("() => localStorage.getItem('wafaa.surveys').includes('answered')")
    guest.get_by_role("button", name=words["close"]).focus()
    guest.keyboard.press("Escape")
    expect(dialog).to_have_count(0)

    guest.reload()
    guest.wait_for_function("() => window.wafaa.surveys")
    guest.evaluate('wafaa("track", "Order Completed", {order_id: "8"})')
    shop.wait_until(lambda shop: sum(one.get("event") == "Order Completed" for one in shop.messages) == 2)
    expect(dialog).to_have_count(0)


@pytest.mark.parametrize(("language", "size"), [("ar", "phone")], indirect=True)
def test_a_pop_up_appears_where_and_when_the_console_says(site, shop, guest, language, size):
    token = make_pop_up('{"managed": true, "path": "/console*", "event": "Order Completed", "scroll": 90}')
    put_page(shop, site, language, "<p>" + "<br>" * 400 + "</p>")
    shop.pages["/console/thanks"] = shop.pages["/"]
    dialog = guest.get_by_role("dialog", name=WORDS[language]["title"])
    for path in ("/", "/console/thanks"):
        with guest.expect_response(f"{site.url}/surveys.json"):
            guest.goto(f"{shop.url}{path}")
        guest.wait_for_function("() => window.wafaa.surveys")
        guest.evaluate('wafaa("track", "Order Completed", {order_id: "7"})')
        shop.wait_until(lambda shop: any(one.get("event") == "Order Completed" for one in shop.messages))
        expect(dialog).to_have_count(0)
        shop.messages.clear()

    guest.mouse.wheel(0, 100_000)
    expect(dialog).to_be_visible()
    assert f"/s/{token}/" in str(guest.locator("iframe").get_attribute("src"))


@pytest.mark.parametrize(("language", "size"), [("en", "desktop")], indirect=True)
def test_a_page_that_changes_its_address_without_loading_is_another_page(site, shop, guest, language, size):
    make_pop_up('{"managed": true, "path": "/moved*"}')
    put_page(shop, site, language, "")
    dialog = guest.get_by_role("dialog", name=WORDS[language]["title"])
    with guest.expect_response(f"{site.url}/surveys.json"):
        guest.goto(shop.url)
    expect(dialog).to_have_count(0)

    guest.evaluate("history.pushState({}, '', '/moved/here')")
    expect(dialog).to_be_visible()
