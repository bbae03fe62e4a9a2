"""Gift cards and codes at the till: whoever holds them, each once, and back again."""

import re

import pytest
from tests.build import NOON, make_customer

from wafaa.act.points.checking import check_books
from wafaa.act.points.models import Request, Wallet
from wafaa.act.points.rules import Outcome
from wafaa.act.vouchers.actions import count_on_card, issue_card
from wafaa.act.vouchers.models import Use
from wafaa.act.vouchers.rules import Kind
from wafaa.act.vouchers.tests.build import make_vouchers
from wafaa.decide.loyalty.actions import join
from wafaa.decide.loyalty.models import Programme
from wafaa.decide.rewards.models import Redemption
from wafaa.decide.rewards.tests.build import MINUTE, count, give_points, make_offer
from wafaa.show.portal.actions import give_card
from wafaa.show.portal.rules import make_proof
from wafaa.show.till.models import Deed
from wafaa.show.till.tests.build import make_deed

pytestmark = pytest.mark.django_db


def test_a_gift_card_pays_what_is_on_it_once_and_gets_it_back(till, sara):
    card = issue_card(key="gift", amount_minor=3_000, currency="SAR")
    told = till.send("check", text=card.shown, amount="50", store="RUH-1")[1]["html"]
    assert 'data-use="30.00"' in told

    deed = till.do("code", code=card.shown, amount="30", customer=sara.uuid)
    assert (deed[0], count_on_card(card)) == (201, 0)
    assert till.do("code", code=card.shown, amount="30")[1]["code"] == "balance_too_little"
    till.do("undo", deed=Deed.objects.get().uuid)

    assert (count_on_card(card), check_books()) == (3_000, [])


def test_a_code_takes_its_share_off_the_bill_and_guessing_is_slowed_down(till, sara):
    make_vouchers("AUTUMN26", kind=Kind.PERCENT, amount_minor=0, share_bp=2_000, minimum_minor=5_000)
    code = "AUTUMN26"
    few = till.send("check", text=code, amount="40", store="RUH-1")[1]["html"]
    assert "data-use" not in few
    assert "10.00" in few

    assert till.do("code", code=code, amount="100", customer=sara.uuid)[0] == 201
    use = Use.objects.get()
    assert (use.given_minor, use.customer, use.order_ref) == (2_000, sara, str(Deed.objects.get().uuid))

    answers = [till.send("check", text=f"NONE-{number}", store="RUH-1")[0] for number in range(11)]
    assert answers == [200] * 10 + [429]
    assert till.do("code", code=code, amount="100")[0] == 429


def test_a_reward_needs_the_members_yes_and_comes_back_whole(till, sara, mailbox):
    programme = Programme.objects.get()
    give_points(sara.pk, 100)
    join(programme=programme, customer_id=sara.pk)
    mug = make_offer(programme)
    assert f'data-reward="{mug.uuid}"' in till.find("0501234567")["html"]
    number = give_card(customer=sara).number
    other = give_card(customer=make_customer("2", name="Ali")).number
    told = {"customer": sara.uuid, "reward": mug.uuid}

    wrong = (
        number,
        "",
        "12345",
        other + make_proof(other, NOON),
        number + make_proof(number, NOON - 5 * MINUTE),
    )
    for proof in wrong:
        assert till.do("reward", **told, proof=proof)[1]["code"] == "till_proof_wrong"
    assert (count(sara.pk)[0], Redemption.objects.count()) == (100, 0)

    deed = make_deed("reward", store="RUH-1", **told, proof=number + make_proof(number, NOON))
    assert [till.tell(deed)[0] for _ in range(2)] == [201, 200]
    assert (count(sara.pk)[0], Redemption.objects.count()) == (60, 1)
    till.do("undo", deed=deed["id"])
    assert (count(sara.pk)[0], check_books()) == (100, [])


def test_a_code_that_was_sent_says_yes_once(till, sara, mailbox):
    programme = Programme.objects.get()
    give_points(sara.pk, 100)
    join(programme=programme, customer_id=sara.pk)
    mug = make_offer(programme)
    assert till.send("code", customer=str(sara.uuid), store="RUH-1")[1]["state"] == "sent"
    mailbox.deliver()
    code = re.search(r"\b\d{6}\b", mailbox.mails[-1].get_body(("plain",)).get_content())[0]
    told = {"customer": sara.uuid, "reward": mug.uuid, "proof": code}

    assert till.do("reward", **told)[0] == 201
    assert till.do("reward", **told)[1]["code"] == "till_proof_wrong"
    assert count(sara.pk)[0] == 60


def test_points_are_put_right_within_the_limit_and_above_it_somebody_else_is_asked(till, sara):
    give_points(sara.pk, 10)
    wallet = Wallet.objects.get(customer=sara)
    right = {"customer": sara.uuid, "wallet": wallet.uuid, "key": "goodwill"}

    assert "Put right." in till.do("adjust", **right, amount="٢٠٠")[1]["html"]
    assert "above your limit" in till.do("adjust", **right, amount="201")[1]["html"]
    assert till.do("adjust", **right, amount="1.5")[1]["code"] == "till_count_wrong"
    assert till.do("adjust", **right, amount="-900")[0] == 201  # asked too
    stranger = make_customer("2", name="Ali")
    assert (
        till.do("adjust", **{**right, "customer": stranger.uuid}, amount="5")[1]["code"] == "till_who_missing"
    )
    assert (count(sara.pk)[0], Request.objects.filter(outcome=Outcome.OPEN).count()) == (210, 2)
