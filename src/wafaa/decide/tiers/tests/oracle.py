"""Tiers as one reads them: a member after another, in plain Python."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from wafaa.decide.loyalty.rules.tiers import Fall, Span, Stays
from wafaa.decide.loyalty.rules.windows import find_window, move_day
from wafaa.kit.clock import end_of_day, start_of_day


@dataclass(frozen=True)
class Row:
    start: datetime | None
    end: datetime | None
    needs: int
    until: datetime | None


@dataclass(frozen=True)
class Stand:
    tier: str = ""
    grace_until: datetime | None = None
    reached: dict[str, Row] = field(default_factory=dict)


def total(facts, start, end):
    return sum(amount for at, amount in facts if (start is None or at >= start) and (end is None or at < end))


def judge(one, facts, stand, at, zone):  # noqa: C901
    """Where a member stands now, who stood so before."""
    window, today = find_window(one, at, zone), at.astimezone(zone).date()
    by_calendar = one.span not in {Span.ROLLING, Span.LIFE}
    renews = one.stays is Stays.NEXT and one.span is not Span.LIFE
    now = max(0, total(facts, window.start, window.end))
    before = max(0, total(facts, window.before, window.start)) if by_calendar else 0
    proof_end = end_of_day(today, zone) if one.span is Span.ROLLING else window.end

    held, proven, reached = set(), set(), dict(stand.reached)
    for tier in one.tiers:
        row = reached.get(tier.code)
        is_over = row is not None and row.until is not None and row.until <= at
        if row is not None and total(facts, row.start, row.end) >= row.needs:
            proven.add(tier.code)
        is_kept = (renews and before >= tier.least) if by_calendar else now >= tier.least
        if now >= tier.needs:
            held.add(tier.code)
            if tier.needs and (tier.code not in proven or (is_over and renews)):
                reached[tier.code] = Row(window.start, proof_end, tier.needs, window.until)
        elif tier.code in proven and (not is_over or is_kept):
            held.add(tier.code)
            if is_over and renews and by_calendar:
                reached[tier.code] = Row(window.before, window.start, tier.least, window.until)
            elif is_over and renews:
                reached[tier.code] = Row(window.start, proof_end, tier.least, window.until)

    codes = ["", *(tier.code for tier in one.tiers)]
    top = max((codes.index(code) for code in held), default=0)
    mine = codes.index(stand.tier)
    place, grace_until = top, None
    if top < mine and stand.tier in proven:
        until = stand.reached[stand.tier].until
        lost_at = min(at, until) if until and (by_calendar or renews) else at
        if one.grace:
            lost_on = lost_at.astimezone(zone).date()
            grace_until = stand.grace_until or start_of_day(move_day(lost_on, one.grace), zone)
        if grace_until and grace_until > at:
            place = mine
        else:
            grace_until = None
            place = max(top, mine - 1) if one.falls is Fall.STEP else top
    code = codes[place]
    if code and code not in held and grace_until is None:
        reached[code] = Row(window.start, proof_end, 0, window.step_until)
    kept_rows = {name: row for name, row in reached.items() if name in held or name == code}
    return replace(stand, tier=code, grace_until=grace_until, reached=kept_rows)
