"""What members see and change: their own, and nothing of anybody else's."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.build import make_customer, make_order, make_refund

from wafaa.act.messages.models import Look
from wafaa.act.points.actions import award, make_unit, open_wallets, spend
from wafaa.act.points.models import Wallet
from wafaa.act.vouchers.actions import Greeting, give_code, issue_card, make_pool
from wafaa.act.vouchers.models import Code
from wafaa.act.vouchers.rules import Kind, Terms
from wafaa.decide.asking.tests.build import make_survey
from wafaa.kit import clock
from wafaa.know.consents.queries import may_contact
from wafaa.know.customers.actions import change_profile, merge_customers, undo_merge
from wafaa.know.customers.models import Customer
from wafaa.know.notes.models import Task
from wafaa.listen.surveys.models import Collector, Invitation
from wafaa.show.console.customers.merging import MOVERS
from wafaa.show.portal.models import MemberCard, MemberSession
from wafaa.show.portal.queries import find_card_holder
from wafaa.show.portal.rules import make_card_number, read_card_number
from wafaa.show.portal.tests.build import Phone, open_portal, sign_in
from wafaa.show.privacy.queries import collect_person
from wafaa.show.privacy.rooms import ERASERS

pytestmark = pytest.mark.django_db

SARA, OMAR = "sara@example.com", "omar@example.com"
PAGES = ("/me/", "/me/card/", "/me/orders/", "/me/choices/", "/me/details/", "/me/privacy/")


@pytest.fixture
def sara(portal) -> Customer:
    return make_customer("1", name="سارة علي", email=SARA, phone="+966501234567")


@pytest.fixture
def phone(sara, portal) -> Phone:
    phone = Phone()
    sign_in(phone, SARA, portal)
    return phone


def read(phone: Phone, path: str) -> str:
    response = phone.get(path)
    assert response.status_code == 200, (path, response.status_code)
    return response.content.decode()


@pytest.mark.parametrize("language", ["ar", "en"])
def test_each_page_is_light_and_speaks_both_languages(phone, sara, language):
    make_order("A-1", customer=sara)
    for path in PAGES:
        with CaptureQueriesContext(connection) as queries:
            response = phone.get(f"{path}?language={language}")
        page = response.content.decode()
        assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in page
        assert len(response.content) < 30_000
        assert len(queries) <= 21, [one["sql"] for one in queries]
        assert response["Cache-Control"] == "no-store"
        assert "<style" not in page
        assert " style=" not in page


def test_strangers_are_led_to_the_door(portal):
    for path in PAGES:
        assert Phone().get(path)["Location"] == "/me/sign-in/"


def test_an_order_is_seen_by_whose_it_is(phone, sara):
    omar = make_customer("2", name="Omar", email=OMAR)
    mine, his = make_order("A-1", customer=sara), make_order("B-2", customer=omar)
    make_refund(order=mine, customer=sara)

    assert "A-1" in read(phone, "/me/orders/")
    assert "B-2" not in read(phone, "/me/orders/")
    assert "Given back" in read(phone, f"/me/orders/{mine.uuid}/")
    assert phone.get(f"/me/orders/{his.uuid}/").status_code == 404


def test_forms_inside_need_the_tokens_of_their_own_session(phone, sara, portal):
    other = Phone()
    make_customer("2", name="Omar", email=OMAR)
    sign_in(other, OMAR, portal)
    for form in ({}, other.form, {"form": "é"}):
        assert phone.post("/me/details/", {"name": "Stolen", "language": "en", **form}).status_code == 403
        assert phone.post("/me/out/", form).status_code == 403
    sara.refresh_from_db()
    assert sara.name == "سارة علي"


def test_details_are_changed_and_a_birth_date_is_told_once(phone, sara):
    told = {"name": " Sara  Ali ", "language": "en", **phone.form}
    assert phone.post("/me/details/", {**told, "birth_date": "1990-02-03"}).status_code == 302
    phone.post("/me/details/", {**told, "birth_date": "1991-01-01"})
    assert phone.post("/me/details/", {**told, "name": ""}).status_code == 422

    sara.refresh_from_db()
    assert (sara.name, str(sara.birth_date), sara.language) == ("Sara Ali", "1990-02-03", "en")


def test_choices_hold_at_once(phone, sara):
    phone.post("/me/choices/", {"wanted": ["email.marketing", "email.service", "sms.service"], **phone.form})
    assert may_contact([sara.pk], "email", "marketing") == {sara.pk}
    assert may_contact([sara.pk], "sms", "marketing") == set()

    phone.post("/me/choices/", {"nothing": "1", "wanted": ["email.marketing"], **phone.form})
    assert may_contact([sara.pk], "email", "marketing") == set()
    assert may_contact([sara.pk], "email", "service") == set()


def test_what_one_asks_of_the_shop_becomes_one_task(phone, sara, owner):
    for _ in range(2):
        phone.post("/me/privacy/", {"what": "erasure", **phone.form})
    task = Task.objects.get()
    assert (task.customer, task.assignee) == (sara, owner)
    assert "You asked on" in read(phone, "/me/privacy/")
    phone.post("/me/privacy/", {"what": "everything", **phone.form})
    assert Task.objects.count() == 1


def test_signing_out_ends_here_or_everywhere(phone, sara, portal):
    other, third = Phone(), Phone()
    sign_in(other, SARA, portal)
    sign_in(third, SARA, portal)

    phone.post("/me/out/", phone.form)
    assert (phone.is_inside, other.is_inside) == (False, True)
    other.post("/me/out/everywhere/", other.form)
    assert (other.is_inside, third.is_inside) == (False, False)
    assert MemberSession.objects.count() == 0


def test_a_session_ends_when_unused_or_when_its_address_is_somebody_elses(phone, sara):
    with clock.fixed_at(clock.now() + timedelta(days=59)):
        assert phone.is_inside
    with clock.fixed_at(clock.now() + timedelta(days=59 + 62)):
        assert not phone.is_inside
    assert phone.is_inside
    change_profile(customer=sara, changes={"email": "other@example.com"}, by=None)
    assert not phone.is_inside


def test_who_is_merged_sees_the_other_and_who_is_parted_again_themselves(phone, sara):
    kept = make_customer("2", name="Huda", email=OMAR)
    merge = merge_customers(kept=kept, gone=sara, choices={}, movers=MOVERS, by=None)
    assert "<bdi>Huda</bdi>" in read(phone, "/me/")

    undo_merge(merge=merge, movers=MOVERS, by=None)
    assert "<bdi>سارة</bdi>" in read(phone, "/me/")


def test_a_card_is_random_checked_and_found_in_any_digits(phone, sara):
    read(phone, "/me/card/")
    number = MemberCard.objects.get().number
    arabic = f"{number[:4]} {number[4:]}".translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert find_card_holder(arabic) == sara
    slipped = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert find_card_holder(slipped) is None

    phone.post("/me/card/new/", phone.form)
    assert find_card_holder(number) is None
    assert find_card_holder(MemberCard.objects.get(ended_at=None).number) == sara
    numbers = {make_card_number() for _ in range(500)}
    assert len(numbers) == 500
    assert all(read_card_number(one) == one for one in numbers)

    Look.objects.update_or_create(id=1, defaults={"digits": "arabic"})
    assert not any(
        digit in read(phone, "/me/card/?language=ar").split('class="number"')[1][:40] for digit in "123456789"
    )


def test_erasing_and_handing_out_know_the_portal(phone, sara):
    read(phone, "/me/")
    assert collect_person(sara)["member_sign_ins"][0]["address"] == SARA
    for erase in ERASERS:
        erase(customer_id=sara.pk, distinct_ids=["1"])
    assert not phone.is_inside
    assert (MemberSession.objects.count(), MemberCard.objects.count()) == (0, 0)


def test_surveys_wait_until_they_are_answered(phone, sara):
    survey = make_survey()
    way = Collector.objects.create(survey=survey, kind="email", token="way-1", created_at=clock.now())
    invitation = Invitation.objects.create(
        token="tok-1",
        survey=survey,
        collector=way,
        customer=sara,
        created_at=clock.now(),
        sent_at=clock.now(),
    )
    assert "/s/tok-1/?lang=en" in read(phone, "/me/")

    Invitation.objects.filter(pk=invitation.pk).update(answered_at=clock.now())
    assert "/s/tok-1/" not in read(phone, "/me/")


def test_pages_may_be_framed_by_the_named_sites_alone(phone):
    assert "frame-ancestors 'self'" in phone.get("/me/")["Content-Security-Policy"]
    open_portal(frame_sites=["palm.example/", "https://shop.example"])
    policy = phone.get("/me/sign-in/")["Content-Security-Policy"]
    assert "frame-ancestors 'self' https://palm.example https://shop.example" in policy
    assert "X-Frame-Options" not in phone.get("/me/")


def test_what_one_has_what_is_on_its_way_and_why(phone, sara):
    order = make_order("A-1", customer=sara)
    unit = make_unit(code="points", name={"ar": "نقاط", "en": "points"}, kind="points")
    wallet = open_wallets(unit_id=unit.pk, customer_ids=[sara.pk])[sara.pk]
    now, day = clock.now(), timedelta(days=1)
    cause = {"order": str(order.uuid), "reason": "order"}
    award(key="a", wallet_id=wallet, amount=1200, at=now, expires_at=now + 40 * day, cause=cause)
    award(
        key="b",
        wallet_id=wallet,
        amount=300,
        at=now,
        usable_from=now + 14 * day,
        cause={"reason": "birthday"},
    )
    spend(key="c", wallet_id=wallet, amount=50, at=now, cause={})

    home = read(phone, "/me/")
    assert '<p class="figure"><bdi>1,150</bdi></p>' in home
    assert "<bdi>300</bdi> more come on" in home
    assert "<bdi>1,150</bdi> end on" in home
    page = read(phone, f"/me/history/{Wallet.objects.get().uuid}/")
    told = re.findall(r'<span class="main">(.*?)<small>.*?dir="ltr">(.*?)</bdi>', page)
    assert [(re.sub(r"<.*?>", "", words), amount) for words, amount in told] == [
        ("Used", "−50"), ("For your birthday", "+300"), ("For your order A-1", "+1,200"),
    ]  # fmt: skip
    Look.objects.update_or_create(id=1, defaults={"digits": "arabic"})
    assert "<bdi>١\u066c١٥٠</bdi>" in read(phone, "/me/?language=ar")


def test_what_is_on_its_way_is_told_by_the_day_and_adds_up(phone, sara):
    unit = make_unit(code="points", name={"ar": "نقاط", "en": "Points"}, kind="points")
    wallet = open_wallets(unit_id=unit.pk, customer_ids=[sara.pk])[sara.pk]
    now, day = clock.now().replace(hour=9), timedelta(days=1)
    for number, (amount, days) in enumerate([(1, 1), (2, 1), (4, 2), (8, 3), (16, 4), (32, 5)]):
        usable = now + days * day + number * timedelta(minutes=1)
        award(key=f"w{number}", wallet_id=wallet, amount=amount, at=now, usable_from=usable, cause={})

    told = re.search(r"<bdi>63</bdi> more are on their way\.<br><small>(.*?)</small>", read(phone, "/me/"))
    assert re.findall(r"<bdi>(\d+)</bdi>", told[1]) == ["3", "4", "8", "48"]


def test_own_gift_cards_are_shown_while_something_is_on_them_and_no_present_before_its_day(phone, sara):
    later = Greeting(customer_id=sara.pk, mail_to="s@example.com", mail_at=clock.now() + timedelta(days=3))
    mine = issue_card(key="a", amount_minor=5_000, currency="SAR", greeting=Greeting(customer_id=sara.pk))
    present = issue_card(key="b", amount_minor=9_000, currency="SAR", greeting=later)
    stranger = issue_card(key="c", amount_minor=7_000, currency="SAR")

    home = read(phone, "/me/")
    assert [one.shown in home for one in (mine, present, stranger)] == [True, False, False]
    assert "SAR 50.00" in home.replace("\xa0", " ")


def test_own_codes_are_shown_while_they_can_be_used(phone, sara):
    assert "My codes" not in read(phone, "/me/")
    pool = make_pool(
        name={"ar": "قهوة", "en": "A coffee"},
        terms=Terms(kind=Kind.PERCENT, share_bp=1000),
        pattern="GIFT-######",
        by=None,
    )
    code = give_code(key="1", pool=pool, customer_id=sara.pk)
    assert re.search(rf"<bdi>A coffee</bdi>.*<bdi[^>]*>{code.shown}</bdi>", read(phone, "/me/"))

    Code.objects.update(is_withdrawn=True)
    assert code.shown not in read(phone, "/me/")


def test_a_wallet_of_somebody_else_is_none(phone, sara):
    omar = make_customer("2", name="Omar", email=OMAR)
    unit = make_unit(code="points", name={"en": "points"}, kind="points")
    open_wallets(unit_id=unit.pk, customer_ids=[omar.pk])
    assert phone.get(f"/me/history/{Wallet.objects.get().uuid}/").status_code == 404
