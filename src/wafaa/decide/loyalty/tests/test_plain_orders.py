"""An order whose sums are enough, and rules that speak for themselves, earn what the long way gives."""

import random
from datetime import timedelta

import pytest
from tests.build import NOON, make_customer, order_event, refund_event, tell

from wafaa.act.points.checking import check_books
from wafaa.decide.loyalty.models import Earning, Occasion
from wafaa.decide.loyalty.tests.build import make_live

RULES = 6
# Asks for goods, competes with nobody and gives for every order: with it each order is judged by its goods, among the others.
LONG_WAY = {
    "id": 99,
    "effect": "fixed",
    "points": 1,
    "unit": "stamps",
    "grouping": "alone",
    "not_skus": ["NONE"],
}


def make_rule(dice, number):
    effect = dice.choice(["money", "money", "piece", "fixed"])
    return {
        "id": number,
        "effect": effect,
        "points": dice.randint(1, 30),
        "per": dice.randint(1, 900) if effect == "money" else 1 if effect == "fixed" else dice.randint(1, 3),
        "currency": dice.choice(["SAR", "SAR", "USD"]),
        "before_discounts": dice.random() < 0.4,
        "with_tax": dice.random() < 0.5,
        "with_shipping": dice.random() < 0.5,
        "rounding": dice.choice(["down", "half", "up"]),
        "minimum": dice.choice([None, 5_000]),
        "is_first": dice.random() < 0.2,
        "cap_points": dice.choice([{}, {"day": dice.randint(0, 200)}, {"month": 500}]),
        "cap_uses": dice.choice([{}, {}, {"day": 1}]),
    }


def make_lines(dice):
    skus = ["TEA", "POT", "CUP", "TEA"]
    return [
        {
            "sku": dice.choice(skus),
            "quantity": dice.choice([1, 2, 3, 0.5]),
            "price": str(dice.choice([0, 12.5, 99.99, 240])),
            "discount": dice.choice([0, 0, 5]),
        }
        for _one in range(dice.randint(1, 4))
    ]


def list_earned(programme):
    """Order and rule -> what it earned, by the rules that both have."""
    rows = Earning.objects.filter(occasion__programme=programme).exclude(rule=LONG_WAY["id"])
    found = rows.values_list(
        "occasion__order_id", "rule", "base", "points", "capped", "target", "awarded", "moves", "at"
    )
    return {(order, rule): said for order, rule, *said in found}


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_plain_orders_earn_what_the_long_way_gives(seed):
    dice = random.Random(seed)
    rules = [make_rule(dice, number) for number in range(1, RULES + 1)]
    short, long = make_live(*rules), make_live(*rules, LONG_WAY)
    for number in range(1, 5):
        make_customer(str(number))
    tell(
        *(
            order_event(
                f"O{place}",
                customer=str(dice.randint(1, 4)),
                at=NOON + timedelta(hours=dice.randint(0, 60)),
                lines=make_lines(dice),
                currency=dice.choice(["SAR", "SAR", "USD"]),
                shipping=dice.choice([0, 15]),
                tax=dice.choice([0, 7.5]),
            )
            for place in range(40)
        )
    )
    assert Occasion.objects.filter(programme=long).count() == Occasion.objects.filter(programme=short).count()
    assert list_earned(short) == list_earned(long)
    assert len(list_earned(short)) > 40

    tell(
        *(
            refund_event(
                f"R{place}",
                order=f"O{place}",
                customer=None,
                at=NOON + timedelta(days=4),
                lines=dice.choice([[], [("TEA", 1, "12.50")]]),
                amount=dice.choice([10, 40]),
            )
            for place in range(0, 40, 4)
        )
    )
    assert list_earned(short) == list_earned(long)
    assert check_books() == []
