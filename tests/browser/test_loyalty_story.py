"""A member's story from the till to the notice of what ends: each step on the page of whom it concerns, and in numbers."""

import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.club import (
    CASHIER,
    MANAGER,
    REWARD,
    ZONE,
    Club,
    ask_for_job,
    find_environment,
    move_joining,
    open_club,
)
from tests.browser.conftest import CROSSED, Site, choose_language, keep_picture, open_browser, watch
from tests.browser.looks import assert_looks_right_now, wait_until_settled
from tests.browser.test_portal import read_code
from tests.browser.test_surveyors_story import reload_until
from wafaa.run.tests.processes import WAFAA

# So long before the end of its window the order is told: enough to look at what is pending.
LOOK_S = 50
NAMES = {"ar": "منى سعد", "en": "Mona Saad"}
TIERS = {"ar": "فضي", "en": "Silver"}
REWARDS = {"ar": "خصم 5", "en": REWARD}
GIFT = {"ar": re.compile("هدية عيد ميلادك"), "en": re.compile("A birthday gift for you")}
ENDING = {"ar": re.compile(r"550\W+نقطة تنتهي"), "en": re.compile("550 points end soon")}


@dataclass(frozen=True)
class Story:
    """One member, and who looks: the cashier, the manager, she herself."""

    club: Club
    language: str
    size: str
    mark: str
    till: Page
    console: Page
    portal: Page

    @property
    def phone(self) -> str:
        return f"05{self.mark}"

    @property
    def email(self) -> str:
        return f"mona-{self.mark}@example.com"

    def look(self, page: Page, name: str) -> None:
        wait_until_settled(page)
        keep_picture(page, f"loyalty-{name}", self.language, self.size)
        assert_looks_right_now(page, self.language)

    def order(self, number: int, **told: Any) -> dict[str, Any]:
        """What it brought, by the one programme that there is."""
        order_id = f"{self.mark}-{number}"
        body = {"order_id": order_id, "user_id": f"mona-{self.mark}", "currency": "SAR", **told}
        return self.club.tell("/orders", body, key=f"order-{order_id}")


@pytest.fixture(scope="module")
def club(chromium: Browser, site: Site, owner_session: list[dict]) -> Iterator[Club]:
    with open_club(chromium, site, owner_session) as opened:
        yield opened


@pytest.fixture
def story(club: Club, chromium: Browser, site: Site, language: str, size: str) -> Iterator[Story]:
    with ExitStack() as stack:
        pages = []
        for who in (CASHIER, MANAGER, ""):
            context = open_browser(chromium, site, language, size)
            context.add_cookies(
                club.cookies.get(who, [{"name": "wafaa_me_language", "value": language, "url": site.url}])
            )
            stack.callback(context.close)
            pages.append(context.new_page())
            stack.enter_context(watch(pages[-1]))
        choose_language(pages[1], language)
        yield Story(club, language, size, f"5{time.time_ns() // 1000 % 10**7:07}", *pages)


def read_numbers(shown: Locator) -> list[int]:
    """In either shape of digits; a separator of thousands is a part of its number."""
    return [int(re.sub(r"\D", "", one)) for one in re.findall(r"\d[\d,٬]*", shown.inner_text())]


def join_at_the_till(story: Story) -> str:
    """Returns who she is."""
    till = story.till
    till.goto("/till/")
    other = till.locator(f"header [name=language][value={story.language}]")
    if other.count():
        with till.expect_navigation():
            other.click()
    till.locator("#text").fill(story.phone)
    till.keyboard.press("Enter")
    till.locator("[data-new]").click()
    till.keyboard.type(NAMES[story.language])
    till.locator(f"#enrol [name=language][value={story.language}]").check()
    story.look(till, "join")
    till.locator("#enrol button[type=submit]").click()
    expect(till.locator("#outcome .figure-small")).to_contain_text(NAMES[story.language].split()[0])
    assert 50 in read_numbers(till.locator("#outcome .after"))
    story.look(till, "joined")
    till.locator("#same").click()
    return str(till.locator(".member").get_attribute("data-customer"))


def sign_in_to_the_portal(story: Story) -> None:
    phone = story.portal
    phone.goto("/me/sign-in/")
    phone.locator("#address").fill(story.email)
    phone.locator("main form button").click()
    phone.locator("#code").fill(read_code(story.console, story.email))
    phone.locator("main form button").click()
    expect(phone).to_have_url(re.compile("/me/$"))


def buy_last_year(story: Story) -> None:
    """Her account in the shop says her phone, so what she bought by it is hers whom the cashier knows."""
    made = story.order(
        1,
        traits={
            "name": NAMES[story.language],
            "email": story.email,
            "phone": f"+966{story.phone[1:]}",
            "language": story.language,
        },
        products=[{"sku": "CLUB-OUD", "name": "عود", "price": "600"}],
        ordered_at=story.club.last_year.isoformat(),
    )
    (brought,) = made["loyalty"]
    assert (brought["points"]["points"], brought["tiers"]) == (600, ["levels:bronze"])
    assert read_balance(brought) == (650, 0, 0)


def read_balance(brought: dict[str, Any]) -> tuple[int, int, int]:
    (held,) = (one for one in brought["balances"] if one["unit"] == "points")
    return held["available"], held["pending"], held["owed"]


def buy_before_the_window_closes(story: Story, customer: str) -> None:
    """Fourteen days ago but for some seconds; both look before these are over."""
    window = timedelta(days=14)
    at = datetime.now(UTC).replace(microsecond=0) - window + timedelta(seconds=LOOK_S)
    made = story.order(
        2,
        products=[
            {"sku": "CLUB-OUD", "name": "عود", "price": "600"},
            {"sku": "CLUB-LAMP", "name": "مصباح", "price": "450", "quantity": 2},
        ],
        ordered_at=at.isoformat(),
    )
    (brought,) = made["loyalty"]
    assert (brought["points"]["points"], brought["tiers"]) == (1_500, ["levels:silver"])
    assert read_balance(brought) == (650, 1_500, 0)
    (rule,) = (one for one in brought["rules"] if one["points"])
    assert datetime.fromisoformat(rule["usable_from"]) == at + window

    phone, console = story.portal, story.console
    phone.goto("/me/")
    console.goto(f"/customers/{customer}/")
    assert read_numbers(phone.locator(".hero .figure")) == [650]
    assert 1_500 in read_numbers(phone.locator(".hero p").nth(1))
    panel = console.locator("section:has(#balances-head) li").first
    assert {650, 1_500} <= set(read_numbers(panel))
    story.look(phone, "pending")
    story.look(console, "pending-customer")


def rise(story: Story) -> None:
    """She reads it where she read what is pending, staff on her page, and what happened stands in its order."""
    tier = TIERS[story.language]
    expect(story.portal.locator(".tier h2")).to_contain_text(tier)
    expect(story.console.locator("section:has(#tiers-head) strong")).to_have_text(tier)
    expect(story.console.locator(".timeline li", has_text=tier)).to_have_count(1)


def wait_for_the_window(story: Story) -> None:
    phone = story.portal
    reload_until(phone, phone.locator(".hero .figure", has_text=re.compile("2[,٬]150")))
    expect(phone.locator(".hero[aria-labelledby=balance]")).not_to_contain_text(re.compile("1[,٬]500"))
    story.look(phone, "usable")


def redeem_in_checkout(story: Story, customer: str) -> dict[str, Any]:
    """Asked, set aside, ordered, used; returns the order's answer."""
    club, number = story.club, f"{story.mark}-3"
    lines = [{"sku": sku, "quantity": 1, "amount_minor": 19_750} for sku in ("CLUB-BOWL", "CLUB-CUP")]
    (quote,) = club.ask("/quotes", {"customer_id": customer, "currency": "SAR", "lines": lines})
    assert quote["totals"] == {"points": 395}
    offers = club.ask("/rewards/offers", {"customer_id": customer, "cart_minor": 40_000})
    (offer,) = (one for one in offers if one["name"]["en"] == REWARD)
    assert (offer["can"], offer["points"], offer["value"]["amount_minor"]) == (True, 100, 500)
    placed = club.ask(
        "/redemptions",
        {
            "key": f"cart-{number}",
            "customer_id": customer,
            "reward_id": offer["reward_id"],
            "cart_minor": 40_000,
            "order": {"number": number},
        },
    )
    phone = story.portal
    phone.goto("/me/")
    assert read_numbers(phone.locator(".hero .figure")) == [2_050]
    assert 100 in read_numbers(phone.locator(".hero p").nth(1))
    story.look(phone, "held")
    made = story.order(
        3,
        products=[
            {"sku": "CLUB-BOWL", "name": "وعاء", "price": "200", "discount": "2.50"},
            {"sku": "CLUB-CUP", "name": "كوب", "price": "200", "discount": "2.50"},
        ],
    )
    (brought,) = made["loyalty"]
    assert brought["points"]["points"] == quote["totals"]["points"]
    used = club.ask(f"/redemptions/{placed['id']}/capture", {"key": f"paid-{number}"})
    assert (used["state"], used["order_number"]) == ("confirmed", number)
    phone.goto("/me/rewards/")
    expect(phone.locator("section:has(#had) .row")).to_contain_text(REWARDS[story.language])
    story.look(phone, "used")
    return made


def refund_a_part(story: Story, customer: str, order: dict[str, Any]) -> None:
    """What the preview says is what happens: to the ledger, and to the eyes of both."""
    club = story.club
    part = {"sku": "CLUB-CUP", "quantity": 1}
    preview = club.ask(
        f"/orders/{order['id']}/refund-preview",
        {"amount_minor": 19_750, "lines": [{**part, "amount_minor": 19_750}]},
    )
    # 197 are left of 395 for half of the price: no rounding is in anybody's favour
    assert (preview["points"], preview["from_awards"], preview["owed"]) == (198, 198, 0)
    (reward,) = preview["rewards"]
    assert reward["points"] == 50
    done = club.tell(
        f"/orders/{order['order_id']}/refunds",
        {
            "refund_id": f"{order['order_id']}-r",
            "currency": "SAR",
            "products": [{**part, "price": "197.50"}],
        },
        key=f"refund-{order['order_id']}",
    )
    (brought,) = done["loyalty"]
    assert brought["taken_back"]["points"] == preview["points"]
    assert read_balance(brought) == (2_050 + reward["points"], 395 - preview["points"], 0)

    phone, console = story.portal, story.console
    phone.goto("/me/")
    assert read_numbers(phone.locator(".hero .figure")) == [2_100]
    phone.locator(".hero a").click()
    moved = phone.locator("main ul.rows li")
    expect(moved.filter(has_text=f"−{preview['points']}")).to_have_count(1)
    expect(moved.filter(has_text=REWARDS[story.language])).to_contain_text([f"+{reward['points']}", "−100"])
    story.look(phone, "refunded")
    console.goto(f"/customers/{customer}/")
    panel = console.locator("section:has(#balances-head) li").first
    assert {2_100, 197} <= set(read_numbers(panel))
    panel.locator("a").click()
    expect(console.locator("tbody td.num", has_text=f"−{preview['points']}")).to_have_count(1)
    story.look(console, "refunded-ledger")


def have_a_birthday(story: Story, customer: str) -> None:
    """She says it herself, and that she wants to hear of it; the gift comes by the worker, and by mail."""
    phone, today = story.portal, datetime.now(ZONE).date()
    phone.goto("/me/details/")
    phone.locator("#birth_date").fill(today.replace(year=1992).isoformat())
    phone.locator("main form button[type=submit]").first.click()
    expect(phone.locator("p.note[role=status]")).to_be_visible()
    phone.goto("/me/choices/")
    phone.locator("[name=wanted][value='email.marketing']").check()
    phone.locator("main form button").first.click()
    expect(phone.locator("p.note[role=status]")).to_be_visible()
    story.look(phone, "choices")
    move_joining(customer, -30)
    ask_for_job("celebrate")
    phone.goto("/me/")
    reload_until(phone, phone.locator(".hero .figure", has_text=re.compile("2[,٬]200")))
    story.look(phone, "birthday")
    read_mail(story, GIFT[story.language], "birthday", 100)


def hear_of_an_end(story: Story) -> None:
    """Of what is left of the year before, less what paid the reward, with what its refund put back."""
    ask_for_job("ripen")
    ask_for_job("warn")
    read_mail(story, ENDING[story.language], "ending", 550, story.club.last_day.day)
    phone = story.portal
    phone.goto("/me/")
    phone.locator(".hero a").click()
    row = phone.locator("section:has(#ending) .row", has=phone.get_by_text("550", exact=True))
    assert story.club.last_day.day in read_numbers(row)
    story.look(phone, "ending")


def read_mail(story: Story, subject: re.Pattern[str], name: str, *numbers: int) -> None:
    console = story.console
    console.goto(f"/messages/mailbox/?search={story.email}")
    mail = console.locator("main tbody a", has_text=subject)
    reload_until(console, mail.first)
    expect(mail).to_have_count(1)
    mail.click()
    body = console.frame_locator("main iframe").locator("body")
    expect(body).to_contain_text(str(numbers[0]))
    assert set(numbers) <= set(read_numbers(body))
    assert console.frame_locator("main iframe").locator("html").get_attribute("lang") == story.language
    story.look(console, f"mail-{name}")


def read_timeline(story: Story, customer: str) -> None:
    """Everything of it stands on her page."""
    console = story.console
    console.goto(f"/customers/{customer}/")
    for figure in ("1[,٬]500", "198", "100", "550"):
        reload_until(console, console.locator(".timeline li", has_text=re.compile(figure)).first)
    expect(console.locator(".timeline li", has_text=REWARDS[story.language])).not_to_have_count(0)
    story.look(console, "timeline")


@CROSSED
def test_a_member_joins_earns_rises_redeems_gives_back_and_is_told_what_ends(story: Story):
    story.console.goto(story.club.programme)
    story.look(story.console, "programme")
    customer = join_at_the_till(story)
    buy_last_year(story)
    sign_in_to_the_portal(story)
    buy_before_the_window_closes(story, customer)
    rise(story)
    wait_for_the_window(story)
    order = redeem_in_checkout(story, customer)
    refund_a_part(story, customer, order)
    have_a_birthday(story, customer)
    hear_of_an_end(story)
    read_timeline(story, customer)

    books = subprocess.run([*WAFAA, "books", "check"], env=find_environment(), check=False)
    assert books.returncode == 0
