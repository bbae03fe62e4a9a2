"""Two people give back the same order at the same moment: never more than was paid, and each of them once; and of one person no
two deeds at once are more than one day's.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from tests.build import make_customer, make_order
from tests.cast import make_staff
from tests.draining import drain_all
from tests.racing import close_connections, race

from wafaa.access.staff.rules import Role
from wafaa.act.points.actions import adjust_as_staff
from wafaa.act.points.checking import check_books
from wafaa.act.points.models import Limit, Unit, Wallet
from wafaa.decide.loyalty.tests.build import SPEND, hold, make_live
from wafaa.kit import clock
from wafaa.kit.errors import WafaaError
from wafaa.kit.ids import new_id
from wafaa.know.orders.models import Refund
from wafaa.show.checkout.actions import refund_as_staff
from wafaa.show.checkout.refunds import find_left
from wafaa.show.checkout.rules import Wish

PART, PAID = 3_000, 10_000
PEOPLE, CONNECTIONS = 12, 4


@pytest.mark.django_db(transaction=True)
def test_people_who_refund_at_once_never_give_back_more_than_was_paid():
    make_live(SPEND)
    make_customer("1")
    order = make_order("A", lines=[("POT", 1, "100.00")])
    staff = [
        make_staff(Role.MANAGER, email=f"{number}@example.com", name=f"Manager {number}")
        for number in range(3)
    ]
    keys, now = [new_id() for _ in range(PEOPLE)], clock.now()

    def give_back(number: int) -> str:
        """Every fourth is the key of the one before, sent again."""
        key = keys[number - 1 if number % 4 == 3 else number]
        by = staff[(number - 1 if number % 4 == 3 else number) % len(staff)]
        try:
            is_new = refund_as_staff(
                key=key, order=order, wish=Wish(amount_minor=PART), reason="mind", by=by, at=now
            )
        except WafaaError as error:
            return error.code
        return "noted" if is_new else "noted before"

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        told = race(pool, PEOPLE, give_back)
        close_connections(pool, CONNECTIONS)

    assert told["noted"] == PAID // PART, told
    assert set(told) <= {"noted", "noted before", "refund_too_much"}, told
    drain_all()
    assert [one.amount_minor for one in Refund.objects.all()] == [PART] * (PAID // PART)
    assert hold() == {"1": [1, 0, 0]}
    assert check_books() == []
    connection.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", ["stream", "orders"])
def test_what_arrives_while_it_is_summed_is_neither_lost_nor_counted_twice(manager, table):
    make_customer("1")
    order = make_order("A", lines=[("POT", 1, "100.00")])
    wish = Wish(amount_minor=7_000)
    refund_as_staff(key=new_id(), order=order, wish=wish, reason="mind", by=manager, at=clock.now())
    seen = {"stream": 'FROM "show_checkout_staffrefund"', "orders": 'FROM "know_orders_refund" WHERE'}[table]
    drained = []

    def drain_after(execute, sql, params, many, context):
        found = execute(sql, params, many, context)
        if seen in sql and not drained:
            drained.append(sql)
            with ThreadPoolExecutor(1) as pool:
                pool.submit(drain_all).result()
                close_connections(pool, 1)
        return found

    with connection.execute_wrapper(drain_after):
        assert find_left(order) == PAID - 7_000
    assert drained
    assert Refund.objects.get().amount_minor == 7_000


@pytest.mark.django_db(transaction=True)
def test_a_refund_and_an_adjustment_at_once_share_the_day():
    make_live(SPEND)
    make_customer("1")
    order = make_order("A", lines=[("POT", 1, "100.00")])
    wallet = Wallet.objects.get(customer__isnull=False)
    agent = make_staff(Role.AGENT, email="agent@example.com", name="Agent")
    make_staff(Role.OWNER, email="owner@example.com", name="Owner")
    Limit.objects.create(holder="agent", unit=Unit.objects.get(code="points"), per_deed=3, per_day=3)
    now = clock.now()

    def move(number: int) -> str:
        try:
            if number % 2:
                done = adjust_as_staff(
                    key=f"test:{number}", wallet_id=wallet.pk, amount=3, at=now, reason="goodwill", by=agent
                )
                return "moved" if done.posting else "asked"
            wish = Wish(amount_minor=PART)
            refund_as_staff(key=new_id(), order=order, wish=wish, reason="mind", by=agent, at=now)
        except WafaaError as error:
            return error.code
        return "moved"

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        told = race(pool, CONNECTIONS, move)
        close_connections(pool, CONNECTIONS)
    assert told["moved"] == 1, told
    assert set(told) <= {"moved", "asked", "refund_above_limit"}, told
    connection.close()
