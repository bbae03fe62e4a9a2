"""The catalogue of known events: Segment's e-commerce names and ours, with the types of their known properties.

https://segment.com/docs/connections/spec/ecommerce/v2/. Other names and other properties are as welcome; only a known property
of another type than here is reported. Nothing is required: what is absent or null is no problem.
"""

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from typing import Annotated, Any

import msgspec


class Kind(StrEnum):
    """What a property holds, or was found to hold."""

    TEXT = "text"  # ids are often sent as whole numbers, which reads the same
    NUMBER = "number"  # or the text of one, because decimals are exact that way
    MOMENT = "moment"  # ISO 8601, or seconds since 1970
    FLAG = "flag"
    LIST = "list"
    OBJECT = "object"


@dataclass(frozen=True, slots=True, order=True)
class Mismatch:
    """A known property that holds something else: `price`, or `products[].price`."""

    property: str
    expected: Kind
    found: Kind


_PRODUCT = {
    "product_id": Kind.TEXT, "sku": Kind.TEXT, "category": Kind.TEXT, "name": Kind.TEXT, "brand": Kind.TEXT,
    "variant": Kind.TEXT, "price": Kind.NUMBER, "quantity": Kind.NUMBER, "coupon": Kind.TEXT, "position": Kind.NUMBER,
    "url": Kind.TEXT, "image_url": Kind.TEXT,
}  # fmt: skip
_ONE = _PRODUCT | {"currency": Kind.TEXT, "value": Kind.NUMBER}
_MANY = {"products": Kind.LIST}
_CART = {"cart_id": Kind.TEXT}
_WISHLIST = {"wishlist_id": Kind.TEXT, "wishlist_name": Kind.TEXT}
_ORDER = _MANY | {
    "order_id": Kind.TEXT, "checkout_id": Kind.TEXT, "affiliation": Kind.TEXT, "channel": Kind.TEXT, "country": Kind.TEXT,
    "total": Kind.NUMBER, "subtotal": Kind.NUMBER, "revenue": Kind.NUMBER, "value": Kind.NUMBER, "shipping": Kind.NUMBER,
    "tax": Kind.NUMBER, "discount": Kind.NUMBER, "coupon": Kind.TEXT, "currency": Kind.TEXT, "anonymous": Kind.FLAG,
}  # fmt: skip
_LISTED = _MANY | {
    "list_id": Kind.TEXT, "category": Kind.TEXT, "filters": Kind.LIST, "sorts": Kind.LIST,
}  # fmt: skip
_STEP = {
    "checkout_id": Kind.TEXT, "order_id": Kind.TEXT, "step": Kind.NUMBER, "shipping_method": Kind.TEXT,
    "payment_method": Kind.TEXT,
}  # fmt: skip
_COUPON = _CART | {
    "order_id": Kind.TEXT, "coupon_id": Kind.TEXT, "coupon_name": Kind.TEXT, "discount": Kind.NUMBER, "reason": Kind.TEXT,
}  # fmt: skip
_PROMOTION = {
    "promotion_id": Kind.TEXT, "creative": Kind.TEXT, "name": Kind.TEXT, "position": Kind.TEXT,
}  # fmt: skip
_SHARED = {"share_via": Kind.TEXT, "share_message": Kind.TEXT, "recipient": Kind.TEXT}
_PARCEL = {
    "order_id": Kind.TEXT, "tracking_number": Kind.TEXT, "carrier": Kind.TEXT, "promised_at": Kind.MOMENT,
}  # fmt: skip
_TALK = {"conversation_id": Kind.TEXT, "channel": Kind.TEXT, "agent": Kind.TEXT}
_CONSENT = {
    "channel": Kind.TEXT, "purpose": Kind.TEXT, "text_version": Kind.TEXT, "source": Kind.TEXT, "proof": Kind.TEXT,
}  # fmt: skip
_MESSAGE = {
    "message_id": Kind.TEXT, "channel": Kind.TEXT, "reason": Kind.TEXT, "step": Kind.TEXT, "template": Kind.TEXT,
    "purpose": Kind.TEXT, "topic": Kind.TEXT, "why": Kind.TEXT,
}  # fmt: skip
_CASE = {"case_id": Kind.TEXT, "reason": Kind.TEXT, "survey_id": Kind.TEXT, "response_id": Kind.TEXT}
_REVIEW = {
    "review_id": Kind.TEXT, "product_id": Kind.TEXT, "rating": Kind.NUMBER, "is_verified": Kind.FLAG,
}  # fmt: skip
_SEGMENT = {"segment": Kind.TEXT, "name": Kind.TEXT, "version": Kind.NUMBER}
_VOUCHER = {"code": Kind.TEXT, "pool_id": Kind.TEXT, "pool": Kind.TEXT}
_VOUCHER_USE = {
    "use_id": Kind.TEXT, "order_id": Kind.TEXT, "amount": Kind.NUMBER, "currency": Kind.TEXT,
}  # fmt: skip
_EARNED = {
    "programme": Kind.TEXT, "member": Kind.TEXT, "unit": Kind.TEXT, "points": Kind.NUMBER, "rules": Kind.LIST,
    "version": Kind.NUMBER, "reason": Kind.TEXT,
}  # fmt: skip
_BALANCE = {"balance": Kind.NUMBER, "pending": Kind.NUMBER, "owed": Kind.NUMBER}
_WORTH = {"worth": Kind.NUMBER, "currency": Kind.TEXT}
_MEMBER = {"programme": Kind.TEXT, "member": Kind.TEXT}
_TIER = _MEMBER | {"set": Kind.TEXT, "tier": Kind.TEXT, "from": Kind.TEXT, "to": Kind.TEXT}
_REWARD = {
    "redemption_id": Kind.TEXT, "reward_id": Kind.TEXT, "reward": Kind.TEXT, "points": Kind.NUMBER, "unit": Kind.TEXT,
    "order_id": Kind.TEXT, "code": Kind.TEXT,
}  # fmt: skip
_PERSON = {
    "email": Kind.TEXT, "phone": Kind.TEXT, "name": Kind.TEXT, "firstName": Kind.TEXT, "lastName": Kind.TEXT,
    "address": Kind.OBJECT, "birthday": Kind.MOMENT, "createdAt": Kind.MOMENT, "language": Kind.TEXT, "country": Kind.TEXT,
    "city": Kind.TEXT, "customer_number": Kind.TEXT,
}  # fmt: skip
_PAGE = {
    "name": Kind.TEXT, "path": Kind.TEXT, "referrer": Kind.TEXT, "search": Kind.TEXT, "title": Kind.TEXT, "url": Kind.TEXT,
    "keywords": Kind.LIST,
}  # fmt: skip

_DECIMAL = Annotated[str, msgspec.Meta(pattern=r"^[+-]?\d{1,30}(\.\d{1,30})?$")]
_TYPES: Mapping[Kind, Any] = {
    Kind.TEXT: str | int,
    Kind.NUMBER: int | float | _DECIMAL,
    Kind.MOMENT: datetime | float,
    Kind.FLAG: bool,
    Kind.LIST: list[Any],
    Kind.OBJECT: dict[str, Any],
}

EVENTS: Mapping[str, Mapping[str, Kind]] = {
    # calls, which come by their own name
    "identify": _PERSON,
    "page": _PAGE,
    "screen": {"name": Kind.TEXT},
    "group": {"groupId": Kind.TEXT},
    "alias": {"previousId": Kind.TEXT},
    # Segment's: looking
    "Products Searched": {"query": Kind.TEXT},
    "Product List Viewed": _LISTED,
    "Product List Filtered": _LISTED,
    "Product Clicked": _ONE,
    "Product Viewed": _ONE,
    "Promotion Viewed": _PROMOTION,
    "Promotion Clicked": _PROMOTION,
    # choosing
    "Product Added": _ONE | _CART,
    "Product Removed": _ONE | _CART,
    "Cart Viewed": _CART | _MANY,
    "Product Added to Wishlist": _ONE | _WISHLIST,
    "Product Removed from Wishlist": _ONE | _WISHLIST,
    "Wishlist Product Added to Cart": _ONE | _WISHLIST | _CART,
    "Product Shared": _ONE | _SHARED,
    "Cart Shared": _CART | _MANY | _SHARED,
    "Experiment Viewed": {
        "experiment_id": Kind.TEXT,
        "experiment_name": Kind.TEXT,
        "variation_id": Kind.TEXT,
        "variation_name": Kind.TEXT,
    },
    "Product Reviewed": {
        "product_id": Kind.TEXT,
        "review_id": Kind.TEXT,
        "review_body": Kind.TEXT,
        "rating": Kind.NUMBER,
    },
    # ordering
    "Checkout Started": _ORDER,
    "Checkout Step Viewed": _STEP,
    "Checkout Step Completed": _STEP,
    "Payment Info Entered": _STEP,
    "Coupon Entered": _COUPON,
    "Coupon Applied": _COUPON,
    "Coupon Denied": _COUPON,
    "Coupon Removed": _COUPON,
    "Order Completed": _ORDER,
    "Order Updated": _ORDER,
    "Order Refunded": _ORDER | {"refund_id": Kind.TEXT, "amount": Kind.NUMBER, "reason": Kind.TEXT},
    "Order Cancelled": _ORDER | {"reason": Kind.TEXT},
    # ours
    "Checkout Abandoned": _MANY | {"checkout_id": Kind.TEXT, "url": Kind.TEXT},
    "Order Paid": {"order_id": Kind.TEXT, "paid_at": Kind.MOMENT},
    "Order Shipped": _PARCEL,
    "Order Delayed": {"order_id": Kind.TEXT, "promised_at": Kind.MOMENT, "reason": Kind.TEXT},
    "Order Delivered": _PARCEL,
    "Return Requested": _MANY | {"order_id": Kind.TEXT, "reason": Kind.TEXT},
    "Support Conversation Started": _TALK,
    "Support Reply Sent": _TALK,
    "Support Message Received": _TALK,
    "Support Conversation Ended": _TALK,
    "Support Call Ended": {
        "call_id": Kind.TEXT,
        "agent": Kind.TEXT,
        "duration_s": Kind.NUMBER,
        "direction": Kind.TEXT,
    },
    "Store Entered": {"store": Kind.TEXT, "via": Kind.TEXT},
    "Store Exited": {"store": Kind.TEXT, "dwell_s": Kind.NUMBER},
    "Consent Given": _CONSENT,
    "Consent Withdrawn": _CONSENT,
    "Message Sent": _MESSAGE,
    "Message Refused": _MESSAGE,
    "Message Failed": _MESSAGE,
    "Message Delivered": _MESSAGE,
    "Message Bounced": _MESSAGE | {"is_hard": Kind.FLAG, "code": Kind.TEXT},
    "Message Complained": _MESSAGE,
    "Message Opened": _MESSAGE | {"is_machine": Kind.FLAG},
    "Message Clicked": _MESSAGE | {"url": Kind.TEXT, "is_machine": Kind.FLAG},
    "Message Unsubscribed": _MESSAGE,
    "Message Replied": _MESSAGE | {"text": Kind.TEXT, "is_stop": Kind.FLAG},
    "Push Subscribed": {"subscription": Kind.TEXT, "place": Kind.TEXT},
    "Push Unsubscribed": {"subscription": Kind.TEXT, "place": Kind.TEXT, "why": Kind.TEXT},
    "Survey Sent": {
        "survey_id": Kind.TEXT,
        "invitation": Kind.TEXT,
        "channel": Kind.TEXT,
        "reason": Kind.TEXT,
    },
    "Case Opened": _CASE,
    "Case Closed": _CASE | {"hours": Kind.NUMBER, "root_cause": Kind.TEXT},
    "Suggestion Done": {"suggestion_id": Kind.TEXT},
    "Voucher Given": _VOUCHER | {"expires_at": Kind.MOMENT},
    "Voucher Reserved": _VOUCHER | _VOUCHER_USE,
    "Voucher Redeemed": _VOUCHER | _VOUCHER_USE,
    "Voucher Released": _VOUCHER | _VOUCHER_USE,
    "Voucher Rolled Back": _VOUCHER | _VOUCHER_USE,
    "Points Awarded": _EARNED
    | _BALANCE
    | _WORTH
    | {
        "order_id": Kind.TEXT,
        "earned_at": Kind.MOMENT,
        "usable_from": Kind.MOMENT,
        "usable_on": Kind.MOMENT,
        "expires_at": Kind.MOMENT,
        "expires_on": Kind.MOMENT,
    },
    "Points Reversed": _EARNED
    | {
        "owed": Kind.NUMBER,
        "forgiven": Kind.NUMBER,
        "charged": Kind.NUMBER,
        "charge": Kind.NUMBER,
        "currency": Kind.TEXT,
        "order": Kind.TEXT,
    },
    "Points Activated": {"unit": Kind.TEXT, "points": Kind.NUMBER} | _BALANCE,
    "Points Expiring": _MEMBER
    | _WORTH
    | {
        "unit": Kind.TEXT,
        "points": Kind.NUMBER,
        "expires_on": Kind.MOMENT,
        "days_left": Kind.NUMBER,
    },
    "Points Expired": {"unit": Kind.TEXT, "points": Kind.NUMBER, "balance": Kind.NUMBER},
    "Member Joined": _MEMBER | {"via": Kind.TEXT},
    "Member Left": _MEMBER,
    "Tier Changed": _TIER | {"direction": Kind.TEXT},
    "Tier Ending": _TIER | {"ends_on": Kind.MOMENT, "days_left": Kind.NUMBER},
    "Reward Redeemed": _REWARD,
    "Reward Returned": _REWARD,
    "Gift Given": {"gift_id": Kind.TEXT, "code": Kind.TEXT, "note": Kind.TEXT, "expires_at": Kind.MOMENT},
    "Review Submitted": _REVIEW
    | {
        "order_id": Kind.TEXT,
        "store": Kind.TEXT,
        "title": Kind.TEXT,
        "text": Kind.TEXT,
        "language": Kind.TEXT,
        "is_low": Kind.FLAG,
        "is_edit": Kind.FLAG,
    },
    "Review Published": _REVIEW,
    "Segment Entered": _SEGMENT,
    "Segment Exited": _SEGMENT,
    "Product Updated": _PRODUCT,
    "Product Launched": _PRODUCT | {"currency": Kind.TEXT, "description": Kind.TEXT},
    "Customer Erased": {},
}


def is_known(name: str) -> bool:
    return name in EVENTS


def looks_right(name: str, properties: str) -> bool:
    """Whether an event of a known name has no mismatch; quick, and False for a few that have none either."""
    try:
        _make_decoder(name).decode(properties)
    except (msgspec.MsgspecError, RecursionError):
        return False
    return True


@cache
def _make_decoder(name: str) -> msgspec.json.Decoder[Any]:
    products: Any = types.GenericAlias(list, (_make_product(),))
    return msgspec.json.Decoder(_make_type(name, EVENTS[name], products))


@cache
def _make_product() -> Any:
    return _make_type("Product", _PRODUCT, None) | None


def _make_type(name: str, known: Mapping[str, Kind], products: Any) -> type[msgspec.Struct]:
    """What is absent or null is right; what is not known is passed over."""
    fields = [
        (f"field_{number}", (products if key == "products" else _TYPES[kind]) | None, None)
        for number, (key, kind) in enumerate(known.items())
    ]
    names = {f"field_{number}": key for number, key in enumerate(known)}
    return msgspec.defstruct(name.replace(" ", ""), fields, rename=names)


def find_mismatches(name: str, properties: Any) -> set[Mismatch]:
    """Which known properties of an event hold something else, each once however many products have it."""
    known = EVENTS.get(name)
    if not known or not isinstance(properties, Mapping):
        return set()
    found = set(_compare(properties, known, ""))
    products = properties.get("products")
    if known.get("products") is Kind.LIST and isinstance(products, list):
        for product in products:
            if isinstance(product, Mapping):
                found.update(_compare(product, _PRODUCT, "products[]."))
            elif product is not None:
                found.add(Mismatch("products[]", Kind.OBJECT, _tell_kind(product)))
    return found


def _compare(properties: Mapping[str, Any], known: Mapping[str, Kind], within: str) -> Iterator[Mismatch]:
    for name, kind in known.items():
        value = properties.get(name)
        if value is not None and not _fits(value, kind):
            yield Mismatch(within + name, kind, _tell_kind(value))


def _tell_kind(value: Any) -> Kind:
    if isinstance(value, bool):
        return Kind.FLAG
    if isinstance(value, int | float):
        return Kind.NUMBER
    if isinstance(value, str):
        return Kind.TEXT
    return Kind.LIST if isinstance(value, list) else Kind.OBJECT


def _fits(value: Any, kind: Kind) -> bool:
    told = _tell_kind(value)
    if kind is Kind.TEXT:
        return told is Kind.TEXT or (told is Kind.NUMBER and isinstance(value, int))
    if kind is Kind.NUMBER:
        return told is Kind.NUMBER or (told is Kind.TEXT and (not value.strip() or _is_number(value)))
    if kind is Kind.MOMENT:
        return told is Kind.NUMBER or (told is Kind.TEXT and (not value.strip() or _is_moment(value)))
    return told is kind


def _is_number(text: str) -> bool:
    try:
        return Decimal(text.strip()).is_finite()
    except InvalidOperation:
        return False


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text.strip())
    except ValueError:
        return False
    return True
