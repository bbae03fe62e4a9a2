"""The panel of the member's tiers: what each gives, the way to the next, and until when it is held."""

from collections.abc import Mapping
from typing import Any

from wafaa.decide.loyalty.queries import list_memberships
from wafaa.decide.tiers.queries import Standing, get_standing
from wafaa.decide.tiers.words import say_benefit, say_last_day, say_missing, say_missing_to_keep
from wafaa.kit import clock
from wafaa.kit.text import choose_words
from wafaa.know.customers.models import Customer


def show_tiers(*, customer: Customer, language: str) -> tuple[str, Mapping[str, Any]] | None:
    """As show.portal.panels asks; None where no programme of theirs has tiers."""
    now = clock.now()
    told = [one for member in list_memberships(customer.pk) for one in get_standing(member.pk, now)]
    return ("portal/tiers.html", {"tiers": [_show(one) for one in told]}) if told else None


def _show(one: Standing) -> dict[str, Any]:
    name, above = choose_words(one.tier_name) or one.tier, choose_words(one.next_name) or one.next_tier
    return {
        "set": choose_words(one.set_name),
        "name": name,
        "colour": one.colour,
        "benefits": [say_benefit(benefit) for benefit in one.benefits],
        "next": above,
        "most": one.next_needs,
        "amount": min(one.amount, one.next_needs),
        "missing": say_missing(one.missing, above) if one.missing else "",
        "until": say_last_day(one.until) if one.until else "",
        "is_in_grace": one.is_in_grace,
        "to_keep": say_missing_to_keep(one.missing_to_keep, name) if one.missing_to_keep else "",
    }
