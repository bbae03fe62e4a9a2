"""A cashier's quarter of an hour: find, earn, undo, enrol; and what was pressed while the line was down counts once."""

import re
import time

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site, keep_picture, open_browser, watch
from tests.browser.looks import assert_looks_right_now, wait_until_settled

pytestmark = [
    pytest.mark.parametrize("language", ["en"], indirect=True),
    pytest.mark.parametrize("size", ["phone"], indirect=True),
]
# What a cashier needs by the brief; the browser types without thinking, so most of it is ours.
ENROLLED_WITHIN_S = 15
KEYSTROKES_MAX = 25


def start_programme(page: Page) -> None:
    """The shop's first preset, switched on."""
    page.goto("/loyalty/")
    if page.locator("main table tbody a").count():
        return
    page.locator("input[name=preset][value=retail] ~ * button").first.click()
    page.wait_for_url("**/loyalty/*/")
    page.locator("button[name=publish]").click()
    page.wait_for_load_state()


def find_phone(page: Page) -> str:
    page.goto("/customers/")
    page.goto(f"{page.locator('main table tbody a').nth(3).get_attribute('href')}edit/")
    return page.locator("input[name=phone]").input_value()


def read_pending(till: Page) -> int:
    """On their way: what bills earned, of which a return takes some back."""
    told = till.locator(".member .coming").first
    return int(re.sub(r"\D", "", told.locator("bdi").first.inner_text())) if told.count() else 0


def test_a_cashier_serves_with_and_without_a_line(
    owner_page: Page, chromium: Browser, site: Site, owner_session
):
    start_programme(owner_page)
    phone = find_phone(owner_page)
    context = open_browser(chromium, site, "en", "phone")
    context.add_cookies(owner_session)
    till = context.new_page()

    def look(name: str) -> None:
        wait_until_settled(till)
        keep_picture(till, f"till-{name}", "en", "phone")
        assert_looks_right_now(till, "en")

    def find() -> int:
        till.locator("#text").fill(phone)
        till.keyboard.press("Enter")
        till.locator(".member").wait_for()
        return read_pending(till)

    with watch(till):
        till.goto("/till/")
        if till.locator("button[name=store]").count():
            till.locator("button[name=store]").first.click()
        look("find")
        before = find()
        till.keyboard.type("١٢٥٫٥٠")
        expect(till.locator("#quote .earns")).to_contain_text("125")
        look("member")
        till.keyboard.press("Enter")
        expect(till.locator("#outcome .earns")).to_contain_text("125")
        look("earned")
        till.keyboard.press("Escape")
        find()
        till.keyboard.type("60")
        till.locator("#found [data-undo]").first.click()
        expect(till.locator("#asking-what")).to_contain_text("125")
        look("undoing")
        till.locator("#yes").click()
        expect(till.locator("#outcome [data-undo]")).to_have_count(0)
        expect(till.locator("#same")).to_be_focused()  # the bill that was typed is not lost
        till.keyboard.press("Enter")
        expect(till.locator("#deeds")).to_be_visible()
        expect(till.locator("#amount")).to_have_value("60")
        expect(till.locator("#quote .earns")).to_contain_text("60")
        till.keyboard.press("Escape")
        till.wait_for_timeout(500)  # the stream takes it back behind the page
        assert find() == before

        till.evaluate("navigator.serviceWorker.ready.then(() => 1)")
        context.set_offline(True)
        till.reload()
        expect(till.locator("#line")).to_be_visible()
        till.locator("#text").fill(phone)
        till.keyboard.press("Enter")
        expect(till.locator("#amount")).to_be_focused()
        till.locator("#amount").fill(phone.replace("+966", "0"))
        assert not till.locator("#amount").evaluate("(field) => field.checkValidity()")  # a phone is no bill
        till.locator("#amount").fill("")
        till.keyboard.type("40")
        till.keyboard.press("Enter")
        expect(till.locator("#waits .count")).to_have_text("1")
        look("kept")
        context.set_offline(False)
        till.evaluate("for (const _ of [1, 2, 3]) window.dispatchEvent(new Event('online'))")
        expect(till.locator("#waits")).to_be_hidden()
        expect(till.locator("#outcome [data-kept]")).to_have_count(0)  # what came of it stands there instead
        expect(till.locator("#outcome .earns")).to_contain_text("40")
        till.goto("/till/")
        till.wait_for_timeout(500)
        assert find() == before + 40

        till.keyboard.press("Escape")
        enrol(till, look)
        context.close()


def enrol(till: Page, look) -> None:
    """Counted as a cashier would count: keys pressed, and by the clock."""
    number = f"055{time.time_ns() // 1000 % 10**7:07}"  # 052 is nobody's
    started = time.monotonic()
    till.keyboard.type(number)
    till.keyboard.press("Enter")
    till.locator("[data-new]").click()
    till.keyboard.type("منى سعد")
    till.keyboard.press("Enter")
    expect(till.locator("#outcome .figure-small")).to_contain_text("منى")
    assert time.monotonic() - started < ENROLLED_WITHIN_S
    assert len(number) + len("منى سعد") + 3 <= KEYSTROKES_MAX
    look("enrolled")
