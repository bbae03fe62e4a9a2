"""Gifts for programs: budgets and what can be given from them, and what a customer was given. People give, or rules do."""

import uuid
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Field, Router, Schema

from wafaa.access.business.queries import get_business
from wafaa.access.keys.api import ReadKey
from wafaa.decide.gifts.models import Gift, Present
from wafaa.decide.gifts.queries import count_spent, list_budgets, list_customer_gifts, list_presents
from wafaa.decide.gifts.rules import State, find_month
from wafaa.kit import clock
from wafaa.know.customers.queries import get_customer

router = Router(auth=ReadKey(), tags=["gifts"])


class PresentItem(Schema):
    id: uuid.UUID = Field(description=gettext_noop("Ours; it never changes."))
    name: dict[str, str] = Field(description=gettext_noop("Language to word."))
    kind: str = Field(description=gettext_noop("points, code, amount or shipping."))
    cost: int = Field(description=gettext_noop("What it takes of the budget, in its smallest part."))
    unit: str = Field(description=gettext_noop("Of points: of which unit; empty for codes."))
    points: int = Field(description=gettext_noop("Of points: how many."))
    is_on: bool = Field(description=gettext_noop("Whether it is given now."))


class BudgetItem(Schema):
    id: uuid.UUID = Field(description=gettext_noop("Ours; it never changes."))
    name: dict[str, str] = Field(description=gettext_noop("Language to word."))
    unit: str = Field(description=gettext_noop("Counted in points of this unit; empty for money."))
    currency: str = Field(description=gettext_noop("Counted in this money; empty for points."))
    per_month: int = Field(description=gettext_noop("What may be given in a month, in the smallest part."))
    spent: int = Field(description=gettext_noop("What was given of it this month, less what came back."))
    is_on: bool = Field(description=gettext_noop("Whether anything is given from it now."))
    presents: list[PresentItem] = Field(description=gettext_noop("What can be given."))


class GiftItem(Schema):
    id: uuid.UUID = Field(description=gettext_noop("Ours; it never changes."))
    name: dict[str, str] = Field(description=gettext_noop("Language to word."))
    kind: str = Field(description=gettext_noop("points, code, amount or shipping."))
    state: str = Field(description=gettext_noop("asked, given, taken_back, declined or ended."))
    unit: str = Field(description=gettext_noop("Of points: of which unit; empty for codes."))
    points: int = Field(description=gettext_noop("Of points: how many."))
    code: str = Field(description=gettext_noop("The code that was given; empty for points."))
    note: str = Field(description=gettext_noop("What was written with it."))
    order_id: uuid.UUID | None = Field(description=gettext_noop("After which order, where a rule gave it."))
    given_at: datetime | None = Field(
        description=gettext_noop("When it was given; null while it is asked for.")
    )
    opened_at: datetime | None = Field(description=gettext_noop("When the customer looked at it."))
    ends_at: datetime | None = Field(
        description=gettext_noop("Until when it can be used; null without an end.")
    )


@router.get(
    "/gift-budgets",
    response=list[BudgetItem],
    summary=gettext_noop("Budgets for gifts"),
    description=gettext_noop("Each with what can be given and what was given of it this month."),
    operation_id="list_gift_budgets",
)
def budgets(request: HttpRequest) -> Any:
    month = find_month(clock.now(), get_business().zone)
    return [
        {
            "id": one.uuid,
            "name": one.name,
            "unit": one.unit.code if one.unit else "",
            "currency": one.currency,
            "per_month": one.per_month,
            "spent": count_spent(one, month),
            "is_on": one.is_on,
            "presents": [_say_present(each) for each in list_presents(one)],
        }
        for one in list_budgets()
    ]


@router.get(
    "/customers/{uuid:customer_id}/gifts",
    response=list[GiftItem],
    summary=gettext_noop("A customer's gifts"),
    description=gettext_noop("What was given, asked for or taken back, the latest first."),
    operation_id="list_gifts",
)
def gifts(request: HttpRequest, customer_id: uuid.UUID) -> Any:
    return [_say_gift(one) for one in list_customer_gifts(get_customer(customer_id).pk)]


def _say_present(one: Present) -> dict[str, Any]:
    return {
        "id": one.uuid,
        "name": one.name,
        "kind": one.kind,
        "cost": one.cost,
        "unit": one.unit.code if one.unit else "",
        "points": one.points,
        "is_on": one.is_on,
    }


def _say_gift(one: Gift) -> dict[str, Any]:
    present = one.present
    return {
        "id": one.uuid,
        "name": present.name,
        "kind": present.kind,
        "state": State(one.state).name.lower(),
        "unit": present.unit.code if present.unit else "",
        "points": present.points,
        "code": one.voucher.shown if one.voucher else "",
        "note": one.note,
        "order_id": one.order.uuid if one.order else None,
        "given_at": one.given_at,
        "opened_at": one.opened_at,
        "ends_at": one.ends_at,
    }
