"""The inbox and notifications on a shop's pages: a strict policy, both languages, by keyboard, phone and desktop."""

import base64
import gzip
import hashlib
import hmac
import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import CROSSED, LOCALES, SIZES, Site, is_breach, keep_picture
from tests.browser.looks import list_axe_violations
from tests.browser.shop_site import ShopSite, open_shop

INBOX_BYTES_MAX, PUSH_BYTES_MAX = 6_500, 1_500
PATIENCE_MS = 60_000
SENDING = Path(__file__).with_name("sending_inbox.py")
# What the shop's own style sheet does to everything it can reach.
HOSTILE = (
    "* { color: red !important; font: 40px serif !important; padding: 30px !important }"
    "section, ul { display: none !important }"
)
WORDS = {
    "en": {"bell": "Messages (unread: 2)", "title": "Messages", "close": "Close"},
    "ar": {"bell": "الرسائل (غير مقروءة: 2)", "title": "الرسائل", "close": "إغلاق"},
}


@pytest.fixture
def shop() -> Iterator[ShopSite]:
    with open_shop() as opened:
        yield opened


@dataclass(frozen=True)
class Pages:
    """What the owner finds in the console: the page's key, and the secret with which the shop's server signs."""

    key: str
    secret: str

    def sign(self, user: str) -> str:
        def encode(data: bytes) -> str:
            return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

        claims = {"sub": user, "exp": int(time.time()) + 3_600}
        signed = ".".join(
            encode(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, claims)
        )
        return f"{signed}.{encode(hmac.digest(self.secret.encode(), signed.encode(), hashlib.sha256))}"


@pytest.fixture
def pages(owner_page: Page, language: str, size: str) -> Pages:
    """As an owner sets it up: a key for the site, then its secret."""
    name = f"inbox {language} {size} {time.monotonic_ns()}"
    owner_page.goto("/settings/keys/")
    owner_page.locator("input[name=name]").fill(name)
    owner_page.locator("input[name=scope][value=ingest]").check()
    owner_page.locator("form.card button.primary").click()
    key = owner_page.locator("#new-key").input_value()
    owner_page.goto("/messages/onsite/")
    owner_page.locator("li", has_text=name).locator("button").click()
    secret = owner_page.locator("#user-secret").input_value()
    keep_picture(owner_page, "message-onsite-secret", language, size)
    return Pages(key=key, secret=secret)


def ask_for_messages(number: str, language: str) -> None:
    """By a process of its own on the server's database, as the worker that runs a campaign would."""
    name = os.environ.get("WAFAA_TEST_DATABASE") or f"wafaa_browser_{os.getpid()}"
    url = psycopg.conninfo.make_conninfo(os.environ["WAFAA_DATABASE_URL"], dbname=name)
    subprocess.run(
        [sys.executable, str(SENDING), number, language],
        env={**os.environ, "WAFAA_DATABASE_URL": url},
        check=True,
        timeout=180,
    )


def put_page(shop: ShopSite, site: Site, pages: Pages, language: str, call: str) -> None:
    """The shop's page, with a policy that allows no inline style and no script but its own and ours."""
    shop.headers["Content-Security-Policy"] = (
        f"default-src 'none'; script-src 'self' {site.url}; style-src 'self'; connect-src {site.url}; worker-src 'self'"
    )
    shop.pages["/shop.css"], shop.types["/shop.css"] = HOSTILE, "text/css"
    shop.pages["/shop.js"] = (
        "window.wafaa=window.wafaa||function(){(wafaa.q=wafaa.q||[]).push(arguments)};" + call
    )
    shop.pages["/wafaa-sw.js"] = f'importScripts("{site.url}/wafaa-push.js");'
    shop.types["/shop.js"] = shop.types["/wafaa-sw.js"] = "text/javascript"
    title = "متجر النخلة" if language == "ar" else "Palm Roastery"
    shop.pages["/"] = (
        f'<!doctype html><html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>'
        '<link rel="stylesheet" href="/shop.css"><script src="/shop.js"></script>'
        f'<script async src="{site.url}/wafaa.js" data-key="{pages.key}"></script></head>'
        f"<body><main><h1>{title}</h1></main></body></html>"
    )


@pytest.fixture
def customer(chromium: Browser, language: str, size: str) -> Iterator[Page]:
    """Who visits the shop. A breach of its policy, or an error, fails the test."""
    yield from visit(chromium, language, size)


@pytest.fixture
def notified(whole_chromium: Browser, language: str, size: str) -> Iterator[Page]:
    """A customer whose browser can show notifications."""
    yield from visit(whole_chromium, language, size)


def visit(browser: Browser, language: str, size: str) -> Iterator[Page]:
    context = browser.new_context(viewport=SIZES[size], locale=LOCALES[language])
    context.set_default_timeout(20_000)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if is_breach(message.text) else None)
    yield page
    context.close()
    assert not errors, errors


def picture(page: Page, name: str, language: str, size: str) -> None:
    """Of a page that goes on asking, so that its network is never idle."""
    if folder := os.environ.get("WAFAA_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}-{language}-{size}.png")


@pytest.mark.parametrize(
    ("name", "limit"), [("wafaa-inbox.js", INBOX_BYTES_MAX), ("wafaa-push.js", PUSH_BYTES_MAX)]
)
def test_the_second_scripts_are_small_and_come_only_when_asked_for(site, name, limit):
    request = urllib.request.Request(f"{site.url}/{name}", headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request) as answer:
        packed = answer.read()
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"

    assert b"Wafaa's" in gzip.decompress(packed)
    assert len(packed) <= limit


@CROSSED
def test_a_page_that_asks_for_no_inbox_loads_no_second_script(site, shop, pages, customer, language, size):
    asked: list[str] = []
    customer.on("request", lambda request: asked.append(request.url))
    put_page(shop, site, pages, language, "")

    with customer.expect_response(lambda response: response.url.endswith("/v1/batch")):
        customer.goto(shop.url)

    assert any(url.endswith("/wafaa.js") for url in asked)
    assert not any("inbox" in url for url in asked)


@CROSSED
def test_a_customer_finds_messages_under_the_bell(site, shop, pages, customer, language, size):
    number = f"inbox-{language}-{size}-{time.monotonic_ns()}"
    ask_for_messages(number, language)
    call = f'wafaa("inbox", {{token: "{pages.sign(number)}"}})'
    put_page(shop, site, pages, language, call)
    words = WORDS[language]

    # the worker sends them within moments; the bell counts them
    bell = customer.get_by_role("button", name=words["bell"])
    for _look in range(30):
        customer.goto(shop.url)
        customer.get_by_role("button", name=words["title"]).wait_for()
        if bell.count():
            break
        customer.wait_for_timeout(1_000)
    expect(customer.locator(".badge")).to_have_text("2")
    picture(customer, "inbox-bell", language, size)

    # by keyboard alone: the panel opens, holds the focus, and gives it back
    bell.focus()
    customer.keyboard.press("Enter")
    panel = customer.get_by_role("dialog", name=words["title"])
    expect(panel).to_be_visible()
    expect(panel).to_be_focused()
    expect(panel.get_by_role("listitem")).to_have_count(2)
    picture(customer, "inbox-panel", language, size)
    assert list_axe_violations(customer) == []
    assert panel.evaluate("(node) => getComputedStyle(node).direction") == (
        "rtl" if language == "ar" else "ltr"
    )
    assert panel.evaluate("(node) => getComputedStyle(node).fontSize") != "40px"
    box = panel.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= SIZES[size]["width"]
    link = panel.get_by_role("link")
    expect(link).to_have_count(1)
    assert re.fullmatch(r"http://[^/]+/l/[\w-]+", link.get_attribute("href"))
    customer.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(customer.get_by_role("button", name=words["title"])).to_be_focused()

    # read is read, on the next page too, and what they opened leads on by a link of ours
    expect(customer.locator(".badge")).to_be_hidden()
    customer.reload()
    customer.get_by_role("button", name=words["title"], exact=True).click()
    expect(panel.get_by_role("listitem")).to_have_count(2)
    expect(customer.locator(".badge")).to_be_hidden()
    with customer.expect_request(lambda request: "/l/" in request.url):
        panel.get_by_role("link").click()

    # whoever comes to this browser next sees nothing of it
    customer.goto(shop.url)
    customer.get_by_role("button", name=words["title"]).wait_for()
    customer.evaluate('wafaa("reset")')
    expect(customer.locator("wafaa-inbox")).to_have_count(0)
    assert customer.context.cookies() == []


@CROSSED
def test_who_has_no_token_of_the_shop_sees_no_bell(site, shop, pages, customer, language, size):
    number = f"stranger-{language}-{size}"
    call = f'wafaa("identify", "{number}"); wafaa("inbox", {{token: "{number}"}})'
    put_page(shop, site, pages, language, call)

    with customer.expect_response(lambda response: response.url.endswith("/v1/inbox")) as answered:
        customer.goto(shop.url)

    assert answered.value.status == 401
    expect(customer.locator("wafaa-inbox")).to_have_count(0)


# The browser's own push service is out of reach for a test: what it would give the page for a subscription.
SUBSCRIBED = """
PushManager.prototype.subscribe = async function (options) {
  window.asked = options.userVisibleOnly && options.applicationServerKey.length;
  const keys = await crypto.subtle.generateKey({name: "ECDH", namedCurve: "P-256"}, true, ["deriveBits"]);
  const text = (data) => btoa(String.fromCharCode(...new Uint8Array(data)))
    .replace(/[+]/g, "-").replace(/[/]/g, "_").replace(/=/g, "");
  const p256dh = text(await crypto.subtle.exportKey("raw", keys.publicKey));
  const told = {
    endpoint: "https://push.example/" + crypto.randomUUID(), expirationTime: null,
    keys: {p256dh, auth: text(new Uint8Array(16))},
  };
  return {toJSON: () => told};
};
"""


@CROSSED
def test_notifications_are_asked_for_by_a_press_only_and_shown_by_the_shops_worker(
    site, shop, pages, notified, language, size
):
    number = f"push-{language}-{size}-{time.monotonic_ns()}"
    token = pages.sign(number)
    call = (
        f'wafaa("inbox", {{token: "{token}", push: {{worker: "/wafaa-sw.js"}}}});'
        f'wafaa("push", {{token: "{token}", worker: "/wafaa-sw.js", done: (state) => window.state = state}})'
    )
    put_page(shop, site, pages, language, call)
    notified.context.grant_permissions(["notifications"], origin=shop.url)
    notified.add_init_script(SUBSCRIBED)
    notified.goto(shop.url)

    # a page that asks by itself is refused
    notified.get_by_role("button", name=WORDS[language]["title"]).wait_for()
    notified.wait_for_function("() => window.state")
    assert notified.evaluate("[window.state, window.asked]") == ["failed", None]

    notified.get_by_role("button", name=WORDS[language]["title"]).click()
    turn_on = {"en": "Turn on notifications", "ar": "تفعيل الإشعارات"}[language]
    picture(notified, "inbox-offer", language, size)
    assert list_axe_violations(notified) == []
    with notified.expect_response(lambda response: response.url.endswith("/v1/push")) as answered:
        notified.get_by_role("button", name=turn_on).click()
    assert answered.value.status == 200
    turn_off = {"en": "Turn off notifications", "ar": "إيقاف الإشعارات"}[language]
    expect(notified.get_by_role("button", name=turn_off)).to_be_visible()
    assert notified.evaluate("window.asked") == 65

    # what is pushed is shown as it came, and the same again takes its place
    told = {
        "title": "طلبك في الطريق", "body": "يصل الثلاثاء", "tag": "message:1", "lang": "ar", "dir": "rtl", "url": "",
        "delivered": f"{site.url}/v1/push/delivered/none", "opened": "",
    }  # fmt: skip
    with notified.context.expect_event(
        "request", lambda request: request.url == told["delivered"], timeout=PATIENCE_MS
    ):
        deliver_push(notified, shop.url, told)
    deliver_push(notified, shop.url, told)
    deliver_push(notified, shop.url, {"title": "another's", "tag": "other"})
    shown = notified.evaluate(
        """async () => (await (await navigator.serviceWorker.ready).getNotifications())
           .map((one) => [one.title, one.body, one.tag, one.dir, one.lang])"""
    )
    assert shown == [["طلبك في الطريق", "يصل الثلاثاء", "message:1", "rtl", "ar"]]


def deliver_push(page: Page, origin: str, told: dict[str, str]) -> None:
    """As the browser's push service does, by the browser's own door for it."""
    session = page.context.new_cdp_session(page)
    found: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(one["registrationId"] for one in event["registrations"]),
    )
    session.send("ServiceWorker.enable")
    for _look in range(50):
        if found:
            break
        page.wait_for_timeout(100)
    session.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": origin, "registrationId": found[-1], "data": json.dumps(told)},
    )
    page.wait_for_timeout(300)
    session.detach()
