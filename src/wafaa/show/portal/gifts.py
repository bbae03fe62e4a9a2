"""The panel of gifts that wait to be opened."""

from collections.abc import Mapping
from typing import Any

from wafaa.decide.gifts.queries import list_unopened
from wafaa.know.customers.models import Customer

SHOWN = 5


def show_gifts(*, customer: Customer, language: str) -> tuple[str, Mapping[str, Any]] | None:
    """As show.portal.panels asks; None where none waits."""
    gifts = [
        {"uuid": one.uuid, "sender": one.by.name if one.by else ""}
        for one in list_unopened(customer.pk)[:SHOWN]
    ]
    return ("portal/gifts.html", {"gifts": gifts}) if gifts else None
