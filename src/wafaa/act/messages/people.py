"""What templates may say of a customer (`customer.…`), read for many at once and no more than is asked for."""

from collections.abc import Collection, Mapping
from typing import Any

from wafaa.access.business.queries import get_business
from wafaa.act.messages.queries import Reader
from wafaa.act.messages.rendering.names import OWN
from wafaa.kit import clock
from wafaa.know.customers.models import Customer
from wafaa.know.orders.models import CustomerTotals

# A given name that says little without its second word: "عبد الله", "أبو بكر".
_OPENINGS = frozenset({"عبد", "أبو", "ابو", "أم", "ام", "آل", "abdul", "abd", "abu", "umm"})
_OF_PROFILE = frozenset({"customer.number", "customer.birthday"})
_OF_ORDERS = frozenset(
    {"customer.orders", "customer.first_order_on", "customer.last_order_on", "customer.years"}
)


def read_people(readers: Mapping[int, Reader], names: Collection[str]) -> dict[int, dict[str, Any]]:
    """By the customer's id, with as many of the names as templates ask for."""
    known = {reader.customer_id: _describe(reader) for reader in readers.values()}
    if _OF_PROFILE & set(names) or any(name.startswith(f"{OWN}.") for name in names):
        rows = Customer.objects.filter(pk__in=known).values_list(
            "pk", "external_id", "birth_date", "attributes"
        )
        for pk, number, birth_date, attributes in rows:
            known[pk] |= {"number": number or None, "birthday": birth_date, "own": attributes}
    if _OF_ORDERS & set(names):
        _add_orders(known)
    return known


def _describe(reader: Reader) -> dict[str, Any]:
    """Empty is nothing: a template's default stands in for it."""
    told = {
        "name": reader.name,
        "first_name": find_first_name(reader.name),
        "email": reader.email,
        "phone": reader.phone,
        "city": reader.city,
        "country": reader.country,
    }
    return {name: value or None for name, value in told.items()}


def find_first_name(name: str) -> str:
    """How one is greeted."""
    words = name.split()
    if len(words) > 1 and words[0].casefold() in _OPENINGS:
        return " ".join(words[:2])
    return words[0] if words else ""


def _add_orders(known: dict[int, dict[str, Any]]) -> None:
    zone, today = get_business().zone, clock.today(get_business().zone)
    for row in CustomerTotals.objects.filter(pk__in=known):
        first, last = row.first_at, row.last_at
        began = first.astimezone(zone).date() if first else None
        known[row.pk] |= {
            "orders": row.orders,
            "first_order_on": began,
            "last_order_on": last.astimezone(zone).date() if last else None,
            "years": _count_years(began, today) if began else None,
        }


def _count_years(began: Any, today: Any) -> int:
    return int(today.year - began.year - ((today.month, today.day) < (began.month, began.day)))
