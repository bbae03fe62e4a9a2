"""What channels and purposes are called: `{% load consents %}`."""

from typing import Any

from django import template

from wafaa.know.consents.models import say_channel, say_purpose

register = template.Library()


@register.filter
def consent_channel(channel: str) -> Any:
    return say_channel(channel)


@register.filter
def consent_purpose(purpose: str) -> Any:
    return say_purpose(purpose)
