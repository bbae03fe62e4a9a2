"""Tills that press at the same moment: real connections, the real ledger."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest
from django.db import connection
from tests.build import make_business, make_customer, make_store
from tests.cast import make_staff

from wafaa.access.audit.models import Change
from wafaa.access.staff.rules import Role
from wafaa.act.points.checking import check_books
from wafaa.config.flow import CONSUMERS
from wafaa.decide.loyalty.models import Member
from wafaa.decide.loyalty.tests.build import SPEND, hold, make_live
from wafaa.kit import clock
from wafaa.kit.errors import WafaaError
from wafaa.know.customers.models import Customer
from wafaa.know.orders.models import Order
from wafaa.show.till.actions import do
from wafaa.show.till.models import Deed
from wafaa.show.till.rules import Told
from wafaa.show.till.tests.build import make_deed
from wafaa.stream.drain import drain_until_quiet
from wafaa.stream.models import Event

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 6


@pytest.fixture
def cashier():
    make_business(currency="SAR")
    make_live(SPEND)
    staff = make_staff(Role.CASHIER, email="omar@example.com", name="Omar")
    make_store("RUH-1", staff=[staff])
    yield staff
    connection.close()


def press(staff, *deeds: dict[str, Any]) -> Counter[str]:
    """All at once, each by a connection of its own; "done", "again", or why not."""

    def one(deed: dict[str, Any]) -> str:
        try:
            told = msgspec.convert({**deed, "sent_at": clock.now().isoformat()}, Told)
            return "again" if do(told=told, staff=staff).is_replay else "done"
        except WafaaError as error:
            return error.code
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = Counter(pool.map(one, deeds))
    drain_until_quiet(CONSUMERS)
    return outcomes


def test_one_deed_from_everywhere_at_once_is_done_once(cashier):
    sara = make_customer("1", name="Sara")
    deed = make_deed("earn", store="RUH-1", customer=sara.uuid, amount="100")

    assert press(cashier, *[deed] * AT_ONCE) == {"done": 1, "again": AT_ONCE - 1}
    assert (hold(), Order.objects.count(), Change.objects.filter(via="till").count()) == (
        {"1": [10, 0, 0]},
        1,
        1,
    )


def test_one_receipt_at_several_tills_counts_for_one(cashier):
    people = [make_customer(str(number), name=f"N{number}") for number in range(AT_ONCE)]
    deeds = [make_deed("earn", store="RUH-1", customer=one.uuid, amount="100", receipt="7") for one in people]

    assert press(cashier, *deeds) == {"done": 1, "till_receipt_used": AT_ONCE - 1}
    assert list(hold().values()) == [[10, 0, 0]]


def test_undone_by_several_at_once_it_is_taken_back_once(cashier):
    sara = make_customer("1", name="Sara")
    press(cashier, make_deed("earn", store="RUH-1", customer=sara.uuid, amount="100"))
    earned = Deed.objects.get()

    outcomes = press(cashier, *[make_deed("undo", store="RUH-1", deed=earned.uuid) for _ in range(AT_ONCE)])

    assert outcomes == {"done": 1, "till_undone_already": AT_ONCE - 1}
    assert (hold(), Event.objects.filter(name="Order Cancelled").count(), check_books()) == ({}, 1, [])


def test_one_phone_enrolled_at_several_tills_is_one_member(cashier):
    deeds = [make_deed("enrol", store="RUH-1", phone="0507654321", name="Mona") for _ in range(AT_ONCE)]

    assert press(cashier, *deeds) == {"done": AT_ONCE}
    assert (Customer.objects.filter(merged_into=None).count(), Member.objects.count()) == (1, 1)
