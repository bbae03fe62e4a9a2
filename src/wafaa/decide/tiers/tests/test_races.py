"""Many judge the same members at once, by connections of their own: each tier is reached once and told once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from tests.build import NOON, make_customer

from wafaa.decide.loyalty.actions import reckon_orders
from wafaa.decide.loyalty.models import Member
from wafaa.decide.loyalty.tests.build import DAY, list_told
from wafaa.decide.tiers.actions import judge_due, judge_members, place_members
from wafaa.decide.tiers.tests.build import LEVELS, find_tiers, list_history, make_live
from wafaa.kit import clock
from wafaa.know.orders.models import Order

pytestmark = pytest.mark.django_db(transaction=True)
MEMBERS = 6


def test_two_workers_and_the_job_judge_the_same_members():
    make_live({**LEVELS, "stays": "window", "lasts": "P3M"})
    for number in range(MEMBERS):
        customer = make_customer(str(number))
        Order.objects.create(
            source="test", external_id=f"o{number}", customer=customer, ordered_at=NOON, currency="SAR", counted=True,
            counted_lines=1, gross_minor=100_00,
        )  # fmt: skip
    with clock.fixed_at(NOON + DAY):
        reckon_orders(order_ids=list(Order.objects.values_list("pk", flat=True)))
    members = list(Member.objects.values_list("pk", flat=True))
    orders = list(Order.objects.values_list("pk", flat=True))

    def do(number):
        try:
            with clock.fixed_at(NOON + DAY + timedelta(days=200 * (number // 8))):
                match number % 4:
                    case 0:
                        judge_members(member_ids=members)
                    case 1:
                        judge_members(member_ids=reversed(members))
                    case 2:
                        reckon_orders(order_ids=orders)
                    case _:
                        place_members()
                        judge_due()
        finally:
            connection.close()

    for wave in range(2):
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(do, range(8 * wave, 8 * wave + 8)))

    assert set(find_tiers().values()) == {""}
    assert sorted(list_history()) == ["->silver reached"] * MEMBERS + ["silver>- ended"] * MEMBERS
    assert len(list_told("Tier Changed")) == 2 * MEMBERS
