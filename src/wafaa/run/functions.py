"""What the analyst can be asked: rooms register functions on import; the facts' meet their tables here."""

from collections.abc import Callable
from dataclasses import asdict
from importlib import import_module
from typing import TYPE_CHECKING, Any

import psycopg
from django.db import connection

from wafaa.kit import remote
from wafaa.kit.sql import load_sql
from wafaa.run.errors import ImportUnderway

if TYPE_CHECKING:
    from wafaa.learn.facts.actions import SyncResult

# The modules that register functions in wafaa.kit.remote.
MODULES = (
    "wafaa.design.charts.render",
    "wafaa.kit.tables.parquet",
    "wafaa.learn.measures.queries",
    "wafaa.listen.connectors.files.engine",
)

# Ten million order lines for the first time take minutes on a small machine.
SYNC_PATIENCE_S = 3600.0


def register_functions() -> None:
    """For the analyst, and for a command that works without one."""
    for name in MODULES:
        import_module(name)
    remote.register("run.ping", _ping)
    remote.register("facts.sync", _sync_facts)
    remote.register("facts.rebuild", _rebuild_facts)


def sync_facts() -> dict[str, Any]:
    """Brings the facts in step, in the analyst where one runs; "applied" are the imports that they hold now.

    Raises ImportUnderway, and leaves the facts as they are, while an import is on its way into the orders.
    """
    return _write_facts("facts.sync")


def rebuild_facts() -> dict[str, Any]:
    """Writes the facts anew; the rest as sync_facts."""
    return _write_facts("facts.rebuild")


def _write_facts(name: str) -> dict[str, Any]:
    answer: dict[str, Any] | None = remote.call(name, None, timeout_s=SYNC_PATIENCE_S)
    if answer is None:
        raise ImportUnderway
    return answer


def ping() -> bool:
    return bool(remote.call("run.ping", None, timeout_s=5.0))


def _ping(_argument: object) -> bool:
    return True


def _sync_facts(_argument: object) -> object:
    from wafaa.learn.facts.actions import sync_facts as sync

    return _write_whole(sync)


def _rebuild_facts(_argument: object) -> object:
    from wafaa.learn.facts.actions import rebuild_facts as rebuild

    return _write_whole(rebuild)


def _write_whole(write: "Callable[..., SyncResult]") -> dict[str, Any] | None:
    """None while an import is half in the orders. Asked in the snapshot: a moment before it, it could still begin."""
    from wafaa.config.facts import FACT_TABLES
    from wafaa.learn.measures.actions import prune_answers, warm_answers
    from wafaa.learn.scores.actions import warm_results
    from wafaa.listen.connectors.files.queries import is_publishing, list_imports

    applied: list[int] = []

    def look() -> None:
        if is_publishing():
            raise ImportUnderway
        _make_last()
        applied.extend(list_imports(state="applying").values_list("id", flat=True))

    def count_ahead() -> None:
        warm_answers()
        warm_results()

    try:
        result = write(FACT_TABLES, look=look, count_ahead=count_ahead)
    except ImportUnderway:
        return None
    prune_answers()
    return {**asdict(result), "applied": applied}


def _make_last() -> None:
    """All that the snapshot shows: the drain's commits don't wait for the disk, and facts of what a failing server forgot would
    be thought to be known when it is handled again. On a connection of its own, beside the snapshot.
    """
    settings = connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}
    with psycopg.connect(**settings, autocommit=True) as beside:
        beside.execute(load_sql("wafaa.run", "make_last"))
