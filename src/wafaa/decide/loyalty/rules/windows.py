"""Which days count for a tier at a moment, in the business's zone, and until when one that is reached now stays. Pure."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from wafaa.decide.loyalty.rules.tiers import Span, Stays, TierSet
from wafaa.kit.calendars import LAST_HIJRI_YEAR, find_hijri_date, find_hijri_day
from wafaa.kit.clock import start_of_day

MONTHS: Final = {Span.QUARTER: 3, Span.HALF: 6, Span.YEAR: 12}
_A_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Window:
    """`start` counts, `end` does not any more; None is no bound. `before` is where the window before this one began."""

    start: datetime | None
    end: datetime | None
    before: datetime | None
    until: datetime | None  # a tier that is reached now stays at least so long; None for good
    step_until: datetime | None  # one that was stepped down to


def find_window(one: TierSet, at: datetime, zone: ZoneInfo) -> Window:
    day = at.astimezone(zone).date()
    if one.span is Span.LIFE:
        return Window(start=None, end=None, before=None, until=None, step_until=None)
    if one.span is Span.ROLLING:
        after = start_of_day(move_day(day, one.lasts) + _A_DAY, zone)
        return Window(
            start=start_of_day(move_day(day, one.lasts, back=True), zone),
            end=None,
            before=None,
            until=after if one.stays is Stays.NEXT else at,
            step_until=after,
        )
    first, after_last = find_days(one.span, day)
    before, _first = find_days(one.span, first - _A_DAY)
    _after, next_end = find_days(one.span, after_last)
    end = start_of_day(after_last, zone)
    return Window(
        start=start_of_day(first, zone),
        end=end,
        before=start_of_day(before, zone),
        until=start_of_day(next_end, zone) if one.stays is Stays.NEXT else end,
        step_until=end,
    )


def find_days(span: Span, day: date) -> tuple[date, date]:
    """The first day of the year, half or quarter that a day lies in, and the first day after it.

    Beyond what is known of the Hijri calendar (2077) a year is the Gregorian one.
    """
    if span is Span.HIJRI_YEAR and (hijri := find_hijri_day(day)) and hijri.year < LAST_HIJRI_YEAR:
        first, after = find_hijri_date(hijri.year, 1, 1), find_hijri_date(hijri.year + 1, 1, 1)
        assert first
        assert after
        return first, after
    months = MONTHS.get(span, 12)
    month = (day.month - 1) // months * months + 1
    after_month = month + months
    return (
        date(day.year, month, 1),
        date(day.year + (after_month > 12), (after_month - 1) % 12 + 1, 1),
    )


def move_day(day: date, lasts: str, *, back: bool = False) -> date:
    """A day so much later or earlier, as PostgreSQL reckons: months first, to the last day of a shorter month, then days."""
    told = {letter: int(number) for number, letter in re.findall(r"(\d+)([YMWD])", lasts)}
    sign = -1 if back else 1
    months = day.year * 12 + day.month - 1 + sign * (told.get("Y", 0) * 12 + told.get("M", 0))
    year, month = months // 12, months % 12 + 1
    moved = date(year, month, min(day.day, monthrange(year, month)[1]))
    return moved + sign * timedelta(days=told.get("W", 0) * 7 + told.get("D", 0))
