"""Many give from one budget at once, by connections of their own: exactly as many as it holds, and none waits in a circle."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connection

from wafaa.access.staff.models import Staff
from wafaa.act.points.checking import check_books
from wafaa.decide.gifts import actions
from wafaa.decide.gifts.errors import BudgetSpent, RequestDecided
from wafaa.decide.gifts.models import Gift
from wafaa.decide.gifts.rules import RuleKind, State
from wafaa.decide.gifts.tests.build import get_spent, give, make_budget, make_points, make_rule
from wafaa.know.customers.models import Customer
from wafaa.know.orders.models import Order

pytestmark = pytest.mark.django_db(transaction=True)
OLD = datetime(2020, 1, 1, tzinfo=UTC)


def at_once(deeds):
    def do(deed):
        try:
            deed()
            return "done"
        except (BudgetSpent, RequestDecided) as refused:
            return refused.code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(do, deeds))


def test_employees_approvers_and_orders_at_once_never_overspend(owner, manager, agent):
    budget = make_budget(owner, per_month=1_050, per_staff=500)
    present = make_points(budget, owner)
    customers = [Customer.objects.create(external_id=str(n), created_at=OLD) for n in range(12)]
    rule = make_rule(present, owner, RuleKind.ORDER_ABOVE, minimum_minor=1, currency="SAR")
    asked = [give(make_points(budget, owner, 501), customers[0], agent)]
    assert asked[0].state == State.ASKED
    actions.decline_gift(gift=asked[0].uuid, by=owner, at=OLD)
    orders = [
        Order.objects.create(
            source="test", external_id=str(n), customer=customers[n], ordered_at=rule.started_at, currency="SAR",
            counted=True, counted_lines=1, gross_minor=100,
        )
        for n in range(12)
    ]  # fmt: skip

    def by_hand(number):
        return lambda: give(
            present, customers[number], agent if number % 2 else manager, key=f"race {number}"
        )

    def by_rule(number):
        # in opposite orders
        pair = [orders[number], orders[-1 - number]]
        return lambda: actions.apply_orders(order_ids=[one.pk for one in pair])

    told = at_once(
        [*(by_hand(n) for n in range(12)), *(by_rule(n) for n in range(6)), by_hand(3), by_rule(2)]
    )
    assert set(told) <= {"done", "gift_budget_spent"}
    assert Gift.objects.filter(state=State.GIVEN).count() == 10
    assert get_spent(budget) == 1_000
    assert Gift.objects.filter(rule=rule).count() == 12  # each order once, given or missed
    assert check_books() == []


def test_of_two_who_approve_one_gives(owner, manager, agent):
    present = make_points(make_budget(owner, per_staff=0), owner)
    customer = Customer.objects.create(external_id="1", created_at=OLD)
    asked = give(present, customer, agent)
    others = [owner, manager, *(Staff.objects.create(email=f"{n}@e.com", role="manager") for n in range(4))]

    def approve(person):
        return lambda: actions.approve_gift(gift=asked.uuid, by=person, at=asked.asked_at)

    told = at_once([approve(one) for one in others])
    assert (told.count("done"), told.count("request_decided")) == (1, 5)
    assert get_spent(present.budget) == 100
