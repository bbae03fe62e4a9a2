"""Caps and budgets: nobody gets past them, a refund gives room back, and a replay takes no more of it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from tests.build import NOON, make_customer, make_order, make_refund, order_event, tell

from wafaa.decide.loyalty.actions import reckon_orders
from wafaa.decide.loyalty.models import Budget, Earning
from wafaa.decide.loyalty.tests.build import DAY, SPEND, hold, make_live
from wafaa.know.orders.models import Order

HOUR = timedelta(hours=1)


def buy(number, riyals, *, customer="1", at=NOON):
    return order_event(number, customer=customer, at=at, lines=[("TEA", 1, f"{riyals}.00")])


def list_targets():
    return list(Earning.objects.order_by("at", "rule").values_list("points", "target"))


@pytest.mark.django_db
def test_a_cap_counts_the_days_of_the_business_and_gives_back_what_a_refund_frees():
    make_live({**SPEND, "cap_points": {"day": 10, "month": 25}})
    make_customer("1")
    evening = NOON + 8 * HOUR  # 23:00 in Riyadh
    tell(buy("A", 60), buy("B", 60, at=evening))  # told at once, counted one after another
    assert list_targets() == [(6, 6), (6, 4)]
    tell(buy("C", 200, at=evening + 2 * HOUR))
    assert list_targets()[2] == (20, 10)

    make_refund("R", order="A", lines=[("TEA", 1, "60.00")])
    tell(buy("B", 60, at=evening))  # heard again: what it did not get then it does not get now
    assert list_targets() == [(0, 0), (6, 4), (20, 10)]
    tell(buy("D", 60, at=evening + HOUR / 2), buy("E", 500, at=NOON + 3 * DAY))
    assert list_targets() == [(0, 0), (6, 4), (6, 6), (20, 10), (50, 5)]
    assert hold() == {"1": [25, 0, 0]}


@pytest.mark.django_db
def test_an_order_that_grows_takes_only_what_is_free_of_the_cap():
    make_live({**SPEND, "cap_points": {"day": 10}})
    make_customer("1")
    tell(buy("A", 60), buy("B", 60, at=NOON + HOUR))
    tell(buy("A", 90))
    assert list_targets() == [(9, 6), (6, 4)]
    make_refund("R", order="B", lines=[("TEA", 1, "60.00")], at=NOON + 2 * HOUR)
    tell(buy("A", 100))
    assert list_targets() == [(10, 7), (0, 0)]  # one more riyal-ten, one more point


@pytest.mark.django_db
def test_uses_count_occasions_that_gave_something():
    make_live({"id": 1, "effect": "fixed", "points": 5, "cap_uses": {"week": 1}})
    make_customer("1")
    tell(buy("A", 10))  # 2026-03-01 is a Sunday, which opens the week
    tell(buy("B", 10, at=NOON + 6 * DAY), buy("C", 10, at=NOON + 7 * DAY))
    assert list_targets() == [(5, 5), (5, 0), (5, 5)]


@pytest.mark.django_db
def test_the_programme_has_caps_of_its_own_over_all_rules_and_multipliers_count():
    double = {"id": 2, "effect": "times", "points": 20_000, "weekdays": [7]}
    make_live(SPEND, double, cap_points={"day": 30})
    make_customer("1")
    tell(buy("A", 100), buy("B", 100, at=NOON + HOUR), buy("C", 100, at=NOON + DAY))
    assert list_targets() == [(10, 10), (10, 10), (10, 10), (10, 0), (10, 10)]


@pytest.mark.django_db
def test_a_budget_is_never_overdrawn_by_many_at_once_and_a_refund_refills_it():
    make_live({**SPEND, "budget_points": 25})
    for number in "123":
        make_customer(number)
    tell(*(buy(number, 100, customer=number) for number in "123"))
    assert (list_targets(), Budget.objects.get().points) == ([(10, 10), (10, 10), (10, 5)], 25)
    make_refund("R", order="1", lines=[("TEA", 1, "100.00")])
    assert Budget.objects.get().points == 15
    make_order("4", customer="3", lines=[("TEA", 1, "300.00")], at=NOON + DAY)
    assert (hold()["3"], Budget.objects.get().points) == ([15, 0, 0], 25)


@pytest.mark.django_db(transaction=True)
def test_who_reckons_at_the_same_moment_gives_each_point_once():
    """Eight connections look at the same orders of two customers, with a cap and a budget."""
    make_live({**SPEND, "cap_points": {"day": 15}, "budget_points": 27})
    orders = []
    for number in "12":
        make_customer(number)
    with_nobody = [buy(f"{number}{place}", 100, customer=number) for number in "12" for place in range(3)]
    tell(*with_nobody)
    Earning.objects.all().delete()
    Budget.objects.update(points=0, uses=0)
    orders = list(Order.objects.order_by("id").values_list("id", flat=True))

    def reckon(place):
        try:
            reckon_orders(order_ids=orders[place % 6 :] + orders[: place % 6], tells=False)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(reckon, range(8)))
    awarded = sum(Earning.objects.values_list("awarded", flat=True))
    assert (awarded, Budget.objects.get().points) == (27, 27)
    assert max(sum(one) for one in _by_member().values()) == 15


def _by_member():
    sums = {}
    for member, target in Earning.objects.values_list("member_id", "target"):
        sums.setdefault(member, []).append(target)
    return sums
