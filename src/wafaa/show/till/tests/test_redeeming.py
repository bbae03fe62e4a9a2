"""Gift cards and codes at the till: whoever holds them, each once, and back again."""

import pytest

from wafaa.act.points.checking import check_books
from wafaa.act.vouchers.actions import count_on_card, issue_card
from wafaa.act.vouchers.models import Use
from wafaa.act.vouchers.rules import Kind
from wafaa.act.vouchers.tests.build import make_vouchers
from wafaa.show.till.models import Deed

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
