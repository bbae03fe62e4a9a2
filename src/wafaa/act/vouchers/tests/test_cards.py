"""Gift cards and codes that give credit: what they hold stands in the ledger, once for each key."""

from datetime import timedelta

import pytest

from wafaa.act.points.actions import capture_hold, restore_capture
from wafaa.act.points.errors import TooLittle
from wafaa.act.points.models import Wallet
from wafaa.act.points.queries import find_wallets, get_balance
from wafaa.act.vouchers.actions import (
    block_card,
    count_on_card,
    find_card,
    hold_on_card,
    issue_card,
    redeem,
    roll_back,
    top_up_card,
)
from wafaa.act.vouchers.errors import REFUSALS, CardBlocked, CardMissing, CardMistyped, KeyReused
from wafaa.act.vouchers.models import GiftCard
from wafaa.act.vouchers.rules import Kind, Reason
from wafaa.act.vouchers.tests.build import DAY, NOON, make_buyer, make_vouchers
from wafaa.kit import clock
from wafaa.show.api.tests.calls import call, make_key

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon():
    with clock.fixed_at(NOON):
        yield


def test_a_card_is_issued_topped_up_held_captured_in_part_and_put_back():
    card = issue_card(key="sale-1", amount_minor=10_000, currency="SAR")
    assert issue_card(key="sale-1", amount_minor=10_000, currency="SAR") == card
    with pytest.raises(KeyReused):
        issue_card(key="sale-1", amount_minor=10_001, currency="SAR")
    for _press in range(2):
        top_up_card(key="more", card=card, amount_minor=500)
    assert (GiftCard.objects.count(), count_on_card(card), card.shown[:2]) == (1, 10_500, "GC")

    held = hold_on_card(key="order-1", code=card.shown.lower(), amount_minor=8_000, seconds=600)
    assert hold_on_card(key="order-1", code=card.shown, amount_minor=8_000, seconds=600).uuid == held.uuid
    with pytest.raises(TooLittle):
        hold_on_card(key="order-2", code=card.shown, amount_minor=2_501, seconds=600)
    capture_hold(key="t:c", hold=held.uuid, amount=6_000, at=NOON)
    assert count_on_card(card) == 4_500
    restore_capture(key="t:r", hold=held.uuid, amount=1_000, at=NOON)
    assert count_on_card(card) == 5_500


def test_a_slip_is_told_a_lost_card_is_blocked_and_an_old_one_ends():
    card = issue_card(key="a", amount_minor=100, currency="KWD", expires_at=NOON + DAY)
    with pytest.raises(CardMistyped):
        find_card(card.text[:-1] + ("3" if card.text[-1] != "3" else "4"))
    with pytest.raises(CardMissing):
        find_card("SUMMER")
    block_card(card=card, is_blocked=True)
    with pytest.raises(CardBlocked):
        hold_on_card(key="b", code=card.text, amount_minor=1, seconds=60)
    block_card(card=card, is_blocked=False)
    assert Wallet.objects.get().unit.scale == 3
    with clock.fixed_at(NOON + DAY + timedelta(seconds=1)), pytest.raises(TooLittle):
        hold_on_card(key="b", code=card.text, amount_minor=1, seconds=60)


def test_a_code_gives_credit_to_whoever_is_known_and_takes_it_back():
    make_vouchers("SORRY", kind=Kind.GIFT, amount_minor=5_000)
    customer = make_buyer()
    with pytest.raises(REFUSALS[Reason.CUSTOMER_NEEDED]):
        redeem(key="a", code="SORRY")

    used = redeem(key="a", code="SORRY", customer_id=customer)
    assert redeem(key="a", code="SORRY", customer_id=customer).is_replay

    wallet = find_wallets(customer).get()
    assert (wallet.unit.code, get_balance(wallet.pk, NOON).available) == ("credit-sar", 5_000)
    roll_back(key="b", use=used.use.uuid, amount_minor=2_000)
    roll_back(key="c", use=used.use.uuid)
    assert get_balance(wallet.pk, NOON).available == 0


def test_a_program_sells_asks_and_holds_a_card():
    key = make_key("write")

    def send(path, body):
        return call("POST", f"/v1/gift-cards{path}", body=body, key=key)

    card = send("", {"key": "sale", "amount_minor": 5_000, "currency": "sar"}).json()
    assert card["balance"] == {"amount_minor": 5_000, "currency": "SAR"}
    assert (
        send(f"/{card['id']}/top-up", {"key": "t", "amount_minor": 1}).json()["balance"]["amount_minor"]
        == 5_001
    )
    hold = send("/holds", {"key": "h", "code": card["code"], "amount_minor": 4_000}).json()
    assert hold["amount"]["amount_minor"] == 4_000
    assert send("/balance", {"code": card["code"]}).json()["balance"]["amount_minor"] == 1_001
    assert send("/balance", {"code": "GC"}).json()["code"] == "gift_card_missing"
    assert send(f"/{card['id']}/state", {"is_blocked": True}).json()["is_blocked"] is True
