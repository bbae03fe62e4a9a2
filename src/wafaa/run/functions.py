"""What the analyst can be asked: rooms register functions on import; the facts' meet their tables here."""

from importlib import import_module
from typing import Any

from wafaa.kit import remote

# The modules that register functions in wafaa.kit.remote.
MODULES = (
    "wafaa.design.charts.render",
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
    """Brings the facts in step, in the analyst where one runs."""
    answer: dict[str, Any] = remote.call("facts.sync", None, timeout_s=SYNC_PATIENCE_S)
    return answer


def rebuild_facts() -> dict[str, Any]:
    answer: dict[str, Any] = remote.call("facts.rebuild", None, timeout_s=SYNC_PATIENCE_S)
    return answer


def ping() -> bool:
    return bool(remote.call("run.ping", None, timeout_s=5.0))


def _ping(_argument: object) -> bool:
    return True


def _sync_facts(_argument: object) -> object:
    from wafaa.config.facts import FACT_TABLES
    from wafaa.learn.facts.actions import sync_facts as sync
    from wafaa.learn.measures.actions import warm_answers

    result = sync(FACT_TABLES)
    warm_answers()
    return result


def _rebuild_facts(_argument: object) -> object:
    from wafaa.config.facts import FACT_TABLES
    from wafaa.learn.facts.actions import rebuild_facts as rebuild
    from wafaa.learn.measures.actions import warm_answers

    result = rebuild(FACT_TABLES)
    warm_answers()
    return result
