"""Numbers and states as members read them."""

import re
from typing import Any

from django.utils.translation import pgettext

_ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_BETWEEN = re.compile(r"(?<=\d)[.,](?=\d)")
_MARKS = {".": "\u066b", ",": "\u066c"}  # decimal and thousands


def group_number(number: str, digits: str) -> str:
    """1234 567 890, as one reads it out."""
    return write_digits(f"{number[:4]} {number[4:7]} {number[7:]}", digits)


def write_digits(text: str, digits: str) -> str:
    """In those that the shop writes (Look.digits), with the marks between them that belong to them."""
    if digits != "arabic":
        return text
    return _BETWEEN.sub(lambda found: _MARKS[found[0]], text).translate(_ARABIC)


def say_state(order: Any) -> dict[str, str]:
    """What became of an order, in one word, and how good that is."""
    if order.cancelled_at:
        return {"words": pgettext("order state", "Cancelled"), "tone": "off"}
    refunded = order.refunded_minor or 0
    if refunded and refunded >= order.gross_minor:
        return {"words": pgettext("order state", "Refunded"), "tone": "off"}
    if refunded:
        return {"words": pgettext("order state", "Partly refunded"), "tone": "warn"}
    return {"words": pgettext("order state", "Completed"), "tone": "good"}
