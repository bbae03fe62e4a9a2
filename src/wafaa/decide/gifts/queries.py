"""Budgets and what is left of them, what somebody may give, a customer's gifts, and what gifts came to."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from wafaa.access.staff.models import Staff
from wafaa.decide.gifts.errors import BudgetMissing, GiftMissing
from wafaa.decide.gifts.models import Budget, Draw, Gift, Month, Present, Rule
from wafaa.decide.gifts.rules import BACK_DAYS, REQUEST_LIVES, State
from wafaa.kit.sql import load_sql

ROOM = "wafaa.decide.gifts"


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """What was given by somebody (None: by rules and draws) in a span, and what became of it."""

    staff_id: int | None
    given: int
    opened: int
    used: int
    taken_back: int
    cost: int
    due: int  # whose days to come back are over
    back: int  # of those, who came


def load_gifts() -> QuerySet[Gift]:
    """With all that giving and telling look at."""
    return Gift.objects.select_related(
        "present__unit",
        "present__pool",
        "customer",
        "by",
        "budget__unit",
        "order",
        "voucher__pool",
        "voucher__batch",
    )


def list_budgets() -> QuerySet[Budget]:
    return Budget.objects.select_related("unit").order_by("-is_on", "id")


def get_budget(budget_uuid: uuid.UUID) -> Budget:
    """Raises BudgetMissing."""
    found = Budget.objects.select_related("unit").filter(uuid=budget_uuid).first()
    if found is None:
        raise BudgetMissing
    return found


def count_spent(budget: Budget, month: date) -> int:
    return Month.objects.filter(budget=budget, month=month).values_list("spent", flat=True).first() or 0


def list_presents(budget: Budget) -> QuerySet[Present]:
    return (
        Present.objects.filter(budget=budget).select_related("unit", "pool").order_by("-is_on", "cost", "id")
    )


def list_rules(budget: Budget) -> QuerySet[Rule]:
    return Rule.objects.filter(budget=budget).select_related("present").order_by("-is_on", "id")


def list_draws(budget: Budget) -> QuerySet[Draw]:
    """The latest first."""
    return Draw.objects.filter(budget=budget).select_related("present", "segment", "by").order_by("-id")


def list_offered(staff: Staff) -> QuerySet[Present]:
    """What this person may give, by budget and from the smallest."""
    return (
        Present.objects.filter(is_on=True, budget__is_on=True, budget__roles__contains=[staff.role])
        .select_related("budget__unit", "unit", "pool")
        .order_by("budget_id", "cost", "id")
    )


def find_own_room(budget: Budget, staff: Staff, month: date) -> int | None:
    """What this person may still give this month without a second person; None without a limit."""
    if budget.per_staff is None:
        return None
    own = Gift.objects.filter(
        budget=budget, month=month, by=staff, decided_by=None, state__in=(State.GIVEN, State.TAKEN_BACK)
    )
    return max(budget.per_staff - sum(one.cost - one.returned for one in own.only("cost", "returned")), 0)


def get_gift(gift: uuid.UUID) -> Gift:
    """Raises GiftMissing."""
    found = load_gifts().filter(uuid=gift).first()
    if found is None:
        raise GiftMissing
    return found


def list_customer_gifts(customer_id: int) -> QuerySet[Gift]:
    """All that were given, asked for or taken back; the latest first."""
    return load_gifts().filter(customer=customer_id).exclude(state=State.MISSED).order_by("-id")


def list_unopened(customer_id: int) -> QuerySet[Gift]:
    """What waits on a member's pages, the latest first."""
    return load_gifts().filter(customer=customer_id, state=State.GIVEN, opened_at=None).order_by("-id")


def find_own_gift(customer_id: int, gift: uuid.UUID) -> Gift | None:
    """One that was given to this customer and not taken back."""
    return load_gifts().filter(customer=customer_id, uuid=gift, state=State.GIVEN).first()


def list_asked(at: datetime) -> QuerySet[Gift]:
    """What waits for a second person, the oldest first."""
    return load_gifts().filter(state=State.ASKED, asked_at__gt=at - REQUEST_LIVES).order_by("asked_at", "id")


def count_asked(at: datetime, *, staff: Staff) -> int:
    """Those that this person may decide."""
    waiting = Gift.objects.filter(state=State.ASKED, asked_at__gt=at - REQUEST_LIVES)
    return waiting.exclude(by=staff).count()


def measure(budget: Budget, *, start: datetime, end: datetime, at: datetime) -> list[Figures]:
    """By who gave, the most first."""
    values: dict[str, Any] = {
        "budget": budget.pk,
        "start": start,
        "end": end,
        "due": at - timedelta(days=BACK_DAYS),
        "days": BACK_DAYS,
    }
    with connection.cursor() as cursor:
        cursor.execute(load_sql(ROOM, "measure"), values)
        rows = cursor.fetchall()
    return [
        Figures(
            staff_id=staff,
            given=given,
            opened=opened,
            used=used,
            taken_back=gone,
            cost=int(cost),
            due=due,
            back=back,
        )
        for staff, given, opened, used, gone, cost, due, back in rows
    ]


def count_missed(budget: Budget, *, start: datetime, end: datetime) -> int:
    """Orders whose rule had nothing left."""
    return Gift.objects.filter(
        budget=budget, state=State.MISSED, asked_at__gte=start, asked_at__lt=end
    ).count()


def export_customer(*, customer_id: int, distinct_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """What a person was given, as plain values."""
    gifts: Any = Gift.objects.filter(customer=customer_id).order_by("id")
    columns = ("uuid", "present__name", "state", "note", "asked_at", "given_at", "opened_at", "taken_back_at")
    return {"gifts": list(gifts.values(*columns))}
