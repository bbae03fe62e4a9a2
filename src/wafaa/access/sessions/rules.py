"""When a session is too old, and what a browser calls itself; pure."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# The seen-at of a session is this coarse, so that not every page writes.
SEEN_EVERY = timedelta(minutes=1)

# The first that fits: Edge and Opera also say Chrome, Chrome also says Safari.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Whence a request comes."""

    device: str = ""
    network: str = ""


class Ending(StrEnum):
    IDLE = "idle"
    OLD = "old"


def find_ending(
    *, opened_at: datetime, seen_at: datetime, now: datetime, idle_s: int, absolute_s: int
) -> Ending | None:
    """Why a session ends now, None while it may go on. A clock that was set back ends nothing."""
    if now - opened_at > timedelta(seconds=absolute_s):
        return Ending.OLD
    if now - seen_at > timedelta(seconds=idle_s) + SEEN_EVERY:
        return Ending.IDLE
    return None


def name_device(user_agent: str) -> str:
    """Browser and system by their names, which are the same in every language; "" where nothing is known."""
    browser = next((name for sign, name in _BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in _SYSTEMS if re.search(rf"\b{sign}", user_agent)), "")
    return ", ".join(part for part in (browser, system) if part)
