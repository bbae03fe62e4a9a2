"""What an event says that a message or a survey says again: its order, its goods, who served and where."""

from collections.abc import Mapping, Sequence
from typing import Any

from wafaa.decide.asking.models import Ask
from wafaa.decide.asking.rules import Happening, read_text
from wafaa.know.orders.models import Order

_PLAIN = ("order_id", "order_number", "agent", "store", "affiliation", "call_id", "product_id", "sku")


def list_simple(one: Happening) -> dict[str, str]:
    """As plain texts; nothing is made up."""
    told = {key: text for key in _PLAIN if (text := read_text(one.properties.get(key)))}
    products = one.properties.get("products")
    first = products[0] if isinstance(products, list) and products else None
    if isinstance(first, Mapping):
        told["product"] = read_text(first.get("name"))
        told.setdefault("product_id", read_text(first.get("product_id") or first.get("sku")))
    told |= {"event": one.name, "source": one.source}
    return {key: text for key, text in told.items() if text}


def find_numbers(asks: Sequence[Ask]) -> dict[tuple[str, str], str]:
    """Orders by the number that their customers know: (source, id) -> number."""
    asked = {one.about for one in asks if one.about}
    rows = Order.objects.filter(external_id__in=asked).exclude(number="") if asked else []
    return {(one.source, one.external_id): one.number for one in rows}


def make_values(ask: Ask, numbers: Mapping[tuple[str, str], str]) -> dict[str, Any]:
    """Groups of rendering's names."""
    told = ask.told
    number = numbers.get((told.get("source", ""), ask.about)) or told.get("order_number") or ask.about
    values: dict[str, Any] = {}
    if number:
        values["order"] = {"number": number}
    if told.get("product"):
        values["product"] = {"name": told["product"]}
    return values
