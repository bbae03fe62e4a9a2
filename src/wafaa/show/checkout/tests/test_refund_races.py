"""Two people give back the same order at the same moment: never more than was paid, and each of them once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from tests.build import make_customer, make_order
from tests.cast import make_staff
from tests.draining import drain_all
from tests.racing import close_connections, race

from wafaa.access.staff.rules import Role
from wafaa.act.points.checking import check_books
from wafaa.decide.loyalty.tests.build import SPEND, hold, make_live
from wafaa.kit import clock
from wafaa.kit.errors import WafaaError
from wafaa.kit.ids import new_id
from wafaa.know.orders.models import Refund
from wafaa.show.checkout.actions import refund_as_staff
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
