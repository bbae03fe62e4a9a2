"""Digits as the shop writes them, on what the house's own filters made."""

from django import template
from django.utils.safestring import SafeData, mark_safe

from wafaa.show.portal.words import write_digits

register = template.Library()


@register.filter
def digits(text: object, wanted: str) -> str:
    """`{{ day|local_date|digits:digits }}`; what was safe stays so, for digits are digits in any alphabet."""
    written = write_digits(str(text), wanted)
    return mark_safe(written) if isinstance(text, SafeData) else written  # noqa: S308
