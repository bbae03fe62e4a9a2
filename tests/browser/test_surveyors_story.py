"""A manager's story from the template to the unhappy answer that was made good; whoever answers has no script and no session."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import CROSSED, SIZES, Site, keep_picture
from tests.browser.looks import assert_looks_right

PATIENCE_S = 60
# Who answers speaks the other language than who asks.
OTHER = {"ar": "en", "en": "ar"}
SAID = {
    "ar": "التوصيل تأخر كثيرًا والموظف كان سيئًا جدًا ({mark})",
    "en": "The delivery came far too late and the staff were rude ({mark})",
}
FEELING = {"ar": "سلبي", "en": "negative"}
TOPIC = "delivery"
NOT_ENOUGH = {"ar": "الإجابات غير كافية بعد", "en": "Not enough answers yet"}


@dataclass(frozen=True)
class Story:
    """What one run of it is about, apart from all others."""

    page: Page
    language: str
    size: str
    mark: str

    @property
    def said(self) -> str:
        return SAID[OTHER[self.language]].format(mark=self.mark)

    def ask(self, language: str) -> str:
        """The manager's own words for the first question."""
        words = {
            "ar": "كيف كانت تجربتك معنا يا جار السوق {mark}؟",
            "en": "How was it with us at the old market {mark}?",
        }
        return words[language].format(mark=self.mark)

    def look(self, name: str) -> None:
        keep_picture(self.page, f"survey-{name}", self.language, self.size)
        assert_looks_right(self.page, self.language)


@pytest.fixture
def story(owner_page: Page, language: str, size: str) -> Story:
    owner_page.on("dialog", lambda dialog: dialog.accept())
    return Story(owner_page, language, size, f"{time.time_ns() % 10**10}")


@pytest.fixture
def mirror(owner_page: Page) -> Page:
    """axe is a script: it looks at what came to who answers on a page of the same site that has scripts."""
    return owner_page.context.new_page()


@pytest.fixture
def respondent(chromium: Browser, site: Site, language: str) -> Iterator[Page]:
    """A phone without a script, a cookie or a session, that speaks the other language."""
    context = chromium.new_context(
        base_url=site.url, viewport=SIZES["phone"], locale=OTHER[language], java_script_enabled=False
    )
    context.set_default_timeout(20_000)
    yield context.new_page()
    assert context.cookies() == []
    context.close()


def take_template(story: Story) -> None:
    page = story.page
    page.goto("/surveys/new/")
    page.locator("form:has(input[name=template][value=customer_satisfaction]) button").click()
    page.wait_for_url("**/surveys/*-*-*-*/")


def change_questions(story: Story) -> None:
    """The first in the manager's own words, in both languages; the last has to be answered no longer."""
    page = story.page
    page.locator("a.question-text").first.click()
    for language in OTHER:
        page.locator(f"[name='text.{language}']").fill(story.ask(language))
    story.look("question")
    page.locator("button.primary[value=save]").click()
    expect(page.locator("a.question-text").first).to_contain_text(story.ask(story.language))
    page.locator("a.question-text").last.click()
    required = page.locator("[name=required]")
    required.set_checked(not required.is_checked())
    page.locator("button.primary[value=save]").click()
    story.look("builder")


def check_and_publish(story: Story) -> None:
    """Reads how long it takes in both languages, and how many will finish."""
    page = story.page
    page.locator("a.button.primary[href$='/check/']").click()
    figures = page.locator(".figure")
    expect(figures).to_have_count(3)
    for figure in figures.all():
        expect(figure.locator(".figure-value")).to_contain_text(re.compile(r"\d"))
        expect(figure.locator(".figure-margin")).to_contain_text(re.compile(r"\d.*\d"))
    expect(figures.last.locator(".figure-value")).to_contain_text(re.compile(r"[%٪]"))
    story.look("check")
    page.locator("form[action$='/publish/'] button.primary").click()
    page.wait_for_url("**/collect/")


def make_link(story: Story) -> str:
    """Returns the address; its code can be printed."""
    page = story.page
    story.look("collect")
    page.locator("[name=kind]").select_option("link")
    page.locator("[name=name]").fill(f"واتساب {story.mark}")
    page.locator("form:has([name=kind]) button.primary").click()
    page.wait_for_url("**/collectors/*/")
    expect(page.locator(".qr svg")).to_be_visible()
    story.look("link")
    return page.locator("#address").input_value()


def look_at_answering(story: Story, respondent: Page, mirror: Page, name: str) -> None:
    language = OTHER[story.language]
    keep_picture(respondent, f"survey-{name}", language, "phone")
    assert respondent.locator("html").get_attribute("lang") == language
    body = respondent.content()
    mirror.set_viewport_size(SIZES["phone"])
    mirror.route(
        "**/s/mirror/", lambda route: route.fulfill(body=body, content_type="text/html; charset=utf-8")
    )
    mirror.goto("/s/mirror/")
    # the manager's words are the manager's, in whatever language; ours are all there is besides
    assert_looks_right(mirror, language)
    mirror.unroute("**/s/mirror/")


def answer(story: Story, respondent: Page, mirror: Page, address: str) -> None:
    """Unhappy, page by page, with a text."""
    go_on = respondent.locator("form[method=post] button[type=submit]")
    respondent.goto(address)
    expect(respondent.locator("legend").first).to_contain_text(story.ask(OTHER[story.language]))
    look_at_answering(story, respondent, mirror, "answer-1")
    tap(respondent.locator(".scale.faces label.tap").first)
    go_on.click()
    expect(respondent.locator("textarea")).to_be_visible()
    for row in respondent.locator("fieldset.row").all():
        tap(row.locator("label.tap").nth(1))
    respondent.locator("textarea").fill(story.said)
    look_at_answering(story, respondent, mirror, "answer-2")
    go_on.click()
    two_scales = respondent.locator(".scale.numbers")
    expect(two_scales).to_have_count(2)
    for scale in two_scales.all():
        tap(scale.locator("label.tap").nth(2))
    look_at_answering(story, respondent, mirror, "answer-3")
    go_on.click()
    expect(respondent.locator(".outcome h1")).to_be_visible()
    look_at_answering(story, respondent, mirror, "answer-end")


def tap(choice: Locator) -> None:
    choice.click()
    expect(choice.locator("input")).to_be_checked()


def reload_until(page: Page, shown: Locator) -> None:
    """What the stream carries comes a little later than the answer."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        try:
            expect(shown).to_be_visible(timeout=1_000)
        except AssertionError:
            page.reload()
        else:
            return
    expect(shown).to_be_visible()


def read_answers(story: Story, survey: str) -> None:
    page = story.page
    page.goto(f"{survey}answers/")
    row = page.locator("main tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("1/5")
    story.look("answers")
    row.locator("th a").click()
    expect(page.locator("main dl").first).to_contain_text(story.said)
    story.look("answer")


def read_results(story: Story, survey: str) -> None:
    """One answer is shown, and is no score yet."""
    page = story.page
    page.goto(f"{survey}results/")
    headlines = page.locator(".headline-score")
    reload_until(page, headlines.first)
    expect(headlines.first).to_contain_text(NOT_ENOUGH[story.language])
    expect(headlines.first.locator(".figure-value")).to_have_count(0)
    expect(page.locator("section.question .num", has_text=re.compile("^1$")).first).to_be_visible()
    story.look("results")


def read_comment(story: Story) -> None:
    page = story.page
    page.goto("/comments/")
    comment = page.locator("article", has_text=story.mark)
    reload_until(page, comment)
    expect(comment.locator(".tag.warn").first).to_have_text(FEELING[story.language])
    expect(comment.locator(f"a[href$='topic={TOPIC}']")).to_be_visible()
    expect(comment.locator("mark").first).to_be_visible()
    story.look("comments")


def close_case(story: Story) -> None:
    page = story.page
    page.goto("/cases/")
    row = page.locator("main tbody tr", has_text=story.mark)
    reload_until(page, row)
    story.look("cases")
    row.locator("th a").click()
    page.locator("form[action$='/take/'] button").click()
    expect(page.locator("blockquote, dl.answers").first).to_contain_text(story.mark)
    story.look("case")
    page.locator("[name=outcome]").fill("أُعيد المبلغ واعتُذر")
    page.locator("[name=cause]").select_option(index=1)
    page.locator("form[action$='/close/'] button.primary").click()
    expect(page.locator("form[action$='/reopen/']")).to_be_visible()
    expect(page.locator(".notice.good").first).to_be_visible()
    page.goto("/cases/")
    expect(page.locator("main tbody tr", has_text=story.mark)).to_have_count(0)


@CROSSED
def test_a_manager_asks_and_an_unhappy_answer_from_a_phone_without_scripts_is_made_good(
    story: Story, respondent: Page, mirror: Page
):
    take_template(story)
    survey = story.page.url
    change_questions(story)
    check_and_publish(story)
    address = make_link(story)

    answer(story, respondent, mirror, address)

    read_answers(story, survey)
    read_comment(story)
    close_case(story)
    read_results(story, survey)
