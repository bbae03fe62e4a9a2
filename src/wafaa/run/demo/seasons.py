"""How busy each day and hour is: the week, pay days, the Saudi year, and the feasts of the Hijri calendar."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from hijridate import Gregorian, Hijri
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Monday to Sunday: the Saudi weekend is Friday and Saturday, people buy on Thursday and Friday evening
_WEEKDAYS = (0.86, 0.86, 0.92, 1.26, 1.28, 1.02, 0.80)

# Share of the day's purchases by local hour. Friday starts after the noon prayer; Ramadan lives at night.
_HOURS: tuple[float, ...] = (
    1,
    0.4,
    0.2,
    0.1,
    0.1,
    0.3,
    1,
    3,
    4,
    4,
    4,
    4,
    3,
    3,
    3,
    4,
    6,
    7,
    7,
    8,
    10,
    10,
    8,
    4,
)
_FRIDAY_HOURS: tuple[float, ...] = (
    1.5,
    0.6,
    0.2,
    0.1,
    0.1,
    0.1,
    0.3,
    0.8,
    1,
    1.5,
    2,
    1,
    0.5,
    2,
    4,
    6,
    8,
    9,
    9,
    10,
    12,
    12,
    10,
    6,
)
_RAMADAN_HOURS: tuple[float, ...] = (
    11,
    9,
    6,
    3,
    0.5,
    0.1,
    0.1,
    0.1,
    0.2,
    0.5,
    1,
    2,
    3,
    4,
    5,
    6,
    6,
    2,
    1,
    4,
    8,
    11,
    13,
    13,
)


@dataclass(frozen=True)
class Calendar:
    """One entry per local day from `first`; `weight` averages 1, `rush` is the couriers' extra delay."""

    first: date
    weight: Floats
    rush: Floats
    festive: NDArray[np.bool_]
    season: tuple[str, ...]

    @property
    def days(self) -> int:
        return len(self.weight)

    def hours(self) -> Floats:
        """The weight of each hour; the 24 hours of a day sum to the day's weight."""
        spread = [
            _hour_profile(self.first + timedelta(days=day), self.season[day]) for day in range(self.days)
        ]
        return (np.array(spread) * self.weight[:, None]).ravel()


def _hour_profile(day: date, season: str) -> Floats:
    ordinary = _FRIDAY_HOURS if day.weekday() == 4 else _HOURS
    profile = _RAMADAN_HOURS if season in {"ramadan", "last_ten"} else ordinary
    return np.array(profile, dtype=float) / sum(profile)


# season: weight, courier rush in days of mean delay, festive baskets
_SEASONS: dict[str, tuple[float, float, bool]] = {
    "ordinary": (1.0, 0.0, False),
    "before_ramadan": (1.35, 0.3, True),
    "ramadan": (1.12, 0.3, True),
    "last_ten": (1.75, 1.3, True),
    "eid_al_fitr": (0.85, 1.5, True),
    "before_eid_al_adha": (1.40, 0.7, True),
    "eid_al_adha": (0.80, 1.2, True),
    "national_day": (1.30, 0.2, False),
    "founding_day": (1.20, 0.1, False),
    "white_friday": (1.55, 1.0, False),
    "summer": (0.84, 0.0, False),
}


def name_season(day: date) -> str:
    """The season that a local day lies in. Lunar feasts come before the fixed days of the solar year."""
    return _lunar_season(day) or _solar_season(day)


def _lunar_season(day: date) -> str:
    hijri = Gregorian(day.year, day.month, day.day).to_hijri()
    spans = (
        ("before_ramadan", Hijri(hijri.year, 9, 1), -8, 0),
        ("last_ten", Hijri(hijri.year, 10, 1), -10, 0),
        ("eid_al_fitr", Hijri(hijri.year, 10, 1), 0, 4),
        ("before_eid_al_adha", Hijri(hijri.year, 12, 10), -9, 0),
        ("eid_al_adha", Hijri(hijri.year, 12, 10), 0, 4),
    )
    for name, anchor, start, end in spans:
        if start <= (day - anchor.to_gregorian()).days < end:
            return name
    return "ramadan" if hijri.month == 9 else ""


def _solar_season(day: date) -> str:
    if (day.month, day.day) in {(9, 22), (9, 23), (9, 24)}:
        return "national_day"
    if (day.month, day.day) in {(2, 21), (2, 22), (2, 23)}:
        return "founding_day"
    if day.month == 11 and day.day >= 23:
        return "white_friday"
    if date(day.year, 6, 20) <= day < date(day.year, 8, 20):
        return "summer"
    return "ordinary"


def build_calendar(*, first: date, days: int) -> Calendar:
    """The calendar of `days` local days from `first`; weights are scaled so that their mean is 1."""
    every_day = [first + timedelta(days=offset) for offset in range(days)]
    seasons = tuple(name_season(day) for day in every_day)
    weight = np.array(
        [
            _SEASONS[season][0] * _WEEKDAYS[day.weekday()]
            for day, season in zip(every_day, seasons, strict=True)
        ]
    )
    # salaries come on the 27th
    weight *= np.array([1.22 if 27 <= day.day <= 29 else 1.0 for day in every_day])
    return Calendar(
        first=first,
        weight=weight / weight.mean(),
        rush=np.array([_SEASONS[season][1] for season in seasons]),
        festive=np.array([_SEASONS[season][2] for season in seasons]),
        season=seasons,
    )
