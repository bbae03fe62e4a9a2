"""Members see what they can have and what is missing, redeem in two taps, show a code, and see their stamps."""

import re

import pytest
from tests.build import make_customer

from wafaa.act.points.models import Wallet
from wafaa.decide.loyalty.actions import make_programme, publish
from wafaa.decide.rewards.actions import confirm
from wafaa.decide.rewards.models import Redemption
from wafaa.decide.rewards.rules import Kind, Standing
from wafaa.decide.rewards.rules.terms import Money
from wafaa.decide.rewards.tests.build import count, give_points, make_club, make_member, make_offer
from wafaa.kit import clock
from wafaa.know.customers.models import Customer
from wafaa.show.portal.tests.build import Phone, sign_in

pytestmark = pytest.mark.django_db
SARA = "sara@example.com"


@pytest.fixture
def club(portal):
    return make_club()


@pytest.fixture
def sara(portal, club) -> int:
    make_customer("1", name="Sara Ali", email=SARA)
    return make_member(club, at=clock.now())


@pytest.fixture
def phone(sara, portal) -> Phone:
    phone = Phone()
    sign_in(phone, SARA, portal)
    return phone


def read(phone, path) -> str:
    response = phone.get(path)
    assert response.status_code == 200, (path, response.status_code)
    told = re.sub("</?bdi[^>]*>", "", response.content.decode())
    return told.translate({0x2066: None, 0x2068: None, 0x2069: None, 0xA0: " "})


def test_two_taps_redeem_and_a_code_is_shown_until_it_is_used(phone, sara, club):
    mug = make_offer(club, stock=1)
    make_offer(club, points=130, name={"en": "Grand prize"})
    page = read(phone, "/me/rewards/")
    assert page.index("What you can have now") < page.index("Mug") < page.index("What you could have next")
    assert "Still missing: 30 points" in page
    assert '<progress max="130" value="100"' in page
    assert "You can have 1 now" in read(phone, "/me/")

    path = f"/me/rewards/{mug.uuid}/"
    key = re.search(r'name="key" value="([^"]+)"', read(phone, path))[1]
    for _press in range(2):
        answer = phone.post(path, {**phone.form, "key": key})
    one = Redemption.objects.get()
    assert answer["Location"] == f"/me/redemptions/{one.uuid}/"
    assert (one.standing, count(sara, at=clock.now())) == (Standing.PLACED, (60, 40))
    shown = read(phone, answer["Location"])
    assert one.shown in shown
    assert "<svg" in shown
    assert "Ready to be used" in read(phone, "/me/rewards/")

    history = read(phone, f"/me/history/{Wallet.objects.get().uuid}/")
    assert "Redeemed" in history
    assert "Mug" in history

    confirm(key="till", redemption_id=one.pk, at=clock.now())
    used = read(phone, answer["Location"])
    assert "This reward was used" in used
    assert one.shown not in used


def test_given_up_everything_is_back_and_nobody_touches_what_is_not_theirs(phone, sara, club, portal):
    mug = make_offer(club, stock=1)
    phone.post(f"/me/rewards/{mug.uuid}/", {**phone.form, "key": "one"})
    one = Redemption.objects.get()
    make_customer("2", email="omar@example.com")
    make_member(club, "2", at=clock.now())
    other = Phone()
    sign_in(other, "omar@example.com", portal)
    assert other.get(f"/me/redemptions/{one.uuid}/").status_code == 404
    assert other.post(f"/me/redemptions/{one.uuid}/give-up/", other.form).status_code == 404
    phone.post(f"/me/redemptions/{one.uuid}/give-up/", phone.form)
    one.refresh_from_db()
    assert (one.standing, count(sara, at=clock.now())) == (Standing.CANCELLED, (100, 0))


def test_paying_with_points_and_gift_cards(phone, sara, club):
    give_points(sara, 2_000, at=clock.now())
    large = make_offer(club, kind=Kind.PAYMENT, sku="", points=1_000)
    assert '<option value="2000">' in read(phone, f"/me/rewards/{large.uuid}/")
    payment = make_offer(club, kind=Kind.PAYMENT, sku="", points=20)
    card = make_offer(club, kind=Kind.CARD, sku="", points=40, moneys={"SAR": Money(value=1_000)})
    assert "SAR 8.00 · 160 points" in read(phone, f"/me/rewards/{payment.uuid}/")
    phone.post(f"/me/rewards/{payment.uuid}/", {**phone.form, "key": "a", "points": "160"})
    phone.post(f"/me/rewards/{card.uuid}/", {**phone.form, "key": "b"})
    paid, given = Redemption.objects.order_by("id")
    assert (paid.points, paid.value_minor, paid.standing) == (160, 800, Standing.PLACED)
    assert given.standing is Standing.CONFIRMED
    assert given.card.shown in read(phone, f"/me/redemptions/{given.uuid}/")
    dear = make_offer(club, points=9_000)
    refused = phone.post(f"/me/rewards/{dear.uuid}/", {**phone.form, "key": "c"})
    assert (refused.status_code, "Still missing" in refused.content.decode()) == (422, True)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_stamps_are_drawn_as_a_card_with_so_many_places(phone, sara, language):
    cafe = make_programme(name={"en": "Cafe", "ar": "المقهى"}, by=None, preset="cafe")
    publish(programme=cafe, by=None)
    cafe.refresh_from_db()
    make_member(cafe, points=7, unit="stamps", at=clock.now())
    for path in ("/me/rewards/", "/me/"):
        page = read(phone, f"{path}?language={language}")
        assert len(re.findall(r'<li class="has', page)) == 7
        assert len(re.findall(r'<ol class="stamps"', page)) == 1
        assert " style=" not in page
    assert Customer.objects.count() == 1
