"""What people should know before something is lost: a failing backup, a full disk, a clock that was set back.

Looked at now and then by each web process, without a query; pages show it to those who can do something about it.
"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from wafaa.kit import clock
from wafaa.learn.facts.queries import find_manifest
from wafaa.run.backup.record import read_record
from wafaa.run.backup.rules import AGE_MAX
from wafaa.run.health.checks import get_disk

# A look costs a millisecond, a page should not pay it each time.
LOOK_S = 20.0
# An upload, a backup and PostgreSQL's write-ahead log fit into this for a day.
FREE_BYTES_LOW = 1024**3
# Machines of one installation may differ by this; a clock that was set back differs by more.
CLOCK_DIFFERENCE_MAX = timedelta(minutes=5)

Trouble = tuple[str, dict[str, object]]
_seen: tuple[float, list[Trouble]] = (-LOOK_S, [])


def list_troubles() -> list[str]:
    """One sentence each, in the reader's language."""
    global _seen  # noqa: PLW0603  (one look serves all requests of the process)
    if time.monotonic() - _seen[0] >= LOOK_S:
        _seen = (time.monotonic(), list(_look()))
    return [_describe(code, facts) for code, facts in _seen[1]]


def look_anew() -> None:
    """Forgets the last look."""
    global _seen  # noqa: PLW0603
    _seen = (-LOOK_S, [])


def _look() -> Iterator[Trouble]:
    usage = get_disk(Path(settings.HOME))
    if usage.free < FREE_BYTES_LOW:
        yield "disk", {"free": f"{usage.free / 1024**2:,.0f}"}
    if latest := find_clock_gap():
        yield "clock", {"shown": datetime.now(UTC), "latest": latest}
    record = read_record()
    if record.is_failing:
        yield "backup_failed", {"moment": record.failed_at, "reason": record.reason}
    elif settings.BACKUP_DIR and record.made_at and clock.now() - record.made_at > AGE_MAX:
        yield "backup_old", {"moment": record.made_at}


def find_clock_gap() -> datetime | None:
    """When the facts were written, where that lies ahead of this machine's clock."""
    manifest = find_manifest()
    if manifest is None or manifest.synced_at - datetime.now(UTC) <= CLOCK_DIFFERENCE_MAX:
        return None
    return manifest.synced_at


def _describe(code: str, facts: dict[str, object]) -> str:
    sentences = {
        "disk": _(
            "The disk is nearly full: {free} MB are left. Nothing is lost yet. Free some space, or imports, backups "
            "and finally the database will stop."
        ),
        "clock": _(
            "The clock of this machine shows {shown}, but something was already done at {latest}: it was set back. "
            "Nothing is lost. Set the clock right; figures about today are wrong until then."
        ),
        "backup_failed": _("The backup of {moment} failed: {reason}. The earlier ones are still there."),
        "backup_old": _("The last backup is of {moment}. None was made since: see that the worker runs."),
    }
    told = {
        name: f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if isinstance(value, datetime) else value
        for name, value in facts.items()
    }
    return sentences[code].format(**told)
