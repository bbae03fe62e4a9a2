"""Who stands before the till, what they are shown, and who tries numbers."""

import re

import pytest
from tests.build import NOON, make_customer, make_event, make_order, tell

from wafaa.access.limits.models import Allowance
from wafaa.decide.loyalty.models import Programme
from wafaa.decide.loyalty.rules import State
from wafaa.decide.loyalty.tests.build import SPEND, make_live
from wafaa.decide.tiers.tests.build import LEVELS
from wafaa.show.portal.actions import give_card
from wafaa.show.portal.queries import find_present_holder
from wafaa.show.portal.rules import make_proof
from wafaa.show.till.rules import read_amount

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "typed",
    [
        "0501234567", "٠٥٠١٢٣٤٥٦٧", "050 123 4567", "+966501234567", "00966501234567", "966501234567", "501234567",
        "sara@example.com", "1", "١",
    ],
)  # fmt: skip
def test_a_member_is_found_by_phone_as_people_write_it_by_mail_and_by_number(till, sara, typed):
    found = till.find(typed)

    assert (found["state"], found["customer"], found["name"]) == ("one", str(sara.uuid), "Sara")


def test_a_card_finds_its_holder_and_its_proof_lasts_a_moment(till, sara):
    number = give_card(customer=sara).number

    for shown in (number, f"{number[:4]} {number[4:]}", number + make_proof(number, NOON)):
        assert till.find(shown)["customer"] == str(sara.uuid)
    assert find_present_holder(number + make_proof(number, NOON)) == sara
    assert find_present_holder(number) is None
    assert find_present_holder(number + make_proof(number, NOON.replace(hour=11))) is None


def test_several_who_share_a_phone_are_asked_and_a_stranger_may_become_a_member(till, sara):
    other = make_customer("2", name="Ali Omar", phone="+966501234567")

    several = till.find("0501234567")
    assert several["state"] == "several"
    assert str(other.uuid) in several["html"]
    chosen = till.send("find", customer=str(other.uuid), store="RUH-1")[1]
    assert chosen["customer"] == str(other.uuid)
    stranger = till.find("0509999999")
    assert (stranger["state"], stranger["phone"]) == ("none", "+966509999999")
    assert till.find("05")["state"] == "none"


def test_the_greeting_has_points_on_their_way_and_the_cart_left_online(till, sara):
    make_order("A1", lines=[("CUP", 1, "250.00")])
    tell(
        make_event(
            "Product Added",
            properties={"name": "Arabic coffee", "price": "45.00", "quantity": 2, "currency": "SAR"},
            at=NOON.replace(hour=12, minute=1),
        )
    )

    page = " ".join(till.find("0501234567")["html"].split())

    assert "Hello <bdi>Sara</bdi>" in page
    assert '<bdi class="num" dir="ltr">25</bdi></strong> <bdi>points</bdi>' in page
    assert "<bdi>Arabic coffee</bdi>" in page
    assert "90.00" in page
    assert "Sara Ali" not in page  # the next in the queue reads along


def test_the_greeting_names_the_tier_what_it_brings_and_the_way_to_the_next(till, sara):
    silver = {
        "code": "silver", "name": {"en": "Silver circle", "ar": "الفضية"}, "needs": 100_00, "colour": "#999999",
        "benefits": [{"kind": "free_shipping"}, {"kind": "own", "words": {"en": "A coffee on us", "ar": "قهوة علينا"}}],
    }  # fmt: skip
    gold = {"code": "gold", "name": {"en": "Gold circle", "ar": "الذهبية"}, "needs": 500_00}
    make_live({**SPEND, "id": 1}, tier_sets=[{**LEVELS, "tiers": [silver, gold]}])
    till.do("earn", customer=sara.uuid, amount="40")
    assert "60.00 more for Silver circle" in till.find("0501234567")["html"].replace(
        "\N{NO-BREAK SPACE}", " "
    )

    till.do("earn", customer=sara.uuid, amount="140")

    page = till.find("0501234567")["html"]
    assert "<bdi>Silver circle</bdi></strong>" in page
    assert '<bdi class="perk">free shipping</bdi> <bdi class="perk">A coffee on us</bdi>' in page
    assert "320.00 more for Gold circle" in page
    assert "silver" not in page


def test_who_tries_numbers_is_slowed_down_and_who_finds_members_is_not(till, sara):
    for _ in range(35):
        assert till.find("0501234567")["state"] == "one"
    Allowance.objects.all().delete()
    answers = [till.send("find", text=f"05{number:08}", store="RUH-1")[0] for number in range(31)]

    assert answers == [200] * 30 + [429]


def test_a_character_that_nothing_can_be_written_with_is_refused_in_words(till, sara):
    assert till.send("find", text="a\0b")[1]["code"] == "till_unreadable"


def test_a_cashier_stands_only_at_their_own_store(till, sara, cashier):
    assert till.send("find", text="0501234567", store="JED-1")[1]["code"] == "till_store_missing"
    page = till.client.get("/till/").content.decode()
    assert 'data-store="RUH-1"' in page
    assert till.client.get("/till/").headers["Permissions-Policy"].count("camera=(self)") == 1
    cashier.stores.clear()
    assert "data-ready" not in till.client.get("/till/").content.decode()


def test_a_till_without_a_programme_says_that_nothing_is_earned_there(till):
    def look():
        return till.client.get("/till/", HTTP_ACCEPT_LANGUAGE="en").content.decode()

    assert "No loyalty programme is switched on" not in look()
    Programme.objects.update(state=State.PAUSED)
    assert "No loyalty programme is switched on" in look()


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("24.5", "SAR", 2450), ("٢٤٫٥٠", "SAR", 2450), ("24,50", "SAR", 2450), ("1,250", "SAR", 125_000),
        ("1,250.75", "SAR", 125_075), ("1.250,75", "SAR", 125_075), ("١٬٢٥٠", "SAR", 125_000), ("7", "JPY", 7),
        ("1.250", "KWD", 1250), ("1,250", "KWD", None), ("1.250", "SAR", None), ("0", "SAR", None), ("-5", "SAR", None),
        ("12.345", "SAR", None), ("1e5", "SAR", None), ("", "SAR", None), ("1,25,0", "SAR", None), ("9" * 12, "SAR", None),
        ("0508409582", "SAR", None), ("٠٥٠٨٤٠٩٥٨٢", "SAR", None), ("0.5", "SAR", 50),  # a phone is no bill
    ],
)  # fmt: skip
def test_a_bill_is_read_in_digits_of_either_kind_and_never_guessed(typed, currency, minor):
    assert read_amount(typed, currency) == minor


@pytest.mark.parametrize("mark", ["", *"\u00a0\u061c\u200b\u200e\u200f\u202a\u202c\u2066\u2069\ufeff "])
def test_the_browser_lets_through_what_is_read_with_marks_and_spaces_but_no_phone(till, mark):
    pattern = re.search(r'id="amount"[^>]* pattern="([^"]+)"', till.client.get("/till/").content.decode())[1]

    typed = f"{mark}١{mark}٢٥٠٫٧٥{mark}"
    assert (bool(re.fullmatch(pattern, typed)), read_amount(typed, "SAR")) == (True, 125_075)
    assert not re.fullmatch(pattern, f"{mark}0508409582")
