"""Every main page in both languages and widths, in the light and in the dark.

A page is loaded once for all widths: what a phone shows is decided by its style sheet. One browser looks at all pages in one
language, then another in the other: like a person's, it has the style sheet and the fonts after the first page.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.conftest import LOCALES, SIZES, Site, choose_language, keep_picture, open_browser, watch
from tests.browser.looks import assert_looks_right_now, list_axe_violations, wait_until_settled

PAGES = {
    "today": "/",
    "customers": "/customers/",
    "customer-tags": "/customers/tags/",
    "customer-fields": "/customers/fields/",
    "duplicates": "/customers/duplicates/",
    "customer-identity": "/customers/identity/",
    "consents": "/customers/consents/",
    "consent-texts": "/customers/consents/texts/",
    "erasures": "/customers/erasures/",
    "segments": "/segments/",
    "satisfaction": "/satisfaction/",
    "segment-new": "/segments/new/",
    "segment-list-new": "/segments/lists/new/",
    "till": "/till/",
    "orders": "/orders/",
    "tasks": "/tasks/",
    "comments": "/comments/",
    "comments-mismatches": "/comments/mismatches/",
    "cases": "/cases/",
    "cases-settings": "/cases/settings/",
    "case-mail": "/cases/mail/",
    "suggestions": "/suggestions/",
    "suggestion-new": "/suggestions/new/",
    "loyalty": "/loyalty/",
    "gifts": "/loyalty/gifts/",
    "gift-budget-new": "/loyalty/gifts/new/",
    "gift-cards": "/vouchers/gift-cards/",
    "gift-card-new": "/vouchers/gift-cards/new/",
    "balance-requests": "/loyalty/requests/",
    "balance-limits": "/loyalty/limits/",
    "vouchers": "/vouchers/",
    "voucher-new": "/vouchers/new/",
    "voucher-check": "/vouchers/check/",
    "rewards": "/rewards/",
    "reward-new": "/rewards/new/",
    "redemptions": "/rewards/redemptions/",
    "reports": "/reports/",
    "retention": "/reports/retention_rate/",
    "gross": "/reports/gross/",
    "cohorts": "/reports/cohorts/",
    "rfm": "/reports/rfm/",
    "pareto": "/reports/pareto/",
    "gaps": "/reports/gaps/",
    "journey": "/reports/journey/",
    "journey-goals": "/journey/goals/",
    "sharing": "/sharing/",
    "share-new": "/sharing/new/?at=/reports/gross/",
    "weekly": "/weekly/",
    "readability": "/readability/",
    "messages": "/messages/",
    "message-template-add": "/messages/add/",
    "message-sendings": "/messages/sendings/",
    "message-blocks": "/messages/blocks/",
    "message-block-add": "/messages/blocks/add/?name=footer",
    "message-look": "/messages/look/",
    "message-suppressions": "/messages/blocked/",
    "message-settings": "/messages/settings/",
    "message-onsite": "/messages/onsite/",
    "message-mailbox": "/messages/mailbox/",
    "campaigns": "/campaigns/",
    "campaign-add": "/campaigns/new/",
    "automations": "/campaigns/automations/",
    "automation-add": "/campaigns/automations/new/",
    "asking": "/surveys/asking/",
    "asking-add": "/surveys/asking/new/",
    "message-providers": "/messages/providers/",
    "message-provider-new": "/messages/providers/new/gateway/",
    "experiments": "/experiments/",
    "surveys": "/surveys/",
    "survey-new": "/surveys/new/",
    "reviews": "/reviews/",
    "review-testimonials": "/reviews/testimonials/",
    "reviews-shop": "/reviews/shop/",
    "review-sites": "/reviews/sites/",
    "reviews-audit": "/reviews/audit/",
    "imports": "/imports/",
    "settings": "/settings/",
    "portal": "/settings/portal/",
    "keys": "/settings/keys/",
    "touchpoints": "/touchpoints/",
    "touchpoints-names": "/touchpoints/names/",
    "touchpoints-parked": "/touchpoints/parked/",
    "touchpoints-refused": "/touchpoints/refused/",
    "touchpoints-hearing": "/touchpoints/hearing/",
    "touchpoints-site": "/touchpoints/site/",
    "guide": "/guide/",
    "guide-chapter": "/guide/customers/",
    "start-business": "/start/business/",
    "start-orders": "/start/orders/",
    "staff": "/staff/",
    "staff-add": "/staff/add/",
    "audit": "/audit/",
    "account": "/account/",
    "account-confirm": "/account/confirm/",
    "not-found": "/no-such-page/",
}


@pytest.fixture(scope="module", params=list(LOCALES))
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def browser_of_owner(
    chromium: Browser, site: Site, owner_session: list[dict], language: str
) -> Iterator[BrowserContext]:
    context = open_browser(chromium, site, language, "desktop")
    context.add_cookies(owner_session)
    page = context.new_page()
    choose_language(page, language)
    page.close()
    yield context
    context.close()


@pytest.fixture
def owner_page(browser_of_owner: BrowserContext) -> Iterator[Page]:
    page = browser_of_owner.new_page()
    with watch(page):
        yield page
        page.close()


def assert_looks_right_at_any_width(page: Page, name: str, language: str) -> None:
    wait_until_settled(page)
    for size, viewport in SIZES.items():
        page.set_viewport_size(viewport)
        keep_picture(page, name, language, size)
        assert_looks_right_now(page, language, with_contrast=size == "desktop")


@pytest.mark.parametrize("name", PAGES)
def test_a_main_page_looks_right(owner_page: Page, name: str, language: str):
    owner_page.goto(PAGES[name])

    assert_looks_right_at_any_width(owner_page, name, language)


@pytest.mark.parametrize("deed", ["edit", "merge", "panels/consents", "privacy"])
def test_what_is_done_with_a_customer_looks_right(owner_page: Page, deed: str, language: str):
    owner_page.goto("/customers/")
    address = owner_page.locator("main table tbody a").first.get_attribute("href")
    owner_page.goto(f"{address}{deed}/")

    assert_looks_right_at_any_width(owner_page, f"customer-{deed.replace('/', '-')}", language)


@pytest.mark.parametrize("listing", ["/customers/", "/orders/"])
def test_the_page_of_one_thing_looks_right(owner_page: Page, listing: str, language: str):
    owner_page.goto(listing)
    owner_page.locator("main table tbody a").first.click()
    owner_page.wait_for_url(f"**{listing}*/")

    assert_looks_right_at_any_width(owner_page, listing.strip("/").removesuffix("s"), language)


@pytest.mark.parametrize("name", ["today", "reports", "settings"])
def test_a_page_keeps_its_contrast_in_the_dark(owner_page: Page, name: str, language: str):
    owner_page.emulate_media(color_scheme="dark")
    owner_page.goto(PAGES[name])
    wait_until_settled(owner_page)

    for size, viewport in SIZES.items():
        owner_page.set_viewport_size(viewport)
        keep_picture(owner_page, f"{name}-dark", language, size)
        assert list_axe_violations(owner_page) == []


def test_the_menu_opens_on_a_phone_without_any_script(chromium, site: Site, owner_session: list[dict]):
    context = chromium.new_context(base_url=site.url, viewport=SIZES["phone"], java_script_enabled=False)
    context.add_cookies(owner_session)
    page = context.new_page()
    page.goto("/settings/")

    page.locator("details.drawer > summary").click()

    assert page.locator("details.drawer a[href='/customers/']").is_visible()
    context.close()


@pytest.mark.parametrize("size", SIZES)
def test_the_question_mark_of_a_figure_opens_its_definition(owner_page: Page, size: str):
    owner_page.set_viewport_size(SIZES[size])
    owner_page.goto("/")
    owner_page.locator("button.help").first.click()

    popover = owner_page.locator(".popover:popover-open")
    assert popover.is_visible()
    box = popover.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= owner_page.viewport_size["width"]
    owner_page.keyboard.press("Escape")
    assert not owner_page.locator(".popover:popover-open").count()
