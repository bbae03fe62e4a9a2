"""Gifts by lot to members of a segment, whether they bought or not; all that were drawn get theirs, or nobody does."""

import secrets
import uuid
from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import F

from wafaa.access.audit.actions import record_change
from wafaa.access.business.queries import get_business
from wafaa.access.staff.models import Staff
from wafaa.decide.gifts.actions.handing import hand_out, hold_budgets
from wafaa.decide.gifts.errors import BudgetSpent, DrawWrong, NotOffered
from wafaa.decide.gifts.models import Draw, Gift, Month, Present
from wafaa.decide.gifts.queries import count_spent, load_gifts
from wafaa.decide.gifts.rules import DRAWN_MAX, NOTE_LETTERS_MAX, State, draw, find_month
from wafaa.decide.gifts.words import say_cost
from wafaa.know.customers.models import Customer
from wafaa.learn.segments.models import Segment
from wafaa.learn.segments.queries import list_member_ids

BLOCK = 5_000


@transaction.atomic
def draw_gifts(
    *,
    key: uuid.UUID,
    present: Present,
    segment: Segment,
    count: int,
    at: datetime,
    by: Staff,
    note: str = "",
    licence: str = "",
    seed: str = "",
) -> Draw:
    """The same key is the same draw. Raises NotOffered, DrawWrong, BudgetSpent."""
    budget = hold_budgets([present.budget_id])[present.budget_id]
    if known := Draw.objects.filter(key=key).first():
        return known
    present = Present.objects.get(pk=present.pk)
    if not (budget.is_on and present.is_on):
        raise NotOffered
    seed = seed or secrets.token_hex(16)
    candidates = list(_list_candidates(segment))
    if not 0 < count <= min(len(candidates), DRAWN_MAX):
        raise DrawWrong
    month = find_month(at, get_business().zone)
    left = budget.per_month - count_spent(budget, month)
    if present.cost * count > left:
        raise BudgetSpent(left=say_cost(max(left, 0), budget))
    made = Draw.objects.create(
        key=key,
        budget=budget,
        present=present,
        segment=segment,
        seed=seed,
        licence=licence.strip()[:100],
        candidates=len(candidates),
        drawn=count,
        at=at,
        by=by,
    )
    Gift.objects.bulk_create(
        Gift(
            key=f"draw:{made.pk}:customer:{customer_id}",
            budget=budget,
            present=present,
            customer_id=customer_id,
            state=State.GIVEN,
            cost=present.cost,
            month=month,
            draw=made,
            note=note.strip()[:NOTE_LETTERS_MAX],
            asked_at=at,
        )
        for customer_id in draw(seed, candidates, count)
    )
    Month.objects.get_or_create(budget=budget, month=month)
    Month.objects.filter(budget=budget, month=month).update(spent=F("spent") + present.cost * count)
    given = hand_out(list(load_gifts().filter(draw=made).order_by("pk")), at)
    if len(given) < count:
        raise NotOffered
    record_change(
        staff=by,
        deed="draw_gifts",
        subject=str(budget),
        after={"present": str(present), "customers": count, "licence": made.licence},
    )
    return made


def _list_candidates(segment: Segment) -> Iterator[tuple[int, str]]:
    """All members, each with a number that never changes."""
    after = 0
    while ids := list_member_ids(segment, after=after, limit=BLOCK):
        after = ids[-1]
        for pk, own in Customer.objects.filter(pk__in=ids).values_list("pk", "uuid"):
            yield pk, str(own)
