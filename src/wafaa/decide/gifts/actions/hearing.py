"""After a purchase: what rules give for an order, and what goes back where it was refunded. Heard again it changes nothing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from wafaa.access.business.queries import get_business
from wafaa.decide.gifts.actions.giving import exceeds_customer
from wafaa.decide.gifts.actions.handing import hand_out, hold_budgets, take_back, take_from
from wafaa.decide.gifts.models import Budget, Gift, Rule
from wafaa.decide.gifts.queries import load_gifts
from wafaa.decide.gifts.rules import ORDER_EVENTS, State, find_month
from wafaa.kit import clock
from wafaa.kit.sql import load_sql
from wafaa.kit.text import choose_words
from wafaa.stream.rules import EventHead, get_places

ROOM = "wafaa.decide.gifts"


@transaction.atomic
def apply_events(heads: Sequence[EventHead]) -> None:
    """Nothing to do costs one look-up."""
    told = [head for head in heads if head.name in ORDER_EVENTS]
    if not told or not Rule.objects.filter(started_at__isnull=False).exists():
        return
    with connection.cursor() as cursor:
        cursor.execute(load_sql(ROOM, "find_orders"), get_places(told))
        orders = sorted(order for (order,) in cursor.fetchall())
    apply_orders(order_ids=orders)


@transaction.atomic
def apply_orders(*, order_ids: Sequence[int]) -> None:
    """Once its budget is held, each is looked at: who did it meanwhile is seen."""
    rules = {one.pk: one for one in Rule.objects.select_related("present").filter(started_at__isnull=False)}
    if not order_ids or not match_orders(order_ids):
        return
    budgets = hold_budgets({one.budget_id for one in rules.values()})
    found, now = match_orders(order_ids), clock.now()
    going = [gift_id for _rule, _order, _customer, gift_id in found if gift_id is not None]
    take_back(load_gifts().filter(pk__in=going), now)
    made = [
        _keep(rules[rule_id], budgets[rules[rule_id].budget_id], order_id, customer_id, now)
        for rule_id, order_id, customer_id, gift_id in found
        if gift_id is None and rule_id in rules and customer_id is not None
    ]
    hand_out(list(load_gifts().filter(pk__in=made, state=State.GIVEN).order_by("pk")), now)


def match_orders(order_ids: Sequence[int]) -> list[tuple[int, int, int | None, int | None]]:
    """(rule, order, customer, the gift that goes back)."""
    with connection.cursor() as cursor:
        values: dict[str, Any] = {"orders": list(order_ids), "given": int(State.GIVEN)}
        cursor.execute(load_sql(ROOM, "match"), values)
        return list(cursor.fetchall())


def _keep(rule: Rule, budget: Budget, order_id: int, customer_id: int, now: datetime) -> int:
    """A row for good, also of what was missed: so the order is not looked at again when the budget has room."""
    gift = Gift(
        key=f"rule:{rule.pk}:order:{order_id}",
        budget=budget,
        present=rule.present,
        customer_id=customer_id,
        state=State.GIVEN,
        cost=rule.present.cost,
        month=find_month(now, get_business().zone),
        rule=rule,
        order_id=order_id,
        asked_at=now,
    )
    if exceeds_customer(budget, gift, now) or not take_from(budget, gift):
        gift.state = State.MISSED
    else:
        language = gift.customer.language if gift.customer else ""
        gift.note = choose_words(rule.note, language or "ar")
        gift.given_at = now  # counts against the customer's limit from here on
    gift.save(force_insert=True)
    return gift.pk
