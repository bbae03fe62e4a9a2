"""When a backup is due, and which old ones may go. Pure."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

_NAME = re.compile(r"wafaa-(\d{8}-\d{6})\.backup")
# One is made a day; half a day later somebody should know that it was not.
AGE_MAX = timedelta(hours=36)
# After a failure it is tried again in so long; a full disk is not emptied by trying every minute.
RETRY = timedelta(hours=1)


def name_backup(moment: datetime) -> str:
    """`moment` is local: people look for "Monday's"."""
    return f"wafaa-{moment:%Y%m%d-%H%M%S}.backup"


def read_name(name: str) -> datetime | None:
    """The local moment of a scheduled backup; None for any other file, which is never touched."""
    found = _NAME.fullmatch(name)
    try:
        return datetime.strptime(found.group(1), "%Y%m%d-%H%M%S") if found else None  # noqa: DTZ007
    except ValueError:
        return None


def is_due(*, now: datetime, hour: int, last_made: datetime | None, last_failed: datetime | None) -> bool:
    """Whether the latest moment at which the clock struck `hour` has no backup yet; all moments are local."""
    struck = now.replace(hour=hour, minute=0, second=0, microsecond=0)
    if struck > now:
        struck -= timedelta(days=1)
    if last_made is not None and struck <= last_made <= now:
        return False
    # a failure in the future is one of before the clock was set back
    return last_failed is None or not now - RETRY < last_failed <= now


def choose_old(names: Iterable[str], *, keep_daily: int, keep_weekly: int) -> list[str]:
    """The scheduled backups that are not wanted any more.

    Kept are the last one of each of the last `keep_daily` days that have one, and likewise of weeks; the newest always.
    """
    dated = sorted(
        ((moment, name) for name in names if (moment := read_name(name)) is not None), reverse=True
    )
    days: dict[object, str] = {}
    weeks: dict[object, str] = {}
    for moment, name in dated:
        days.setdefault(moment.date(), name)
        weeks.setdefault(moment.isocalendar()[:2], name)
    kept = {name for _moment, name in dated[:1]}
    kept |= {*list(days.values())[:keep_daily], *list(weeks.values())[:keep_weekly]}
    return [name for _moment, name in dated if name not in kept]
