"""What the period picker's address means."""

from datetime import date

import pytest

from wafaa.learn.measures.rules import Period
from wafaa.show.console.periods import choose_period, list_months, months_back

FIRST, AS_OF = date(2010, 12, 1), date(2011, 12, 10)


@pytest.mark.parametrize(
    ("asked", "start", "end", "key"),
    [
        ({}, date(2011, 11, 10), AS_OF, "30"),
        ({"period": "90"}, date(2011, 9, 11), AS_OF, "90"),
        ({"period": "365"}, date(2010, 12, 10), AS_OF, "365"),
        ({"period": "all"}, FIRST, AS_OF, "all"),
        ({"period": "month", "month": "2011-03"}, date(2011, 3, 1), date(2011, 4, 1), "month"),
        ({"period": "month"}, date(2011, 11, 1), date(2011, 12, 1), "month"),
        ({"period": "month", "month": "2011-12"}, date(2011, 12, 1), AS_OF, "month"),
        ({"period": "month", "month": "nonsense"}, date(2011, 11, 1), date(2011, 12, 1), "month"),
        ({"period": "7 OR 1=1"}, date(2011, 11, 10), AS_OF, "30"),
    ],
)
def test_a_period_is_read_from_the_address(asked, start, end, key):
    chosen = choose_period(asked, first_day=FIRST, as_of=AS_OF)

    assert chosen.period == Period(start=start, end=end)
    assert chosen.key == key


def test_a_choice_leads_back_to_itself():
    chosen = choose_period({"period": "month", "month": "2011-03"}, first_day=FIRST, as_of=AS_OF)

    assert chosen.query == "period=month&month=2011-03"


def test_months_run_from_the_last_counted_day_to_the_first():
    assert list_months(date(2011, 1, 31), date(2011, 4, 1)) == (
        date(2011, 3, 1),
        date(2011, 2, 1),
        date(2011, 1, 1),
    )
    assert list_months(date(2011, 1, 31), date(2011, 2, 1)) == (date(2011, 1, 1),)


def test_months_are_counted_back_from_the_month_of_the_last_counted_day():
    assert months_back(date(2011, 12, 1), 0) == date(2011, 11, 1)
    assert months_back(AS_OF, 12) == date(2010, 12, 1)
