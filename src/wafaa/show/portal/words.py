"""Numbers and states as members read them."""

from typing import Any

from django.utils.translation import gettext as _

_ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def group_number(number: str, digits: str) -> str:
    """1234 567 890, as one reads it out; in the digits that the shop writes."""
    grouped = f"{number[:4]} {number[4:7]} {number[7:]}"
    return grouped.translate(_ARABIC) if digits == "arabic" else grouped


def say_state(order: Any) -> dict[str, str]:
    """What became of an order, in one word, and how good that is."""
    if order.cancelled_at:
        return {"words": _("Cancelled"), "tone": "off"}
    refunded = order.refunded_minor or 0
    if refunded and refunded >= order.gross_minor:
        return {"words": _("Refunded"), "tone": "off"}
    if refunded:
        return {"words": _("Partly refunded"), "tone": "warn"}
    return {"words": _("Completed"), "tone": "good"}
