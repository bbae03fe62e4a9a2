"""Builders: pools, their codes, carts."""

import itertools
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.build import make_customer

from wafaa.act.vouchers.actions import import_codes, make_pool
from wafaa.act.vouchers.models import Code, CustomerCount, Pool, Use
from wafaa.act.vouchers.queries import HOLDING
from wafaa.act.vouchers.rules import Cart, CartLine, Kind, Terms

NOON = datetime(2026, 11, 22, 9, tzinfo=UTC)  # in Riyadh
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
_numbers = itertools.count(1)


def make_terms(**changes) -> Terms:
    """Twenty riyals off, each code once, unless told otherwise."""
    return Terms(**{"kind": Kind.AMOUNT, "currency": "SAR", "amount_minor": 2_000, **changes})


def make_vouchers(*codes: str, pattern: str = "", **terms) -> Pool:
    """A pool with these codes."""
    pool = make_pool(
        name={"ar": "ترحيب", "en": "Welcome"}, terms=make_terms(**terms), pattern=pattern, by=None
    )
    if codes:
        import_codes(key=f"build-{next(_numbers)}", pool=pool, lines=codes, by=None)
    return pool


def make_cart(total: int = 10_000, *lines: CartLine, **more) -> Cart:
    return Cart(**{"currency": "SAR", "total_minor": total, "lines": lines, **more})


def make_line(sku: str = "MUG", amount: int = 5_000, *, category: str = "", quantity: str = "1") -> CartLine:
    return CartLine(sku=sku, category=category, quantity=Decimal(quantity), amount_minor=amount)


def make_buyer(number: str = "C1") -> int:
    return make_customer(number, at=NOON - DAY).pk


def list_untrue_counters() -> list[str]:
    """Whatever counts something else than the uses add up to."""
    held = Use.objects.filter(state__in=HOLDING).values_list("code_id", "pool_id", "customer_id")
    codes, pools, customers = Counter[Any](), Counter[Any](), Counter[Any]()
    for code, pool, customer in held:
        codes[code] += 1
        pools[pool] += 1
        customers[pool, customer] += 1
    told = [
        *((f"code {one.text}", one.uses, codes[one.pk]) for one in Code.objects.all()),
        *((f"pool {one.pk}", one.uses, pools[one.pk]) for one in Pool.objects.exclude(uses_max=None)),
        *(
            (
                f"customer {one.customer_id} of pool {one.pool_id}",
                one.uses,
                customers[one.pool_id, one.customer_id],
            )
            for one in CustomerCount.objects.all()
        ),
    ]
    return [f"{what} counts {uses}, {holding} are held" for what, uses, holding in told if uses != holding]
