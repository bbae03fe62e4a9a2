"""Whether each part does its work, asked anew at every call; none of these waits for long."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection

from wafaa.kit.errors import WafaaError
from wafaa.kit.sql import load_sql

# The queue's worker says every 10 s that it lives.
HEARTBEAT_S_MAX = 30.0
# Below this PostgreSQL may stop at any moment: a checkpoint, a spilled sort and an upload need some.
FREE_BYTES_MIN = 256 * 1024**2
ANALYST_PATIENCE_S = 3.0

_applied: set[str] = set()


def check_all() -> dict[str, bool]:
    """Every part by its name, in the order in which one mends them."""
    return {name: _try(check) for name, check in CHECKS.items()}


def _try(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except (DatabaseError, WafaaError, OSError):
        return False


def has_database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


def has_migrations() -> bool:
    """Looked at until it is so once: the code of a process does not change."""
    if "all" not in _applied:
        from django.db.migrations.executor import MigrationExecutor

        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        _applied.add("all")
    return True


def has_worker() -> bool:
    age_s = get_worker_age()
    return age_s is not None and age_s <= HEARTBEAT_S_MAX


def get_worker_age() -> float | None:
    """Seconds since a worker last said that it lives; None if none ever did."""
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.run", "get_worker_age"))
        (age_s,) = cursor.fetchone()
    return None if age_s is None else float(age_s)


def has_analyst() -> bool:
    from wafaa.kit import remote

    if not settings.ANALYST_SOCKET:
        return False
    return bool(remote.call("run.ping", None, timeout_s=ANALYST_PATIENCE_S))


def has_disk() -> bool:
    return bool(get_disk(Path(settings.HOME)).free >= FREE_BYTES_MIN)


def get_disk(folder: Path) -> Any:
    """Total, used and free bytes where the folder lies, or will lie."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder)


CHECKS: dict[str, Callable[[], bool]] = {
    "database": has_database,
    "migrations": has_migrations,
    "worker": has_worker,
    "analyst": has_analyst,
    "disk": has_disk,
}
