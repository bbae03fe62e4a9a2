"""What a code gives at a till or in a checkout: asked, held, redeemed, released, taken back, once for each key."""

import uuid
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Body, Field, Router, Schema
from pydantic import Field as Checked

from wafaa.access.keys.api import ReadKey, WriteKey
from wafaa.act.vouchers.actions import Used, ask_for, redeem, redeem_reserved, release, reserve, roll_back
from wafaa.act.vouchers.models import Use
from wafaa.act.vouchers.pooling.api import BothWords
from wafaa.act.vouchers.queries import get_use
from wafaa.act.vouchers.rules import HOLD_SECONDS, HOLD_SECONDS_MAX, Cart, CartLine
from wafaa.act.vouchers.words import say_both, say_help, say_pool, say_reason
from wafaa.kit.api import CleanText, Closed, DeedKey, Minor, Money, ShortText, say_money
from wafaa.know.customers.queries import get_customer

router = Router(auth=ReadKey(), tags=["vouchers"])

CodeText = Annotated[
    CleanText,
    Checked(
        min_length=1,
        max_length=200,
        description=gettext_noop(
            "As it was typed: letter case, spaces and dashes don't matter, digits may be Arabic or Persian."
        ),
    ),
]


class CartLineBody(Closed):
    sku: ShortText = Field("", description=gettext_noop("The product's number."))
    category: ShortText = Field("", description=gettext_noop("The product's category."))
    quantity: Decimal = Field(Decimal(1), gt=0, lt=10**9, description=gettext_noop("How many of it."))
    amount_minor: int = Field(
        ge=0, le=10**15, description=gettext_noop("Of the whole line after other discounts, in minor units.")
    )


class CartBody(Closed):
    currency: str = Field(min_length=3, max_length=3, description=gettext_noop("ISO 4217, such as SAR."))
    lines: Annotated[list[CartLineBody], Checked(max_length=1_000)] = Field(
        [], description=gettext_noop("What is in it.")
    )
    total_minor: Minor = Field(
        0, description=gettext_noop("Without lines: what they come to, without shipping.")
    )
    shipping_minor: Minor = Field(0, description=gettext_noop("What shipping costs."))
    store: ShortText = Field("", description=gettext_noop("The store's code."))
    channel: ShortText = Field("", description=gettext_noop("web, store, app …"))


class AskBody(Closed):
    code: CodeText
    customer_id: uuid.UUID | None = Field(None, description=gettext_noop("Who buys, where it is known."))
    cart: CartBody | None = Field(
        None, description=gettext_noop("What is bought; without it only the code is looked at.")
    )


class TakeBody(AskBody):
    key: DeedKey
    order_id: ShortText = Field("", description=gettext_noop("The order's number."))


class ReserveBody(TakeBody):
    seconds: int = Field(
        HOLD_SECONDS,
        ge=1,
        le=HOLD_SECONDS_MAX,
        description=gettext_noop("How long its place is held; then it is free by itself."),
    )


class SettleBody(Closed):
    key: DeedKey


class RedeemBody(SettleBody):
    cart: CartBody | None = Field(
        None, description=gettext_noop("Where it changed since; what is given is then reckoned anew.")
    )
    order_id: ShortText = Field("", description=gettext_noop("The order's number."))


class RollBackBody(SettleBody):
    amount_minor: int | None = Field(
        None,
        ge=1,
        le=10**15,
        description=gettext_noop("A part of what was given; null for all that is left."),
    )


class RefusalItem(Schema):
    reason: str = Field(description=gettext_noop("For programs; it never changes."))
    text: BothWords = Field(description=gettext_noop("Why, for people."))
    help: BothWords = Field(description=gettext_noop("What would help, for people."))
    missing: Money | None = Field(description=gettext_noop("How much is missing to reach the minimum."))


class Answer(Schema):
    is_valid: bool = Field(description=gettext_noop("Whether it would give something at this moment."))
    given: Money | None = Field(
        description=gettext_noop("How much; null where it gives nothing, or that depends on a cart.")
    )
    kind: str = Field(description=gettext_noop("What it gives; empty for an unknown code."))
    pool_id: uuid.UUID | None = Field(description=gettext_noop("Which vouchers it belongs to."))
    sentence: BothWords | None = Field(description=gettext_noop("What it gives and when, for people."))
    refusals: list[RefusalItem] = Field(description=gettext_noop("Every reason why it gives nothing."))


class UseItem(Schema):
    id: uuid.UUID = Field(description=gettext_noop("Ours; it never changes."))
    code: str = Field(description=gettext_noop("As people read it."))
    pool_id: uuid.UUID = Field(description=gettext_noop("Which vouchers it belongs to."))
    kind: str = Field(description=gettext_noop("What it gives."))
    state: str = Field(description=gettext_noop("reserved, redeemed, rolled_back, released or timed_out."))
    customer_id: uuid.UUID | None = Field(description=gettext_noop("Who used it, where it is known."))
    order_id: str = Field(description=gettext_noop("The order's number."))
    given: Money = Field(description=gettext_noop("How much it gives."))
    returned: Money = Field(description=gettext_noop("How much of it was taken back."))
    ends_at: datetime | None = Field(description=gettext_noop("Until when its place is held."))
    redeemed_at: datetime | None = Field(description=gettext_noop("When it was used."))


class DoneItem(UseItem):
    amount: Money = Field(description=gettext_noop("What this very deed gave or took back."))
    is_replay: bool = Field(description=gettext_noop("Whether this key had done it before."))


@router.post(
    "/vouchers/validate",
    response=Answer,
    summary=gettext_noop("What a code would give"),
    description=gettext_noop("Changes nothing. Every reason of a refusal is told, with what would help."),
    operation_id="validate_voucher",
)
def validate(request: HttpRequest, told: Annotated[AskBody, Body()]) -> Any:
    cart = _read_cart(told.cart)
    found, quoted = ask_for(code=told.code, cart=cart, customer_id=_find_customer(told.customer_id))
    shown = found.code.pool if found.code else None
    currency = (shown.currency if shown else "") or (cart.currency if cart else "")
    return {
        "is_valid": quoted.is_valid,
        "given": None if quoted.given_minor is None else say_money(quoted.given_minor, currency),
        "kind": shown.kind if shown else "",
        "pool_id": shown.uuid if shown else None,
        "sentence": say_both(say_pool, shown.terms) if shown else None,
        "refusals": [
            {
                "reason": str(one.reason),
                "text": say_both(say_reason, one),
                "help": say_both(say_help, one),
                "missing": say_money(one.facts["missing_minor"], one.facts["currency"])
                if "missing_minor" in one.facts
                else None,
            }
            for one in quoted.refusals
        ],
    }


@router.post(
    "/vouchers/reservations",
    response=DoneItem,
    auth=WriteKey(),
    summary=gettext_noop("Hold a code during a checkout"),
    operation_id="reserve_voucher",
)
def hold(request: HttpRequest, told: Annotated[ReserveBody, Body()]) -> Any:
    return _say_done(reserve(**_read_take(told), seconds=told.seconds))


@router.post(
    "/vouchers/redemptions",
    response=DoneItem,
    auth=WriteKey(),
    summary=gettext_noop("Redeem a code at once"),
    operation_id="redeem_voucher",
)
def take(request: HttpRequest, told: Annotated[TakeBody, Body()]) -> Any:
    return _say_done(redeem(**_read_take(told)))


@router.get(
    "/vouchers/uses/{uuid:use_id}",
    response=UseItem,
    summary=gettext_noop("One use of a code"),
    operation_id="get_voucher_use",
)
def use(request: HttpRequest, use_id: uuid.UUID) -> Any:
    return _say_use(get_use(use_id))


@router.post(
    "/vouchers/uses/{uuid:use_id}/redeem",
    response=DoneItem,
    auth=WriteKey(),
    summary=gettext_noop("Redeem what is held"),
    description=gettext_noop("After its time it still goes through while there is a place."),
    operation_id="redeem_reserved_voucher",
)
def redeem_held(request: HttpRequest, use_id: uuid.UUID, told: Annotated[RedeemBody, Body()]) -> Any:
    return _say_done(
        redeem_reserved(key=told.key, use=use_id, cart=_read_cart(told.cart), order_ref=told.order_id)
    )


@router.post(
    "/vouchers/uses/{uuid:use_id}/release",
    response=DoneItem,
    auth=WriteKey(),
    summary=gettext_noop("Let go of what is held"),
    operation_id="release_voucher",
)
def let_go(request: HttpRequest, use_id: uuid.UUID, told: Annotated[SettleBody, Body()]) -> Any:
    return _say_done(release(key=told.key, use=use_id))


@router.post(
    "/vouchers/uses/{uuid:use_id}/roll-back",
    response=DoneItem,
    auth=WriteKey(),
    summary=gettext_noop("Take back what was redeemed"),
    description=gettext_noop("After a refund; taken back whole, the code can be used again."),
    operation_id="roll_back_voucher",
)
def take_back(request: HttpRequest, use_id: uuid.UUID, told: Annotated[RollBackBody, Body()]) -> Any:
    return _say_done(roll_back(key=told.key, use=use_id, amount_minor=told.amount_minor))


def _read_cart(told: CartBody | None) -> Cart | None:
    if told is None:
        return None
    return Cart(
        currency=told.currency.upper(),
        lines=tuple(_read_lines(told)),
        total_minor=told.total_minor,
        shipping_minor=told.shipping_minor,
        store=told.store,
        channel=told.channel,
    )


def _read_lines(told: CartBody) -> Iterator[CartLine]:
    for line in told.lines:
        yield CartLine(
            sku=line.sku, category=line.category, quantity=line.quantity, amount_minor=line.amount_minor
        )


def _find_customer(told: uuid.UUID | None) -> int | None:
    return get_customer(told).pk if told else None


def _read_take(told: TakeBody) -> dict[str, Any]:
    return {
        "key": told.key,
        "code": told.code,
        "cart": _read_cart(told.cart),
        "customer_id": _find_customer(told.customer_id),
        "order_ref": told.order_id,
    }


def _say_use(one: Use) -> dict[str, Any]:
    return {
        "id": one.uuid,
        "code": one.code.shown,
        "pool_id": one.pool.uuid,
        "kind": one.pool.kind,
        "state": one.state,
        "customer_id": one.customer.uuid if one.customer else None,
        "order_id": one.order_ref,
        "given": say_money(one.given_minor, one.currency),
        "returned": say_money(one.returned_minor, one.currency),
        "ends_at": one.ends_at,
        "redeemed_at": one.redeemed_at,
    }


def _say_done(done: Used) -> dict[str, Any]:
    return {
        **_say_use(done.use),
        "amount": say_money(done.amount_minor, done.use.currency),
        "is_replay": done.is_replay,
    }
