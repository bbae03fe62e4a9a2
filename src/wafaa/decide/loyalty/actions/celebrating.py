"""Birthdays and anniversaries, by the Gregorian calendar and by the Hijri one; looked for once a day."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from wafaa.access.business.queries import get_business
from wafaa.decide.loyalty.actions.reckoning import AT_ONCE, Moment, reckon_moments
from wafaa.decide.loyalty.models import Member, Rule
from wafaa.decide.loyalty.rules import Trigger
from wafaa.kit import clock
from wafaa.kit.calendars import Calendar, find_hijri_day, list_birth_days

CALENDARS: Final = {
    Trigger.BIRTHDAY: Calendar.GREGORIAN,
    Trigger.BIRTHDAY_HIJRI: Calendar.HIJRI,
    Trigger.ANNIVERSARY: Calendar.GREGORIAN,
    Trigger.ANNIVERSARY_HIJRI: Calendar.HIJRI,
}
BIRTHDAYS: Final = frozenset({Trigger.BIRTHDAY, Trigger.BIRTHDAY_HIJRI})
# A day on which nobody looked is made up for.
DAYS_BACK: Final = 3


def celebrate() -> int:
    """Who has a day today, or had one in the last few days that was not seen. Once for each year. Returns how many were new."""
    zone = get_business().zone
    wanted = set(
        Rule.objects.filter(
            trigger__in=[one.value for one in CALENDARS], version__published_at__isnull=False
        ).values_list("trigger", flat=True)
    )
    count = 0
    for back in range(DAYS_BACK, -1, -1):
        day = clock.today(zone) - timedelta(days=back)
        for trigger in (one for one in CALENDARS if one.value in wanted):
            for chunk in _find(trigger, day, zone):
                count += reckon_moments(chunk)
    return count


def _find(trigger: Trigger, day: date, zone: ZoneInfo) -> Iterator[list[Moment]]:
    """At the day's beginning; whoever was born or joined on that very day has none yet."""
    calendar = CALENDARS[trigger]
    days = list_birth_days(day, calendar)
    hijri = find_hijri_day(day) if calendar is Calendar.HIJRI else None
    year = hijri.year if hijri else day.year
    at = clock.start_of_day(day, zone)
    members = Member.objects.filter(left_at=None, joined_at__lte=at, customer__merged_into=None)
    if trigger in BIRTHDAYS:
        members = members.filter(customer__birth_date__in=days)
        found = list(members.values_list("customer_id", flat=True).distinct())
    else:
        found = [
            customer
            for customer, joined in _list_since(members, days, zone)
            if joined.astimezone(zone).date() in set(days)
        ]
    for first in range(0, len(found), AT_ONCE):
        yield [
            Moment(customer_id=one, key=f"{trigger.value}:{year}:{one}", kind=trigger, at=at)
            for one in found[first : first + AT_ONCE]
            if one is not None
        ]


def _list_since(members: object, days: list[date], zone: ZoneInfo) -> list[tuple[int, datetime]]:
    """Members who joined on one of these days."""
    found: list[tuple[int, datetime]] = []
    for one in days:
        rows = members.filter(  # type: ignore[attr-defined]
            joined_at__gte=clock.start_of_day(one, zone), joined_at__lt=clock.end_of_day(one, zone)
        )
        found += rows.values_list("customer_id", "joined_at")
    return found
