"""Codes and uses follow a customer, go back with them, and lose their name when the person is erased."""

import pytest

from wafaa.act.vouchers.actions import (
    VOUCHERS_FOLLOW,
    Greeting,
    erase_customer,
    give_code,
    issue_card,
    redeem,
)
from wafaa.act.vouchers.errors import REFUSALS
from wafaa.act.vouchers.models import Code, CustomerCount, GiftCard, Use
from wafaa.act.vouchers.queries import export_customer
from wafaa.act.vouchers.rules import Reason
from wafaa.act.vouchers.tests.build import list_untrue_counters, make_buyer, make_cart, make_vouchers

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair():
    gone, kept = make_buyer("C1"), make_buyer("C2")
    pool = make_vouchers("A1", "A2", pattern="####-####", customer_uses_max=1)
    redeem(key="a", code="A1", cart=make_cart(), customer_id=gone, order_ref="1001")
    redeem(key="b", code="A2", cart=make_cart(), customer_id=kept)
    give_code(key="own", pool=pool, customer_id=gone)
    greeting = Greeting(customer_id=gone, recipient="Sara", mail_to="sara@example.com")
    issue_card(key="card", amount_minor=500, currency="SAR", greeting=greeting)
    return gone, kept


def test_who_was_two_used_it_twice_and_is_two_again(pair):
    gone, kept = pair
    assert VOUCHERS_FOLLOW.count(gone) == {"vouchers": 1, "voucher_uses": 1, "gift_cards": 1}

    moved = VOUCHERS_FOLLOW.move(gone, kept)

    assert set(Use.objects.values_list("customer", flat=True)) == {kept}
    assert GiftCard.objects.get().customer_id == kept
    counter = CustomerCount.objects.get()
    assert (counter.customer_id, counter.uses) == (kept, 2)
    assert list_untrue_counters() == []
    VOUCHERS_FOLLOW.give_back(kept, gone, moved)
    assert sorted(CustomerCount.objects.values_list("customer", "uses")) == sorted([(gone, 1), (kept, 1)])
    assert Code.objects.get(is_personal=True).customer_id == gone


def test_of_an_erased_person_the_money_stays_and_the_code_is_nobodys(pair):
    gone, kept = pair
    told = export_customer(customer_id=gone, distinct_ids=[])
    assert [one["order_ref"] for one in told["voucher_uses"]] == ["1001"]

    assert erase_customer(customer_id=gone, distinct_ids=[]) == {
        "vouchers": 1,
        "voucher_uses": 1,
        "gift_cards": 1,
    }

    card = GiftCard.objects.get()
    assert (card.customer_id, card.recipient, card.mail_to) == (None, "", "")
    use = Use.objects.get(code__text="A1")
    assert (use.customer_id, use.order_ref, use.given_minor) == (None, "", 2_000)
    own = Code.objects.get(is_personal=True)
    with pytest.raises(REFUSALS[Reason.WITHDRAWN]):
        redeem(key="c", code=own.text, cart=make_cart(), customer_id=kept)
    Code.objects.filter(pk=own.pk).update(is_withdrawn=False)
    with pytest.raises(REFUSALS[Reason.OTHER_CUSTOMER]):
        redeem(key="c", code=own.text, cart=make_cart(), customer_id=kept)
