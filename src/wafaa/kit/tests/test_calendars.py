"""Yearly days: what comes round when, by both calendars."""

from datetime import date, timedelta

import pytest
from hijridate import Gregorian

from wafaa.kit.calendars import (
    Calendar,
    find_hijri_date,
    find_hijri_day,
    list_birth_days,
    list_hijri_months,
)


def test_every_day_that_umm_al_qura_knows_has_its_date_and_back():
    day, end = list_hijri_months()[0], list_hijri_months()[-1]
    assert (day, end) == (date(1924, 8, 1), date(2077, 11, 17))
    while day < end:
        found = find_hijri_day(day)
        assert found is not None
        assert find_hijri_date(*found) == day
        if day.day == 17:
            assert tuple(found) == Gregorian.fromdate(day).to_hijri().datetuple()
        day += timedelta(days=1)


def test_outside_it_there_is_no_hijri_day():
    assert find_hijri_day(date(1924, 7, 31)) is None
    assert find_hijri_day(date(2077, 11, 17)) is None
    assert find_hijri_date(1342, 12, 29) is None
    assert find_hijri_date(1501, 1, 1) is None


def test_the_thirtieth_of_a_month_without_one_is_its_last_day():
    short = next(
        place for place, (one, other) in enumerate(zip(list_hijri_months(), list_hijri_months()[1:], strict=False))
        if (other - one).days == 29
    )  # fmt: skip
    year, month = 1343 + short // 12, short % 12 + 1

    assert find_hijri_date(year, month, 30) == find_hijri_date(year, month, 29)


@pytest.mark.parametrize("calendar", list(Calendar))
def test_each_day_of_birth_comes_round_once_a_year(calendar):
    born = date(1990, 3, 27)

    days = [date(2026, 1, 1) + timedelta(days=ahead) for ahead in range(365)]

    assert sum(born in list_birth_days(day, calendar) for day in days) == 1
    assert list_birth_days(date(2078, 1, 1), Calendar.HIJRI) == []
