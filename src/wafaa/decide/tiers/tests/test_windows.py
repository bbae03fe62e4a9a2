"""Which days count, at the edges of days, years and the Hijri calendar, in the business's zone."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from wafaa.decide.loyalty.rules.tiers import Basis, Span, Stays, Tier, TierSet, find_wrong_tiers
from wafaa.decide.loyalty.rules.windows import find_days, find_window, move_day
from wafaa.kit.clock import start_of_day

RIYADH = ZoneInfo("Asia/Riyadh")


@pytest.mark.parametrize(
    ("span", "day", "first", "after"),
    [
        (Span.YEAR, date(2026, 12, 31), date(2026, 1, 1), date(2027, 1, 1)),
        (Span.HALF, date(2026, 7, 1), date(2026, 7, 1), date(2027, 1, 1)),
        (Span.HALF, date(2026, 6, 30), date(2026, 1, 1), date(2026, 7, 1)),
        (Span.QUARTER, date(2026, 11, 23), date(2026, 10, 1), date(2027, 1, 1)),
        (Span.HIJRI_YEAR, date(2026, 6, 15), date(2025, 6, 26), date(2026, 6, 16)),  # the last day of 1447
        (Span.HIJRI_YEAR, date(2026, 6, 16), date(2026, 6, 16), date(2027, 6, 6)),
        (Span.HIJRI_YEAR, date(2090, 3, 1), date(2090, 1, 1), date(2091, 1, 1)),  # beyond what is known
    ],
)
def test_a_calendar_window_is_whole(span, day, first, after):
    assert find_days(span, day) == (first, after)


def test_a_year_begins_at_the_businesss_midnight():
    one = TierSet(code="a", span=Span.YEAR)
    before = find_window(one, datetime(2026, 12, 31, 20, 59, tzinfo=UTC), RIYADH)
    after = find_window(one, datetime(2026, 12, 31, 21, 0, tzinfo=UTC), RIYADH)

    assert before.end == after.start == datetime(2026, 12, 31, 21, tzinfo=UTC)
    assert after.before == before.start
    assert before.until == after.end


@pytest.mark.parametrize(
    ("span", "stays", "until"),
    [
        (Span.ROLLING, Stays.NEXT, date(2027, 9, 1)),
        (Span.QUARTER, Stays.WINDOW, date(2026, 10, 1)),
        (Span.QUARTER, Stays.NEXT, date(2027, 1, 1)),
    ],
)
def test_a_reached_tier_stays_as_long_as_is_said(span, stays, until):
    one = TierSet(code="a", span=span, lasts="P1Y", stays=stays)
    window = find_window(one, datetime(2026, 8, 31, 12, tzinfo=UTC), RIYADH)

    assert window.until == start_of_day(until, RIYADH)


def test_months_end_where_there_is_no_such_day():
    assert move_day(date(2026, 3, 31), "P1M", back=True) == date(2026, 2, 28)
    assert move_day(date(2028, 2, 29), "P1Y") == date(2029, 2, 28)
    assert move_day(date(2026, 1, 31), "P1M1D") == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"currency": ""}, "a.currency"),
        ({"basis": Basis.EARNED, "currency": "", "unit": ""}, "a.unit"),
        ({"lasts": "P0M"}, "a.lasts"),
        ({"lasts": "PT5H"}, "a.lasts"),
        ({"grace": "soon"}, "a.grace"),
        ({"warns_days": -1}, "a.warns_days"),
        ({"tiers": []}, "a.tiers"),
        ({"tiers": [Tier(code="x", needs=5), Tier(code="y", needs=5)]}, "a.y.needs"),
        ({"tiers": [Tier(code="x", needs=5), Tier(code="x", needs=6)]}, "a.x.code"),
        ({"tiers": [Tier(code="x", needs=5, keeps=6)]}, "a.x.keeps"),
        ({"tiers": [Tier(code="x", colour="red")]}, "a.x.colour"),
    ],
)
def test_what_is_wrong_is_found_beside_its_field(wrong, field):
    one = TierSet(**{"code": "a", "currency": "SAR", "tiers": [Tier(code="x", needs=5)], **wrong})

    assert field in {told for told, _code in find_wrong_tiers([one])}
