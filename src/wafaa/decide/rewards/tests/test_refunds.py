"""What was paid with points earns nothing; what is refunded gives back what was spent, never more, however often it is told."""

import pytest
from django.urls import reverse
from tests.build import NOON, make_event, make_order, make_refund, tell

from wafaa.access.audit.models import Change
from wafaa.act.points.actions import spend
from wafaa.act.points.checking import check_books
from wafaa.act.vouchers.actions import roll_back
from wafaa.decide.loyalty.models import PaidPart
from wafaa.decide.loyalty.tests.build import list_told
from wafaa.decide.rewards.actions import place, return_orders, take_back
from wafaa.decide.rewards.actions.redeeming import read_redemption
from wafaa.decide.rewards.errors import REFUSALS
from wafaa.decide.rewards.models import Redemption
from wafaa.decide.rewards.queries import count_heeds, list_redemptions
from wafaa.decide.rewards.rules import Kind, Reason, Returning, Standing
from wafaa.decide.rewards.tests.build import (
    DAY,
    count,
    give_points,
    make_amount_off,
    make_card,
    make_club,
    make_code,
    make_member,
    make_offer,
    redeem,
    use_code,
)
from wafaa.kit import clock
from wafaa.know.customers.actions import merge_customers
from wafaa.know.customers.models import Customer
from wafaa.know.orders.models import Order
from wafaa.show.console.customers.merging import MOVERS

pytestmark = pytest.mark.django_db
HUNDRED = [("TEA", 10, "10.00")]
HALF = [("TEA", 5, "10.00")]


@pytest.fixture(autouse=True)
def books():
    with clock.fixed_at(NOON):
        yield
    assert check_books() == []


@pytest.fixture
def club():
    return make_club()


@pytest.fixture
def member(club):
    return make_member(club, points=1_000)


def make_payment(club):
    """100 points are 5 riyals; in steps of 20."""
    return make_offer(club, kind=Kind.PAYMENT, sku="", points=20, returning=Returning.SHARE)


def pay(member, club, *, points=400, ref="A"):
    """20 riyals of order A."""
    return redeem(member, make_payment(club), points=points, order_source="test", order_ref=ref)


def test_what_is_paid_with_points_earns_nothing_whichever_comes_first(club, member):
    one = pay(member, club)  # before the order is known
    assert (one.value_minor, PaidPart.objects.count()) == (2_000, 0)
    order = make_order("A", lines=HUNDRED)
    assert PaidPart.objects.get().amount_minor == 2_000
    assert count(member) == (608, 0)  # a point for each 10 of 80 riyals

    make_order("B", lines=HUNDRED)
    redeem(member, make_payment(club), points=200, order_id=Order.objects.get(external_id="B").pk)
    assert count(member) == (608 - 200 + 9, 0)
    assert order.pk


def test_half_a_refund_gives_half_the_points_back_and_small_refunds_all_of_them(club, member):
    pay(member, club)
    make_order("A", lines=HUNDRED)
    make_refund("R", order="A", lines=HALF)
    assert count(member) == (600 + 200 + 4, 0)
    for number in range(5):
        make_refund(f"R{number}", order="A", lines=[], amount="8.00")  # of money that was paid
    one = Redemption.objects.get()
    assert (count(member), one.standing) == ((1_000, 0), Standing.RETURNED)
    assert sum(told["points"] for told in list_told("Reward Returned")) == 400

    return_orders(order_ids=[one.order_id], at=NOON)
    tell(make_event("Order Cancelled", properties={"order_id": "A"}))
    assert count(member) == (1_000, 0)


def test_other_rewards_come_back_with_the_whole_order_only(club, member):
    mug = make_offer(club, stock=1)
    redeem(member, mug, order_source="test", order_ref="A")
    never = make_offer(club, points=10, returning=Returning.NEVER)
    redeem(member, never, order_source="test", order_ref="A")
    make_order("A", lines=HUNDRED)
    make_refund("R", order="A", lines=HALF)
    assert count(member) == (950 + 5, 0)
    tell(make_event("Order Cancelled", properties={"order_id": "A"}))
    assert count(member) == (990, 0)
    mug.refresh_from_db()
    assert mug.stock.remaining == 1


def test_what_a_hand_gave_back_is_not_given_again_and_earns(club, member):
    one = pay(member, club)
    make_order("A", lines=HUNDRED)
    take_back(key="till", redemption_id=one.pk, amount=200, at=NOON)  # and 10 riyals were paid instead
    assert (PaidPart.objects.get().amount_minor, count(member)) == (1_000, (800 + 9, 0))
    make_refund("R", order="A", lines=HALF)
    assert count(member) == (800 + 4, 0)
    tell(make_event("Order Cancelled", properties={"order_id": "A"}))
    assert (count(member), PaidPart.objects.get().amount_minor) == ((1_000, 0), 2_000)


def test_money_off_is_off_the_order_already(club, member):
    redeem(member, make_amount_off(club, 2_000, points=400), order_source="test", order_ref="A")
    make_order("A", lines=[{"sku": "TEA", "quantity": 10, "price": "10.00", "discount": "20.00"}])
    assert PaidPart.objects.count() == 0
    make_refund("R", order="A", lines=[], amount="80.00")
    assert count(member) == (1_000, 0)


def test_a_payment_has_steps_and_is_never_more_than_the_cart(club, member):
    payment = make_payment(club)
    for points, cart in ((30, None), (0, 500), (400, 1_999)):
        with pytest.raises(REFUSALS[Reason.STEP]):
            place(
                key="p",
                customer_id=member,
                reward_id=payment.pk,
                points=points or 10,
                cart_minor=cart,
                at=NOON,
            )


def test_redemptions_follow_a_merge_and_points_come_back_to_who_is_kept(club, member):
    pay(member, club)
    make_order("A", lines=HUNDRED)
    other = make_member(club, "2", points=0)
    gone, kept = Customer.objects.get(pk=member), Customer.objects.get(pk=other)
    merge_customers(gone=gone, kept=kept, choices={}, by=None, movers=MOVERS)
    make_refund("R", order="A", lines=HUNDRED, customer="2", at=NOON + DAY)
    from wafaa.act.points.actions import follow_merged

    follow_merged()
    assert count(other) == (1_000, 0)
    assert Redemption.objects.get().customer_id == other


def test_lots_that_ended_meanwhile_live_on_for_a_while(club):
    member = make_member(club, points=0)
    give_points(member, 400, ends=NOON + DAY)
    pay(member, club)
    make_order("A", lines=HUNDRED)
    with clock.fixed_at(NOON + 5 * DAY):
        make_refund("R", order="A", lines=HUNDRED, at=NOON + 5 * DAY)
        assert count(member, at=NOON + 5 * DAY) == (400, 0)
    assert count(member, at=NOON + 20 * DAY) == (0, 0)


def test_what_was_handed_out_is_seen_to_by_staff_once_its_order_is_refunded_whole(
    club, member, client_as, manager
):
    manager.language = "en"
    manager.save()
    client = client_as(manager)
    one = redeem(member, make_offer(club, returning=Returning.NEVER), order_source="test", order_ref="A")
    redeem(member, make_amount_off(club, 2_000), order_source="test", order_ref="A")  # nothing to bring back
    make_order("A", lines=HUNDRED)
    make_refund("R", order="A", lines=HALF)
    assert count_heeds() == 0

    tell(make_event("Order Cancelled", properties={"order_id": "A"}))
    page = reverse("redemption", args=[one.uuid])
    assert (count_heeds(), [each.pk for each in list_redemptions(needs_heed=True)]) == (1, [one.pk])
    shown = client.get(page).content.decode()
    assert "this was handed out already" in shown
    assert "1 redemption, its order refunded" in shown
    assert "1</bdi> was handed out" in client.get(reverse("redemptions")).content.decode()
    heeded = client.get(reverse("redemptions"), {"heed": "1"}).content.decode()
    assert 'name="heed" value="1"' in heeded  # and stays while one searches in it

    assert client.post(page, {"deed": "seen"}).status_code == 302
    return_orders(order_ids=[Redemption.objects.get(pk=one.pk).order_id], at=NOON)
    assert count_heeds() == 0
    assert Change.objects.filter(deed="see_to_redemption", staff_id=manager.pk).count() == 1


def test_what_was_used_keeps_its_points_until_that_use_is_taken_back(
    club, member, client_as, manager, django_assert_num_queries
):
    manager.language = "en"
    manager.save()
    client = client_as(manager)
    code, card = (
        redeem(member, each, order_source="test", order_ref="A")
        for each in (make_code(club), make_card(club))
    )
    gone = make_code(club, returning=Returning.NEVER)  # what it cost never comes back
    use_code(redeem(member, gone, order_source="test", order_ref="A"))
    use = use_code(code, order_ref="A")
    spend(key="card", wallet_id=card.card.wallet_id, amount=100, at=NOON)
    order = make_order("A", lines=HUNDRED)
    tell(make_event("Order Cancelled", properties={"order_id": "A"}))
    assert (count(member), count_heeds()) == ((1_000 - 3 * 40, 0), 2)
    shown = client.get(reverse("redemption", args=[code.uuid])).content.decode()
    assert ("its points did not come back" in shown, "The points came back" in shown) == (True, False)
    with django_assert_num_queries(1):
        assert read_redemption(card.pk).card.wallet.active == 2_400

    roll_back(key="back", use=use.uuid)
    take_back(key="some", redemption_id=code.pk, amount=10, at=NOON)
    assert count_heeds() == 2
    take_back(key="all", redemption_id=code.pk, at=NOON)
    return_orders(order_ids=[order.pk], at=NOON)
    assert (count(member), [one.pk for one in list_redemptions(needs_heed=True)]) == ((920, 0), [card.pk])
