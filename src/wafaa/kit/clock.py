"""The one place that asks what time it is, so that tests can move it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_fixed_now: ContextVar[datetime | None] = ContextVar("fixed_now", default=None)


def now() -> datetime:
    """The present moment in UTC, aware."""
    return _fixed_now.get() or datetime.now(UTC)


def today(zone: ZoneInfo) -> date:
    """The calendar day in the business's time zone."""
    return now().astimezone(zone).date()


@contextmanager
def fixed_at(moment: datetime) -> Iterator[None]:
    """Inside the block, now() is `moment` (aware); for tests and for reproducible demo data."""
    assert moment.tzinfo is not None, "the clock holds aware moments only"
    token = _fixed_now.set(moment)
    try:
        yield
    finally:
        _fixed_now.reset(token)


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a local calendar day, in UTC; the calendar's own first moment where that lies before it."""
    try:
        return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first moment after a local calendar day, in UTC; the calendar's last moment where there is none after it."""
    return start_of_day(day + timedelta(days=1), zone) if day < date.max else datetime.max.replace(tzinfo=UTC)


def days_between(earlier: date, later: date) -> int:
    return (later - earlier) // timedelta(days=1)
