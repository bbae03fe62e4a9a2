"""Gift cards in the console: sold, found, topped up, blocked, printed, issued by the shelf and downloaded."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from wafaa.access.audit.models import Change
from wafaa.act.points.checking import check_books
from wafaa.act.vouchers.actions import count_on_card, issue_card
from wafaa.act.vouchers.models import GiftCard
from wafaa.act.vouchers.queries import measure_cards
from wafaa.kit import clock

pytestmark = pytest.mark.django_db
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}
FORM = {"amount": "٥٠", "currency": "SAR", "count": "1", "language": "en", "way": "none"}


@pytest.fixture
def desk(manager, client_as):
    return client_as(manager, **ENGLISH)


def test_a_card_is_sold_found_topped_up_blocked_and_printed(desk):
    told = {**FORM, "key": str(uuid.uuid4()), "recipient": "Sara", "message": "For your new home"}
    for _twice in range(2):
        assert desk.post(reverse("gift-card-new"), told).status_code == 302
    card = GiftCard.objects.get()
    assert (count_on_card(card), card.recipient, card.created_by.email) == (
        5_000,
        "Sara",
        "james@example.com",
    )
    found = desk.post(reverse("gift-card-find"), {"code": card.shown.lower().replace("-", " ")})
    assert found.url == reverse("gift-card", args=[card.uuid])
    wrong = desk.post(reverse("gift-card-find"), {"code": "GC"})
    assert wrong.status_code == 422
    desk.post(reverse("gift-card-add", args=[card.uuid]), {"key": str(uuid.uuid4()), "amount": "2.50"})
    finer = desk.post(
        reverse("gift-card-add", args=[card.uuid]), {"key": str(uuid.uuid4()), "amount": "0.005"}
    )
    assert (finer.status_code, count_on_card(card)) == (422, 5_250)
    page = desk.get(reverse("gift-card", args=[card.uuid])).content.decode()
    assert "For your new home" in page
    sheet = desk.get(reverse("gift-card-print", args=[card.uuid])).content.decode()
    assert "<svg" in sheet
    assert card.shown in sheet
    desk.post(reverse("gift-card-state", args=[card.uuid]), {"state": "blocked"})
    assert GiftCard.objects.get().is_blocked
    deeds = set(Change.objects.values_list("deed", flat=True))
    assert {"issue_gift_card", "top_up_gift_card", "block_gift_card"} <= deeds


def test_a_mail_needs_an_address_and_a_day_to_come(desk):
    sent = {**FORM, "key": str(uuid.uuid4()), "way": "day", "mail_on": "2020-01-01", "count": "2"}
    page = desk.post(reverse("gift-card-new"), sent)
    assert page.status_code == 422
    for words in ("Say where the mail goes.", "A mail brings one card.", "Choose a day from today on."):
        assert words in page.content.decode()
    day = clock.now().date() + timedelta(days=3)
    desk.post(
        reverse("gift-card-new"), {**sent, "count": "1", "mail_on": str(day), "mail_to": "s@example.com"}
    )
    card = GiftCard.objects.get()
    assert (card.mail_to, card.mail_at.hour, card.mailed_at) == ("s@example.com", 6, None)  # nine in Riyadh


def test_many_equal_cards_are_issued_once_and_downloaded(desk, client_as, manager, analyst):
    told = {**FORM, "key": str(uuid.uuid4()), "count": "30"}
    for _twice in range(2):
        page = desk.post(reverse("gift-card-new"), told)
    assert GiftCard.objects.count() == 30
    assert (measure_cards()[0].cards, measure_cards()[0].active) == (30, 150_000)
    assert desk.get(page.url).status_code == 200
    file = b"".join(desk.get(page.url + "export/").streaming_content).decode()
    assert (file.count("GC"), file.count(",50.00,SAR")) == (30, 30)
    assert check_books() == []
    figures = client_as(analyst, **ENGLISH).get(reverse("gift-cards")).content.decode()
    assert "1,500.00" in figures
    assert GiftCard.objects.first().shown not in figures


def test_whoever_may_not_give_cards_away_sees_no_code(client_as, analyst, cashier):
    card = issue_card(key="a", amount_minor=100, currency="SAR")
    for person in (analyst, cashier):
        assert client_as(person).get(reverse("gift-card", args=[card.uuid])).status_code == 403
