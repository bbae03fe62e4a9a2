"""What other rooms show on the member's home: each is asked, and what has nothing to say is not there.

A panel is a function named in settings.PORTAL_PANELS: of the customer and the reader's language it returns the name of a
template and its values, or None. Templates extend nothing and get `language` and `digits` besides; they are a section with a
heading of its own.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, Protocol

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.module_loading import import_string

from wafaa.know.customers.models import Customer


class Panel(Protocol):
    def __call__(self, *, customer: Customer, language: str) -> tuple[str, Mapping[str, Any]] | None: ...


@cache
def list_panels(names: tuple[str, ...]) -> tuple[Panel, ...]:
    return tuple(import_string(name) for name in names)


def draw_panels(*, customer: Customer, language: str, digits: str) -> list[str]:
    """In the order of the setting."""
    told = (
        panel(customer=customer, language=language) for panel in list_panels(tuple(settings.PORTAL_PANELS))
    )
    return [
        render_to_string(one[0], {**one[1], "language": language, "digits": digits})
        for one in told
        if one is not None
    ]
