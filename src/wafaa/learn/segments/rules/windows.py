"""When something has to have happened: windows, and when what lies in one leaves it. Pure; days are the business's own.

All calendar arithmetic of segments is here. SQL gets its results as arrays, so that months, leap days and daylight saving
are counted in one place only.
"""

from calendar import isleap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from wafaa.kit.calendars import Calendar, find_hijri_date, find_hijri_day
from wafaa.kit.clock import end_of_day, start_of_day

# When what cannot change by itself would: at no time. PostgreSQL's infinity.
NEVER: Final = datetime.max.replace(tzinfo=UTC)
# The least step of a moment, here and in PostgreSQL.
TICK: Final = timedelta(microseconds=1)
DAY: Final = timedelta(days=1)
# How far ahead a day is followed: what would change later is looked at again then.
HORIZON_DAYS: Final = 400
# Two occurrences of a yearly day never lie within this.
YEARLY_DAYS_MAX: Final = 300
# Places of (month, day) in an array: see find_slot.
SLOTS: Final = 13 * 32


class Unit(StrEnum):
    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"


# Ten years of each.
COUNT_MAX: Final = {Unit.HOURS: 87_600, Unit.DAYS: 3_660, Unit.WEEKS: 522, Unit.MONTHS: 120}


@dataclass(frozen=True, kw_only=True)
class Moment:
    """The point in time at which a question is answered, with the calendar and the money of the business."""

    now: datetime
    zone: ZoneInfo
    currency: str = ""

    @cached_property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    @cached_property
    def tomorrow(self) -> datetime:
        return self.start_of(self.today + DAY)

    def start_of(self, day: date) -> datetime:
        """The first moment of a day, in UTC."""
        return _start_of(day, self.zone)

    def day_of(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def in_days(self, days: int) -> datetime:
        """The start of the day so many days ahead, but no further than HORIZON_DAYS."""
        return self.start_of(self.today + DAY * min(days, HORIZON_DAYS))


@lru_cache(maxsize=16_384)
def _start_of(day: date, zone: ZoneInfo) -> datetime:
    return start_of_day(day, zone)


@lru_cache(maxsize=16_384)
def _end_of(day: date, zone: ZoneInfo) -> datetime:
    return end_of_day(day, zone)


@dataclass(frozen=True)
class Ever:
    """At any time."""


@dataclass(frozen=True)
class Last:
    """The last `count` hours, to the microsecond; of days, weeks and months whole days, today among them.

    `Last(1, DAYS)` is today. A month reaches back to the day after the same day of the month before: on 15 March that is 16
    February; where that month is shorter, its last day counts as the same.
    """

    count: int
    unit: Unit


@dataclass(frozen=True)
class Next:
    """Of days only: from today on, `count` days or weeks."""

    count: int
    unit: Unit


@dataclass(frozen=True)
class Between:
    """From the first day to the last one, both included; None is no end."""

    first: date | None
    last: date | None


Window = Ever | Last | Between
DayWindow = Last | Next | Between


def find_start(window: Window, moment: Moment) -> datetime | None:
    """What lies in the window is at this or later; None where nothing is too early."""
    match window:
        case Last(count, Unit.HOURS):
            return moment.now - timedelta(hours=count) + TICK
        case Last():
            return moment.start_of(find_first_day(window, moment.today))
        case Between(first, _) if first is not None:
            return moment.start_of(first)
    return None


def find_end(window: Window, moment: Moment) -> datetime | None:
    """What lies in the window is before this; None where nothing is too late. What is told of the future counts as last."""
    if isinstance(window, Between) and window.last is not None:
        return _end_of(window.last, moment.zone)
    return None


def contains(window: Window, at: datetime, moment: Moment) -> bool:
    start, end = find_start(window, moment), find_end(window, moment)
    return (start is None or at >= start) and (end is None or at < end)


def find_exit(window: Window, at: datetime, moment: Moment) -> datetime:
    """When what lies in the window leaves it by itself."""
    match window:
        case Last(count, Unit.HOURS):
            return at + timedelta(hours=count)
        case Last():
            return moment.start_of(find_leaving_day(window, min(moment.day_of(at), moment.today)))
    return NEVER


def find_first_day(window: Last, today: date) -> date:
    match window.unit:
        case Unit.WEEKS:
            return today - DAY * (7 * window.count - 1)
        case Unit.MONTHS:
            return add_months(today, -window.count) + DAY
    return today - DAY * (window.count - 1)


def find_leaving_day(window: Last, day: date) -> date:
    """The first day on which the window no longer holds `day`."""
    match window.unit:
        case Unit.WEEKS:
            return day + DAY * 7 * window.count
        case Unit.MONTHS:
            later = add_months(day, window.count)
            return later if later.day == day.day else later + DAY
    return day + DAY * window.count


def add_months(day: date, months: int) -> date:
    """The same day of another month, its last one where it is shorter."""
    month = day.year * 12 + day.month - 1 + months
    year, month = divmod(month, 12)
    return date(year, month + 1, min(day.day, _days_of(year, month + 1)))


def _days_of(year: int, month: int) -> int:
    if month == 2:
        return 29 if isleap(year) else 28
    return 30 if month in {4, 6, 9, 11} else 31


def list_exits(window: Last, moment: Moment) -> tuple[list[datetime], list[datetime]]:
    """For each day of a window of days, ascending: when it starts, and when what lies in it leaves the window."""
    first = find_first_day(window, moment.today)
    days = [first + DAY * ahead for ahead in range((moment.today - first).days + 1)]
    return (
        [moment.start_of(day) for day in days],
        [moment.start_of(find_leaving_day(window, day)) for day in days],
    )


def judge_day(window: DayWindow, day: date, moment: Moment) -> tuple[bool, datetime]:
    """Whether a day lies in the window now, and when that changes by itself (or HORIZON_DAYS ahead)."""
    if isinstance(window, Between):
        return (window.first is None or day >= window.first) and (
            window.last is None or day <= window.last
        ), NEVER
    enters, leaves = find_span(window)
    ahead = (day - moment.today).days
    if ahead > enters:
        return False, moment.in_days(ahead - enters)
    if ahead > leaves:
        return True, moment.in_days(ahead - leaves)
    return False, NEVER


def find_span(window: Last | Next) -> tuple[int, int]:
    """A day lies in the window while it is up to the first and more than the second number of days ahead of today."""
    days = window.count * (7 if window.unit == Unit.WEEKS else 1)
    return (0, -days) if isinstance(window, Last) else (days - 1, -1)


def find_slot(month: int, day: int) -> int:
    return month * 32 + day


def find_age(born: date, today: date) -> int:
    """In whole years; who was born on 29 February grows older on 1 March of the others."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def find_latest_birth(age: int, today: date) -> date:
    """Whoever was born on this day or before is as old today; the calendar's first day where nobody can be."""
    if not date.min.year <= today.year - age <= date.max.year:
        return date.min if age > 0 else date.max
    return add_months(today, -12 * age)


def find_next_birthday(born: date, moment: Moment) -> datetime:
    """When the day after today begins on which somebody born then grows older."""
    today = moment.today
    age = find_age(born, today) + 1
    day = add_months(born, 12 * age)
    return moment.start_of(day if day.day == born.day else day + DAY)


def judge_yearly(
    first: int, last: int, day: date, moment: Moment, calendar: Calendar = Calendar.GREGORIAN
) -> tuple[bool, datetime]:
    """Whether the day comes round within `first` to `last` days from today (0 is today), and when that changes."""
    if calendar is Calendar.GREGORIAN:
        return judge_round(first, last, (day.month, day.day), moment)
    born = find_hijri_day(day)
    return judge_round(first, last, (born.month, born.day), moment, calendar) if born else (False, NEVER)


def judge_round(
    first: int, last: int, yearly: tuple[int, int], moment: Moment, calendar: Calendar = Calendar.GREGORIAN
) -> tuple[bool, datetime]:
    """judge_yearly of a month and a day of the calendar."""
    today = moment.today
    for comes in _list_rounds(yearly, today, calendar):
        if today < comes - DAY * last:
            return False, moment.start_of(comes - DAY * last)
        if today <= comes - DAY * first:
            return True, moment.start_of(comes - DAY * first + DAY)
    return False, NEVER  # where the Hijri calendar ends that is known


def _list_rounds(yearly: tuple[int, int], today: date, calendar: Calendar) -> Iterator[date]:
    """When it comes round in this year and the next ones; where the month has no such day, on its last."""
    if calendar is Calendar.GREGORIAN:
        month, day = yearly
        years = range(today.year, today.year + 4)
        yield from (date(year, month, min(day, _days_of(year, month))) for year in years)
        return
    hijri = find_hijri_day(today)
    years = range(hijri.year, hijri.year + 4) if hijri else range(0)
    yield from (comes for year in years if (comes := find_hijri_date(year, *yearly)))


def list_slots(calendar: Calendar = Calendar.GREGORIAN) -> list[tuple[int, tuple[int, int]]]:
    """Each yearly day (month, day) with its slot."""
    if calendar is Calendar.HIJRI:
        yearly = [(month, day) for month in range(1, 13) for day in range(1, 31)]
    else:
        days = (date(2000, 1, 1) + DAY * ahead for ahead in range(366))
        yearly = [(day.month, day.day) for day in days]
    return [(find_slot(*one), one) for one in yearly]
