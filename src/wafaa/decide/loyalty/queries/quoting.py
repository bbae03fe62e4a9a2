"""What a cart would earn if it were ordered now, and why not more; nothing is written."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import msgspec
from django.db import connection

from wafaa.decide.loyalty.errors import CartWrong
from wafaa.decide.loyalty.queries.judging import Judged, read_rows, read_version
from wafaa.decide.loyalty.statements import ROOM, write_statement
from wafaa.kit import clock
from wafaa.kit.sql import fetch_prepared, load_sql

LINES_MAX: Final = 1_000


@dataclass(frozen=True, kw_only=True)
class CartLine:
    """Goods of one sort. `amount_minor` is what is charged for all of them, after discounts."""

    sku: str = ""
    category: str = ""
    pieces: Decimal = Decimal(1)
    amount_minor: int
    before_minor: int | None = None  # before discounts


@dataclass(frozen=True, kw_only=True)
class Cart:
    """`paid_minor` is what points or a gift card pay, which earns nothing."""

    lines: Sequence[CartLine]
    currency: str
    customer_id: int | None = None
    store: str = ""
    channel: str = ""
    shipping_minor: int = 0
    tax_minor: int = 0
    paid_minor: int = 0
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Quote:
    """What one programme would give, by unit, and each rule's verdict in the order of the rules."""

    programme_id: int
    version_id: int
    is_member: bool
    judged: list[Judged] = field(default_factory=list)

    @property
    def totals(self) -> Mapping[str, int]:
        sums: dict[str, int] = defaultdict(int)
        for one in self.judged:
            sums[one.rule.unit] += one.target
        return {unit: points for unit, points in sums.items() if points}


def quote(cart: Cart) -> list[Quote]:
    """Of every programme that the customer is in, or would be in by buying. Raises CartWrong."""
    _check(cart)
    at = cart.at or clock.now()
    with connection.cursor() as cursor:
        cursor.execute(load_sql(ROOM, "find_standing"), {"customer": cart.customer_id or 0, "at": at})
        standings = cursor.fetchall()
    if not standings:
        return []
    told = [_write(place, cart, at, standing) for place, standing in enumerate(standings, 1)]
    found: dict[int, list[list[Any]]] = defaultdict(list)
    for occasion, *row in judge_carts(told):
        found[occasion].append(row)
    return [
        Quote(
            programme_id=programme,
            version_id=version,
            is_member=bool(member),
            judged=list(read_rows(found[-place], read_version(version))),
        )
        for place, (programme, version, member, *_rest) in enumerate(standings, 1)
    ]


def judge_carts(told: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    """Rows (occasion, rule, verdict, base, pieces, raw, points, capped, target) of carts as sql/carts.sql reads them."""
    statement = write_statement("quote", occasions="carts")
    row = fetch_prepared(statement, {"carts": msgspec.json.encode(told).decode(), "traced": True})
    return msgspec.json.decode(row[0]) if row and row[0] else []


def _write(place: int, cart: Cart, at: datetime, standing: tuple[Any, ...]) -> dict[str, Any]:
    _programme, version, member, tiers, segments, is_first = standing
    return {
        "id": -place,
        "version_id": version,
        "member_id": member,
        "kind": "order",
        "name": "",
        "at": at,
        "store": cart.store,
        "channel": cart.channel,
        "currency": cart.currency,
        "segments": segments,
        "tiers": tiers,
        "is_first": is_first,
        "given": None,
        "shipping": cart.shipping_minor,
        "tax": cart.tax_minor,
        "paid": cart.paid_minor,
        "lines": [
            {
                "sku": line.sku,
                "category": line.category,
                "amount": line.amount_minor,
                "before": line.amount_minor if line.before_minor is None else line.before_minor,
                "pieces": str(line.pieces),
            }
            for line in cart.lines
        ],
    }


def _check(cart: Cart) -> None:
    if not cart.lines or len(cart.lines) > LINES_MAX:
        raise CartWrong(why=f"1 to {LINES_MAX} lines")
    amounts = [line.amount_minor for line in cart.lines]
    if min(*amounts, cart.shipping_minor, cart.tax_minor, cart.paid_minor) < 0:
        raise CartWrong(why="an amount below 0")
    if any(line.pieces <= 0 for line in cart.lines):
        raise CartWrong(why="a line without pieces")
