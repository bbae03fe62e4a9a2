"""`POST /v1/orders` and `/v1/orders/{order_id}/refunds`: told once, and with `Prefer: wait` answered with what they bring."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from http import HTTPStatus
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from ninja import Body, Field, Router, Schema, Status
from pydantic import AwareDatetime
from pydantic import Field as Checked

from wafaa.access.keys.api import WriteKey, identify_key
from wafaa.access.keys.models import ApiKey
from wafaa.act.points.models import Unit
from wafaa.act.points.rules import Balance
from wafaa.act.points.words import name_unit
from wafaa.decide.loyalty.rules.charging import sum_charges
from wafaa.decide.loyalty.words import name_rule, say_missing, say_refusals, say_rule
from wafaa.kit import clock
from wafaa.kit.api import CleanText, Closed, ShortText
from wafaa.know.orders.errors import OrderMissing
from wafaa.know.orders.models import Order
from wafaa.show.checkout.actions import tell_once
from wafaa.show.checkout.errors import BuyerMissing
from wafaa.show.checkout.queries import Effect, Part, find_buyer, find_effects, find_order
from wafaa.show.checkout.rules import (
    Buyer,
    Sender,
    digest,
    make_order_events,
    make_refund_events,
    name_message,
)
from wafaa.stream.rules import NewEvent
from wafaa.stream.waiting import OTHERS, read_wait

LINES_MAX = 1_000
Id = Annotated[CleanText, Checked(min_length=1, max_length=200)]
Ids = Annotated[CleanText, Checked(max_length=180)]
Amount = Annotated[Decimal, Checked(ge=0, le=10**12, max_digits=18, decimal_places=6)]
Pieces = Annotated[Decimal, Checked(gt=0, le=10**9, max_digits=16, decimal_places=6)]
Code = Annotated[str, Checked(pattern=r"^[A-Z]{3}$")]
# What is said of the order that is no property of it.
_BESIDE = {"state", "user_id", "anonymous_id", "anonymous", "traits", "updated_at"}
MAJOR = gettext_noop("In whole units of the currency, as a number or as text.")


class ProductTold(Closed):
    sku: Id = Field(description=gettext_noop("The product's number."))
    name: ShortText = Field("", description=gettext_noop("The product's name."))
    category: ShortText = Field("", description=gettext_noop("The product's category."))
    quantity: Pieces = Field(Decimal(1), description=gettext_noop("How many pieces."))
    price: Amount = Field(description=gettext_noop("The price of one piece, in whole units of the currency."))
    discount: Amount = Field(
        Decimal(0), description=gettext_noop("Taken off all pieces of this line together.")
    )


class TraitsTold(Closed):
    customer_number: ShortText = Field("", description=gettext_noop("The customer's number in the shop."))
    name: ShortText = Field("", description=gettext_noop("The customer's name."))
    email: ShortText = Field("", description=gettext_noop("The customer's e-mail."))
    phone: ShortText = Field("", description=gettext_noop("The customer's phone, with the country's code."))
    language: ShortText = Field("", description=gettext_noop("ar or en."))
    birthday: date | None = Field(None, description=gettext_noop("The day of birth."))


class OrderTold(Closed):
    order_id: Id = Field(description=gettext_noop("The order's own id in your system; it never changes."))
    number: ShortText = Field("", description=gettext_noop("The number that the customer knows."))
    state: Literal["completed", "updated", "cancelled"] = Field(
        "completed",
        description=gettext_noop(
            "completed when it is placed; updated when it changed, with all its products; cancelled when it is off."
        ),
    )
    user_id: Ids = Field("", description=gettext_noop("Who bought: the customer's id in your system."))
    anonymous_id: Ids = Field(
        "", description=gettext_noop("The id of the browser, where the customer is not known.")
    )
    anonymous: bool = Field(False, description=gettext_noop("Whether nobody knows who bought."))
    traits: TraitsTold | None = Field(None, description=gettext_noop("What you know of the customer."))
    currency: Code = Field(description=gettext_noop("ISO 4217."))
    products: Annotated[list[ProductTold], Checked(max_length=LINES_MAX)] = Field(
        default=[], description=gettext_noop("What was bought.")
    )
    total: Amount | None = Field(None, description=MAJOR)
    shipping: Amount | None = Field(None, description=MAJOR)
    tax: Amount | None = Field(None, description=MAJOR)
    discount: Amount | None = Field(None, description=MAJOR)
    coupon: ShortText = Field("", description=gettext_noop("The code that was used."))
    affiliation: ShortText = Field("", description=gettext_noop("The store's code."))
    channel: ShortText = Field("", description=gettext_noop("web, store, app …"))
    country: ShortText = Field("", description=gettext_noop("Where to, as two letters."))
    ordered_at: AwareDatetime | None = Field(None, description=gettext_noop("When; without it, now."))
    updated_at: AwareDatetime | None = Field(
        None, description=gettext_noop("When it was changed last: an older word never replaces a newer one.")
    )


class RefundProductTold(Closed):
    sku: Id = Field(description=gettext_noop("The product's number."))
    quantity: Pieces = Field(Decimal(1), description=gettext_noop("How many pieces come back."))
    price: Amount = Field(
        description=gettext_noop("What is given back for one piece, in whole units of the currency.")
    )


class RefundTold(Closed):
    refund_id: Id = Field(description=gettext_noop("The refund's own id in your system; it counts once."))
    currency: Code = Field(description=gettext_noop("ISO 4217."))
    amount: Amount | None = Field(
        None, description=gettext_noop("What is given back; without it, what its products add up to.")
    )
    products: Annotated[list[RefundProductTold], Checked(max_length=LINES_MAX)] = Field(
        default=[], description=gettext_noop("Without any the amount is taken from all goods by share.")
    )
    reason: ShortText = Field("", description=gettext_noop("Why, in words of yours."))
    refunded_at: AwareDatetime | None = Field(None, description=gettext_noop("When; without it, now."))


class RuleEffect(Schema):
    rule: int = Field(description=gettext_noop("The rule's number in its programme; it never changes."))
    name: str = Field(description=gettext_noop("What the business calls it."))
    sentence: str = Field(description=gettext_noop("The rule in words."))
    unit: str = Field(description=gettext_noop("What it gives."))
    points: int = Field(description=gettext_noop("How much of it stands in the ledger."))
    taken_back: int = Field(description=gettext_noop("What was taken back of it so far."))
    usable_from: datetime | None = Field(
        description=gettext_noop("Pending until then; null where it can be used.")
    )
    expires_at: datetime | None = Field(description=gettext_noop("When it ends; null where it never does."))
    refusals: list[str] = Field(description=gettext_noop("Why it gives nothing, or less than it might."))
    missing: str = Field(description=gettext_noop("What would bring more; empty where nothing would."))


class BalanceItem(Schema):
    unit: str = Field(description=gettext_noop("The code of the unit."))
    name: str = Field(description=gettext_noop("What the unit is called."))
    available: int = Field(description=gettext_noop("What can be spent now."))
    pending: int = Field(description=gettext_noop("What can be spent later."))
    owed: int = Field(description=gettext_noop("What later awards pay first."))


class EffectItem(Schema):
    programme_id: uuid.UUID = Field(description=gettext_noop("Of which programme."))
    version: int = Field(description=gettext_noop("The version of the rules that held."))
    tiers: list[str] = Field(description=gettext_noop("The customer's tiers now."))
    points: dict[str, int] = Field(description=gettext_noop("By unit, what the order brings as it stands."))
    taken_back: dict[str, int] = Field(
        description=gettext_noop("By unit, what refunds and changes took back of it so far.")
    )
    charges: dict[str, int] = Field(
        description=gettext_noop(
            "By currency, what all refunds so far together keep back from the money for what was spent already, in minor units."
        )
    )
    rules: list[RuleEffect] = Field(description=gettext_noop("Each rule with its verdict."))
    balances: list[BalanceItem] = Field(description=gettext_noop("What the customer holds now."))


class TellingDone(Schema):
    order_id: str = Field(description=gettext_noop("The order's own id in your system."))
    id: uuid.UUID | None = Field(description=gettext_noop("Ours; null until the order was handled."))
    is_replay: bool = Field(description=gettext_noop("Whether the same was told before by this key."))
    is_handled: bool = Field(description=gettext_noop("Whether what follows is whole."))
    loyalty: list[EffectItem] = Field(
        description=gettext_noop("What it brings, programme by programme; empty until it was handled.")
    )


def add_ordering(orders: Router) -> None:
    """An address belongs to one router: that of orders gets these deeds too."""
    orders.post(
        "/orders",
        response={200: TellingDone, 202: TellingDone},
        auth=WriteKey(),
        summary=gettext_noop("Tell an order"),
        description=gettext_noop(
            "The same as the events Order Completed, Order Updated and Order Cancelled. An Idempotency-Key is kept for good: "
            "with another body it is a 409. With Prefer: wait=2 the answer holds what the order brings, rule by rule, and the "
            "new balance; else it is a 202, and GET /v1/orders/{id}/earnings tells it later."
        ),
        operation_id="tell_order",
    )(tell_order)
    orders.post(
        "/orders/{order_id}/refunds",
        response={200: TellingDone, 202: TellingDone},
        auth=WriteKey(),
        summary=gettext_noop("Tell a refund"),
        description=gettext_noop(
            "The same as the event Order Refunded; the order is named by its own id in your system or by ours. A refund counts "
            "once by its id. With Prefer: wait=2 the answer holds what was taken back and the new balance."
        ),
        operation_id="tell_refund",
    )(tell_refund)


def tell_order(request: HttpRequest, response: HttpResponse, asked: Annotated[OrderTold, Body()]) -> Any:
    buyer, call = _read_buyer(asked), _read_call(request, asked)
    events = make_order_events(
        buyer=buyer,
        sender=call.sender,
        state=asked.state,
        at=asked.ordered_at,
        version=asked.updated_at,
        told=asked.model_dump(exclude=_BESIDE),
    )
    return _tell(call, response, asked.order_id, events)


def tell_refund(
    request: HttpRequest, response: HttpResponse, order_id: str, asked: Annotated[RefundTold, Body()]
) -> Any:
    call = _read_call(request, asked)
    source = call.sender.source
    theirs = _find_own_id(order_id, source)
    events = make_refund_events(
        distinct_id=find_buyer(source, theirs),
        sender=call.sender,
        at=asked.refunded_at,
        told={**asked.model_dump(exclude={"refunded_at"}), "order_id": theirs},
    )
    return _tell(call, response, theirs, events)


def _read_buyer(asked: OrderTold) -> Buyer:
    """Raises BuyerMissing."""
    traits = asked.traits.model_dump(mode="json") if asked.traits else None
    buyer = Buyer(user_id=asked.user_id.strip(), anonymous_id=asked.anonymous_id.strip(), traits=traits)
    if bool(buyer.distinct_id) is asked.anonymous:
        raise BuyerMissing
    return buyer


@dataclass(frozen=True, kw_only=True)
class Call:
    """Who tells it, under which key for good, what it says, and how long it waits (None: not at all)."""

    key: ApiKey
    name: str
    digest: str
    sender: Sender
    seconds: float | None


def _read_call(request: HttpRequest, asked: Closed) -> Call:
    """What is sent without a key of its own is known by what it says."""
    key, said = identify_key(request), digest(request.path_info, asked.model_dump())
    name = request.headers.get("Idempotency-Key") or f"body:{said}"
    return Call(
        key=key,
        name=name,
        digest=said,
        sender=Sender(
            source=f"key:{key.public_id}",
            message_id=name_message(key.public_id, name),
            received_at=clock.now(),
        ),
        seconds=read_wait(request.headers.get("Prefer", "")),
    )


def _find_own_id(order_id: str, source: str) -> str:
    """Ours leads to theirs; what one key tells touches no order of another. Raises OrderMissing."""
    try:
        ours = uuid.UUID(order_id)
    except ValueError:
        return order_id
    order = Order.objects.filter(uuid=ours).first()
    if order is None:
        return order_id
    if order.source != source:
        raise OrderMissing
    return str(order.external_id)


def _tell(call: Call, response: HttpResponse, order_id: str, events: Sequence[NewEvent]) -> Any:
    is_new = tell_once(key=call.key, name=call.name, digest=call.digest, events=events)
    is_handled = call.seconds is not None and OTHERS.wait_until_handled(call.seconds)
    order = find_order(call.sender.source, order_id)
    if is_handled:
        response["Preference-Applied"] = "wait"
    if not is_new:
        response["Idempotent-Replayed"] = "true"
    told = {
        "order_id": order_id,
        "id": order.uuid if order else None,
        "is_replay": not is_new,
        "is_handled": is_handled,
        "loyalty": [_say_effect(one) for one in find_effects(order)] if order and is_handled else [],
    }
    return Status(HTTPStatus.OK if is_handled else HTTPStatus.ACCEPTED, told)


def _say_effect(one: Effect) -> dict[str, Any]:
    units = {unit.code: name_unit(unit) for unit in Unit.objects.all()}
    codes = dict.fromkeys(part.unit.code for part in one.parts)

    def add_up(what: str) -> dict[str, int]:
        rules = [_say_part(part, units) for part in one.parts]
        return {code: sum(rule[what] for rule in rules if rule["unit"] == code) for code in codes}

    return {
        "programme_id": one.occasion.programme.uuid,
        "version": one.occasion.version.number,
        "tiers": one.occasion.member.tiers,
        "points": add_up("points"),
        "taken_back": add_up("taken_back"),
        "charges": sum_charges(one.charges),
        "rules": [_say_part(part, units) for part in one.parts],
        "balances": [_say_balance(unit, balance) for unit, balance in one.balances],
    }


def _say_part(one: Part, units: Mapping[str, str]) -> dict[str, Any]:
    judged = one.explained.judged
    return {
        "rule": judged.rule.id,
        "name": name_rule(judged.rule),
        "sentence": say_rule(judged.rule, units),
        "unit": judged.rule.unit,
        "points": one.explained.awarded,
        "taken_back": one.taken_back,
        "usable_from": one.usable_from,
        "expires_at": one.expires_at,
        "refusals": say_refusals(judged),
        "missing": say_missing(judged, units),
    }


def _say_balance(unit: Unit, balance: Balance) -> dict[str, Any]:
    return {
        "unit": unit.code,
        "name": name_unit(unit),
        "available": balance.available,
        "pending": balance.pending,
        "owed": balance.owed,
    }
