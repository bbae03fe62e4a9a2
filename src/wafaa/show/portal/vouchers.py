"""The panels of codes and of gift cards that are the member's own and can be used now."""

from collections.abc import Mapping
from typing import Any

from django.db.models import F, Q

from wafaa.act.vouchers.queries import list_customer_cards, list_customer_codes
from wafaa.kit import clock
from wafaa.kit.money import format_money
from wafaa.know.customers.models import Customer

SHOWN = 10


def show_codes(*, customer: Customer, language: str) -> tuple[str, Mapping[str, Any]] | None:
    """As show.portal.panels asks; None where there is no such code."""
    now = clock.now()
    usable = (
        list_customer_codes(customer.pk)
        .filter(Q(uses_max=None) | Q(uses__lt=F("uses_max")), is_withdrawn=False, pool__is_paused=False)
        .filter(Q(pool__starts_at=None) | Q(pool__starts_at__lte=now))
        .filter(Q(pool__ends_at=None) | Q(pool__ends_at__gt=now))
    )
    codes = [
        {"name": one.pool.say_name(language), "code": one.shown, "ends_at": one.pool.ends_at}
        for one in usable[:SHOWN]
    ]
    return ("portal/codes.html", {"codes": codes}) if codes else None


def show_cards(*, customer: Customer, language: str) -> tuple[str, Mapping[str, Any]] | None:
    """As show.portal.panels asks; None where nothing is left on any."""
    cards = [
        {
            "code": one.shown,
            "left": format_money(one.wallet.active, one.wallet.unit.currency, language),
            "ends_at": one.expires_at,
        }
        for one in list_customer_cards(customer.pk, clock.now())[:SHOWN]
    ]
    return ("portal/gift_cards.html", {"cards": cards}) if cards else None
