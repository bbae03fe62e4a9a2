"""What a member put into a cart online and did not buy: the cashier may have it on the shelf."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from wafaa.kit import clock
from wafaa.kit.money import to_minor
from wafaa.know.customers.actions import find_family
from wafaa.know.customers.models import Customer
from wafaa.know.customers.queries import list_distinct_ids
from wafaa.know.customers.rules import read_properties
from wafaa.stream.queries import list_events

# Nobody remembers an older one.
LASTS: Final = timedelta(days=14)
LOOKED_AT: Final = 100
SHOWN: Final = 5
WHOLE: Final = frozenset({"Cart Viewed", "Cart Updated", "Checkout Started", "Checkout Abandoned"})
ADDED, REMOVED, BOUGHT = "Product Added", "Product Removed", "Order Completed"


@dataclass(kw_only=True)
class CartLeft:
    """`names` are what lies in it, the first few; `count` how many sorts there are."""

    at: datetime
    names: list[str] = field(default_factory=list)
    count: int = 0
    total_minor: int | None = None
    currency: str = ""


def find_cart(customer: Customer) -> CartLeft | None:
    """The latest, from a whole list where one was told, else from what was put in and taken out since the last purchase."""
    ids = [one for some in list_distinct_ids(find_family([customer.pk])).values() for one in some]
    since = clock.now() - LASTS
    added: dict[str, Mapping[str, Any]] = {}
    gone: set[str] = set()
    at: datetime | None = None
    for event in list_events(ids, limit=LOOKED_AT):  # the newest first
        if event.occurred_at < since or event.name == BOUGHT:
            break
        if event.name not in WHOLE | {ADDED, REMOVED}:
            continue
        told = read_properties(event.properties)
        if event.name in WHOLE and isinstance(told.get("products"), list):
            lines = {_name(one): one for one in told["products"] if isinstance(one, dict) and _name(one)}
            kept = {name: one for name, one in lines.items() if name not in gone}
            return _sum(at or event.occurred_at, {**kept, **added}, str(told.get("currency") or ""))
        at = at or event.occurred_at
        if event.name == ADDED and _name(told) and _name(told) not in gone:
            added.setdefault(_name(told), told)
        elif event.name == REMOVED and _name(told) not in added:
            gone.add(_name(told))
    return _sum(at, added, "") if at else None


def _name(product: Mapping[str, Any]) -> str:
    return str(product.get("name") or product.get("sku") or product.get("product_id") or "")[:200]


def _sum(at: datetime, lines: Mapping[str, Mapping[str, Any]], currency: str) -> CartLeft | None:
    if not lines:
        return None
    currency = (currency or next((str(one.get("currency") or "") for one in lines.values()), ""))[:3].upper()
    prices = [_reckon(one, currency) for one in lines.values()]
    total = sum(one for one in prices if one is not None) if all(one is not None for one in prices) else None
    return CartLeft(at=at, names=list(lines)[:SHOWN], count=len(lines), total_minor=total, currency=currency)


def _reckon(product: Mapping[str, Any], currency: str) -> int | None:
    try:
        price = Decimal(str(product.get("price"))) * Decimal(str(product.get("quantity") or 1))
        return to_minor(price, currency) if price.is_finite() and abs(price) < Decimal(10**9) else None
    except InvalidOperation:
        return None
