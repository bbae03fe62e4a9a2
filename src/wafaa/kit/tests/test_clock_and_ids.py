"""The clock and the ids that follow it."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from wafaa.kit import clock, ids


def test_a_fixed_clock_stands_still_and_then_runs_again():
    moment = datetime(2026, 3, 1, 22, 30, tzinfo=UTC)

    with clock.fixed_at(moment):
        assert clock.now() == moment
        assert clock.today(ZoneInfo("Asia/Riyadh")) == date(2026, 3, 2)

    assert clock.now() != moment


def test_the_first_moment_of_a_day_is_the_business_zone_midnight():
    assert clock.start_of_day(date(2026, 3, 2), ZoneInfo("Asia/Riyadh")) == datetime(
        2026, 3, 1, 21, tzinfo=UTC
    )


def test_ids_are_version_seven_and_ordered_by_time():
    with clock.fixed_at(datetime(2026, 1, 1, tzinfo=UTC)):
        earlier = ids.new_id()
    with clock.fixed_at(datetime(2026, 1, 2, tzinfo=UTC)):
        later = ids.new_id()

    assert earlier.version == 7
    assert earlier.variant == "specified in RFC 4122"
    assert earlier < later


def test_days_begin_and_end_in_their_zone_also_at_the_edges_of_the_calendar():
    riyadh, honolulu = ZoneInfo("Asia/Riyadh"), ZoneInfo("Pacific/Honolulu")

    assert clock.start_of_day(date(2026, 5, 1), riyadh) == datetime(2026, 4, 30, 21, tzinfo=UTC)
    assert clock.end_of_day(date(2026, 5, 1), riyadh) == datetime(2026, 5, 1, 21, tzinfo=UTC)
    assert clock.start_of_day(date.min, riyadh) == datetime.min.replace(tzinfo=UTC)
    assert clock.end_of_day(date.max, honolulu) == datetime.max.replace(tzinfo=UTC)
