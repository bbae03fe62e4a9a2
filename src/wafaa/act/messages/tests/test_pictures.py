"""Rendered mails in a real browser: names, phones and codes stand right inside Arabic text, nothing sticks out of a phone."""

import os
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.chromium import CHROMIUM, FLAGS

from wafaa.act.messages.rendering.compiling import compile_texts
from wafaa.act.messages.rendering.frame import Style
from wafaa.act.messages.rendering.names import build_samples, merge_values
from wafaa.act.messages.rendering.ready import READY
from wafaa.act.messages.rendering.render import render
from wafaa.act.messages.rendering.rules import Content, Rendered, Setting

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium here; set WAFAA_CHROMIUM to one"),
]

NAME, PHONE = "Ahmed-2 (VIP)", "+966 50 123 4567"
SIZES = {"phone": (390, 844), "desktop": (1000, 800)}
# Where each character of the element with the text lies, from left to right as the eye reads it.
VISUAL = """(wanted) => {
  const found = [...document.querySelectorAll("bdi")].find((one) => one.textContent === wanted);
  const node = found.firstChild, places = [];
  for (let at = 0; at < node.length; at++) {
    const range = document.createRange();
    range.setStart(node, at);
    range.setEnd(node, at + 1);
    const box = range.getBoundingClientRect();
    places.push([box.top, box.left, node.data[at]]);
  }
  return places.sort((one, other) => one[0] - other[0] || one[1] - other[1]).map((one) => one[2]).join("");
}"""


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield opened
        opened.close()


def make_mail(key, language):
    made = compile_texts(READY[key].content, purpose=READY[key].purpose, blocks={}, style=Style())
    samples = build_samples(language)
    links, business = samples.pop("links"), samples.pop("business") | {"logo": "", "support": PHONE}
    values = merge_values(samples, {"customer": {"first_name": NAME}, "product": {"picture": ""}})
    found = render(
        Content(key=key, compiled=made.texts),
        language=language,
        channel="email",
        values=values,
        setting=Setting(zone=ZoneInfo("Asia/Riyadh"), currency="SAR", business={language: business}),
        links=links,
    )
    assert isinstance(found, Rendered)
    return found


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("key", ["delay", "cart"])
def test_a_mail_looks_right(browser, tmp_path, key, language, size):
    width, height = SIZES[size]
    page = browser.new_page(viewport={"width": width, "height": height})
    page.set_content(make_mail(key, language).html)

    direction = "rtl" if language == "ar" else "ltr"
    assert page.evaluate("document.documentElement.dir") == direction
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(VISUAL, NAME) == NAME
    assert page.evaluate(VISUAL, PHONE) == PHONE
    box = (
        page.locator("a", has_text="الشحنة" if language == "ar" else "Track").first.bounding_box()
        if key == "delay"
        else None
    )
    if box:  # the button begins where a line begins
        begins_right = box["x"] + box["width"] > width / 2 and box["x"] > width - box["x"] - box["width"]
        assert begins_right == (language == "ar")
    picture = Path(os.environ.get("WAFAA_SCREENSHOTS") or tmp_path) / f"mail-{key}-{language}-{size}.png"
    page.screenshot(path=picture, full_page=True)
    assert picture.stat().st_size > 10_000
    page.close()


def test_plain_text_of_an_arabic_mail_stands_right_too(browser):
    page = browser.new_page(viewport={"width": 700, "height": 900})
    page.set_content('<pre dir="auto" style="white-space: pre-wrap"></pre>')
    page.evaluate(
        "(text) => { document.querySelector('pre').textContent = text }", make_mail("delay", "ar").text
    )

    for wanted in (NAME, PHONE):
        seen = page.evaluate(
            """(wanted) => {
              const node = document.querySelector("pre").firstChild, start = node.data.indexOf(wanted), places = [];
              for (let at = start; at < start + wanted.length; at++) {
                const range = document.createRange();
                range.setStart(node, at);
                range.setEnd(node, at + 1);
                const box = range.getBoundingClientRect();
                places.push([box.left, node.data[at]]);
              }
              return places.sort((one, other) => one[0] - other[0]).map((one) => one[1]).join("");
            }""",
            wanted,
        )
        assert seen == wanted
    page.close()
