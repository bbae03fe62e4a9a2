"""Builders: a live programme, members with points, rewards."""

import itertools
from datetime import timedelta

from tests.build import NOON, make_customer

from wafaa.act.points.actions import award, open_wallets
from wafaa.act.points.models import Unit, Wallet
from wafaa.act.points.queries import get_balance
from wafaa.act.vouchers.actions import make_pool
from wafaa.act.vouchers.actions import redeem as use
from wafaa.act.vouchers.rules import Cart
from wafaa.act.vouchers.rules import Kind as VoucherKind
from wafaa.act.vouchers.rules import Terms as VoucherTerms
from wafaa.decide.loyalty.actions import join
from wafaa.decide.loyalty.tests.build import SPEND, make_live
from wafaa.decide.rewards.actions import confirm, make_reward, place
from wafaa.decide.rewards.models import Redemption, Reward, Stock
from wafaa.decide.rewards.rules import HOLDING, Kind, State
from wafaa.decide.rewards.rules.terms import Money, Terms
from wafaa.kit import clock

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
WORTH = {"points": 100, "minor": 500, "currency": "SAR"}
_numbers = itertools.count(1)


def make_club(**told):
    """A programme with a point for each 10 riyals; 100 points are worth 5 riyals."""
    return make_live(SPEND, **{"worth": WORTH, **told})


def make_member(programme, number="1", *, points=100, at=NOON, unit="points"):
    """Their id."""
    customer = make_customer(number, at=at - DAY)
    with clock.fixed_at(at):
        join(programme=programme, customer_id=customer.pk)
    if points:
        give_points(customer.pk, points, at=at, unit=unit)
    return customer.pk


def give_points(customer_id, points, *, at=NOON, unit="points", ends=None):
    unit_id = Unit.objects.get(code=unit).pk
    wallet = open_wallets(unit_id=unit_id, customer_ids=[customer_id])[customer_id]
    award(key=f"test:{next(_numbers)}", wallet_id=wallet, amount=points, at=at, expires_at=ends)


def make_terms(**changes):
    """A mug for 40 points, unless told otherwise."""
    told = {"name": {"en": "Mug", "ar": "كوب"}, "kind": Kind.PRODUCT, "sku": "MUG", "points": 40}
    return Terms(**{**told, **changes})


def make_offer(programme, *, pool=None, state=State.LIVE, **changes):
    return make_reward(programme=programme, terms=make_terms(**changes), pool=pool, state=state, by=None)


def make_amount_off(programme, minor=500, *, points=100, **changes):
    """Money off an order."""
    return make_offer(
        programme, kind=Kind.AMOUNT, points=points, moneys={"SAR": Money(value=minor)}, sku="", **changes
    )


def make_code(programme, **changes):
    """A code of 5 riyals off, of a pool."""
    terms = VoucherTerms(kind=VoucherKind.AMOUNT, currency="SAR", amount_minor=500)
    pool = make_pool(name={"en": "Five"}, terms=terms, pattern="FIVE-######", by=None)
    return make_offer(programme, kind=Kind.CODE, sku="", pool=pool, **changes)


def make_card(programme):
    """A gift card of 25 riyals."""
    return make_offer(programme, kind=Kind.CARD, sku="", moneys={"SAR": Money(value=2_500)})


def use_code(redemption, **told):
    """The code that it gave."""
    key, cart = f"test:{next(_numbers)}", Cart(currency="SAR", total_minor=900)
    whose = {"code": redemption.voucher.text, "customer_id": redemption.customer_id}
    return use(key=key, cart=cart, **whose, **told).use


def redeem(customer_id, reward, *, key="", at=NOON, **told):
    """Placed and confirmed."""
    key = key or f"test:{next(_numbers)}"
    placing = {name: told.pop(name) for name in ("points", "store", "currency") if name in told}
    placed = place(key=key, customer_id=customer_id, reward_id=reward.pk, at=at, **placing)
    return confirm(key=key, redemption_id=placed.pk, at=at, **told)


def count(customer_id, *, at=NOON, unit="points"):
    """(available, held) of a member."""
    wallet = Wallet.objects.get(customer=customer_id, unit__code=unit)
    balance = get_balance(wallet.pk, at)
    return balance.available, balance.held


def assert_stock_is_true(reward: Reward, start: int) -> None:
    """What is left and what is held are what was there."""
    held = Redemption.objects.filter(reward=reward, state__in=HOLDING).count()
    assert Stock.objects.get(reward=reward).remaining == start - held
