"""Calendar: what a period is compared with, how it is cut into days, weeks and months, and as of which day figures are."""

import re
from datetime import date, timedelta

from wafaa.learn.measures.rules import Grain, Period

# The default period: the last so many days. A running month would look like a collapse on its first days.
DEFAULT_DAYS = 30
ONE_DAY = timedelta(days=1)
# No shop's books reach further back, and what a period is compared with has to have a date too.
EARLIEST = date(1900, 1, 1)
_DAYS = re.compile(r"(\d{1,4})d", re.ASCII)
_DATES = re.compile(r"(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_MONTH = re.compile(r"\d{4}-\d\d", re.ASCII)


def find_as_of(last_day: date | None, today: date, lapse_window_days: int) -> date:
    """The day after today; or after the last event of the facts, where that is older than the lapse window."""
    if last_day and (today - last_day).days > lapse_window_days:
        return last_day + ONE_DAY
    return today + ONE_DAY


def find_last_days(as_of: date, days: int = DEFAULT_DAYS) -> Period:
    return Period(start=as_of - timedelta(days=days), end=as_of)


def read_period(text: str, as_of: date) -> Period | None:
    """The period that a program writes as `30d`, `2026`, `2026-03` or `2026-03-01..2026-03-15` (both days count).

    None for `all`. It ends with the last counted day at the latest. Raises ValueError where nothing is left or meant.
    """
    if text == "all":
        return None
    if found := _DAYS.fullmatch(text):
        period = find_last_days(as_of, int(found[1]))
    elif found := _DATES.fullmatch(text):
        period = Period(start=date.fromisoformat(found[1]), end=date.fromisoformat(found[2]) + ONE_DAY)
    elif _MONTH.fullmatch(text):
        start = date.fromisoformat(f"{text}-01")
        period = Period(start=start, end=add_months(start, 1))
    elif _YEAR.fullmatch(text):
        start = date(int(text), 1, 1)
        period = Period(start=start, end=add_months(start, 12))
    else:
        raise ValueError(text)
    period = Period(start=period.start, end=min(period.end, as_of))
    if not EARLIEST <= period.start < period.end:
        raise ValueError(text)
    return period


def find_previous(period: Period) -> Period:
    """The period of the same length directly before; as many whole months before, where it consists of whole months."""
    if period.start.day == 1 and period.end.day == 1:
        return Period(
            start=add_months(period.start, -count_months(period.start, period.end)), end=period.start
        )
    return Period(start=period.start - timedelta(days=period.days), end=period.start)


def find_year_before(period: Period) -> Period:
    return Period(start=add_months(period.start, -12), end=add_months(period.end, -12))


def cut_period(period: Period, grain: Grain, week_start: int) -> list[Period]:
    """The days, weeks or calendar months that the period touches, those at its ends cut to it. Monday is week start 1."""
    pieces = []
    start = period.start
    while start < period.end:
        end = min(_end_of_piece(start, grain, week_start), period.end)
        pieces.append(Period(start=start, end=end))
        start = end
    return pieces


def add_months(day: date, months: int) -> date:
    """The same day of another month, or that month's last one where it is shorter."""
    index = month_index(day) + months
    first = month_of(index)
    last = month_of(index + 1) - ONE_DAY
    return first.replace(day=min(day.day, last.day))


def count_months(earlier: date, later: date) -> int:
    return month_index(later) - month_index(earlier)


def month_index(day: date) -> int:
    """Months since the year 0, for arithmetic."""
    return day.year * 12 + day.month - 1


def month_of(index: int) -> date:
    """The first day of the month with this index."""
    return date(index // 12, index % 12 + 1, 1)


def _end_of_piece(start: date, grain: Grain, week_start: int) -> date:
    if grain == "day":
        return start + ONE_DAY
    if grain == "week":
        return start + timedelta(days=7 - (start.isoweekday() - week_start) % 7)
    return add_months(start.replace(day=1), 1)
