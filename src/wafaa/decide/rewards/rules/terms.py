"""What a reward says, with fixed fields, and what is wrong with it. A redemption keeps it as it was. Pure."""

from collections.abc import Iterator, Mapping
from datetime import datetime, time
from typing import Any, Final

import msgspec

from wafaa.decide.rewards.rules import (
    KEEPS_DEFAULT,
    KEEPS_MAX,
    LISTED_MAX,
    POINTS_MAX,
    STOCK_MAX,
    WHOLE_BP,
    Kind,
    Returning,
    Span,
)

AMOUNT_MAX: Final = 10**15
CARD_DAYS_MAX: Final = 3660
Words = dict[str, str]  # language -> words
Limits = dict[Span, int]
VALUED: Final = frozenset({Kind.AMOUNT, Kind.CARD})
# What may be given as a code, too: which its pool then says.
MAY_BE_CODES: Final = frozenset({Kind.AMOUNT, Kind.PERCENT, Kind.PRODUCT, Kind.SHIPPING, Kind.CODE})


class Money(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """In one currency, in its minor units."""

    value: int = 0  # off, or on the card; of other kinds what it is worth to a member
    price: int = 0  # to be paid besides the points
    minimum: int = 0  # of the cart
    most: int | None = None  # of a share off, or of shipping


class Terms(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What is given for what. Lists that are empty are no condition."""

    name: Words
    kind: Kind
    points: int
    text: Words = {}
    unit: str = "points"
    moneys: dict[str, Money] = {}  # by currency
    share_bp: int = 0
    sku: str = ""
    card_days: int | None = None  # how long a gift card lives
    tiers: list[str] = []  # set:tier
    stores: list[str] = []
    starts_at: datetime | None = None
    ends_at: datetime | None = None  # before this moment
    keeps: int = KEEPS_DEFAULT  # minutes in which one that is placed has to be used
    returning: Returning = Returning.WHOLE
    member_limits: Limits = {}
    limits: Limits = {}  # of all members together
    stock: int | None = None  # what is there to begin with


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong, by a code that words know, and in which field."""

    field: str
    code: str


def find_faults(terms: Terms, *, has_pool: bool) -> list[Fault]:
    """All of them, so that a page can show each beside its field."""
    found = (*_find_in_words(terms), *_find_in_gift(terms, has_pool), *_find_in_bounds(terms))
    return [Fault(field=field, code=code) for field, code in found]


def _find_in_words(terms: Terms) -> Iterator[tuple[str, str]]:
    if not any(word.strip() for word in terms.name.values()):
        yield "name", "empty"


def _find_in_gift(terms: Terms, has_pool: bool) -> Iterator[tuple[str, str]]:
    if not 0 < terms.points <= POINTS_MAX:
        yield "points", "amount"
    is_valued = bool(terms.moneys) and all(money.value > 0 for money in terms.moneys.values())
    if terms.kind in VALUED and not has_pool and not is_valued:
        yield "moneys", "amount"
    if terms.kind is Kind.PERCENT and not has_pool and not 0 < terms.share_bp <= WHOLE_BP:
        yield "share_bp", "amount"
    if terms.kind is Kind.PRODUCT and not has_pool and not terms.sku:
        yield "sku", "empty"
    if has_pool and terms.kind not in MAY_BE_CODES:
        yield "pool", "unknown"
    if terms.kind is Kind.CODE and not has_pool:
        yield "pool", "empty"
    for money in terms.moneys.values():
        told = (money.value, money.price, money.minimum, money.most or 0)
        if not all(0 <= amount <= AMOUNT_MAX for amount in told):
            yield "moneys", "amount"


def _find_in_bounds(terms: Terms) -> Iterator[tuple[str, str]]:
    if terms.starts_at and terms.ends_at and terms.starts_at >= terms.ends_at:
        yield "ends_at", "before"
    if not 0 < terms.keeps <= KEEPS_MAX:
        yield "keeps", "amount"
    if terms.card_days is not None and not 0 < terms.card_days <= CARD_DAYS_MAX:
        yield "card_days", "amount"
    if terms.stock is not None and not 0 <= terms.stock <= STOCK_MAX:
        yield "stock", "amount"
    for field in ("member_limits", "limits"):
        if any(not 0 < told <= STOCK_MAX for told in getattr(terms, field).values()):
            yield field, "amount"
    for field in ("tiers", "stores"):
        if len(getattr(terms, field)) > LISTED_MAX:
            yield field, "too_many"


def read_moneys(told: Mapping[str, Any]) -> dict[str, Money]:
    return msgspec.convert(told, dict[str, Money])


def write_moneys(moneys: Mapping[str, Money]) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(dict(moneys))
    return plain


def list_limits(limits: Limits) -> list[int | None] | None:
    """In the order of the spans; None where there is none."""
    return [limits.get(span) for span in Span] if limits else None


def read_limits(told: list[int | None] | None) -> Limits:
    return {span: limit for span, limit in zip(Span, told or [], strict=False) if limit is not None}


def begin_spans(local: datetime) -> list[datetime | None]:
    """When day, month and year began, of a moment in the business's zone; nothing began "ever"."""
    day = datetime.combine(local.date(), time(), local.tzinfo)
    return [day, day.replace(day=1), day.replace(month=1, day=1), None]
