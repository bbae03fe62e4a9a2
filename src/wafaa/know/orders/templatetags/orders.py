"""Formats of the order pages."""

from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from wafaa.design.templatetags.design import money
from wafaa.kit.money import from_minor, to_minor

register = template.Library()


@register.simple_tag
def price(value: Decimal, currency: str) -> SafeString | str:
    """A unit price as money; one that is finer than the smallest coin keeps all its decimals."""
    minor = to_minor(value, currency)
    if from_minor(minor, currency) == value:
        return money(minor, currency)
    return format_html("{} <bdi>{}</bdi>", plain(value), currency)


@register.filter
def plain(value: Decimal) -> SafeString:
    """A quantity or price with the decimals that it has: 6, 2.5, 0.001."""
    shown = value.normalize()
    return format_html('<bdi dir="ltr">{}</bdi>', f"{shown:,f}".replace("-", "\u2212"))
