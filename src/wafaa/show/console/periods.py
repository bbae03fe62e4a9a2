"""Which days a page speaks of: read from the address, so that it works without JavaScript and can be sent to a colleague."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from wafaa.learn.measures.rules import Period

DEFAULT = "30"
ROLLING_DAYS = {"30": 30, "90": 90, "365": 365}
MONTH = "month"
WHOLE = "all"
KEYS = (*ROLLING_DAYS, MONTH, WHOLE)


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """A choice of the picker: its key, its days, and the months that one may pick instead (newest first)."""

    key: str
    period: Period
    months: tuple[date, ...]

    @property
    def query(self) -> str:
        """The part of an address that leads back to this choice."""
        return f"period={self.key}" + (f"&month={self.period.start:%Y-%m}" if self.key == MONTH else "")


def choose_period(
    asked: Mapping[str, str], *, first_day: date, as_of: date, default: str = DEFAULT
) -> Chosen:
    """What `?period=` and `?month=` mean for facts from `first_day` up to, not including, `as_of`.

    Anything that cannot be read means the default: an address that was cut short still shows a page.
    """
    months = list_months(first_day, as_of)
    key = asked.get("period", default)
    if key not in KEYS:
        key = default
    if key in ROLLING_DAYS:
        period = Period(start=as_of - timedelta(days=ROLLING_DAYS[key]), end=as_of)
    elif key == WHOLE:
        period = Period(start=first_day, end=as_of)
    else:
        month = read_month(asked.get("month", ""), months)
        period = Period(start=month, end=min(next_month(month), as_of))
    return Chosen(key=key, period=period, months=months)


def read_month(text: str, months: tuple[date, ...]) -> date:
    """The month that `2011-11` names if there is one, else the last that is over (or the only one)."""
    for month in months:
        if f"{month:%Y-%m}" == text:
            return month
    return months[min(1, len(months) - 1)]


def list_months(first_day: date, as_of: date) -> tuple[date, ...]:
    """First days of all months with a day of the facts, newest first."""
    month = (max(first_day, as_of - timedelta(days=1))).replace(day=1)
    months = [month]
    while month > first_day:
        month = (month - timedelta(days=1)).replace(day=1)
        months.append(month)
    return tuple(months)


def next_month(month: date) -> date:
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def months_back(as_of: date, count: int) -> date:
    """The first day of the month that lies `count` months before the one of the last counted day."""
    last = as_of - timedelta(days=1)
    index = last.year * 12 + last.month - 1 - count
    return date(index // 12, index % 12 + 1, 1)
