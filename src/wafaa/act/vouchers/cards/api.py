"""Gift cards: issued, topped up, asked, held for a checkout. What is held is captured, released and put back at /v1/holds."""

import uuid
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Body, Field, Router, Schema
from pydantic import AwareDatetime
from pydantic import Field as Checked

from wafaa.access.keys.api import ReadKey, WriteKey, identify_key
from wafaa.act.vouchers.actions import (
    block_card,
    count_on_card,
    find_card,
    get_card,
    hold_on_card,
    issue_card,
    top_up_card,
)
from wafaa.act.vouchers.checkout.api import CodeText
from wafaa.act.vouchers.models import GiftCard
from wafaa.act.vouchers.rules import HOLD_SECONDS, HOLD_SECONDS_MAX
from wafaa.kit.api import Closed, DeedKey, Money, ShortText, say_money

router = Router(auth=ReadKey(), tags=["vouchers"])

Amount = Annotated[
    int,
    Checked(ge=1, le=10**15, description=gettext_noop("In minor units of the card's currency.")),
]


class CardBody(Closed):
    key: DeedKey
    amount_minor: Amount
    currency: str = Field(min_length=3, max_length=3, description=gettext_noop("ISO 4217, such as SAR."))
    expires_at: AwareDatetime | None = Field(
        None, description=gettext_noop("What is on it ends then; null for never.")
    )


class TopUpBody(Closed):
    key: DeedKey
    amount_minor: Amount


class CardCode(Closed):
    code: CodeText


class CardHoldBody(TopUpBody):
    code: CodeText
    seconds: int = Field(
        HOLD_SECONDS, ge=1, le=HOLD_SECONDS_MAX, description=gettext_noop("Until then it is set aside.")
    )
    order_id: ShortText = Field("", description=gettext_noop("The order's number."))


class CardState(Closed):
    is_blocked: bool = Field(description=gettext_noop("Whether nothing can be spent from it."))


class CardItem(Schema):
    id: uuid.UUID = Field(description=gettext_noop("Ours; it never changes."))
    code: str = Field(description=gettext_noop("As people read it."))
    wallet_id: uuid.UUID = Field(description=gettext_noop("Its wallet in the ledger."))
    balance: Money = Field(description=gettext_noop("What can be spent at this moment."))
    is_blocked: bool = Field(description=gettext_noop("Whether nothing can be spent from it."))
    expires_at: datetime | None = Field(description=gettext_noop("When what is on it ends."))


class CardHold(Schema):
    id: uuid.UUID = Field(description=gettext_noop("For /v1/holds: capture, void, restore."))
    amount: Money = Field(description=gettext_noop("What is set aside."))
    ends_at: datetime = Field(description=gettext_noop("Until then it is set aside."))
    is_replay: bool = Field(description=gettext_noop("Whether this key had done it before."))


@router.post(
    "/gift-cards",
    response=CardItem,
    auth=WriteKey(),
    summary=gettext_noop("Issue a gift card"),
    operation_id="issue_gift_card",
)
def issue(request: HttpRequest, told: Annotated[CardBody, Body()]) -> Any:
    card = issue_card(
        key=told.key,
        amount_minor=told.amount_minor,
        currency=told.currency.upper(),
        expires_at=told.expires_at,
        via=str(identify_key(request)),
    )
    return _say_card(get_card(card.uuid))


@router.get(
    "/gift-cards/{uuid:card_id}",
    response=CardItem,
    summary=gettext_noop("One gift card"),
    operation_id="read_gift_card",
)
def card(request: HttpRequest, card_id: uuid.UUID) -> Any:
    return _say_card(get_card(card_id))


@router.post(
    "/gift-cards/balance",
    response=CardItem,
    summary=gettext_noop("What is on a gift card"),
    description=gettext_noop("By its code, which stands in no address and so in no log."),
    operation_id="get_gift_card",
)
def balance(request: HttpRequest, told: Annotated[CardCode, Body()]) -> Any:
    return _say_card(find_card(told.code))


@router.post(
    "/gift-cards/{uuid:card_id}/top-up",
    response=CardItem,
    auth=WriteKey(),
    summary=gettext_noop("Put more on a gift card"),
    operation_id="top_up_gift_card",
)
def top_up(request: HttpRequest, card_id: uuid.UUID, told: Annotated[TopUpBody, Body()]) -> Any:
    card = get_card(card_id)
    via = str(identify_key(request))
    return _say_card(top_up_card(key=told.key, card=card, amount_minor=told.amount_minor, via=via))


@router.post(
    "/gift-cards/{uuid:card_id}/state",
    response=CardItem,
    auth=WriteKey(),
    summary=gettext_noop("Block or open a gift card"),
    operation_id="block_gift_card",
)
def block(request: HttpRequest, card_id: uuid.UUID, told: Annotated[CardState, Body()]) -> Any:
    via = str(identify_key(request))
    return _say_card(block_card(card=get_card(card_id), is_blocked=told.is_blocked, via=via))


@router.post(
    "/gift-cards/holds",
    response=CardHold,
    auth=WriteKey(),
    summary=gettext_noop("Hold an amount on a gift card"),
    description=gettext_noop("Capture, void and restore it at /v1/holds, whole or in part."),
    operation_id="hold_gift_card",
)
def hold(request: HttpRequest, told: Annotated[CardHoldBody, Body()]) -> Any:
    placed = hold_on_card(
        key=told.key,
        code=told.code,
        amount_minor=told.amount_minor,
        seconds=told.seconds,
        order_ref=told.order_id,
    )
    return {
        "id": placed.uuid,
        "amount": say_money(placed.amount, find_card(told.code).wallet.unit.currency),
        "ends_at": placed.ends_at,
        "is_replay": placed.is_replay,
    }


def _say_card(one: GiftCard) -> dict[str, Any]:
    return {
        "id": one.uuid,
        "code": one.shown,
        "wallet_id": one.wallet.uuid,
        "balance": say_money(count_on_card(one), one.wallet.unit.currency),
        "is_blocked": one.is_blocked,
        "expires_at": one.expires_at,
    }
