"""Budgets, what is given from them, and rules: made and changed by who manages loyalty."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from wafaa.access.audit.actions import record_change
from wafaa.access.staff.models import Staff
from wafaa.act.points.models import Unit
from wafaa.act.vouchers.actions import make_pool
from wafaa.act.vouchers.models import Pool
from wafaa.act.vouchers.rules import Kind, Terms
from wafaa.decide.gifts.actions.handing import hold_budgets
from wafaa.decide.gifts.errors import BudgetMissing
from wafaa.decide.gifts.models import Budget, Present, Rule
from wafaa.decide.gifts.rules import GiftKind, RuleKind
from wafaa.kit import clock

PATTERN = "GIFT-####-####"


@transaction.atomic
def make_budget(
    *,
    key: uuid.UUID,
    name: Mapping[str, str],
    limits: Mapping[str, Any],
    unit: Unit | None = None,
    currency: str = "",
    by: Staff,
) -> Budget:
    """`limits` are per_month, per_staff, per_customer, customer_days, roles. The same key is the same budget."""
    made, is_new = Budget.objects.get_or_create(
        key=key,
        defaults={
            "name": dict(name),
            "unit": unit,
            "currency": "" if unit else currency,
            "created_at": clock.now(),
            "created_by": by,
            **limits,
        },
    )
    if is_new:
        _note("make_gift_budget", made, by, after={"name": str(made), **_say(limits)})
    return made


@transaction.atomic
def change_budget(*, budget: Budget, name: Mapping[str, str], limits: Mapping[str, Any], by: Staff) -> Budget:
    """What was given stays; a lower limit holds for what comes. `limits` may hold is_on. Raises BudgetMissing."""
    held = hold_budgets([budget.pk]).get(budget.pk)
    if held is None:
        raise BudgetMissing
    before = {field: getattr(held, field) for field in limits}
    held.name = dict(name)
    for field, value in limits.items():
        setattr(held, field, value)
    held.save()
    changed = [field for field in limits if limits[field] != before[field]]
    _note(
        "change_gift_budget",
        held,
        by,
        before=_say({field: before[field] for field in changed}),
        after=_say({field: limits[field] for field in changed}),
    )
    return held


@transaction.atomic
def add_present(
    *,
    key: uuid.UUID,
    budget: Budget,
    kind: GiftKind,
    name: Mapping[str, str],
    cost: int,
    by: Staff,
    unit: Unit | None = None,
    points: int = 0,
    lives_days: int | None = None,
    amount_minor: int = 0,
    currency: str = "",
    pool: Pool | None = None,
) -> Present:
    """Of money off and free shipping the codes are made when they are given, one for each who gets one. In a budget of points
    a gift of its points costs what it is. The same key is the same.

    Raises the vouchers' TermsWrong.
    """
    if known := Present.objects.filter(key=key).first():
        return known
    if kind is GiftKind.POINTS:
        unit, pool = unit or budget.unit, None
        cost = points if budget.unit_id is not None and unit == budget.unit else cost
    else:
        unit, points, lives_days = None, 0, None
        terms = _make_terms(kind, amount_minor, currency)
        pool = pool or make_pool(name=name, terms=terms, pattern=PATTERN, key=key, by=by)
    made = Present.objects.create(
        key=key,
        budget=budget,
        kind=kind.value,
        name=dict(name),
        cost=cost,
        unit=unit,
        points=points,
        lives_days=lives_days,
        pool=pool,
    )
    _note("add_present", budget, by, after={"present": str(made)})
    return made


def _make_terms(kind: GiftKind, amount_minor: int, currency: str) -> Terms:
    """Of codes that are made one for each who gets one, and used once."""
    if kind is GiftKind.AMOUNT:
        return Terms(kind=Kind.AMOUNT, currency=currency, amount_minor=amount_minor, code_uses_max=1)
    return Terms(kind=Kind.SHIPPING, currency=currency, code_uses_max=1)


@transaction.atomic
def turn_present(*, present: Present, is_on: bool, by: Staff) -> Present:
    """What is off is given no more; what was given stays."""
    held = Present.objects.select_for_update().select_related("budget").get(pk=present.pk)
    if held.is_on is not is_on:
        held.is_on = is_on
        held.save(update_fields=["is_on"])
        _note(
            "turn_present", held.budget, by, after={"present": str(held), "state": "on" if is_on else "off"}
        )
    return held


@transaction.atomic
def add_rule(
    *,
    key: uuid.UUID,
    present: Present,
    kind: RuleKind,
    name: Mapping[str, str],
    by: Staff,
    minimum_minor: int = 0,
    currency: str = "",
    note: Mapping[str, str] | None = None,
    takes_back: bool = True,
) -> Rule:
    """Off at first."""
    made, is_new = Rule.objects.get_or_create(
        key=key,
        defaults={
            "budget": present.budget,
            "present": present,
            "kind": kind.value,
            "name": dict(name),
            "minimum_minor": minimum_minor if kind is RuleKind.ORDER_ABOVE else 0,
            "currency": currency if kind is RuleKind.ORDER_ABOVE else "",
            "note": dict(note or {}),
            "takes_back": takes_back,
        },
    )
    if is_new:
        _note("add_gift_rule", present.budget, by, after={"name": str(made), "present": str(present)})
    return made


@transaction.atomic
def turn_rule(*, rule: Rule, is_on: bool, by: Staff) -> Rule:
    """From the moment that it is switched on, it gives for what is bought; what was bought before gives nothing."""
    held = Rule.objects.select_for_update().select_related("budget").get(pk=rule.pk)
    if held.is_on is not is_on:
        held.is_on = is_on
        held.started_at = clock.now() if is_on else held.started_at
        held.save(update_fields=["is_on", "started_at"])
        _note("turn_gift_rule", held.budget, by, after={"name": str(held), "state": "on" if is_on else "off"})
    return held


def _say(limits: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: list(value) if isinstance(value, (list, tuple)) else value for name, value in limits.items()
    }


def _note(
    deed: str,
    budget: Budget,
    by: Staff,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    record_change(staff=by, deed=deed, subject=str(budget), before=before, after=after)
