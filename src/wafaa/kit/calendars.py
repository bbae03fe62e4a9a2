"""Days that come round every year, by the Gregorian calendar and by the Hijri one of Umm al-Qura. Pure.

Umm al-Qura is known from 1343 to 1500 (August 1924 to November 2077): a day outside has no Hijri date here.
"""

from bisect import bisect_right
from calendar import monthrange
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from hijridate import Hijri

FIRST_HIJRI_YEAR: Final = 1343
LAST_HIJRI_YEAR: Final = 1500
# Nobody is older.
YEARS_BACK: Final = 115


class Calendar(StrEnum):
    GREGORIAN = "gregorian"
    HIJRI = "hijri"  # Umm al-Qura


class HijriDay(NamedTuple):
    year: int
    month: int
    day: int


@lru_cache(maxsize=1)
def list_hijri_months() -> tuple[date, ...]:
    """The first days of all months that are known, ascending, from Muharram 1343 on; then the day after the last one."""
    years = range(FIRST_HIJRI_YEAR, LAST_HIJRI_YEAR + 1)
    first_days = [
        date(*Hijri(year, month, 1).to_gregorian().datetuple()) for year in years for month in range(1, 13)
    ]
    return (*first_days, first_days[-1] + timedelta(days=Hijri(LAST_HIJRI_YEAR, 12, 1).month_length()))


def find_hijri_day(day: date) -> HijriDay | None:
    """None outside the calendar that is known."""
    months = list_hijri_months()
    if not months[0] <= day < months[-1]:
        return None
    place = bisect_right(months, day) - 1
    return HijriDay(FIRST_HIJRI_YEAR + place // 12, place % 12 + 1, (day - months[place]).days + 1)


def find_hijri_date(year: int, month: int, day: int) -> date | None:
    """The Gregorian date of a Hijri day; of the 30th of a month that has none, its last day. None outside what is known."""
    if not FIRST_HIJRI_YEAR <= year <= LAST_HIJRI_YEAR:
        return None
    months = list_hijri_months()
    place = (year - FIRST_HIJRI_YEAR) * 12 + month - 1
    length = (months[place + 1] - months[place]).days
    return months[place] + timedelta(days=min(day, length) - 1)


def list_birth_days(day: date, calendar: Calendar) -> list[date]:
    """The days of former years whose anniversary falls on `day`, as dates of the Gregorian calendar, the latest first.

    Where a month has no such day in this year, its last day stands for it: who was born on 29 February has it on the 28th,
    who was born on the 30th of a Hijri month on the 29th. Who was born before 1343 has no Hijri birthday.
    """
    if calendar is Calendar.HIJRI:
        return _list_hijri(day)
    found = []
    last = monthrange(day.year, day.month)[1]
    for year in range(day.year - 1, day.year - YEARS_BACK - 1, -1):
        days = monthrange(year, day.month)[1]
        wanted = range(day.day, days + 1) if day.day == last else [day.day] if day.day <= days else []
        found += [date(year, day.month, number) for number in wanted]
    return found


def _list_hijri(day: date) -> list[date]:
    today = find_hijri_day(day)
    if today is None:
        return []
    months, found = list_hijri_months(), []
    place = bisect_right(months, day) - 1
    is_last = day + timedelta(days=1) == months[place + 1]
    for earlier in range(place - 12, -1, -12):
        length = (months[earlier + 1] - months[earlier]).days
        wanted = range(today.day, length + 1) if is_last else [today.day] if today.day <= length else []
        found += [months[earlier] + timedelta(days=number - 1) for number in wanted]
    return found
