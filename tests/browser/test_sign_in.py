import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, keep_picture, sign_in
from tests.browser.looks import assert_looks_right


def test_the_owner_signs_in_and_out(visitor: Page, site: Site, language: str, size: str):
    visitor.goto("/sign-in/")
    assert_looks_right(visitor, language)
    keep_picture(visitor, "sign-in", language, size)

    sign_in(visitor, site)
    expect(visitor.locator("h1").first).to_be_visible()

    if size == "phone":
        visitor.locator("details.drawer > summary").click()
    visitor.locator("form[action='/sign-out/'] button >> visible=true").click()
    expect(visitor).to_have_url(re.compile(r"/sign-in/$"))

    visitor.goto("/audit/")
    expect(visitor).to_have_url(re.compile(r"/sign-in/\?next=/audit/$"))


def test_a_wrong_password_is_said_in_words(visitor: Page, language: str, size: str):
    visitor.goto("/sign-in/")
    visitor.locator("input[name=login]").fill(f"nobody-{language}-{size}@example.com")
    visitor.locator("input[name=password]").fill("wrong")
    visitor.keyboard.press("Enter")

    alert = visitor.get_by_role("alert")
    expect(alert).to_contain_text("غير متطابقين" if language == "ar" else "do not belong together")
    assert_looks_right(visitor, language)


def test_a_stranger_switches_the_language_and_back(visitor: Page, language: str):
    visitor.goto("/sign-in/")
    other = {"ar": "en", "en": "ar"}[language]

    visitor.locator(f"button[name=language][value={other}]").click()
    expect(visitor.locator("html")).to_have_attribute("lang", other)

    visitor.locator(f"button[name=language][value={language}]").click()
    expect(visitor.locator("html")).to_have_attribute("lang", language)


def test_dark_is_kept_from_page_to_page(visitor: Page):
    visitor.goto("/sign-in/")
    visitor.locator("button[name=theme][value=dark]").click()
    expect(visitor.locator("html")).to_have_attribute("data-theme", "dark")

    visitor.reload()
    expect(visitor.locator("html")).to_have_attribute("data-theme", "dark")
