"""Rewards for programs: what a member may have and why not, and redemptions placed, used, given up, taken back."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Body, Field, Query, Router, Schema
from pydantic import Field as Checked

from wafaa.access.keys.api import ReadKey, WriteKey
from wafaa.act.vouchers.words import say_both
from wafaa.decide.rewards.actions import cancel, confirm, place, take_back
from wafaa.decide.rewards.catalogue.api import router as catalogue
from wafaa.decide.rewards.models import Redemption
from wafaa.decide.rewards.queries import (
    Offer,
    find_redemption,
    get_redemption,
    get_reward,
    list_offers,
    list_redemptions,
)
from wafaa.decide.rewards.reasons import MESSAGES
from wafaa.decide.rewards.rules import KEEPS_MAX, POINTS_MAX
from wafaa.decide.rewards.rules.judging import Refusal
from wafaa.decide.rewards.words import say_help
from wafaa.kit import clock
from wafaa.kit.api import (
    PAGE_ITEMS,
    Closed,
    Cursor,
    DeedKey,
    Limit,
    Minor,
    Money,
    Page,
    ShortText,
    cut_page,
    say_money,
)
from wafaa.kit.pagination import Stretch
from wafaa.know.customers.queries import get_customer

router = Router(auth=ReadKey(), tags=["rewards"])
router.add_router("", catalogue)

Points = Annotated[int, Checked(ge=1, le=POINTS_MAX)]
Currency = Annotated[str, Checked(pattern=r"^([A-Z]{3})?$")]


class OffersAsked(Closed):
    customer_id: uuid.UUID | None = Field(
        None, description=gettext_noop("Without one it is told what members may have.")
    )
    store: ShortText = Field("", description=gettext_noop("The store's code."))
    currency: Currency = Field(
        "", description=gettext_noop("ISO 4217; the business's own where none is told.")
    )
    cart_minor: Minor | None = Field(
        None, description=gettext_noop("What the cart comes to, in minor units; minimums are judged by it.")
    )


class RefusalItem(Schema):
    reason: str = Field(description=gettext_noop("For programs; it never changes."))
    text: dict[str, str] = Field(description=gettext_noop("For people, by language."))
    help: dict[str, str] = Field(description=gettext_noop("What would help, by language; may be empty."))
    missing: int | None = Field(description=gettext_noop("How much is missing; null where nothing is."))


class OfferItem(Schema):
    reward_id: uuid.UUID = Field(description=gettext_noop("Which reward."))
    name: dict[str, str] = Field(description=gettext_noop("Language to word."))
    kind: str = Field(description=gettext_noop("As of the reward."))
    can: bool = Field(description=gettext_noop("Whether it may be redeemed at this moment."))
    unit: str = Field(description=gettext_noop("What it costs."))
    points: int = Field(description=gettext_noop("How much of it."))
    available: int = Field(description=gettext_noop("How much of it the customer has."))
    value: Money = Field(description=gettext_noop("What it takes off, or is worth."))
    price: Money = Field(description=gettext_noop("What is to be paid besides the points."))
    reasons: list[RefusalItem] = Field(description=gettext_noop("Everything that stands against it."))


class OrderNamed(Closed):
    source: ShortText = Field("", description=gettext_noop("Which system numbered it, as its events say."))
    number: ShortText = Field(description=gettext_noop("The order's number; it may come later than this."))


class PlaceBody(Closed):
    key: DeedKey
    customer_id: uuid.UUID = Field(description=gettext_noop("Who redeems."))
    reward_id: uuid.UUID = Field(description=gettext_noop("Which reward."))
    points: Points | None = Field(None, description=gettext_noop("Of a payment with points: how many."))
    store: ShortText = Field("", description=gettext_noop("The store's code."))
    currency: Currency = Field(
        "", description=gettext_noop("ISO 4217; the business's own where none is told.")
    )
    cart_minor: Minor | None = Field(
        None, description=gettext_noop("What the cart comes to, in minor units.")
    )
    seconds: Annotated[int, Checked(ge=1, le=KEEPS_MAX * 60)] | None = Field(
        None, description=gettext_noop("How long it is held; as the reward says where none is told.")
    )
    order: OrderNamed | None = Field(None, description=gettext_noop("The order that it is for."))


class CaptureBody(Closed):
    key: DeedKey
    order: OrderNamed | None = Field(None, description=gettext_noop("The order that it was used for."))
    paid_minor: Minor | None = Field(
        None,
        description=gettext_noop(
            "What of the order it paid, where that is not what a payment with points is worth: that earns nothing."
        ),
    )


class VoidBody(Closed):
    key: DeedKey
    reason: ShortText = Field("", description=gettext_noop("Why, for the shop's own eyes."))


class BackBody(VoidBody):
    points: Points | None = Field(
        None, description=gettext_noop("How many; all that is left where none is told.")
    )


class RedemptionItem(Schema):
    id: uuid.UUID = Field(description=gettext_noop("Ours; it never changes."))
    code: str = Field(description=gettext_noop("What the member shows."))
    reward_id: uuid.UUID = Field(description=gettext_noop("Which reward."))
    customer_id: uuid.UUID | None = Field(description=gettext_noop("Whose; null once they were erased."))
    name: dict[str, str] = Field(description=gettext_noop("What the reward was called then."))
    kind: str = Field(description=gettext_noop("As of the reward then."))
    state: str = Field(description=gettext_noop("placed, confirmed, cancelled, timed_out or returned."))
    unit: str = Field(description=gettext_noop("What it cost."))
    points: int = Field(description=gettext_noop("How much of it."))
    returned: int = Field(description=gettext_noop("How much of that came back."))
    value: Money = Field(description=gettext_noop("What it takes off, or is worth."))
    price: Money = Field(description=gettext_noop("What is to be paid besides the points."))
    voucher: str = Field(description=gettext_noop("The code that it gave; empty where it gave none."))
    gift_card: str = Field(description=gettext_noop("The gift card that it gave; empty where it gave none."))
    store: str = Field(description=gettext_noop("The store's code."))
    order_number: str = Field(description=gettext_noop("The order that it was used for."))
    placed_at: datetime = Field(description=gettext_noop("When it was redeemed."))
    ends_at: datetime = Field(description=gettext_noop("Until then it has to be used."))
    confirmed_at: datetime | None = Field(description=gettext_noop("When it was used."))


class RedemptionsQuestion(Closed):
    cursor: Cursor = ""
    limit: Limit = PAGE_ITEMS


class CodeAsked(Closed):
    code: ShortText = Field(description=gettext_noop("What the member shows, however it is typed."))


@router.post(
    "/rewards/offers",
    response=list[OfferItem],
    summary=gettext_noop("What a member may redeem now"),
    description=gettext_noop(
        "With this cart, here; of the rest everything that stands against it. Nothing is written."
    ),
    operation_id="list_offers",
)
def offers(request: HttpRequest, asked: Annotated[OffersAsked, Body()]) -> Any:
    found = list_offers(
        customer_id=get_customer(asked.customer_id).pk if asked.customer_id else None,
        at=clock.now(),
        store=asked.store,
        currency=asked.currency,
        cart_minor=asked.cart_minor,
    )
    return [_say_offer(one) for one in found]


@router.get(
    "/customers/{uuid:customer_id}/redemptions",
    response=Page[RedemptionItem],
    summary=gettext_noop("What a customer redeemed"),
    description=gettext_noop("The newest first."),
    operation_id="list_redemptions",
)
def redemptions(
    request: HttpRequest, customer_id: uuid.UUID, asked: Annotated[RedemptionsQuestion, Query()]
) -> Any:
    customer = get_customer(customer_id)
    return cut_page(
        [Stretch(rows=list_redemptions(customer_id=customer.pk), key="id", is_descending=True)],
        cursor=asked.cursor,
        limit=asked.limit,
        question={"customer": str(customer.uuid)},
        say=_say,
    )


@router.post(
    "/redemptions",
    response=RedemptionItem,
    auth=WriteKey(),
    summary=gettext_noop("Redeem a reward"),
    description=gettext_noop("The points are set aside until it is captured, voided or its time is over."),
    operation_id="place_redemption",
)
def redeem(request: HttpRequest, told: Annotated[PlaceBody, Body()]) -> Any:
    made = place(
        key=f"api:{told.key}",
        customer_id=get_customer(told.customer_id).pk,
        reward_id=get_reward(told.reward_id).pk,
        at=clock.now(),
        store=told.store,
        points=told.points,
        currency=told.currency,
        cart_minor=told.cart_minor,
        ends_in=timedelta(seconds=told.seconds) if told.seconds else None,
        **_read_order(told.order),
    )
    return _say(get_redemption(made.uuid))


@router.get(
    "/redemptions/{uuid:redemption_id}",
    response=RedemptionItem,
    summary=gettext_noop("One redemption"),
    operation_id="get_redemption",
)
def redemption(request: HttpRequest, redemption_id: uuid.UUID) -> Any:
    return _say(get_redemption(redemption_id))


@router.post(
    "/redemptions/find",
    response=RedemptionItem,
    summary=gettext_noop("Find what a member shows"),
    description=gettext_noop("By its code, which stands in no address and so in no log."),
    operation_id="find_redemption",
)
def find(request: HttpRequest, asked: Annotated[CodeAsked, Body()]) -> Any:
    return _say(find_redemption(asked.code))


@router.post(
    "/redemptions/{uuid:redemption_id}/capture",
    response=RedemptionItem,
    auth=WriteKey(),
    summary=gettext_noop("Use what was redeemed"),
    description=gettext_noop(
        "The points are spent, and a code or a gift card is given where the reward is one."
    ),
    operation_id="capture_redemption",
)
def capture(request: HttpRequest, redemption_id: uuid.UUID, told: Annotated[CaptureBody, Body()]) -> Any:
    one = get_redemption(redemption_id)
    confirm(
        key=f"api:{told.key}",
        redemption_id=one.pk,
        at=clock.now(),
        paid_minor=told.paid_minor,
        **_read_order(told.order),
    )
    return _say(get_redemption(redemption_id))


@router.post(
    "/redemptions/{uuid:redemption_id}/void",
    response=RedemptionItem,
    auth=WriteKey(),
    summary=gettext_noop("Give up what was redeemed"),
    description=gettext_noop("Before it was used: the points are free again."),
    operation_id="void_redemption",
)
def void(request: HttpRequest, redemption_id: uuid.UUID, told: Annotated[VoidBody, Body()]) -> Any:
    one = get_redemption(redemption_id)
    cancel(key=f"api:{told.key}", redemption_id=one.pk, at=clock.now(), reason=told.reason)
    return _say(get_redemption(redemption_id))


@router.post(
    "/redemptions/{uuid:redemption_id}/take-back",
    response=RedemptionItem,
    auth=WriteKey(),
    summary=gettext_noop("Take back what was used"),
    description=gettext_noop(
        "Whole or in part. What a refund of its order gave back already is not given again."
    ),
    operation_id="take_back_redemption",
)
def back(request: HttpRequest, redemption_id: uuid.UUID, told: Annotated[BackBody, Body()]) -> Any:
    one = get_redemption(redemption_id)
    take_back(
        key=f"api:{told.key}", redemption_id=one.pk, at=clock.now(), amount=told.points, reason=told.reason
    )
    return _say(get_redemption(redemption_id))


def _read_order(told: OrderNamed | None) -> dict[str, Any]:
    return {"order_source": told.source, "order_ref": told.number} if told else {}


def _say_offer(one: Offer) -> Mapping[str, Any]:
    return {
        "reward_id": one.reward.uuid,
        "name": one.reward.name,
        "kind": one.reward.kind,
        "can": one.can,
        "unit": one.unit,
        "points": one.points,
        "available": one.available,
        "value": say_money(one.price.value_minor, one.currency),
        "price": say_money(one.price.price_minor, one.currency),
        "reasons": [_say_reason(each) for each in one.reasons],
    }


def _say_reason(one: Refusal) -> Mapping[str, Any]:
    return {
        "reason": one.reason.value,
        "text": say_both(lambda: str(MESSAGES[one.reason])),
        "help": say_both(say_help, one.reason, one.facts),
        "missing": one.facts.get("missing"),
    }


def _say(one: Redemption) -> Mapping[str, Any]:
    return {
        "id": one.uuid,
        "code": one.shown,
        "reward_id": one.reward.uuid,
        "customer_id": one.customer.uuid if one.customer else None,
        "name": one.terms["name"],
        "kind": one.terms["kind"],
        "state": one.standing.name.lower(),
        "unit": one.unit.code,
        "points": one.points,
        "returned": one.returned,
        "value": say_money(one.value_minor, one.currency),
        "price": say_money(one.price_minor, one.currency),
        "voucher": one.voucher.shown if one.voucher else "",
        "gift_card": one.card.shown if one.card else "",
        "store": one.store,
        "order_number": one.order_ref,
        "placed_at": one.placed_at,
        "ends_at": one.ends_at,
        "confirmed_at": one.confirmed_at,
    }
