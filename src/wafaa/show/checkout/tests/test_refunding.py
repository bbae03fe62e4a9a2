"""In the console: what a refund would undo is what then happens, it counts once, and nobody moves more than their role may."""

import re

import pytest
from django.urls import reverse
from tests.build import NOON, make_customer, make_order
from tests.draining import drain_all

from wafaa.access.audit.models import Change
from wafaa.act.points.actions import spend
from wafaa.act.points.checking import check_books
from wafaa.act.points.models import Limit, Unit, Wallet
from wafaa.decide.loyalty.tests.build import DAY, GOLD_AT_90, SPEND, hold, make_live
from wafaa.decide.tiers.models import Standing
from wafaa.kit import clock
from wafaa.kit.ids import new_id
from wafaa.know.orders.models import Refund
from wafaa.listen.connectors.models import Connection
from wafaa.show.checkout.models import StaffRefund
from wafaa.stream.models import Event

pytestmark = pytest.mark.django_db
LINES = [("TEA", 4, "10.00"), ("POT", 1, "60.00")]
POT = {"id": 2, "effect": "fixed", "points": 30, "minimum": 5_000, "currency": "SAR"}


@pytest.fixture
def order():
    with clock.fixed_at(NOON):
        make_live(SPEND, POT, **GOLD_AT_90)
        make_customer("1")
        yield make_order("A", lines=LINES)
    assert check_books() == []


@pytest.fixture
def page(order, client_as, manager):
    manager.language = "en"
    manager.save()
    return client_as(manager), reverse("order-refund", args=[order.uuid])


def read(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.content.decode()).replace("\xa0", " "))


def note(client, address, *, key=None, **told):
    return client.post(address, {"key": key or new_id(), "reason": "mind", "note": "1", **told})


def test_the_page_tells_what_then_happens(order, page):
    client, address = page
    spend(key="gift", wallet_id=Wallet.objects.get().pk, amount=35, at=NOON)
    assert list(Standing.objects.values_list("tier", flat=True)) == ["gold"]

    whole = read(client.get(address))
    for words in (
        "Given back: SAR 100.00",
        "−40 points",
        "From other amounts that the customer has: 5",
        "paid from what comes next: 35",
        "Gold is lost",
    ):
        assert words in whole
    pot = {"scope": "goods", "pieces_2": "1"}
    partly = read(client.post(address, pot, headers={"HX-Request": "true"}))
    assert "Given back: SAR 60.00" in partly
    assert "−36 points" in partly
    assert "Note the refund" not in partly
    assert (hold(), Refund.objects.count(), Standing.objects.get().tier) == ({"1": [5, 0, 0]}, 0, "gold")

    assert note(client, address, **pot)["Location"] == order.get_absolute_url()
    drain_all()
    refund = Refund.objects.get()
    assert (refund.amount_minor, refund.lines.get().product.sku, refund.order) == (6_000, "POT", order)
    assert (hold(), Standing.objects.get().tier) == ({"1": [0, 0, 31]}, "")
    change = Change.objects.get(deed="tell_refund")
    assert (change.subject, change.after) == ("A", {"amount": "SAR\xa060.00", "reason": "mind"})


GIFT = {"id": 1, "trigger": "order", "effect": "fixed", "points": 500, "minimum": 8_000, "currency": "SAR"}


@pytest.mark.parametrize(
    ("rule", "spent", "told", "kept"),
    [
        (SPEND, 7, {"scope": "whole"}, ("SAR 0.70", "7 points", "SAR 99.30")),
        (GIFT, 450, {"scope": "amount", "amount": "30"}, ("SAR 30.00", "300 points", "SAR 0.00")),
    ],
)
def test_what_is_kept_back_for_points_that_were_spent_is_said_before_and_after(
    client_as, manager, rule, spent, told, kept
):
    """And that the rest is owed: what is taken is the sum of its lines."""
    with clock.fixed_at(NOON):
        make_live(rule, policy="charge", worth={"points": 10, "minor": 100, "currency": "SAR"})
        make_customer("1")
        order = make_order("A", lines=LINES)
    spend(key="gift", wallet_id=Wallet.objects.get().pk, amount=spent, at=NOON)
    manager.language = "en"
    manager.save()
    client, address = client_as(manager), reverse("order-refund", args=[order.uuid])
    shown = read(client.post(address, told, headers={"HX-Request": "true"}))
    words = "Keep {} of it back, for {} of this order spent already. So {} are paid out."
    assert words.format(*kept) in shown
    ways = ("this order gave", "from the money", "comes next", "forgiven")
    amounts = [int(one) for way in ways for one in re.findall(rf"{way}: (\d+)", shown)]
    assert sum(amounts) == int(re.findall(r"−(\d+) points", shown)[0])
    assert len(amounts) == (2 if rule is SPEND else 3)
    done = note(client, address, **told)
    assert f"Pay out {kept[2]} only: {kept[0]} are kept back" in read(client.get(done["Location"]))


def test_a_refund_counts_once_and_never_more_than_was_paid(order, page):
    client, address = page
    key = new_id()
    part = {"scope": "amount", "amount": "٧٠"}
    assert [note(client, address, key=key, **part).status_code for _ in range(2)] == [302, 302]
    assert "another refund before" in read(note(client, address, key=key, scope="amount", amount="1"))
    # on its way, and counted already
    assert "At most: SAR 30.00" in read(note(client, address, scope="amount", amount="30.01"))
    drain_all()
    assert note(client, address, scope="whole").status_code == 302
    drain_all()
    assert [one.amount_minor for one in Refund.objects.order_by("id")] == [7_000, 3_000]
    assert (hold(), Event.objects.filter(name="Order Refunded").count()) == ({}, 2)
    assert "Nothing is left of this order" in read(client.get(address))


def test_what_a_role_moves_has_the_limits_of_the_ledger(order, client_as, agent):
    agent.language = "en"
    agent.save()
    client, address = client_as(agent), reverse("order-refund", args=[order.uuid])
    limit = Limit.objects.create(
        holder="agent", unit=Unit.objects.get(code="points"), per_deed=40, per_day=39
    )
    assert "moves at most: 40 points" in read(client.get(address))
    assert note(client, address, scope="amount", amount="50").status_code == 302
    drain_all()
    refused = note(client, address, scope="whole")  # 5 of the day are gone
    assert (refused.status_code, StaffRefund.objects.count()) == (422, 1)
    assert "more than your role may put right alone (Points: 35)" in read(refused)
    limit.per_day = 45
    limit.save()
    assert note(client, address, scope="whole").status_code == 302


def test_an_order_of_a_connected_shop_is_only_foreseen(page, order):
    client, address = page
    shop = Connection.objects.create(system="salla", label="Shop", created_at=NOON - DAY)
    order.source = shop.source
    order.save()
    shown = read(client.get(address))
    assert "comes from a connected shop" in shown
    assert "−40 points" in shown
    assert "tells its refunds itself" in read(note(client, address, scope="whole"))
    assert StaffRefund.objects.count() == 0
    Connection.objects.update(state=Connection.State.DISCONNECTED)  # it tells nothing more
    assert note(client, address, scope="whole").status_code == 302


def test_the_page_of_an_order_says_what_it_earned_and_what_was_taken_back(order, page):
    client, address = page
    note(client, address, scope="amount", amount="50")
    drain_all()
    shown = read(client.get(order.get_absolute_url()))
    for words in ("What it earned +5 points", "Taken back since: 5 points", "+30 points"):
        assert words in shown
    assert "Rules that gave nothing" not in shown
    small = make_order("Small", lines=[("TEA", 1, "10.00")])
    assert "Rules that gave nothing Points: 30 for each order" in read(client.get(small.get_absolute_url()))
    stranger = make_order("Nobody", customer=None, lines=LINES)
    assert "What it earned" not in read(client.get(stranger.get_absolute_url()))
