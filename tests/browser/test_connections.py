"""Connections: the gallery, connecting, a connection's page with deliveries, the code for a store's entrance."""

import json
import urllib.error
import urllib.request

from playwright.sync_api import Page, expect

from tests.browser.conftest import CROSSED, keep_picture
from tests.browser.looks import assert_looks_right


def send(address: str, body: object) -> int:
    request = urllib.request.Request(address, json.dumps(body).encode(), {"Content-Type": "application/json"})
    try:
        return urllib.request.urlopen(request).status
    except urllib.error.HTTPError as error:
        return error.code


@CROSSED
def test_a_system_is_connected_looked_at_and_disconnected(owner_page: Page, language: str, size: str):
    page = owner_page

    def look(name: str) -> None:
        keep_picture(page, name, language, size)
        assert_looks_right(page, language)

    page.goto("/connections/")
    look("connections")
    page.goto("/connections/new/shopify/")
    look("connection-new")
    page.locator("[name=label]").fill("نجوم · Nujum")
    page.locator("[name=shop]").fill("nujum.myshopify.com")
    page.locator("[name=token]").fill("shpat_1")
    page.locator("[name=secret]").fill("hush")
    page.locator("main form.card button[type=submit]").click()
    expect(page.locator("#address")).to_be_visible()
    look("connection-made")

    assert send(page.locator("#address").input_value(), {}) == 401
    page.locator("main .page-head a.button.primary").click()
    page.wait_for_url("**/connections/*-*/")
    look("connection")
    page.goto(f"{page.url}settings/")
    look("connection-settings")
    page.go_back()
    page.locator("form[action$='/do/pause/'] button").click()
    expect(page.locator("form[action$='/do/resume/'] button")).to_be_visible()
    look("connection-paused")
    page.goto("/connections/")
    look("connections-filled")
    page.locator("main table tbody a").first.click()
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("form[action$='/do/disconnect/'] button").click()
    expect(page.locator("form[action$='/do/disconnect/']")).to_have_count(0)
    look("connection-disconnected")


def test_a_visitor_scans_a_code_and_is_noted(owner_page: Page, language: str, size: str):
    page = owner_page
    page.goto("/connections/new/presence/")
    page.locator("main form.card button[type=submit]").click()
    page.locator("main .page-head a.button.primary").click()
    page.wait_for_url("**/connections/*-*/")
    page.goto(f"{page.url}qr/?store=R1")
    keep_picture(page, "connection-qr", language, size)
    assert_looks_right(page, language)

    page.goto(page.locator("#address").input_value())
    keep_picture(page, "visit", language, size)
    assert_looks_right(page, language)
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".notice.success")).to_be_visible()
    assert_looks_right(page, language)
