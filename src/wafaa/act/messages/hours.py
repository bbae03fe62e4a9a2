"""When a message may disturb: the customer's clock, the windows of their country, and when the next one opens."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import get_global

from wafaa.kit.text import fold

# How far a window is looked for; where none is open at the same time in all of a country's zones, its first one counts.
_TRIES = 20


@dataclass(frozen=True, kw_only=True)
class Window:
    """From the minute `opens` of the day to the minute `closes` (not included); `source` says who wants it so."""

    country: str = ""  # ISO 3166; any
    channel: str = ""  # any
    opens: int = 9 * 60
    closes: int = 21 * 60
    source: str = ""

    @property
    def weight(self) -> int:
        """The more it says, the more it counts."""
        return 2 * bool(self.country) + bool(self.channel)


@cache
def load_packs() -> Mapping[str, Mapping[str, Any]]:
    """What is known of countries, by their codes: hours with their sources, and how senders must be called."""
    folder = files("wafaa.act.messages") / "packs"
    packs = (
        json.loads(one.read_text(encoding="utf-8"))
        for one in sorted(folder.iterdir(), key=str)
        if one.name.endswith(".json")
    )
    return {pack["country"]: pack for pack in packs}


@cache
def list_pack_windows() -> tuple[Window, ...]:
    """The packs' windows; what the business sets itself counts before them."""
    return tuple(
        Window(
            country=pack["country"],
            channel=told["channel"],
            opens=read_clock(told["opens"]),
            closes=read_clock(told["closes"]),
            source=told["source"],
        )
        for pack in load_packs().values()
        for told in pack["hours"]
    )


def read_clock(text: str) -> int:
    """`21:30` as minutes since midnight; `24:00` is the day's end. Raises ValueError."""
    hour, colon, minute = text.partition(":")
    minutes = int(hour) * 60 + int(minute or 0)
    if not colon or not 0 <= minutes <= 24 * 60 or not 0 <= int(minute or 0) < 60:
        raise ValueError(text)
    return minutes


def say_clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def choose_window(windows: Sequence[Window], *, country: str, channel: str) -> Window:
    """Of those that fit the one that says most; of several, the first. Without any the house's own: 9 to 21."""
    fitting = [one for one in windows if one.country in {"", country} and one.channel in {"", channel}]
    return max(fitting, key=lambda one: one.weight, default=Window())


def find_opening(now: datetime, zones: Sequence[str], window: Window) -> datetime:
    """The first moment from `now` on at which the window is open in all the zones; `now` itself if it is."""
    moment = now
    for _try in range(_TRIES):
        latest = max(_open_in(moment, zone, window) for zone in zones)
        if latest == moment:
            return moment
        moment = latest
    return _open_in(now, zones[0], window)


def _open_in(now: datetime, zone: str, window: Window) -> datetime:
    local = now.astimezone(ZoneInfo(zone))
    minute = local.hour * 60 + local.minute
    if window.opens <= minute < window.closes:
        return now
    day = local.date() if minute < window.opens else local.date() + timedelta(days=1)
    opens = time(window.opens // 60, window.opens % 60)
    return datetime.combine(day, opens, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def find_zones(*, country: str, city: str, home: str) -> tuple[str, ...]:
    """On whose clocks a customer lives: the one that has the city's name, else the business's own where the country is its
    own or not known, else those of the country. Where a country has many, its clocks must all allow it.
    """
    code = find_country(country)
    zones = _list_zones().get(code, ())
    named = (
        [zone for zone in zones if fold(zone.rpartition("/")[2].replace("_", " ")) == fold(city)]
        if city
        else []
    )
    if named:
        return (named[0],)
    return (home,) if not zones or home in zones else zones


@cache
def _list_zones() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for zone, code in sorted(get_global("zone_territories").items()):
        found.setdefault(code, []).append(zone)
    return {code: tuple(zones) for code, zones in found.items()}


@cache
def find_country(told: str) -> str:
    """The code of a country that is given by code or by name, in Arabic or English; "" where it is none."""
    return told.upper() if told.upper() in _list_zones() else _name_countries().get(fold(told), "")


@cache
def _name_countries() -> dict[str, str]:
    names: dict[str, str] = {}
    for language in ("en", "ar"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha():
                names.setdefault(fold(name), code)
    return names | {
        "uae": "AE",
        "ksa": "SA",
        "uk": "GB",
        "usa": "US",
        fold("السعودية"): "SA",
        fold("الإمارات"): "AE",
    }
