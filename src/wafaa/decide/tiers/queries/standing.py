"""Where one member stands in each set, and what is missing."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from wafaa.decide.loyalty.models import Member
from wafaa.decide.loyalty.rules.tiers import Basis, Benefit, Span, Stays, Tier, TierSet, Words
from wafaa.decide.loyalty.rules.windows import Window, find_window
from wafaa.decide.tiers.models import Standing as Row
from wafaa.decide.tiers.queries.defining import list_defined
from wafaa.decide.tiers.queries.facts import sum_amounts


@dataclass(frozen=True, kw_only=True)
class Missing:
    """So much more, of what the set counts; `by` is the moment from which it counts anew, where there is one."""

    amount: int
    basis: Basis
    currency: str
    unit: str
    by: datetime | None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A member in a set. Without a tier `tier` is "" and its name has no words.

    `until` is how long it is held for sure, its grace included; None: nothing that is known ends it. `missing` is for the next
    tier, `missing_to_keep` for this one after `until`; None where nothing is.
    """

    set_code: str
    set_name: Words
    tier: str
    tier_name: Words
    colour: str
    since: datetime | None
    until: datetime | None
    is_in_grace: bool
    amount: int
    next_tier: str
    next_name: Words
    next_needs: int
    missing: Missing | None
    missing_to_keep: Missing | None
    benefits: list[Benefit]


NOBODY = Tier(code="")


def get_standing(member_id: int, at: datetime) -> list[Standing]:
    """In each set of their programme; amounts are of this moment, the tier is that of the last judging."""
    programme = Member.objects.filter(pk=member_id).values_list("programme_id", flat=True).first()
    rows = {one.set_code: one for one in Row.objects.filter(member=member_id)}
    return [
        _read(tier_set, rows.get(tier_set.code), member_id, at, ZoneInfo(one.version.zone))
        for one in list_defined([programme] if programme else [])
        for tier_set in one.sets
    ]


def _read(one: TierSet, row: Row | None, member_id: int, at: datetime, zone: ZoneInfo) -> Standing:
    window = find_window(one, at, zone)
    amount = sum_amounts(one, window, [member_id]).get(member_id, 0)
    tier = (one.find(row.tier) if row else None) or NOBODY
    above = one.find_next(tier.code)
    until = (row.grace_until or row.keeps_until) if row and tier.code else None
    return Standing(
        set_code=one.code,
        set_name=one.name,
        tier=tier.code,
        tier_name=tier.name,
        colour=tier.colour,
        since=row.since if row else None,
        until=until,
        is_in_grace=bool(row and row.grace_until),
        amount=amount,
        next_tier=above.code if above else "",
        next_name=above.name if above else {},
        next_needs=above.needs if above else 0,
        missing=_miss(one, above.needs - amount, window.end) if above else None,
        missing_to_keep=_miss_to_keep(one, tier, amount, until, window),
        benefits=tier.benefits,
    )


def _miss_to_keep(
    one: TierSet, tier: Tier, amount: int, until: datetime | None, window: Window
) -> Missing | None:
    """Where what comes now would keep it: in a year of a calendar that ends with it, or in a window that rolls."""
    if until is None:
        return None
    if one.span is Span.ROLLING:
        return _miss(one, tier.least - amount, until)
    if one.stays is Stays.NEXT and window.end is not None and until <= window.end:
        return _miss(one, tier.least - amount, window.end)
    return None


def _miss(one: TierSet, amount: int, by: datetime | None) -> Missing | None:
    if amount <= 0:
        return None
    return Missing(amount=amount, basis=one.basis, currency=one.currency, unit=one.unit, by=by)
