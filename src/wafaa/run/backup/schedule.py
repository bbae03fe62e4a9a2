"""The backups that nobody has to think of: made by the worker, the old ones cleared away."""

import logging
import os
import threading
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import DatabaseError, connection

from wafaa.access.business.queries import get_business
from wafaa.kit import clock
from wafaa.kit.errors import WafaaError
from wafaa.run.backup.record import note_failure, note_made, read_record
from wafaa.run.backup.rules import choose_old, is_due, name_backup, read_name
from wafaa.run.backup.writing import is_alive, make_backup

log = logging.getLogger(__name__)

_at_work = threading.Lock()


def start_due_backup() -> None:
    """In a thread of its own: other jobs, such as an import, do not wait for it."""
    threading.Thread(target=_make_and_close, daemon=True, name="backup").start()


def _make_and_close() -> None:
    try:
        make_due_backup()
    except Exception:
        log.exception("the scheduled backup failed")
    finally:
        connection.close()


def make_due_backup() -> Path | None:
    """Makes one if the hour has come, and removes those that are too old; the record tells what became of it."""
    if not settings.BACKUP_DIR or not _at_work.acquire(blocking=False):
        return None
    try:
        return _make(Path(settings.BACKUP_DIR)) if _is_due(Path(settings.BACKUP_DIR)) else None
    finally:
        _at_work.release()


def _is_due(folder: Path) -> bool:
    made = [moment for name in list_names(folder) if (moment := read_name(name))]
    failed = read_record().failed_at
    return is_due(
        now=_to_local(clock.now()),
        hour=settings.BACKUP_HOUR % 24,
        last_made=max(made, default=None),
        last_failed=_to_local(failed) if failed else None,
    )


def _to_local(moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(get_business().time_zone)).replace(tzinfo=None)


def _make(folder: Path) -> Path | None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _remove_drafts(folder)
        file = folder / name_backup(_to_local(clock.now()))
        note_made(make_backup(file, with_secret_key=settings.BACKUP_WITH_SECRET_KEY))
    except (WafaaError, OSError, DatabaseError) as error:
        log.error("the scheduled backup failed: %s", error)
        _note(error)
        return None
    for name in choose_old(
        list_names(folder), keep_daily=settings.BACKUP_KEEP_DAILY, keep_weekly=settings.BACKUP_KEEP_WEEKLY
    ):
        (folder / name).unlink(missing_ok=True)
    return file


def _note(error: Exception) -> None:
    try:
        note_failure(error)
    except OSError:
        log.warning("the failure could not be noted: the data directory cannot be written")


def list_names(folder: Path) -> list[str]:
    try:
        return [entry.name for entry in os.scandir(folder) if entry.is_file()]
    except OSError:
        return []


def _remove_drafts(folder: Path) -> None:
    """What a killed worker left half-written."""
    for draft in folder.glob(".wafaa-*.backup.*.draft"):
        if not is_alive(draft.name.split(".")[-2]):
            draft.unlink(missing_ok=True)
