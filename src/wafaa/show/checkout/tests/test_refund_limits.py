"""A refund by staff is what was shown, once; all goods give back all that was paid, and a day's limit is one for every deed."""

from datetime import timedelta

import pytest
from django.urls import reverse
from tests.build import NOON, make_business, make_customer, make_order, order_event
from tests.draining import drain_all

from wafaa.act.points.actions import adjust_as_staff
from wafaa.act.points.checking import check_books
from wafaa.act.points.models import Limit, Unit, Wallet
from wafaa.config.flow import KNOWING
from wafaa.decide.loyalty.tests.build import DAY, SPEND, hold, make_live
from wafaa.decide.rewards.models import Redemption
from wafaa.decide.rewards.tests.build import make_club, make_member, redeem
from wafaa.decide.rewards.tests.test_refunds import make_payment
from wafaa.kit import clock
from wafaa.kit.ids import new_id
from wafaa.kit.text import without_marks
from wafaa.know.orders.models import Order, Refund, RefundLine
from wafaa.show.checkout.models import StaffRefund
from wafaa.show.checkout.refunds import find_left, list_pieces_left
from wafaa.show.checkout.tests.test_refunding import LINES, note, read
from wafaa.stream.actions import record_events
from wafaa.stream.drain import drain_until_quiet
from wafaa.stream.models import ParkedEvent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def books():
    with clock.fixed_at(NOON):
        yield
    assert check_books() == []


@pytest.fixture
def page(client_as, manager):
    manager.language = "en"
    manager.save()
    client = client_as(manager)

    def open_page(order):
        return client, reverse("order-refund", args=[order.uuid])

    return open_page


@pytest.fixture
def order():
    make_live(SPEND)
    make_customer("1")
    return make_order("A", lines=LINES)


@pytest.mark.parametrize(
    "told",
    [
        {"scope": "whole", "shown_left": "10000"},
        {"scope": "amount", "amount": "70"},
        {"scope": "goods", "pieces_1": "3", "pieces_2": "1"},
    ],
)
def test_a_form_sent_again_says_so_whatever_is_left_now(order, page, told):
    client, address = page(order)
    key = new_id()
    assert note(client, address, key=key, **told).status_code == 302
    assert note(client, address, scope="whole").status_code in (302, 422)  # somebody takes the rest
    for _ in range(2):
        again = note(client, address, key=key, **told)
        assert again.status_code == 302
        assert "This refund was noted before." in read(client.get(again["Location"]))
        drain_all()
    assert "another refund before" in read(note(client, address, key=key, scope="amount", amount="1"))
    assert sum(one.amount_minor for one in Refund.objects.all()) == 10_000


def test_what_is_noted_is_what_was_shown(order, page):
    client, address = page(order)
    assert 'name="shown_left" value="10000"' in client.get(address).content.decode()
    assert note(client, address, scope="amount", amount="30").status_code == 302  # a colleague
    refused = note(client, address, scope="whole", shown_left="10000")
    assert refused.status_code == 422
    assert "changed meanwhile: it is SAR 70.00 now" in read(refused)
    assert "Given back: SAR 70.00" in read(refused)
    assert 'name="shown_left" value="7000"' in refused.content.decode()
    done = note(client, address, scope="whole", shown_left="7000")
    assert "The refund of SAR 70.00 was noted." in read(client.get(done["Location"]))


def test_the_same_pieces_come_back_once_also_while_they_are_on_their_way(order, page):
    client, address = page(order)
    part = {"scope": "goods", "pieces_1": "3"}
    assert note(client, address, **part).status_code == 302
    for _ in range(2):
        assert [one.left for one in list_pieces_left(order)] == [1, 1]
        refused = note(client, address, **part)
        words = without_marks(read(refused))
        assert "So many pieces of Product TEA are not left to come back. At most: 1." in words
        drain_all()
    assert note(client, address, scope="goods", pieces_1="1", pieces_2="1").status_code == 302
    drain_all()
    assert (StaffRefund.objects.count(), find_left(order)) == (2, 0)
    assert list(RefundLine.objects.values_list("quantity", flat=True)) == [3, 1, 1]


def test_all_goods_give_back_all_that_was_paid_less_a_discount_and_with_tax_on_top(page):
    make_business(prices_include_tax=False)
    make_live(SPEND)
    make_customer("1")
    lines = [{"sku": "TEA", "quantity": 3, "price": "10.00", "discount": "5.00"}, ("POT", 1, "70.00")]
    order = make_order("A", lines=lines, tax="14.25", discount="5.00")
    client, address = page(order)
    for pieces in ({"pieces_1": "1"}, {"pieces_1": "2", "pieces_2": "1"}):
        assert note(client, address, scope="goods", **pieces).status_code == 302
        drain_all()
    assert [one.amount_minor for one in Refund.objects.order_by("id")] == [958, 9_967]
    assert sorted(RefundLine.objects.values_list("amount_minor", flat=True)) == [833, 1_667, 7_000]
    assert (find_left(order), hold()) == (0, {})


def test_all_goods_give_back_what_points_did_not_pay(page):
    club = make_club()
    member = make_member(club, points=1_000)
    redeem(member, make_payment(club), points=400, order_source="test", order_ref="A")  # 20 riyals
    order = make_order("A", lines=[("TEA", 3, "10.00"), ("POT", 1, "70.00")])
    client, address = page(order)
    goods = {"scope": "goods", "pieces_1": "3", "pieces_2": "1"}
    assert note(client, address, **goods).status_code == 302
    drain_all()
    assert (Refund.objects.get().amount_minor, find_left(order)) == (8_000, 0)
    assert Redemption.objects.get().returned == 400


def test_many_pieces_are_told_to_the_minor_unit(page):
    make_customer("1")
    order = make_order("A", lines=[("NAIL", 300_000, "0.003333366667")])
    assert order.gross_minor == 100_001
    client, address = page(order)
    assert note(client, address, scope="goods", pieces_1="300000").status_code == 302
    drain_all()
    assert RefundLine.objects.get().amount_minor == 100_001


def test_refunds_count_in_the_limits_of_what_is_put_right(order, client_as, agent):
    agent.language = "en"
    agent.save()
    Limit.objects.create(holder="agent", unit=Unit.objects.get(code="points"), per_deed=40, per_day=12)
    client, address = client_as(agent), reverse("order-refund", args=[order.uuid])
    assert note(client, address, scope="amount", amount="50").status_code == 302

    def adjust(amount):
        return adjust_as_staff(
            key=f"test:{amount}",
            wallet_id=Wallet.objects.get(customer__isnull=False).pk,
            amount=amount,
            at=NOON,
            reason="goodwill",
            by=agent,
        )

    assert adjust(8).posting is None  # 5 of 12 are gone
    assert adjust(7).posting is not None
    drain_all()
    with clock.fixed_at(NOON - timedelta(seconds=1)):  # whoever waited for the other has an older time
        refused = note(client, address, scope="amount", amount="10")
    assert "more than your role may put right alone" in read(refused)


def test_what_loyalty_has_not_reckoned_yet_waits(order, page):
    record_events(events=[order_event("B", lines=LINES)])
    drain_until_quiet(KNOWING)
    late = Order.objects.get(external_id="B")
    client, address = page(late)
    assert "still being worked out" in read(note(client, address, scope="whole"))
    drain_all()
    assert note(client, address, scope="whole").status_code == 302


def test_what_means_nothing_to_loyalty_does_not_wait_unless_it_is_parked(page):
    make_live(SPEND)
    make_customer("1")
    order = make_order("A", at=NOON - 2 * DAY, lines=LINES)  # before the programme
    client, address = page(order)
    parked = ParkedEvent.objects.create(
        consumer="decide.loyalty",
        xid=1,
        position=1,
        name="Order Completed",
        distinct_id="1",
        error="no",
        parked_at=NOON,
    )
    assert "still being worked out" in read(note(client, address, scope="whole"))
    parked.delete()
    assert note(client, address, scope="whole").status_code == 302
