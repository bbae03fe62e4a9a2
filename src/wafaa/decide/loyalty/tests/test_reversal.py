"""What a refund takes back is the difference to what is left: no way of buying, refunding and telling leaves points behind."""

from datetime import timedelta

import pytest
from tests.build import (
    NOON,
    make_business,
    make_customer,
    make_event,
    make_order,
    make_refund,
    order_event,
    tell,
)

from wafaa.act.points.actions import spend
from wafaa.act.points.checking import check_books
from wafaa.act.points.models import Transfer, Wallet
from wafaa.act.points.rules import Policy
from wafaa.decide.loyalty.actions import change_programme, preview_refund
from wafaa.decide.loyalty.actions.making import Plan
from wafaa.decide.loyalty.models import Earning
from wafaa.decide.loyalty.queries import find_occasions, list_charges
from wafaa.decide.loyalty.rules.refunding import RefundLine
from wafaa.decide.loyalty.tests.build import DAY, SPEND, hold, list_told, make_live
from wafaa.kit import clock
from wafaa.know.customers.actions import merge_customers
from wafaa.know.orders.models import Order
from wafaa.show.console.customers.merging import MOVERS
from wafaa.stream.models import ParkedEvent

pytestmark = pytest.mark.django_db
TEN = [("TEA", 10, "10.00")]


@pytest.fixture(autouse=True)
def books():
    """Whatever a test does, the books agree afterwards."""
    yield
    assert check_books() == []


@pytest.mark.parametrize("policy", ["owe", "forgive"])
def test_points_that_were_spent_before_the_refund_are_owed_or_forgiven(policy):
    make_live(SPEND, policy=policy)
    make_customer("1")
    make_order("A", lines=TEN)
    spend(key="gift", wallet_id=Wallet.objects.get().pk, amount=7, at=NOON + DAY)
    make_refund("R", order="A", lines=TEN, at=NOON + 2 * DAY)

    assert hold() == ({"1": [0, 0, 7]} if policy == "owe" else {})
    make_order("B", lines=TEN, at=NOON + 3 * DAY)  # buying again pays what is owed first
    assert hold() == {"1": [3 if policy == "owe" else 10, 0, 0]}


WORTH = {"points": 20, "minor": 3, "currency": "SAR"}


def count_kept(order):
    charges = list_charges(find_occasions(order.pk).get())
    return [(one.unit, one.points, one.minor, one.currency) for one in charges]


def test_points_that_were_spent_before_the_refund_are_charged_by_what_they_were_worth():
    """What the wallet still has pays first; many small refunds charge what one does."""
    make_live(SPEND, policy="charge", worth=WORTH)
    make_customer("1")
    order = make_order("A", lines=TEN)
    make_order("B", lines=[("TEA", 2, "10.00")])
    spend(key="gift", wallet_id=Wallet.objects.get().pk, amount=9, at=NOON + DAY)

    previewed = preview_refund(order=order, amount_minor=10_000).charges
    assert [(one.points, one.minor, one.currency) for one in previewed] == [(7, 2, "SAR")]  # 1.05 rounded up
    for number in range(10):
        make_refund(f"R{number}", order="A", lines=[("TEA", 1, "10.00")], at=NOON + 2 * DAY)
    assert count_kept(order) == [("points", 7, 2, "SAR")]
    told = [(one.get("charged"), one.get("charge"), one["forgiven"]) for one in list_told("Points Reversed")]
    assert told == [(None, None, 0)] * 3 + [(1, "0.01", 0)] + [(1, "0.00", 0)] * 5 + [(1, "0.01", 0)]
    assert hold() == {}
    make_order("C", lines=TEN, at=NOON + 3 * DAY)
    assert hold() == {"1": [10, 0, 0]}  # nothing is owed


FIXED = {"id": 1, "trigger": "order", "effect": "fixed", "points": 500, "minimum": 8_000, "currency": "SAR"}
TENTH = {"points": 10, "minor": 100, "currency": "SAR"}  # 500 points are SAR 50


def test_no_refund_keeps_more_back_than_it_gives_and_the_rest_is_owed():
    """The first one leaves the minimum, and was paid out; only what the second gives can pay."""
    make_live(FIXED, policy="charge", worth=TENTH)
    make_customer("1")
    order = make_order("A", lines=TEN)
    spend(key="gift", wallet_id=Wallet.objects.get().pk, amount=500, at=NOON + DAY)
    make_refund("R1", order="A", lines=[("TEA", 1, "10.00")], at=NOON + 2 * DAY)
    assert count_kept(order) == []

    previewed = preview_refund(order=order, amount_minor=2_000)
    assert [(one.points, one.minor) for one in previewed.charges] == [(200, 2_000)]
    assert [(one.owed, one.forgiven, one.charged) for one in previewed.taken] == [(300, 0, 200)]
    make_refund("R2", order="A", lines=[("TEA", 2, "10.00")], at=NOON + 2 * DAY)
    assert (count_kept(order), hold()) == ([("points", 200, 2_000, "SAR")], {"1": [0, 0, 300]})


def test_refunds_before_the_programme_charged_pay_nothing():
    programme = make_live(FIXED, worth=TENTH)
    make_customer("1")
    order = make_order("A", lines=TEN)
    spend(key="gift", wallet_id=Wallet.objects.get().pk, amount=500, at=NOON + DAY)
    make_refund("R1", order="A", lines=[("TEA", 1, "10.00")], at=NOON + 2 * DAY)
    change_programme(programme=programme, plan=Plan(policy=Policy.CHARGE), by=None)
    make_refund("R2", order="A", lines=[("TEA", 3, "10.00")], at=NOON + 2 * DAY)
    assert (count_kept(order), hold()) == ([("points", 300, 3_000, "SAR")], {"1": [0, 0, 200]})


def test_a_cancelled_order_pays_a_charge_and_what_nobody_refunds_is_owed():
    make_live(SPEND, policy="charge", worth=TENTH)
    make_customer("1")
    make_order("A", lines=TEN)
    make_order("B", lines=TEN)
    spend(key="gift", wallet_id=Wallet.objects.get().pk, amount=20, at=NOON + DAY)
    cheaper = {"order_id": "A", "currency": "SAR", "products": [{"sku": "TEA", "quantity": 7, "price": "10"}]}
    tell(make_event("Order Updated", properties=cheaper))  # a price put right gives no money back
    assert (count_kept(Order.objects.get(external_id="A")), hold()) == ([], {"1": [0, 0, 3]})

    tell(make_event("Order Cancelled", properties={"order_id": "B"}, at=NOON + 2 * DAY))
    assert count_kept(Order.objects.get(external_id="B")) == [("points", 10, 100, "SAR")]
    assert hold() == {"1": [0, 0, 3]}


def test_a_cancelled_order_pays_with_its_tax_as_well_where_that_comes_on_top():
    make_business(prices_include_tax=False)
    make_live(FIXED, policy="charge", worth={**TENTH, "minor": 250})  # 500 points are SAR 125
    make_customer("1")
    order = make_order("A", lines=TEN, tax="15.00")
    spend(key="gift", wallet_id=Wallet.objects.get().pk, amount=500, at=NOON + DAY)
    tell(make_event("Order Cancelled", properties={"order_id": "A"}, at=NOON + 2 * DAY))
    assert (count_kept(order), hold()) == ([("points", 460, 11_500, "SAR")], {"1": [0, 0, 40]})


def test_points_that_are_worth_next_to_nothing_are_charged_and_nothing_is_parked():
    """A refund could pay for more of them than any number holds."""
    make_live(SPEND, policy="charge", worth={**TENTH, "points": 10**18})
    make_customer("1")
    order = make_order("A", lines=TEN)
    spend(key="gift", wallet_id=Wallet.objects.get().pk, amount=10, at=NOON + DAY)
    make_refund("R", order="A", lines=TEN, at=NOON + 2 * DAY)
    assert (count_kept(order), hold()) == ([("points", 10, 1, "SAR")], {})
    assert not ParkedEvent.objects.exists()


def test_a_refund_in_another_currency_pays_no_charge():
    make_live(SPEND, policy="charge", worth=TENTH)
    make_customer("1")
    order = make_order("A", lines=TEN)
    spend(key="gift", wallet_id=Wallet.objects.get().pk, amount=10, at=NOON + DAY)
    make_refund("R", order="A", currency="USD", lines=TEN, at=NOON + 2 * DAY)
    assert (count_kept(order), hold()) == ([], {"1": [0, 0, 10]})


def test_of_two_programmes_on_one_order_preview_event_and_list_keep_the_same():
    for _ in range(2):
        make_live(SPEND, policy="charge", worth=WORTH)
    make_customer("1")
    order = make_order("A", lines=TEN)
    spend(key="gift", wallet_id=Wallet.objects.get().pk, amount=20, at=NOON + DAY)
    for number, pieces in enumerate((7, 3)):
        previewed = preview_refund(order=order, amount_minor=pieces * 1_000).charges
        make_refund(f"R{number}", order="A", lines=[("TEA", pieces, "10.00")], at=NOON + 2 * DAY)
        told = list_told("Points Reversed")[-2:]
        kept = sum(one.minor for one in previewed), [one["charge"] for one in told]
        assert kept == ((4, ["0.02", "0.02"]), (0, ["0.00", "0.00"]))[number]  # 1.05 of each is rounded up
    assert [one.minor for each in find_occasions(order.pk) for one in list_charges(each)] == [2, 2]


def test_what_has_no_worth_in_money_is_owed_instead_of_charged():
    make_live(SPEND, policy="charge")
    make_customer("1")
    make_order("A", lines=TEN)
    spend(key="gift", wallet_id=Wallet.objects.get().pk, amount=7, at=NOON + DAY)
    make_refund("R", order="A", lines=TEN, at=NOON + 2 * DAY)
    assert hold() == {"1": [0, 0, 7]}


def test_a_cancelled_order_gives_everything_back_and_an_update_gives_what_it_adds():
    make_live(SPEND)
    make_customer("1")
    make_order("A", lines=TEN)
    update = {"order_id": "A", "currency": "SAR", "products": [{"sku": "TEA", "quantity": 15, "price": "10"}]}
    tell(make_event("Order Updated", properties=update))
    assert hold() == {"1": [15, 0, 0]}

    tell(make_event("Order Cancelled", properties={"order_id": "A"}, at=NOON + DAY))
    assert hold() == {}
    assert Earning.objects.get().lefts == [0, 0]  # two awards, the later one taken first


def test_orders_of_a_merged_customer_are_refunded_out_of_the_kept_wallet():
    make_live(SPEND)
    kept, gone = make_customer("1"), make_customer("2")
    make_order("A", customer="2", lines=TEN)
    make_order("B", customer="1", lines=TEN)
    merge = merge_customers(kept=kept, gone=gone, choices={}, movers=MOVERS, by=None)
    assert hold() == {"1": [20, 0, 0]}

    make_refund("R", order="A", customer="2", lines=[("TEA", 6, "10.00")])
    assert hold() == {"1": [14, 0, 0]}
    tell(order_event("A", customer="2", lines=TEN))  # replayed: once only, whoever they are now
    assert hold() == {"1": [14, 0, 0]}
    assert merge.moved["loyalty"]["occasions"]


def test_an_order_that_turns_out_to_be_somebody_elses_earns_for_them():
    make_live(SPEND)
    make_customer("1")
    make_customer("2")
    make_order("A", customer="1", lines=TEN)
    tell(order_event("A", customer="2", lines=TEN))
    assert hold() == {"2": [10, 0, 0]}


def test_the_preview_is_what_then_happens():
    make_live(
        {**SPEND, "pending": "P14D"},
        {"id": 2, "effect": "fixed", "points": 30, "minimum": 5_000, "currency": "SAR"},
    )
    make_customer("1")
    order = make_order("A", lines=[("TEA", 4, "10.00"), ("POT", 1, "60.00")])
    wallet = Wallet.objects.get()
    assert (wallet.active, wallet.pending) == (30, 10)
    spend(key="gift", wallet_id=wallet.pk, amount=20, at=NOON)
    before = Transfer.objects.count()

    preview = preview_refund(
        order=order, amount_minor=6_000, lines=[RefundLine(sku="POT", pieces=1, amount_minor=6_000)]
    )
    said = [(one.rule, one.amount, one.own, one.others, one.owed) for one in preview.taken]
    assert said == [(1, 6, 6, 0, 0), (2, 30, 10, 0, 20)]
    assert Transfer.objects.count() == before

    make_refund("R", order="A", lines=[("POT", 1, "60.00")])
    assert hold() == {"1": [0, 4, 20]}
    back = [(told["rules"], told["points"], told["owed"]) for told in list_told("Points Reversed")]
    assert back == [([one.rule], one.amount, one.owed) for one in preview.taken]


def test_what_is_refunded_without_goods_goes_off_all_of_them_by_share():
    """A third of the money: a third of the points of each rule, whatever goods it asks for."""
    tea = {**SPEND, "id": 2, "skus": ["TEA"], "per": 100}
    make_live(SPEND, tea)
    make_customer("1")
    make_order("A", lines=[("TEA", 1, "30.00"), ("POT", 1, "60.00")])
    assert hold() == {"1": [39, 0, 0]}
    make_refund("R", order="A", lines=[], amount="30.00")
    assert hold() == {"1": [6 + 20, 0, 0]}


def test_pending_points_are_taken_while_they_wait():
    make_live({**SPEND, "pending": "P14D", "lives": "P12M", "lives_to": "month"})
    make_customer("1")
    make_order("A", lines=TEN)
    (told,) = list_told("Points Awarded")
    assert (told["usable_from"], told["expires_at"]) == (
        "2026-03-15T12:00:00+00:00",
        "2027-03-31T21:00:00+00:00",
    )
    with clock.fixed_at(NOON + timedelta(days=3)):
        make_refund("R", order="A", lines=[("TEA", 1, "10.00")])
    assert hold() == {"1": [0, 9, 0]}
