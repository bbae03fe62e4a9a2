"""Builders: pools, their codes, carts."""

import itertools
from datetime import UTC, datetime, timedelta
from decimal import Decimal

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


def assert_counters_are_true() -> None:
    """Every counter says what the uses add up to."""
    for code in Code.objects.all():
        assert code.uses == Use.objects.filter(code=code, state__in=HOLDING).count(), code.text
    for pool in Pool.objects.exclude(uses_max=None):
        assert pool.uses == Use.objects.filter(pool=pool, state__in=HOLDING).count()
    for counter in CustomerCount.objects.all():
        theirs = Use.objects.filter(pool=counter.pool_id, customer=counter.customer_id, state__in=HOLDING)
        assert counter.uses == theirs.count()
