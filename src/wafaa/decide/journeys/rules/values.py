"""What an event lets a template say: the order, the parcel, the cart and the goods as its properties tell them. Pure."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from wafaa.kit.money import to_minor

LINES_MAX: Final = 50
TEXT_MAX: Final = 2_000
_PARCEL: Final = {
    "carrier": ("carrier",),
    "tracking_number": ("tracking_number",),
    "tracking_url": ("tracking_url",),
    "promised_on": ("promised_at",),
    "expected_on": ("expected_at", "new_promised_at"),
    "delivered_on": ("delivered_at",),
    "reason": ("reason",),
}
_PRODUCT: Final = {
    "name": ("name",),
    "category": ("category",),
    "url": ("url",),
    "picture": ("image_url",),
    "about": ("description",),
    "use": ("use",),
    "care": ("care",),
}


_POINTS: Final = {"usable_on": ("usable_on",), "ends_on": ("expires_on",)}


def make_values(name: str, properties: Mapping[str, Any], *, currency: str) -> dict[str, Any]:
    """Groups of rendering's names, as plain JSON; `event` are the event's own simple properties. Nothing is made up: what the
    event doesn't say stays out.
    """
    money = str(properties.get("currency") or currency)
    products = [one for one in _as_list(properties.get("products")) if isinstance(one, Mapping)]
    lines = [_make_line(one, money) for one in products[:LINES_MAX]]
    groups: dict[str, dict[str, Any]] = {"event": _list_simple(properties)}
    if properties.get("order_id"):
        groups["order"] = _make_order(properties, lines, money)
        groups["delivery"] = _pick(properties, _PARCEL)
    elif lines and name != "Product Launched":
        total = _read_money(properties, ("total", "value", "subtotal"), money)
        groups["cart"] = {"lines": lines, "total": total, "url": _read_text(properties.get("url"))}
    first = products[0] if products else properties if properties.get("category") else None
    if first is not None:
        groups["product"] = _pick(first, _PRODUCT) | {"price": _read_money(first, ("price",), money)}
    groups |= _make_loyalty(properties)
    return {group: kept for group, told in groups.items() if (kept := _leave_empty(told))}


def _make_loyalty(properties: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Points, tiers and rewards, where the event speaks of them."""
    groups: dict[str, dict[str, Any]] = {}
    if "unit" in properties and "points" in properties:
        money = _read_text(properties.get("currency"))
        figures = {
            name: _read_number(properties.get(key))
            for name, key in (
                ("amount", "points"),
                ("balance", "balance"),
                ("pending", "pending"),
                ("days_left", "days_left"),
            )
        }
        worth = _read_money(properties, ("worth",), money) if money else None
        groups["points"] = figures | _pick(properties, _POINTS) | {"worth": worth}
    if name := _read_names(properties, ("tier_name", "to_name", "tier", "to")):
        groups["tier"] = name | _pick(properties, {"ends_on": ("ends_on",)})
    if name := _read_names(properties, ("reward_name", "reward")):
        groups["reward"] = name | _pick(properties, {"code": ("code",)})
    return groups


def _read_names(properties: Mapping[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    """A name in both languages, told as {"ar": …, "en": …} or beside one another; one text serves for both."""
    for key in keys:
        told = properties.get(key)
        beside = {language: _read_text(properties.get(f"{key}_{language}")) for language in ("ar", "en")}
        if isinstance(told, Mapping):
            names = {language: _read_text(told.get(language)) for language in beside}
        elif any(beside.values()):
            names = beside
        else:
            names = dict.fromkeys(beside, _read_text(told))
        if any(names.values()):
            other = next(one for one in names.values() if one)
            return {f"name_{language}": name or other for language, name in names.items()}
    return {}


def _make_order(
    properties: Mapping[str, Any], lines: Sequence[Mapping[str, Any]], money: str
) -> dict[str, Any]:
    return {
        "number": _read_text(properties.get("order_number") or properties.get("order_id")),
        "total": _read_money(properties, ("total", "revenue", "value"), money),
        "discount": _read_money(properties, ("discount",), money),
        "tax": _read_money(properties, ("tax",), money),
        "shipping": _read_money(properties, ("shipping",), money),
        "store": _read_text(properties.get("affiliation")),
        "url": _read_text(properties.get("order_url")),
        "lines": lines,
    }


def _make_line(product: Mapping[str, Any], money: str) -> dict[str, Any]:
    told = {
        "name": _read_text(product.get("name") or product.get("sku")),
        "sku": _read_text(product.get("sku") or product.get("product_id")),
        "quantity": _read_number(product.get("quantity", 1)),
        "price": _read_money(product, ("price",), money),
        "picture": _read_text(product.get("image_url")),
        "url": _read_text(product.get("url")),
        "category": _read_text(product.get("category")),
    }
    return _leave_empty(told)


def _pick(properties: Mapping[str, Any], names: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    return {
        name: next((text for key in keys if (text := _read_text(properties.get(key)))), "")
        for name, keys in names.items()
    }


def _list_simple(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: value[:TEXT_MAX] if isinstance(value, str) else value
        for key, value in properties.items()
        if isinstance(value, str | int | float | bool) and len(key) <= 100
    }


def _leave_empty(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if value not in (None, "", [], {})}


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _read_text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).strip()[:TEXT_MAX]


def _read_number(value: Any) -> int | str | None:
    number = _read_decimal(value)
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else str(number)


def _read_decimal(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < 15 else None


def _read_money(properties: Mapping[str, Any], names: Sequence[str], currency: str) -> dict[str, Any] | None:
    for name in names:
        amount = _read_decimal(properties.get(name))
        if amount is not None:
            return {"minor": to_minor(amount, currency), "currency": currency}
    return None
