"""Formats of the order pages."""

from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def plain(value: Decimal) -> SafeString:
    """A quantity or price with the decimals that it has: 6, 2.5, 0.001."""
    shown = value.normalize()
    return format_html('<bdi dir="ltr">{}</bdi>', f"{shown:,f}".replace("-", "\u2212"))
