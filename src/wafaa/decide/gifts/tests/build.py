"""Builders: a budget, what is given from it, rules."""

import uuid
from datetime import UTC, datetime

from wafaa.act.points.actions import make_unit
from wafaa.act.points.models import Unit
from wafaa.act.points.queries import find_wallets, get_balance
from wafaa.act.points.rules import UnitKind
from wafaa.decide.gifts import actions
from wafaa.decide.gifts.models import Budget, Month, Present, Rule
from wafaa.decide.gifts.queries import count_spent
from wafaa.decide.gifts.rules import GiftKind, RuleKind, find_month
from wafaa.kit import clock

NOON = datetime(2026, 3, 10, 9, tzinfo=UTC)
EVERYBODY = ["owner", "manager", "branch_manager", "agent", "cashier"]
NAME = {"ar": "رعاية", "en": "Care"}


def get_points() -> Unit:
    return make_unit(code="points", name={"ar": "نقاط", "en": "points"}, kind=UnitKind.POINTS)


def make_budget(by, *, per_month: int = 1_000, in_money: bool = False, **limits) -> Budget:
    told = {"per_month": per_month, "per_staff": None, "per_customer": None, "roles": EVERYBODY, **limits}
    measure = {"currency": "SAR"} if in_money else {"unit": get_points()}
    return actions.make_budget(key=uuid.uuid4(), name=NAME, limits=told, by=by, **measure)


def make_points(budget: Budget, by, points: int = 100, **told) -> Present:
    name = {"ar": f"{points} نقطة", "en": f"{points} points"}
    return actions.add_present(
        key=uuid.uuid4(),
        budget=budget,
        kind=GiftKind.POINTS,
        name=name,
        cost=points,
        points=points,
        by=by,
        **told,
    )


def make_amount(budget: Budget, by, minor: int = 2_000) -> Present:
    name = {"ar": "خصم", "en": "Money off"}
    told = {"cost": minor, "amount_minor": minor, "currency": "SAR"}
    return actions.add_present(
        key=uuid.uuid4(), budget=budget, kind=GiftKind.AMOUNT, name=name, by=by, **told
    )


def make_rule(present: Present, by, kind: RuleKind = RuleKind.FIRST_ORDER, **told) -> Rule:
    rule = actions.add_rule(key=uuid.uuid4(), present=present, kind=kind, name=NAME, by=by, **told)
    return actions.turn_rule(rule=rule, is_on=True, by=by)


def give(present: Present, customer, by, *, key: str = "", **told):
    return actions.give_gift(
        key=f"test:{key or uuid.uuid4()}", customer=customer, present=present, by=by, at=clock.now(), **told
    )


def count_points(customer) -> int:
    wallet = find_wallets(customer.pk).first()
    return get_balance(wallet.pk, clock.now()).available if wallet else 0


def get_spent(budget: Budget) -> int:
    """As the counter says; it agrees with the gifts themselves."""
    month = find_month(clock.now(), budget_zone())
    spent = count_spent(budget, month)
    gifts = budget.gifts.filter(month=month, state__in=(2, 3))
    assert spent == sum(one.cost - one.returned for one in gifts)
    assert Month.objects.filter(budget=budget, month=month).count() <= 1
    return spent


def budget_zone():
    from wafaa.access.business.queries import get_business

    return get_business().zone
