"""Where a member stands: the tier by its name, what it brings, and the shortest way to the next."""

from collections.abc import Iterable
from typing import Any

from wafaa.decide.loyalty.models import Member
from wafaa.decide.tiers.queries import Standing, get_standing
from wafaa.decide.tiers.words import say_benefit, say_missing
from wafaa.kit import clock
from wafaa.kit.text import choose_words


def draw_standings(memberships: Iterable[Member]) -> list[dict[str, Any]]:
    """In each set of each programme, but for sets in which there is nothing to say."""
    now = clock.now()
    told = [_draw(one) for member in memberships for one in get_standing(member.pk, now)]
    return [one for one in told if one["name"] or one["missing"]]


def _draw(one: Standing) -> dict[str, Any]:
    above = choose_words(one.next_name) or one.next_tier
    return {
        "name": choose_words(one.tier_name) or one.tier,
        "colour": one.colour,
        "benefits": [say_benefit(benefit) for benefit in one.benefits],
        "missing": say_missing(one.missing, above) if one.missing else "",
    }
