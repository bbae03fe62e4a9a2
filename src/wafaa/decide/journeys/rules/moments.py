"""When what is due: delays on a customer's clock, yearly days of two calendars, which occasion an event is. Pure."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from wafaa.decide.journeys.rules.plan import ABOUT, Delay, Once, OnDay, Plan, Unless
from wafaa.kit.calendars import Calendar, find_hijri_day

WHAT_CHARS_MAX: Final = 110
# The first and the last places on earth where a day begins: so long before and after its first moment in UTC.
EARLIEST_ZONE: Final = timedelta(hours=14)
LATEST_ZONE: Final = timedelta(hours=12)


def find_clock_time(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """When a clock of the zone shows the minute of the day, in UTC: the first time where it does so twice, and as much later
    where it is put forward over it.
    """
    local = datetime.combine(day, time(minute // 60, minute % 60), tzinfo=zone)
    return local.astimezone(UTC)


def find_due(began_at: datetime, delay: Delay, zone: ZoneInfo) -> datetime:
    """The moment at which what began then is due; never before it began."""
    if delay.at is None:
        return began_at + timedelta(minutes=delay.minutes)
    day = began_at.astimezone(zone).date() + timedelta(days=delay.days)
    due = find_clock_time(day, delay.at, zone)
    return due if due >= began_at else find_clock_time(day + timedelta(days=1), delay.at, zone)


def choose_zone(zones: Sequence[str], at: datetime) -> ZoneInfo:
    """Of several clocks of a country the middle one, so that nobody is further off than half of it."""
    found = [ZoneInfo(name) for name in zones]
    return sorted(found, key=lambda zone: (at.astimezone(zone).utcoffset(), str(zone)))[len(found) // 2]


def find_day_due(day: date, trigger: OnDay, zone: ZoneInfo) -> datetime:
    """When the message for a yearly day is due, `days_before` taken off."""
    return find_clock_time(day - timedelta(days=trigger.days_before), trigger.at, zone)


def list_days_to_open(since: date | None, now: datetime, trigger: OnDay) -> list[date]:
    """The yearly days whose messages may be due somewhere on earth by now, after `since`, the last one that was looked at;
    after a long sleep not those of more than a week ago. Nobody is looked for earlier, so that who comes today is there.
    """
    newest = (now + EARLIEST_ZONE).date() + timedelta(days=trigger.days_before)
    first = newest - timedelta(days=_DAYS_LOOKED_BACK) if since is None else since + timedelta(days=1)
    first = max(first, newest - timedelta(days=_DAYS_LOOKED_BACK))
    return [first + timedelta(days=place) for place in range((newest - first).days + 1)]


_DAYS_LOOKED_BACK: Final = 7


def name_year(day: date, calendar: Calendar) -> str:
    """The year that a yearly day belongs to, by its own calendar."""
    hijri = find_hijri_day(day) if calendar is Calendar.HIJRI else None
    return f"year:{hijri.year if hijri else day.year}"


def find_about(properties: Mapping[str, Any], once: Once) -> str:
    """Which order, cart or product an event is about; "" where it doesn't say, or nobody asks."""
    for key in ABOUT.get(once, ()):
        value = properties.get(key)
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            return str(value).strip()
    return ""


def name_occasion(
    plan: Plan, *, message_id: str, properties: Mapping[str, Any], at: datetime, zone: ZoneInfo
) -> str:
    """What there is at most one message for, as a key. What doesn't say which order it is about counts once a day."""
    if plan.once is Once.EVER:
        return "ever"
    if plan.once is Once.YEAR:
        return f"year:{at.astimezone(zone).year}"
    if plan.once is Once.EVENT:
        return f"event:{message_id}"[:WHAT_CHARS_MAX]
    about = find_about(properties, plan.once) or f"on {at.astimezone(zone).date()}"
    return f"{plan.once}:{about}"[:WHAT_CHARS_MAX]


def ends_run(unless: Unless, plan: Plan, *, about: str, name: str, properties: Mapping[str, Any]) -> bool:
    """Whether an event that came after a run began is one that it should not outlive."""
    if unless.name != name:
        return False
    return not unless.same or (about != "" and find_about(properties, plan.once) == about)
