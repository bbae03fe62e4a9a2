"""Which days a report covers, and how gaps are grouped for the eye."""

from datetime import date

import pytest

from wafaa.learn.measures.rules import Period, Standing
from wafaa.show.report.rules import (
    ReportOptions,
    Table,
    choose_as_of,
    choose_period,
    group_bins,
    window_period,
)


def make_standing(first=date(2010, 12, 1), last=date(2011, 12, 9)):
    return Standing(
        facts_version="v",
        facts_at="2026-01-01T00:00:00",
        first_day=first,
        last_day=last,
        as_of=date(2011, 12, 10),
        orders=0,
        counted_orders=0,
        counted_lines=0,
        customers=0,
        orders_without_customer=0,
        gross_without_customer_minor=0,
        orders_in_other_currencies={},
    )


def test_a_report_covers_the_whole_file():
    options = ReportOptions()
    assert choose_period(make_standing(), options) == Period(start=date(2010, 12, 1), end=date(2011, 12, 10))
    assert choose_as_of(make_standing(), options) == date(2011, 12, 10)


def test_from_and_to_are_both_counted():
    options = ReportOptions(start=date(2011, 1, 1), end=date(2011, 6, 30))
    assert choose_period(make_standing(), options) == Period(start=date(2011, 1, 1), end=date(2011, 7, 1))
    assert choose_as_of(make_standing(), options) == date(2011, 7, 1)


def test_as_of_ends_the_file_earlier():
    options = ReportOptions(as_of=date(2011, 3, 31))
    assert choose_period(make_standing(), options) == Period(start=date(2010, 12, 1), end=date(2011, 4, 1))


def test_a_period_may_end_before_the_day_seen_as_today():
    options = ReportOptions(end=date(2011, 3, 31), as_of=date(2011, 6, 30))
    assert choose_period(make_standing(), options).end == date(2011, 4, 1)
    assert choose_as_of(make_standing(), options) == date(2011, 7, 1)


def test_a_start_after_the_end_gives_an_empty_period():
    period = choose_period(make_standing(), ReportOptions(start=date(2012, 5, 1)))
    assert period.days == 0


def test_a_file_without_counted_orders_has_an_empty_period():
    assert choose_period(make_standing(first=None, last=None), ReportOptions()).days == 0


def test_a_refund_after_the_last_order_is_counted_too():
    standing = make_standing(last=date(2011, 11, 1))
    assert choose_period(standing, ReportOptions()).end == standing.as_of == date(2011, 12, 10)


def test_the_window_ends_as_of():
    assert window_period(date(2011, 12, 10), 180) == Period(start=date(2011, 6, 13), end=date(2011, 12, 10))


def test_few_days_stay_single_days():
    assert group_bins([(0, 3), (2, 1)]) == [(0, 1, 3), (1, 2, 0), (2, 3, 1)]


def test_many_days_become_weeks():
    bins = group_bins([(day, 1) for day in range(100)])
    assert bins[0] == (0, 7, 7)
    assert len(bins) == 14  # the last two of a hundred lie beyond the 98th percentile
    assert sum(count for _low, _high, count in bins) == 98


@pytest.mark.parametrize("longest", [39, 40, 279, 280, 900, 4000])
def test_bins_are_never_too_many_to_see(longest):
    assert len(group_bins([(day, 5) for day in range(longest + 1)])) <= 41


def test_no_gaps_give_no_bins():
    assert group_bins([]) == []


def test_the_first_column_of_a_table_names_and_the_others_count():
    table = Table(
        head=["Group", "Customers", "What to do"], rows=[["A", "1", "call"]], text_columns=frozenset({2})
    )
    assert [cell.is_number for cell in table.marked_rows()[0]] == [False, True, False]
    assert [cell.head for cell in table.marked_rows()[0]] == ["Group", "Customers", "What to do"]
