"""Loyalty for programs: what a cart would earn and why, what a refund would undo."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Body, Field, Query, Router, Schema
from pydantic import Field as Checked

from wafaa.access.business.queries import get_business
from wafaa.access.keys.api import ReadKey
from wafaa.act.points.models import Unit
from wafaa.decide.loyalty.actions import preview_refund
from wafaa.decide.loyalty.counting import DEFAULT_PERIOD, find_measures, read_days
from wafaa.decide.loyalty.errors import MeasuresNotReady, UnitWrong
from wafaa.decide.loyalty.joining.api import name_units
from wafaa.decide.loyalty.joining.api import router as joining
from wafaa.decide.loyalty.measure_words import DEFINITIONS, NOTES
from wafaa.decide.loyalty.models import Programme
from wafaa.decide.loyalty.queries import (
    Cart,
    CartLine,
    Judged,
    explain,
    find_occasions,
    get_programme,
    quote,
)
from wafaa.decide.loyalty.queries.measuring import list_measured_units
from wafaa.decide.loyalty.rules.charging import sum_charges
from wafaa.decide.loyalty.rules.measuring import (
    Sums,
    count_burned,
    count_earned,
    count_expired,
    make_figures,
)
from wafaa.decide.loyalty.rules.refunding import RefundLine
from wafaa.decide.loyalty.words import name_rule, say_missing, say_refusals, say_rule
from wafaa.kit.api import Closed, Minor, ShortText
from wafaa.know.customers.queries import get_customer
from wafaa.know.orders.models import Order
from wafaa.know.orders.queries import get_order
from wafaa.learn.measures.errors import PeriodWrong

router = Router(auth=ReadKey(), tags=["loyalty"])
router.add_router("", joining)

Pieces = Annotated[Decimal, Checked(gt=0, le=10**9, max_digits=16, decimal_places=6)]


class CartLineAsked(Closed):
    sku: ShortText = Field("", description=gettext_noop("The product's number."))
    category: ShortText = Field("", description=gettext_noop("The product's category."))
    quantity: Pieces = Field(Decimal(1), description=gettext_noop("How many pieces."))
    amount_minor: Minor = Field(
        description=gettext_noop("What is charged for all of them after discounts, in minor units.")
    )


class CartAsked(Closed):
    customer_id: uuid.UUID | None = Field(
        None, description=gettext_noop("Without one it is told what a new customer would earn.")
    )
    currency: Annotated[str, Checked(pattern=r"^[A-Z]{3}$")] = Field(description=gettext_noop("ISO 4217."))
    lines: Annotated[list[CartLineAsked], Checked(min_length=1, max_length=1000)] = Field(
        description=gettext_noop("What is in the cart.")
    )
    store: ShortText = Field("", description=gettext_noop("The store's code."))
    channel: ShortText = Field("", description=gettext_noop("web, store, app …"))
    shipping_minor: Minor = Field(0, description=gettext_noop("Shipping, in minor units."))
    tax_minor: Minor = Field(0, description=gettext_noop("Tax, in minor units."))
    paid_minor: Minor = Field(
        0, description=gettext_noop("What points or a gift card pay: it earns nothing.")
    )


class RuleVerdict(Schema):
    rule: int = Field(description=gettext_noop("The rule's number in its programme; it never changes."))
    name: str = Field(description=gettext_noop("What the business calls it."))
    sentence: str = Field(description=gettext_noop("The rule in words."))
    unit: str = Field(description=gettext_noop("What it gives."))
    points: int = Field(description=gettext_noop("How much it gives."))
    refusals: list[str] = Field(description=gettext_noop("Why it gives nothing, or less than it might."))
    missing: str = Field(description=gettext_noop("What would bring more; empty where nothing would."))


class QuoteItem(Schema):
    programme_id: uuid.UUID = Field(description=gettext_noop("Of which programme."))
    is_member: bool = Field(description=gettext_noop("Whether the customer is a member already."))
    totals: dict[str, int] = Field(description=gettext_noop("By unit, all rules together."))
    rules: list[RuleVerdict] = Field(description=gettext_noop("Each rule with its verdict."))


class EarnedRule(RuleVerdict):
    awarded: int = Field(description=gettext_noop("What stands in the ledger by it."))


class EarnedItem(Schema):
    programme_id: uuid.UUID = Field(description=gettext_noop("Of which programme."))
    version: int = Field(description=gettext_noop("The version of the rules that held."))
    rules: list[EarnedRule] = Field(description=gettext_noop("Each rule with its verdict."))


class RefundLineAsked(Closed):
    sku: ShortText = Field(description=gettext_noop("The product's number."))
    quantity: Pieces = Field(description=gettext_noop("How many pieces come back."))
    amount_minor: Minor = Field(description=gettext_noop("What is given back for them, in minor units."))


class RefundAsked(Closed):
    amount_minor: Minor = Field(description=gettext_noop("What is given back, in minor units."))
    lines: Annotated[list[RefundLineAsked], Checked(max_length=1000)] = Field(
        default=[],
        description=gettext_noop("Without any the amount is taken from all goods by share."),
    )


class ReturnedItem(Schema):
    redemption_id: uuid.UUID = Field(description=gettext_noop("What was redeemed for the order."))
    name: dict[str, str] = Field(description=gettext_noop("Language to word."))
    unit: str = Field(description=gettext_noop("What was spent."))
    points: int = Field(description=gettext_noop("How much of it would come back."))


class RestoodItem(Schema):
    programme_id: uuid.UUID = Field(description=gettext_noop("Of which programme."))
    set: str = Field(description=gettext_noop("The code of the set of tiers."))
    before: str = Field(description=gettext_noop("The tier that is held now; empty for none."))
    after: str = Field(description=gettext_noop("The tier that would be held; empty for none."))


class PreviewItem(Schema):
    points: int = Field(description=gettext_noop("What would be taken back, all parts together."))
    from_awards: int = Field(description=gettext_noop("From what is left of what the order gave."))
    from_balance: int = Field(description=gettext_noop("From other amounts of the customer."))
    owed: int = Field(description=gettext_noop("What was spent already, and would be owed."))
    charged: int = Field(
        description=gettext_noop(
            "What was spent already, and would be kept back from the money: see charges."
        )
    )
    forgiven: int = Field(description=gettext_noop("What was spent already, and would be forgiven."))
    charges: dict[str, int] = Field(
        description=gettext_noop(
            "By currency, what to keep back from the money for what was spent already, in minor units."
        )
    )
    rewards: list[ReturnedItem] = Field(
        description=gettext_noop("What was redeemed for it and would come back.")
    )
    tiers: list[RestoodItem] = Field(description=gettext_noop("Where another tier would be held."))


class MeasureItem(Schema):
    value: float | None = Field(
        description=gettext_noop(
            "Money in minor units, rates from 0 to 1, points in the unit's smallest part; null without a divisor."
        )
    )
    shape: str = Field(description=gettext_noop("rate, points, money, mean, or price: points by money."))
    numerator: int | None = Field(description=gettext_noop("Of a rate, a mean or a price."))
    denominator: int | None = Field(description=gettext_noop("Of a rate, a mean or a price."))
    low: float | None = Field(description=gettext_noop("Lower end of the 95 % interval; null for sums."))
    high: float | None = Field(description=gettext_noop("Upper end of the 95 % interval; null for sums."))
    definition: str = Field(description=gettext_noop("What it is."))


class MonthItem(Schema):
    month: date = Field(description=gettext_noop("Its first day."))
    earned: int = Field(description=gettext_noop("Less what was taken back."))
    burned: int = Field(description=gettext_noop("Spent, less what was put back."))
    expired: int = Field(description=gettext_noop("Ended unused."))


class MeasuresAnswer(Schema):
    unit: str = Field(description=gettext_noop("The unit that was counted."))
    start: date = Field(description=gettext_noop("The first day that counts, in the business's time zone."))
    end: date = Field(description=gettext_noop("The first day that does not count any more."))
    currency: str = Field(description=gettext_noop("The reporting currency, ISO 4217."))
    figures: dict[str, MeasureItem] = Field(description=gettext_noop("Each measure by its key."))
    months: list[MonthItem] = Field(description=gettext_noop("A year back at least, oldest first."))
    note: str = Field(description=gettext_noop("What comparing members with others proves: nothing."))
    rows: int = Field(description=gettext_noop("So many movements of the ledger are in it."))
    counted_at: datetime = Field(description=gettext_noop("When it was counted."))
    took_ms: float = Field(description=gettext_noop("How long counting took."))


class MeasuresQuestion(Closed):
    period: ShortText = Field(
        DEFAULT_PERIOD,
        description=gettext_noop(
            "30d (the last so many days), all, 2026, 2026-03, or 2026-03-01..2026-03-15 (both days count)."
        ),
    )
    unit: ShortText = Field("", description=gettext_noop("Its code; the main unit without one."))


@router.get(
    "/programmes/{uuid:programme_id}/measures",
    response=MeasuresAnswer,
    summary=gettext_noop("How a programme does"),
    description=gettext_noop(
        "Who takes part, what is earned and spent, what became of it and what it costs. While a large one is being counted "
        "the answer is 503: ask again in some seconds."
    ),
    operation_id="measure_programme",
)
def measures(
    request: HttpRequest, programme_id: uuid.UUID, asked: Annotated[MeasuresQuestion, Query()]
) -> Any:
    programme = get_programme(programme_id)
    units = list_measured_units(programme)
    try:
        period = read_days(asked.period, programme)
    except (ValueError, OverflowError) as error:
        raise PeriodWrong(period=asked.period) from error
    unit = next((one for one in units if one.code == asked.unit), None if asked.unit else units[0])
    if unit is None:
        raise UnitWrong(unit=asked.unit)
    sums = find_measures(programme, unit, period)
    if sums is None:
        raise MeasuresNotReady
    return _say_measures(sums, unit)


@router.post(
    "/quotes",
    response=list[QuoteItem],
    summary=gettext_noop("What a cart would earn"),
    description=gettext_noop(
        "If it were ordered now; nothing is written. Each rule says why, and what is missing."
    ),
    operation_id="quote_cart",
)
def quotes(request: HttpRequest, asked: Annotated[CartAsked, Body()]) -> Any:
    found = quote(_read_cart(asked))
    uuids = dict(
        Programme.objects.filter(pk__in=[one.programme_id for one in found]).values_list("pk", "uuid")
    )
    units = name_units()
    return [
        {
            "programme_id": uuids[one.programme_id],
            "is_member": one.is_member,
            "totals": one.totals,
            "rules": [_say_verdict(judged, units) for judged in one.judged],
        }
        for one in found
    ]


@router.get(
    "/orders/{uuid:order_id}/earnings",
    response=list[EarnedItem],
    summary=gettext_noop("What an order earned, and why"),
    description=gettext_noop("By the version of the rules that held when it was placed."),
    operation_id="list_earnings",
)
def earnings(request: HttpRequest, order_id: uuid.UUID) -> Any:
    units = name_units()
    return [
        {
            "programme_id": one.programme.uuid,
            "version": one.version.number,
            "rules": [{**_say_verdict(each.judged, units), "awarded": each.awarded} for each in explain(one)],
        }
        for one in find_occasions(_get_order(order_id).pk)
    ]


@router.post(
    "/orders/{uuid:order_id}/refund-preview",
    response=PreviewItem,
    summary=gettext_noop("What a refund would undo"),
    description=gettext_noop("Exactly what will happen when the refund is told; nothing is written."),
    operation_id="preview_refund",
)
def refund_preview(request: HttpRequest, order_id: uuid.UUID, asked: Annotated[RefundAsked, Body()]) -> Any:
    order = _get_order(order_id)
    lines = [
        RefundLine(sku=one.sku, pieces=one.quantity, amount_minor=one.amount_minor) for one in asked.lines
    ]
    found = preview_refund(order=order, amount_minor=asked.amount_minor, lines=lines)
    return {
        "points": found.points,
        "from_awards": sum(one.own for one in found.taken),
        "from_balance": sum(one.others for one in found.taken),
        "owed": sum(one.owed for one in found.taken),
        "charged": sum(one.charged for one in found.taken),
        "forgiven": sum(one.forgiven for one in found.taken),
        "charges": sum_charges(found.charges),
        "rewards": [
            {"redemption_id": one.id, "name": one.name, "unit": one.unit, "points": one.points}
            for one in found.returned
        ],
        "tiers": [
            {
                "programme_id": one.programme_id,
                "set": one.set_code,
                "before": one.before,
                "after": one.after,
            }
            for one in found.tiers
        ],
    }


def _say_measures(sums: Sums, unit: Unit) -> dict[str, Any]:
    figures = [one for group in make_figures(sums) for one in group.figures]
    return {
        "unit": unit.code,
        "start": sums.start,
        "end": sums.end,
        "currency": sums.currency,
        "figures": {
            one.key: {
                "value": one.value,
                "shape": one.shape,
                "numerator": one.part,
                "denominator": one.whole,
                "low": one.low,
                "high": one.high,
                "definition": str(DEFINITIONS[one.key]),
            }
            for one in figures
        },
        "months": [
            {
                "month": month,
                "earned": count_earned(kinds),
                "burned": count_burned(kinds),
                "expired": count_expired(kinds),
            }
            for month, kinds in sorted(sums.months.items())
        ],
        "note": str(NOTES["compared"]),
        "rows": sums.ledger_rows,
        "counted_at": sums.counted_at,
        "took_ms": sums.took_ms,
    }


def _get_order(order_id: uuid.UUID) -> Order:
    order: Order = get_order(order_id, get_business().zone)
    return order


def _read_cart(asked: CartAsked) -> Cart:
    return Cart(
        customer_id=get_customer(asked.customer_id).pk if asked.customer_id else None,
        currency=asked.currency,
        lines=[
            CartLine(sku=one.sku, category=one.category, pieces=one.quantity, amount_minor=one.amount_minor)
            for one in asked.lines
        ],
        store=asked.store,
        channel=asked.channel,
        shipping_minor=asked.shipping_minor,
        tax_minor=asked.tax_minor,
        paid_minor=asked.paid_minor,
    )


def _say_verdict(one: Judged, units: Mapping[str, str]) -> dict[str, Any]:
    return {
        "rule": one.rule.id,
        "name": name_rule(one.rule),
        "sentence": say_rule(one.rule, units),
        "unit": one.rule.unit,
        "points": one.target,
        "refusals": say_refusals(one),
        "missing": say_missing(one, units),
    }
