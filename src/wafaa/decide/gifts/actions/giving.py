"""An employee gives a customer a gift: at once within the limits, above them by a second person."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Sum

from wafaa.access.audit.actions import record_change
from wafaa.access.business.queries import get_business
from wafaa.access.staff.models import Staff
from wafaa.access.staff.rules import Capability
from wafaa.act.points.queries import is_alone
from wafaa.decide.gifts.actions.handing import count_left, find_kept, hand_out, hold_budgets, take_from
from wafaa.decide.gifts.actions.telling import send_mail
from wafaa.decide.gifts.errors import (
    BudgetSpent,
    GiftMissing,
    KeyReused,
    MayNotDecide,
    NotOffered,
    NotYourBudget,
    RequestDecided,
    SamePerson,
)
from wafaa.decide.gifts.models import Budget, Gift, Present
from wafaa.decide.gifts.queries import load_gifts
from wafaa.decide.gifts.rules import NOTE_LETTERS_MAX, REQUEST_LIVES, Limit, State, find_month
from wafaa.decide.gifts.words import say_cost
from wafaa.know.customers.models import Customer

HOLDING = (State.GIVEN, State.TAKEN_BACK)


@transaction.atomic
def give_gift(
    *,
    key: str,
    customer: Customer,
    present: Present,
    by: Staff,
    at: datetime,
    note: str = "",
    case: uuid.UUID | None = None,
    tells_by_mail: bool = False,
) -> Gift:
    """The gift, given or (state ASKED) waiting for a second person. The same key is the same gift.

    Raises NotOffered, NotYourBudget, BudgetSpent, KeyReused.
    """
    budget = hold_budgets([present.budget_id])[present.budget_id]
    asked: dict[str, Any] = {"present": present, "customer": customer, "by": by}
    if stood := load_gifts().filter(key=key).first():
        return _same(stood, asked)
    present = Present.objects.select_related("unit", "pool").get(pk=present.pk)
    _check_offered(budget, present, by)
    gift = Gift(
        key=key,
        budget=budget,
        present=present,
        customer=customer,
        state=State.ASKED,
        cost=present.cost,
        month=find_month(at, get_business().zone),
        by=by,
        case=case,
        note=note.strip()[:NOTE_LETTERS_MAX],
        tells_by_mail=tells_by_mail,
        asked_at=at,
    )
    gift.save(force_insert=True)
    if find_exceeded(gift, at) and not is_alone(by):
        _note(gift, "ask_gift", by)
        return gift
    _give(budget, gift, at)
    _note(gift, "give_gift", by)
    return gift


@transaction.atomic
def approve_gift(*, gift: uuid.UUID, by: Staff, at: datetime) -> Gift:
    """Gives what was asked for, this month. Of two at once, one does it; again by the same person nothing more is given.

    Raises GiftMissing, MayNotDecide, SamePerson, RequestDecided, BudgetSpent.
    """
    found = _hold_asked(gift, by, at)
    if found.state == State.GIVEN:
        return found
    found.month, found.decided_by = find_month(at, get_business().zone), by
    found.save(update_fields=["month", "decided_by"])
    _give(found.budget, found, at)
    _note(found, "approve_gift", by)
    return found


@transaction.atomic
def decline_gift(*, gift: uuid.UUID, by: Staff, at: datetime) -> Gift:
    """Raises GiftMissing, MayNotDecide, SamePerson, RequestDecided."""
    found = _hold_asked(gift, by, at)
    if found.state == State.GIVEN:
        raise RequestDecided
    found.state, found.decided_by = State.DECLINED, by
    found.save(update_fields=["state", "decided_by"])
    _note(found, "decline_gift", by)
    return found


def end_asked(*, at: datetime) -> int:
    """Those that nobody decided in seven days; returns how many."""
    return Gift.objects.filter(state=State.ASKED, asked_at__lte=at - REQUEST_LIVES).update(state=State.ENDED)


def find_exceeded(gift: Gift, at: datetime) -> list[Limit]:
    """Which limits it goes beyond; the budget is held, so that nobody else gives meanwhile."""
    budget, held = gift.budget, Gift.objects.filter(budget=gift.budget, state__in=HOLDING)
    found = []
    if budget.per_staff is not None:
        own = held.filter(month=gift.month, by=gift.by, decided_by=None)
        if _sum(own) + gift.cost > budget.per_staff:
            found.append(Limit.STAFF)
    if exceeds_customer(budget, gift, at):
        found.append(Limit.CUSTOMER)
    return found


def exceeds_customer(budget: Budget, gift: Gift, at: datetime) -> bool:
    if budget.per_customer is None:
        return False
    since = at - timedelta(days=budget.customer_days)
    theirs = Gift.objects.filter(
        budget=budget, customer=gift.customer_id, given_at__gt=since, state__in=HOLDING
    )
    return _sum(theirs) + gift.cost > budget.per_customer


def _sum(gifts: Any) -> int:
    return int(gifts.aggregate(sum=Sum(F("cost") - F("returned")))["sum"] or 0)


def _check_offered(budget: Budget, present: Present, by: Staff) -> None:
    if not budget.is_on or not present.is_on:
        raise NotOffered
    if by.role not in budget.roles or not by.may(Capability.GIVE_GIFTS):
        raise NotYourBudget


def _give(budget: Budget, gift: Gift, at: datetime) -> None:
    if not take_from(budget, gift):
        raise BudgetSpent(left=say_cost(count_left(budget, gift), budget))
    if not hand_out([gift], at):
        raise NotOffered
    send_mail(gift)


def _hold_asked(gift: uuid.UUID, by: Staff, at: datetime) -> Gift:
    """The gift as it is once its budget is held. One that this person approved before comes back as given."""
    if not by.may(Capability.MANAGE_LOYALTY):
        raise MayNotDecide
    budget_id = Gift.objects.filter(uuid=gift).values_list("budget_id", flat=True).first()
    if budget_id is None:
        raise GiftMissing
    budget = hold_budgets([budget_id])[budget_id]
    found = load_gifts().get(uuid=gift)
    found.budget = budget
    if found.by_id == by.pk:
        raise SamePerson
    if found.state == State.GIVEN and found.decided_by_id == by.pk:
        return found
    if found.state != State.ASKED or found.asked_at + REQUEST_LIVES <= at or found.customer is None:
        raise RequestDecided
    found.customer = find_kept(found.customer)
    found.save(update_fields=["customer"])
    return found


def _same(stood: Gift, asked: Mapping[str, Any]) -> Gift:
    if any(getattr(stood, name) != value for name, value in asked.items()):
        raise KeyReused
    return stood


def _note(gift: Gift, deed: str, by: Staff) -> None:
    after = {"present": str(gift.present), "budgets": str(gift.budget)}
    if by != gift.by:
        after["asked_by"] = gift.by.email if gift.by else ""
    subject = str(gift.customer.uuid) if gift.customer else ""
    record_change(staff=by, deed=deed, subject=subject, after=after)
