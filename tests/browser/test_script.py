"""wafaa.js on a shop's pages: what it sends, what it keeps on the visitor's device, and when it tries again."""

import gzip
import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Site, keep_picture
from tests.browser.shop_site import ShopSite, open_shop, put_script

BYTES_MAX = 5_000
STORED = "() => Object.entries(localStorage)"


@pytest.fixture
def shop() -> Iterator[ShopSite]:
    with open_shop() as opened:
        yield opened


@pytest.fixture
def guest(chromium: Browser) -> Iterator[Page]:
    """A visitor of the shop's site, who has never been there."""
    context = chromium.new_context(locale="ar-SA")
    yield context.new_page()
    context.close()


def names(shop: ShopSite) -> list[str]:
    return [message.get("event") or message["type"] for message in shop.messages]


def point_at(shop: ShopSite, site: Site, more: str = "") -> str:
    return f'src="{site.url}/wafaa.js" data-host="{shop.url}" {more}'


def test_the_script_is_at_most_5_kb_compressed(site):
    request = urllib.request.Request(f"{site.url}/wafaa.js", headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request) as answer:
        packed = answer.read()
        assert answer.headers["Content-Encoding"] == "gzip"

    assert b"Wafaa on a shop's pages" in gzip.decompress(packed)
    assert len(packed) <= BYTES_MAX


def test_calls_before_the_script_is_there_are_sent_in_their_order(site, shop, guest):
    calls = 'wafaa("track", "Product Viewed", {sku: "A1"}); wafaa("identify", "17850", {name: "نورة"})'
    shop.pages["/"] = put_script(point_at(shop, site), calls=calls, title="متجر")

    guest.goto(f"{shop.url}/?utm_campaign=eid&utm_source=mail")
    shop.wait_until(lambda shop: len(shop.messages) == 3)

    viewed, identified, page = shop.messages
    assert names(shop) == ["Product Viewed", "identify", "page"]
    assert (viewed["properties"], "userId" in viewed) == ({"sku": "A1"}, False)
    assert (identified["userId"], identified["traits"]) == ("17850", {"name": "نورة"})
    assert (page["name"], page["userId"]) == ("متجر", "17850")
    assert page["context"]["campaign"] == {"name": "eid", "source": "mail"}
    assert {message["anonymousId"] for message in shop.messages} == {viewed["anonymousId"]}
    assert len({message["messageId"] for message in shop.messages}) == 3


def test_before_consent_nothing_is_kept_on_the_device(site, shop, guest):
    shop.pages["/"] = put_script(point_at(shop, site))

    for times in (1, 2):
        guest.goto(shop.url)
        shop.wait_until(lambda shop, times=times: len(shop.messages) == times)

    assert guest.evaluate(STORED) == []
    assert guest.context.cookies() == []
    first, second = shop.messages
    assert first["anonymousId"] != second["anonymousId"]


def test_after_consent_the_visitor_is_known_again_and_forgotten_when_it_is_withdrawn(site, shop, guest):
    shop.pages["/"] = put_script(point_at(shop, site))
    guest.goto(shop.url)
    guest.wait_for_function("() => window.wafaa.version")
    guest.evaluate('wafaa("consent", true)')
    guest.reload()
    shop.wait_until(lambda shop: len(shop.messages) == 2)

    first, second = shop.messages
    assert first["anonymousId"] == second["anonymousId"]
    assert guest.context.cookies() == []

    guest.evaluate('wafaa("consent", false)')
    assert guest.evaluate(STORED) == []


def test_what_could_not_be_sent_is_sent_by_the_next_page(site, shop, guest):
    shop.status = 503
    shop.pages["/"] = put_script(point_at(shop, site, 'data-consent="given"'))
    guest.goto(shop.url)
    guest.wait_for_function("() => window.wafaa.version")
    guest.evaluate('wafaa("track", "Product Added", {sku: "A1"})')
    shop.wait_until(lambda shop: shop.tries >= 1)
    assert shop.messages == []

    shop.status = 200
    guest.goto(f"{shop.url}/?second")
    shop.wait_until(lambda shop: len(shop.messages) == 3)

    assert sorted(names(shop)) == ["Product Added", "page", "page"]
    guest.wait_for_function(
        "() => !Object.keys(localStorage).some((name) => name.startsWith('wafaa.waiting'))"
    )


def test_it_tries_again_by_itself(site, shop, guest):
    shop.status = 503
    shop.pages["/"] = put_script(point_at(shop, site))
    guest.goto(shop.url)
    shop.wait_until(lambda shop: shop.tries >= 1)
    shop.status = 200
    shop.wait_until(lambda shop: len(shop.messages) == 1)

    assert names(shop) == ["page"]


def test_a_page_that_goes_at_once_still_tells_what_was_done(site, shop, guest):
    shop.pages["/"] = put_script(point_at(shop, site, 'data-pages="off"'))
    shop.pages["/away"] = "<!doctype html><title>away</title>"
    guest.goto(shop.url)
    guest.wait_for_function("() => window.wafaa.version")
    guest.evaluate('() => { wafaa("track", "Product Clicked"); location.href = "/away"; }')
    shop.wait_until(lambda shop: len(shop.messages) == 1)

    assert names(shop) == ["Product Clicked"]


def test_a_site_that_changes_its_address_without_loading_tells_each_page_once(site, shop, guest):
    shop.pages["/"] = put_script(point_at(shop, site))
    guest.goto(shop.url)
    guest.wait_for_function("() => window.wafaa.version")
    guest.evaluate("() => history.pushState({}, '', '/coffee')")
    shop.wait_until(lambda shop: len(shop.messages) == 2)
    guest.evaluate("() => history.replaceState({}, '', '/coffee#reviews')")
    guest.evaluate("() => history.back()")
    shop.wait_until(lambda shop: len(shop.messages) == 3)

    assert [message["context"]["page"]["path"] for message in shop.messages] == ["/", "/coffee", "/"]


def test_what_the_visitor_allows_is_told_as_an_event(site, shop, guest):
    shop.pages["/"] = put_script(point_at(shop, site, 'data-pages="off"'))
    guest.goto(shop.url)
    guest.wait_for_function("() => window.wafaa.version")
    allowed = '{channel: "email", purpose: "marketing", given: %s, text_version: "2"}'
    guest.evaluate(f'wafaa("consent", {allowed % "true"}); wafaa("consent", {allowed % "false"})')
    shop.wait_until(lambda shop: len(shop.messages) == 2)

    assert names(shop) == ["Consent Given", "Consent Withdrawn"]


def test_another_sites_visitor_becomes_a_customer_of_the_console(
    site, shop, guest, owner_page, language, size
):
    """The whole way: a key, the script on a foreign origin, the real ingest address, the customer's page."""
    owner_page.goto("/settings/keys/")
    owner_page.locator("input[name=name]").fill(f"site {language} {size}")
    owner_page.locator("input[name=scope][value=ingest]").check()
    owner_page.locator("form.card button.primary").click()
    key = owner_page.locator("#new-key").input_value()
    number = f"script-{language}-{size}"
    calls = (
        f'wafaa("identify", "{number}", {{name: "Visitor {number}"}});'
        f'wafaa("track", "Warranty Registered", {{name: "Dallah {number}"}})'
    )
    shop.pages["/"] = put_script(f'src="{site.url}/wafaa.js"', key=key, calls=calls)

    with guest.expect_response(lambda response: response.url.endswith("/v1/batch")) as answered:
        guest.goto(shop.url)
    assert answered.value.status == 200

    row = owner_page.locator("table a", has_text=f"Visitor {number}")
    for _look in range(20):
        owner_page.goto(f"/customers/?q={number}")
        if row.count():
            break
    row.first.click()
    owner_page.get_by_text("Warranty Registered").first.wait_for()
    keep_picture(owner_page, "script-customer", language, size)
