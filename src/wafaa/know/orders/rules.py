"""What can be taken of an order event whose values are not all what they should be."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

# An order or refund without its number is nothing that could be kept.
NUMBER_OF = {"Order Refunded": "refund_id", "Product Updated": "sku"}
ORDER_NUMBER = "order_id"
TEXT_MAX = 200
_TEXTS = (
    "order_id",
    "refund_id",
    "number",
    "sku",
    "name",
    "category",
    "barcode",
    "affiliation",
    "channel",
    "country",
)
_SUMS = ("discount", "tax", "shipping", "amount", "price", "cost")
_MOMENTS = ("ordered_at", "cancelled_at")
# A thousandth of what the columns hold, times the largest quantity: sums of lines stay in 64 bits too.
_PRICE_MAX = Decimal(10**8)
_QUANTITY_MAX = Decimal(10**6)
_SMALLEST = Decimal("0.000001")


def clean_order(name: str, properties: Mapping[str, Any]) -> str | None:
    """The JSON of what can be of an event's properties: texts that are texts, numbers that are numbers, days that are days.

    What can't be is left out, as if it had not been told. None where the number is missing.
    """
    number = NUMBER_OF.get(name, ORDER_NUMBER)
    kept = _clean(properties)
    if not kept.get(number):
        return None
    if "products" in properties:
        products = properties["products"]
        lines = products if isinstance(products, list) else []
        kept["products"] = [_clean(line) for line in lines if isinstance(line, dict)]
    return msgspec.json.encode(kept).decode()


def _clean(told: Mapping[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {field: text for field in _TEXTS if (text := _read_text(told.get(field)))}
    kept |= {
        field: str(number)
        for field in _SUMS
        if (number := _read_number(told.get(field), _PRICE_MAX)) is not None
    }
    if told.get("quantity") is not None:  # what names none is one piece; what can't be read is none
        kept["quantity"] = str(_read_number(told["quantity"], _QUANTITY_MAX) or 0)
    if kept.get("amount", "").startswith("-"):
        del kept["amount"]
    if len(currency := _read_text(told.get("currency"))) == 3:
        kept["currency"] = currency
    if isinstance(told.get("anonymous"), bool):
        kept["anonymous"] = told["anonymous"]
    kept |= {field: moment for field in _MOMENTS if (moment := _read_moment(told.get(field)))}
    if (day := _read_moment(told.get("valid_from"))) is not None:
        kept["valid_from"] = day[:10]
    return kept


def _read_text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    text = str(value)
    return text if len(text) <= TEXT_MAX else ""


def _read_number(value: Any, limit: Decimal) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = Decimal(str(value)[:TEXT_MAX])
    except InvalidOperation:
        return None
    return number.quantize(_SMALLEST) if number.is_finite() and abs(number) <= limit else None


def _read_moment(value: Any) -> str | None:
    """As ISO 8601 with its offset; years in which no shop was open are none."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        if moment is None or not 1970 <= moment.year <= 9998:
            return None
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()
    except (ValueError, OverflowError):
        return None
