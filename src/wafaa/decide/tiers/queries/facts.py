"""The statements over what a set counts: orders, spending or earnings."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import connection

from wafaa.decide.loyalty.rules.tiers import Basis, TierSet
from wafaa.decide.loyalty.rules.windows import Window
from wafaa.kit.sql import load_sql

ROOM: Final = "wafaa.decide.tiers"
FACTS: Final[Mapping[Basis, str]] = {
    Basis.SPEND: "facts_spend",
    Basis.EARNED: "facts_earned",
    Basis.ORDERS: "facts_orders",
}


def write_statement(name: str, tier_set: TierSet) -> str:
    """sql/<name>.sql over the facts that the set counts."""
    return load_sql(ROOM, name).replace("/*facts*/", load_sql(ROOM, FACTS[tier_set.basis]))


def write_values(tier_set: TierSet, window: Window, members: Sequence[int]) -> dict[str, Any]:
    """What counts of whom."""
    return {
        "members": list(members),
        "currency": tier_set.currency,
        "unit": tier_set.unit,
        "counts_past": tier_set.counts_past,
        "start": window.start,
        "end": window.end,
    }


def sum_amounts(tier_set: TierSet, window: Window, members: Sequence[int]) -> dict[int, int]:
    """What counts of these members now; who has nothing is not there."""
    with connection.cursor() as cursor:
        cursor.execute(write_statement("sum_amounts", tier_set), write_values(tier_set, window, members))
        return dict(cursor.fetchall())
